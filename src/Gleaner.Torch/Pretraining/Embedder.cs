using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>Turns images into rows of numbers with a proxy in eval mode and without gradients; the proxy comes back in the mode it had.</summary>
/// <remarks>Images pass in fixed blocks, and BN uses its running statistics, so a row does not depend on the images around it.</remarks>
public sealed class Embedder : IImageEmbedder
{
    // Views differ from the training's, whose epochs count from 0.
    const int Epoch = -1;

    readonly Proxy _proxy;
    readonly EmbedderOptions _options;

    /// <summary>Checks that the proxy can do it.</summary>
    public Embedder(Proxy proxy, EmbedderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(proxy);
        (_proxy, _options) = (proxy, options ?? new());
        ArgumentOutOfRangeException.ThrowIfNegative(_options.Views, nameof(EmbedderOptions.Views));
        if (_options.Output == EmbedderOutput.Head && proxy.Head is null)
            throw new ArgumentException("The proxy has no head; expected one. Load it together with its head file, or embed with the encoder's output.", nameof(options));
        Dimension = _options.Output == EmbedderOutput.Head ? proxy.Head!.Dimension : proxy.Dimension;
    }

    /// <summary>Numbers in a row.</summary>
    public int Dimension { get; }

    /// <summary>Images in every block but the last.</summary>
    public int BlockSize => 256;

    /// <inheritdoc/>
    public int ImageSize => _proxy.Options.ImageSize;

    /// <inheritdoc/>
    public double? MultiplyAddsPerImage => (double)Math.Max(1, _options.Views) * _proxy.Options.Architecture.MultiplyAdds(ImageSize);

    /// <summary>How many blocks a pool of <paramref name="images"/> images has.</summary>
    public int BlockCount(int images) => (images + BlockSize - 1) / BlockSize;

    /// <inheritdoc/>
    public IEnumerable<EmbeddingBlock> Blocks(ISquareImages images, int fromBlock = 0, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfNegative(fromBlock);
        if (images.Size != _proxy.Options.ImageSize)
            throw new ArgumentException($"The images have {images.Size} px; expected {_proxy.Options.ImageSize}, which the proxy was trained with. Decode them to that size (--image-size {_proxy.Options.ImageSize}, or leave it away).", nameof(images));
        return Walk(images, fromBlock, cancel);
    }

    IEnumerable<EmbeddingBlock> Walk(ISquareImages images, int fromBlock, CancellationToken cancel)
    {
        var (mean, std) = (_proxy.Options.Mean, _proxy.Options.Std);
        var recipe = _options.Views == 0 ? new ViewRecipe() : _options.Recipe;     // a plain image keeps its size
        var views = new ViewMaker(recipe, images.Size, [mean.R, mean.G, mean.B], [std.R, std.G, std.B]);
        ViewBatch? batch = null;
        try
        {
            foreach (var block in PixelBlock.Of(images, BlockSize, fromBlock, get_num_threads(), cancel))
            {
                if (batch is null || batch.Images.shape[0] != block.Count)
                {
                    batch?.Dispose();
                    batch = new ViewBatch(block.Count, views.ViewSize);
                }
                var values = Embed(block, views, batch);
                if (block.Index % 32 == 31) CollectionPause.CollectBetween();
                yield return new EmbeddingBlock(block.Index, block.Start, block.Count, values);
            }
        }
        finally
        {
            batch?.Dispose();
            NativeProcess.ReturnMemory();
        }
    }

    float[] Embed(PixelBlock block, ViewMaker views, ViewBatch batch)
    {
        using var pause = new CollectionPause();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var eval = new EvalMode(_proxy.Encoder, _proxy.Head);
        int threads = get_num_threads(), count = block.Count;
        var indices = new int[count];
        for (int i = 0; i < count; i++) indices[i] = block.First + i;

        if (_options.Views == 0)
        {
            views.MakePlainBatch(block.Images, indices, batch.Pixels(0, count), threads);
            return Numbers(Forward(batch.Images));
        }
        var sum = zeros(count, Dimension);
        for (int view = 0; view < _options.Views; view++)
        {
            var seed = new ViewSeed(_options.Seed, Epoch, block.Start - block.First, view);
            views.MakeBatch(block.Images, indices, seed, batch.Pixels(0, count), threads);
            sum.add_(nn.functional.normalize(Forward(batch.Images), p: 2, dim: 1));
        }
        return Numbers(sum.div_(_options.Views));
    }

    /// <summary>(B, 3, H, W) to (B, D).</summary>
    Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var z = _proxy.Encoder.call(x);
        if (_options.Output == EmbedderOutput.Head) z = _proxy.Head!.call(z);
        return z.MoveToOuterDisposeScope();
    }

    static float[] Numbers(Tensor rows) => MemoryMarshal.Cast<byte, float>(rows.contiguous().bytes).ToArray();
}
