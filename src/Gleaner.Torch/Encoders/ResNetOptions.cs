namespace Gleaner.Torch;

/// <summary>Which ResNet; the default is torchvision's ResNet-18 with the stem for 32 px.</summary>
public sealed record ResNetOptions
{
    /// <summary>10, 18, 34 (two 3x3 convolutions a block) or 50 (bottlenecks).</summary>
    public int Depth { get; init; } = 18;

    /// <summary>Multiplies every number of channels; at 1 the first stage has 64. The work grows with its square.</summary>
    public double Width { get; init; } = 1;

    /// <summary>What stands before the first stage.</summary>
    public ResNetStem Stem { get; init; } = ResNetStem.Conv3Stride1;

    /// <summary>Channels of the first stage: 64 x <see cref="Width"/>, rounded, at least 1.</summary>
    public int Planes => Math.Max(1, (int)Math.Round(64 * Width));

    /// <summary>Numbers in the encoder's output: 8 x <see cref="Planes"/>, for bottlenecks 32 x.</summary>
    public int Dimension => Planes * 8 * (Bottleneck ? 4 : 1);

    /// <summary>The stem for images of this size.</summary>
    /// <param name="imageSize">Width and height in pixels.</param>
    /// <param name="fast">
    /// Halve the sides until about 14 to 20 positions are left before the first stage, for processors: the cost is nearly proportional to their square. Otherwise the usual
    /// stems: 3x3 without stride up to 40 px, with stride 2 up to 72, with pooling too up to 112, torchvision's above.
    /// </param>
    public static ResNetStem StemFor(int imageSize, bool fast) => (imageSize, fast) switch
    {
        ( <= 20, true) or ( <= 40, false) => ResNetStem.Conv3Stride1,
        ( <= 48, true) or ( <= 72, false) => ResNetStem.Conv3Stride2,
        ( <= 112, _) => ResNetStem.Conv3Stride2Pool,
        _ => ResNetStem.Conv7Stride2Pool,
    };

    /// <summary>
    /// Multiply-adds of one image's way through the encoder, of its convolutions alone: BN, pooling, the residual sums and any head are left out, and an image is taken to be
    /// convolved as the formula says (tiles that save multiplications do not change the number). A training step costs about three times as much for each view.
    /// </summary>
    /// <param name="imageSize">Width and height in pixels.</param>
    public long MultiplyAdds(int imageSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imageSize);
        bool wide = Stem == ResNetStem.Conv7Stride2Pool;
        int side = Stem == ResNetStem.Conv3Stride1 ? imageSize : Half(imageSize), channels = Planes;
        long sum = Products(side, 3, channels, wide ? 7 : 3);
        if (wide || Stem == ResNetStem.Conv3Stride2Pool) side = Half(side);

        for (int stage = 0; stage < 4; stage++)
            for (int block = 0; block < Blocks[stage]; block++)
            {
                int planes = Planes << stage, outputs = Bottleneck ? planes * 4 : planes, before = side;
                bool strided = stage > 0 && block == 0;
                if (strided) side = Half(side);
                sum += Bottleneck
                    ? Products(before, channels, planes, 1) + Products(side, planes, planes, 3) + Products(side, planes, outputs, 1)
                    : Products(side, channels, planes, 3) + Products(side, planes, planes, 3);
                if (strided || channels != outputs) sum += Products(side, channels, outputs, 1);   // the way around
                channels = outputs;
            }
        return sum;
    }

    internal bool Bottleneck => Depth >= 50;

    /// <summary>Blocks in each of the four stages (He et al. 2015, table 1; 10 has one in each, as the SAS authors').</summary>
    internal int[] Blocks => Depth switch
    {
        10 => [1, 1, 1, 1],
        18 => [2, 2, 2, 2],
        34 or 50 => [3, 4, 6, 3],
        _ => throw new ArgumentOutOfRangeException(nameof(Depth), Depth, "Expected 10, 18, 34 or 50."),
    };

    /// <summary>For people: <c>ResNet-18, width 0.5, Conv3Stride1</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"ResNet-{Depth}, width {Width}, {Stem}");

    // Every layer with stride 2 here is padded so that it leaves half the side, rounded up.
    static int Half(int side) => (side + 1) / 2;

    static long Products(long side, long inputs, long outputs, long kernel) => side * side * inputs * outputs * kernel * kernel;
}
