using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>Says whether the embeddings of a fixed sample of plain images collapsed.</summary>
/// <remarks>
/// Looks at the head's output, the space that the loss shapes: there collapse shows first and most. Features after a ReLU share a large positive mean, and their
/// many small directions hide that a few large ones are left. Spread: Chen and He 2021 (SimSiam, arXiv:2011.10566), section 4.1. Effective rank: Roy and Vetterli 2007,
/// exp of the entropy of the normalised singular values, as RankMe (Garrido et al. 2023, arXiv:2210.02885). Deviation: of the unit rows minus their mean, since in an untrained
/// network the mean is most of a row, and with it even a healthy one seems to have a single direction. The centred rank says nothing about how far apart the rows are; that is what the spread is for.
/// </remarks>
public sealed class CollapseMonitor : IDisposable
{
    /// <summary>
    /// Less spread is collapse: rows this close have a mean cosine of 0.9975. Collapsed networks had 0.016 to 0.035; healthy ones 0.17 and more after three steps and 0.9 to 1 later
    /// (docs/pretraining.md). Untrained ones, whose BN does not yet normalise, had 0.046 (ResNet-50) to 0.31 (ResNet-10); <see cref="Look"/> knows them and calls none of them collapsed.
    /// </summary>
    public const double LeastSpread = 0.05;

    /// <summary>
    /// Directions that are enough, whatever there could be. With 128, untrained networks had 50 to 106, SimCLR 42 to 56, the loss of SimSiam 24 to 26, and losses that collapse 7 to 18.
    /// </summary>
    public const int EnoughRank = 20;

    /// <summary>Share of the possible directions that is enough where 128 are not possible (small heads, narrow encoders, few images).</summary>
    public const double EnoughShare = 0.15;

    readonly DecodedImages _sample;

    /// <summary>Takes a sample, evenly from the whole pool and the same at every look; <paramref name="count"/> should be some times the numbers in a row.</summary>
    public CollapseMonitor(DecodedImages images, int count = 512)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        if (images.Count < 2) throw new ArgumentException($"The pool holds {images.Count} images; expected at least 2.", nameof(images));
        count = Math.Min(count, images.Count);
        _sample = images.Select([.. Enumerable.Range(0, count).Select(i => (int)((long)i * images.Count / count))]);
    }

    /// <summary>Embeds the sample with the proxy in eval mode, its head included if it has one, and reports. The proxy comes back in the mode it had.</summary>
    public CollapseReport Look(Proxy proxy)
    {
        ArgumentNullException.ThrowIfNull(proxy);
        var embedder = new Embedder(proxy, new EmbedderOptions { Output = proxy.Head is null ? EmbedderOutput.Encoder : EmbedderOutput.Head });
        var report = Of(embedder.Embed(_sample), embedder.Dimension, proxy.Dimension);
        return proxy.Encoder.get_buffer("bn1.num_batches_tracked")!.item<long>() == 0 ? report with { Verdict = CollapseVerdict.Fine } : report;
    }

    /// <summary>Reports on rows of <paramref name="dimension"/> numbers, one after the other, of any length.</summary>
    /// <param name="rows">At least two, finite.</param>
    /// <param name="dimension">Numbers in a row.</param>
    /// <param name="features">How many numbers a head made them from: fewer than <paramref name="dimension"/> are not expected to become many more directions.</param>
    public static CollapseReport Of(ReadOnlySpan<float> rows, int dimension, int features = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(features);
        int n = rows.Length / dimension;
        if (n < 2 || n * dimension != rows.Length) throw new ArgumentException($"{rows.Length} numbers; expected at least two rows of {dimension}.", nameof(rows));
        if (rows.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) is var odd and >= 0)
            throw new ArgumentException($"Row {odd / dimension} holds {rows[odd]}; expected finite numbers.", nameof(rows));

        using var pause = new CollectionPause();
        using var one = new OneThread();
        using var scope = NewDisposeScope();
        var u = nn.functional.normalize(tensor(rows.ToArray(), [n, dimension]).to_type(ScalarType.Float64), p: 2, dim: 1);   // (n, d); in float64 equal rows have no spread
        var centred = u - u.mean([0], keepdim: true);
        double spread = centred.pow(2).mean([0]).sqrt().mean().item<double>() * Math.Sqrt(dimension);
        double rank = EffectiveRank(linalg.svdvals(centred));
        int most = Math.Min(n - 1, dimension);
        double least = Math.Min(EnoughRank, EnoughShare * Math.Min(most, features));
        var verdict = spread < LeastSpread ? CollapseVerdict.Collapsed : rank < least ? CollapseVerdict.PartlyCollapsed : CollapseVerdict.Fine;
        return new CollapseReport(n, spread, rank, most, least, verdict);
    }

    /// <inheritdoc/>
    public void Dispose() => _sample.Dispose();

    static double EffectiveRank(Tensor singularValues)
    {
        double sum = singularValues.sum().item<double>();
        if (sum < 1e-9) return 0;   // rounding of rows that are all the same
        var p = singularValues / sum;
        return Math.Exp(-xlogy(p, p).sum().item<double>());
    }
}
