namespace Gleaner.Torch;

/// <summary>Everything that decides a proxy: what it is, what it learns from and for how long.</summary>
/// <param name="Proxy">The network and its input.</param>
/// <param name="Method">The loss.</param>
/// <param name="Training">The loop.</param>
public sealed record ProxyRecipe(ProxyOptions Proxy, SimClrOptions Method, PretrainerOptions Training)
{
    /// <summary>
    /// What gave the best embedding for its time on two processor cores (benchmarks/Training): about a minute for 2,000 images of 28 px,
    /// some ten for 50,000 of 32 px.
    /// </summary>
    /// <param name="images">How many there are.</param>
    /// <param name="imageSize">Their width and height in pixels.</param>
    public static ProxyRecipe ForCpu(int images, int imageSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(images, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imageSize);
        // Halve the sides until about 14 to 20 positions are left: cost is nearly proportional to their square.
        var stem = imageSize <= 20 ? ResNetStem.Conv3Stride1 : imageSize <= 48 ? ResNetStem.Conv3Stride2 : imageSize <= 112 ? ResNetStem.Conv3Stride2Pool : ResNetStem.Conv7Stride2Pool;
        return new ProxyRecipe(
            new ProxyOptions { Architecture = new ResNetOptions { Depth = 10, Width = 0.25, Stem = stem }, ImageSize = imageSize },
            new SimClrOptions { Temperature = 0.2 },
            new PretrainerOptions
            {
                // On the sample, 40 epochs and 200 give the same nearest-neighbour accuracy (docs/results.md); larger pools need fewer passes.
                Epochs = Math.Clamp(100_000 / images, 20, 200),
                // A sixteenth of the pool, so that small pools still get some thousand steps.
                BatchSize = Math.Clamp((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)images / 16 + 1), 32, 256),
                Views = new ViewRecipe { CropAreaMin = 0.2 },
            });
    }
}
