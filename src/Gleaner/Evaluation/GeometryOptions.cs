namespace Gleaner;

/// <summary>How <see cref="Geometry"/> measures.</summary>
public sealed record GeometryOptions
{
    /// <summary>a in E |f(x1) - f(x2)|^a, above 0 (Wang and Isola's default 2).</summary>
    public double AlignmentPower { get; init; } = 2;

    /// <summary>t in log E exp(-t |f(x) - f(y)|^2), above 0 (Wang and Isola's default 2).</summary>
    public double UniformityScale { get; init; } = 2;

    /// <summary>Uniformity is exact up to so many pairs: 20,000 images of one view are 200 million.</summary>
    public long MaxExactPairs { get; init; } = 200_000_000;

    /// <summary>How many pairs are drawn if there are more, at least 2.</summary>
    public int SampledPairs { get; init; } = 2_000_000;

    /// <summary>Fixes the drawn pairs.</summary>
    public int Seed { get; init; }

    /// <summary>Threads; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
