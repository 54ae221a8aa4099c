using System.Globalization;

namespace Gleaner;

/// <summary>How much of a pool to keep: a share, or a number of images.</summary>
public sealed record Budget
{
    readonly double? _fraction;
    readonly int? _count;

    Budget(double? fraction, int? count) => (_fraction, _count) = (fraction, count);

    /// <summary>A share of the pool, above 0 and at most 1.</summary>
    public static Budget Fraction(double fraction) => fraction is > 0 and <= 1
        ? new Budget(fraction, null)
        : throw new ArgumentOutOfRangeException(nameof(fraction), $"Fraction {fraction.ToString(CultureInfo.InvariantCulture)}; expected above 0 and at most 1 (0.2 keeps 20 %).");

    /// <summary>A share of the pool in percent, above 0 and at most 100.</summary>
    public static Budget Percent(double percent) => Fraction(percent / 100);

    /// <summary>A number of images, at least 1.</summary>
    public static Budget Count(int count) => count >= 1
        ? new Budget(null, count)
        : throw new ArgumentOutOfRangeException(nameof(count), $"Count {count}; expected at least 1.");

    /// <summary>The number of images to keep of <paramref name="poolSize"/>: exactly round(f n), half away from zero, and never 0.</summary>
    /// <exception cref="ArgumentException">More images are asked for than there are.</exception>
    public int Of(int poolSize)
    {
        int count = _count ?? Math.Max(1, (int)Math.Round((decimal)_fraction!.Value * poolSize, MidpointRounding.AwayFromZero));
        return count <= poolSize ? count
            : throw new ArgumentException($"Budget asks for {count} images; the pool holds {poolSize}.");
    }

    /// <inheritdoc/>
    public override string ToString() => _count is { } count
        ? count.ToString(CultureInfo.InvariantCulture)
        : ((decimal)_fraction!.Value * 100).ToString("0.############", CultureInfo.InvariantCulture) + " %";
}
