namespace Gleaner.Torch;

/// <summary>What logits say, in double: p_k = exp(l_k) / sum_j exp(l_j).</summary>
static class Softmax
{
    /// <summary>All probabilities.</summary>
    public static void Of(ReadOnlySpan<float> logits, Span<double> probabilities)
    {
        double total = LogSum(logits);
        for (int k = 0; k < logits.Length; k++) probabilities[k] = Math.Exp(logits[k] - total);
    }

    /// <summary>-log p of one class, finite also where p underflows.</summary>
    public static double CrossEntropy(ReadOnlySpan<float> logits, int label) => LogSum(logits) - logits[label];

    /// <summary>How many classes come before <paramref name="label"/>: 0 if it is the answer. Equal logits go to the lower class; what is no number comes last.</summary>
    public static int Place(ReadOnlySpan<float> logits, int label)
    {
        int place = 0;
        for (int k = 0; k < logits.Length; k++)
            if (k != label && !(logits[k] < logits[label] || logits[k] == logits[label] && k > label)) place++;
        return place;
    }

    static double LogSum(ReadOnlySpan<float> logits)
    {
        double highest = double.NegativeInfinity, sum = 0;
        foreach (float l in logits) highest = Math.Max(highest, l);
        foreach (float l in logits) sum += Math.Exp(l - highest);
        return highest + Math.Log(sum);
    }
}
