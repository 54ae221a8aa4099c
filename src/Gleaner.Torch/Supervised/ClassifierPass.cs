using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>Plain images through a classifier in eval mode and without gradients, in fixed blocks; the classifier comes back in the mode it had.</summary>
static class ClassifierPass
{
    const int BlockSize = 256;

    /// <summary>One block: images from place <paramref name="Start"/> on, features (Count x D) and logits (Count x classes).</summary>
    public readonly record struct Block(int Start, int Count, float[] Features, float[] Logits);

    /// <summary>All images of <paramref name="subset"/>, or of the pool, in this order.</summary>
    public static IEnumerable<Block> Over(Classifier classifier, DecodedImages images, IReadOnlyList<int>? subset, CancellationToken cancel)
    {
        int total = subset?.Count ?? images.Count;
        var plain = Plain(classifier, images);
        using var batch = new ViewBatch(Math.Min(BlockSize, Math.Max(1, total)), images.Size);
        for (int start = 0; start < total; start += BlockSize)
        {
            cancel.ThrowIfCancellationRequested();
            int from = start;
            int[] indices = [.. Enumerable.Range(from, Math.Min(BlockSize, total - from)).Select(j => subset is null ? j : subset[j])];
            plain.MakePlainBatch(images, indices, batch.Pixels(0, indices.Length), get_num_threads());
            yield return Forward(classifier, batch.Images, start, indices.Length);
        }
        NativeProcess.ReturnMemory();
    }

    /// <summary>Makes the images as they are, normalised as the classifier wants them.</summary>
    public static ViewMaker Plain(Classifier classifier, DecodedImages images)
    {
        var (mean, std) = (classifier.Options.Mean, classifier.Options.Std);
        return new ViewMaker(new ViewRecipe(), images.Size, [mean.R, mean.G, mean.B], [std.R, std.G, std.B]);
    }

    static Block Forward(Classifier classifier, Tensor images, int start, int count)
    {
        using var pause = new CollectionPause();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var eval = new EvalMode(classifier.Encoder, classifier.LastLayer);
        var h = classifier.Encoder.call(images.narrow(0, 0, count));          // (B, D)
        var logits = classifier.FromFeatures(h);                              // (B, K)
        return new Block(start, count, Numbers(h), Numbers(logits));
    }

    static float[] Numbers(Tensor rows) => MemoryMarshal.Cast<byte, float>(rows.contiguous().bytes).ToArray();
}
