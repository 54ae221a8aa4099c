namespace Gleaner;

/// <summary>The drawn blur of one view: a Gaussian of <paramref name="Sigma"/> pixels, cut to <paramref name="Kernel"/> x <paramref name="Kernel"/>.</summary>
/// <remarks>torchvision's GaussianBlur: weights exp(-k^2 / (2 sigma^2)) over their sum, borders reflected. Deviation: on bytes it rounds; we keep floats.</remarks>
readonly record struct GaussianBlur(int Kernel, float Sigma)
{
    const double Negligible = 1e-7;   // of the middle weight: on levels up to 255, float32 cannot show it

    public static GaussianBlur Sample(ref ViewRandom random, ViewRecipe recipe, int viewSize)
        => new(KernelOf(recipe, viewSize), (float)random.Uniform(recipe.BlurSigmaMin, recipe.BlurSigmaMax));

    /// <summary>The recipe's kernel, or a tenth of the view as in the SimCLR authors' data_util.py: 2 * (size / 20) + 1, which is 9 for 96 and 23 for 224 pixels.</summary>
    public static int KernelOf(ViewRecipe recipe, int viewSize) => recipe.BlurKernel is 0 ? Math.Max(3, viewSize / 20 * 2 + 1) : recipe.BlurKernel;

    public void Apply(ColorPlanes planes)
    {
        Span<float> weights = stackalloc float[Kernel / 2 + 1];
        int count = FillWeights(weights);
        if (count > 1)
            planes.Blur(weights[..count]);
    }

    /// <summary>The weights from the middle outwards, without those that change nothing; returns how many.</summary>
    int FillWeights(Span<float> weights)
    {
        double sum = 1;
        int count = 1;
        for (; count < weights.Length; count++)
        {
            double weight = Math.Exp(-0.5 * count * count / ((double)Sigma * Sigma));
            if (weight < Negligible)
                break;
            (weights[count], sum) = ((float)weight, sum + 2 * weight);
        }
        weights[0] = 1;
        for (int k = 0; k < count; k++)
            weights[k] = (float)(weights[k] / sum);
        return count;
    }
}
