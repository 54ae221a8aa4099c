using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>
/// Scores of single images under one state of a classifier: plain images, eval mode (BN with its running statistics), so a score does not depend on the images around it. The
/// classifier stays as it was. Every list is in the order of the subset, or of the pool without one.
/// </summary>
/// <remarks>
/// Paul, Ganguli and Dziugaite 2021, arXiv:2107.07075. The paper's scores are expectations over first weights and trainings: average them over runs (<see cref="EarlyScores"/>). Plain
/// images and running statistics are what the authors' code uses.
/// </remarks>
public static class ImageScores
{
    delegate double Score(ReadOnlySpan<float> h, ReadOnlySpan<double> p, int label);

    /// <summary>EL2N: |p - y|, the Euclidean length of the difference between the probabilities and the one-hot label; from 0 to sqrt 2.</summary>
    public static double[] El2n(Classifier classifier, DecodedImages images, IReadOnlyList<int> labels, IReadOnlyList<int>? subset = null, CancellationToken cancel = default) =>
        OfAll(classifier, images, labels, subset, (_, p, label) => ErrorLength(p, label), cancel);

    /// <summary>The probability of the true class.</summary>
    public static double[] Confidence(Classifier classifier, DecodedImages images, IReadOnlyList<int> labels, IReadOnlyList<int>? subset = null, CancellationToken cancel = default) =>
        OfAll(classifier, images, labels, subset, (_, p, label) => p[label], cancel);

    /// <summary>GraNd of the last layer alone: the length of the gradient of the cross entropy with respect to fc's weights and biases, in closed form |p - y| sqrt(|h|^2 + 1), h being the encoder's output.</summary>
    /// <remarks>Deviation: the paper's GraNd is over all weights. This is a lower bound of it, at the cost of one forward pass: the gradient of row k of fc is (p_k - y_k) (h, 1).</remarks>
    public static double[] GrandLastLayer(Classifier classifier, DecodedImages images, IReadOnlyList<int> labels, IReadOnlyList<int>? subset = null, CancellationToken cancel = default) =>
        OfAll(classifier, images, labels, subset, (h, p, label) =>
        {
            double squares = 1;
            foreach (float x in h) squares += (double)x * x;
            return ErrorLength(p, label) * Math.Sqrt(squares);
        }, cancel);

    /// <summary>GraNd: the length of the gradient of the image's cross entropy with respect to all weights, exactly; one backward pass for each image.</summary>
    /// <remarks>BN's scales and shifts are among the weights.</remarks>
    public static double[] Grand(Classifier classifier, DecodedImages images, IReadOnlyList<int> labels, IReadOnlyList<int>? subset = null, CancellationToken cancel = default)
    {
        int[] y = ClassLabels.Of(labels, images, subset, classifier);
        var lengths = new double[y.Length];
        var plain = ClassifierPass.Plain(classifier, images);
        Tensor[] weights = [.. classifier.Parameters.Select(p => p.Value)];
        using var batch = new ViewBatch(1, images.Size);
        using var _ = enable_grad();
        using var eval = new EvalMode(classifier.Encoder, classifier.LastLayer);
        for (int j = 0; j < y.Length; j++)
        {
            cancel.ThrowIfCancellationRequested();
            plain.MakePlainBatch(images, [subset is null ? j : subset[j]], batch.Pixels(0, 1));
            using var pause = new CollectionPause();
            using var scope = NewDisposeScope();
            var loss = nn.functional.cross_entropy(classifier.Logits(batch.Images), tensor([(long)y[j]]));
            var gradients = autograd.grad([loss], weights);                   // leaves the weights' own gradients alone
            lengths[j] = Math.Sqrt(gradients.Sum(g => Math.Pow(Length.Of(g), 2)));
            if (j % 256 == 255) NativeProcess.ReturnMemory();
        }
        return lengths;
    }

    static double[] OfAll(Classifier classifier, DecodedImages images, IReadOnlyList<int> labels, IReadOnlyList<int>? subset, Score score, CancellationToken cancel)
    {
        int[] y = ClassLabels.Of(labels, images, subset, classifier);
        var scores = new double[y.Length];
        var p = new double[classifier.Classes];
        int d = classifier.Options.Architecture.Dimension;
        foreach (var block in ClassifierPass.Over(classifier, images, subset, cancel))
            for (int j = 0; j < block.Count; j++)
            {
                Softmax.Of(block.Logits.AsSpan(j * p.Length, p.Length), p);
                scores[block.Start + j] = score(block.Features.AsSpan(j * d, d), p, y[block.Start + j]);
            }
        return scores;
    }

    static double ErrorLength(ReadOnlySpan<double> p, int label)
    {
        double squares = 0;
        for (int k = 0; k < p.Length; k++)
        {
            double error = p[k] - (k == label ? 1 : 0);
            squares += error * error;
        }
        return Math.Sqrt(squares);
    }
}
