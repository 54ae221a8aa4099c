namespace Gleaner.Torch;

/// <summary>Everything that decides a pretrained encoder: what it is, what it learns from and for how long.</summary>
/// <param name="Proxy">The network and its input.</param>
/// <param name="Method">The method.</param>
/// <param name="Training">The loop.</param>
public sealed record PretrainingRecipe(ProxyOptions Proxy, MethodOptions Method, PretrainerOptions Training)
{
    /// <summary>
    /// What gave the best embedding for its time on two processor cores (benchmarks/Training): about a minute for 2,000 images of 28 px,
    /// some ten for 50,000 of 32 px.
    /// </summary>
    /// <param name="images">How many there are.</param>
    /// <param name="imageSize">Their width and height in pixels.</param>
    /// <param name="method">The method, whose settings stay; null for SimCLR with temperature 0.2.</param>
    public static PretrainingRecipe ForCpu(int images, int imageSize, MethodOptions? method = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(images, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imageSize);
        method ??= new SimClrOptions { Temperature = 0.2 };
        var network = new ResNetOptions { Depth = 10, Width = 0.25, Stem = ResNetOptions.StemFor(imageSize, fast: true) };
        return new PretrainingRecipe(
            new ProxyOptions { Architecture = network, ImageSize = imageSize, Head = method.Head(network) },
            method,
            new PretrainerOptions
            {
                // On the sample, 40 epochs and 200 give the same nearest-neighbour accuracy (docs/results.md); larger pools need fewer passes.
                Epochs = Math.Clamp(100_000 / images, 20, 200),
                // A sixteenth of the pool, so that small pools still get some thousand steps.
                BatchSize = Math.Clamp((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)images / 16 + 1), 32, 256),
                Views = new(new ViewRecipe { CropAreaMin = 0.2 }),
            });
    }

    /// <summary>The method as its paper trains it: head, optimiser, learning rate, batch, epochs and views.</summary>
    public static PretrainingRecipe Paper(MethodOptions method, ResNetOptions network, int imageSize)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(network);
        return new(new ProxyOptions { Architecture = network, ImageSize = imageSize, Head = method.Head(network) }, method, method.Training(imageSize));
    }

    /// <summary>The SAS authors' training (arXiv 2302.09195): SimCLR with temperature 0.5 and <see cref="PretrainerOptions.Sas"/>.</summary>
    public static PretrainingRecipe Sas(ResNetOptions network, int imageSize) =>
        new(new ProxyOptions { Architecture = network, ImageSize = imageSize }, new SimClrOptions(), PretrainerOptions.Sas(imageSize));
}
