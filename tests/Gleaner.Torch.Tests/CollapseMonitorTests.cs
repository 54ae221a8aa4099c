using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

public sealed class CollapseMonitorTests
{
    [Fact]
    public void Rows_along_all_axes_in_both_directions_are_as_spread_as_can_be()
    {
        const int d = 20;

        var report = CollapseMonitor.Of(Axes([.. Enumerable.Repeat(1, d)]), d);

        Assert.Equal((1, d, d), (Math.Round(report.Spread, 6), Math.Round(report.EffectiveRank, 6), report.MostRank));
        Assert.Equal(CollapseVerdict.Fine, report.Verdict);
        Assert.Equal("No collapse: the embeddings of 40 images differ in 20.0 of 20 directions (spread 1.00; 1 is even).", report.Sentence);
    }

    [Fact]
    public void The_rank_is_exp_of_the_entropy_of_the_singular_values()
    {
        int[] times = [9, 4, 1, 1];                                       // m pairs along an axis: singular value sqrt(2 m)
        double[] p = [.. times.Select(m => Math.Sqrt(m) / times.Sum(t => Math.Sqrt(t)))];

        var report = CollapseMonitor.Of(Axes(times), times.Length);

        Assert.Equal(Math.Exp(-p.Sum(x => x * Math.Log(x))), report.EffectiveRank, 6);
        Assert.Equal(times.Sum(m => Math.Sqrt(2.0 * m / 30)) / times.Length * Math.Sqrt(times.Length), report.Spread, 6);
    }

    [Fact]
    public void Random_directions_have_a_spread_of_one()
    {
        using var scope = NewDisposeScope();

        var report = CollapseMonitor.Of(PyTorch.Values(Normal(2000, 64)), 64);

        Assert.InRange(report.Spread, 0.99, 1);
        Assert.InRange(report.EffectiveRank, 63, 64);
    }

    [Fact]
    public void Neither_the_lengths_nor_the_order_nor_a_rotation_matters()
    {
        using var scope = NewDisposeScope();
        var x = Normal(100, 16) * arange(1, 17) + 3;
        var (q, _) = linalg.qr(Normal(16, 16));

        var changed = mm(x.flip(0), q) * arange(1, 101).reshape(100, 1);
        CollapseReport report = Of(x), other = Of(changed);

        Assert.Equal(report.EffectiveRank, other.EffectiveRank, 4);
        Assert.Equal(report.Spread, Of(x.flip(0) * 7).Spread, 5);
        Assert.True(report.EffectiveRank < 15);
    }

    [Fact]
    public void Rows_on_a_circle_are_partly_collapsed()
    {
        float[] rows = [.. Enumerable.Range(0, 300).SelectMany(i => new[] { MathF.Cos(i / 300f * MathF.Tau), MathF.Sin(i / 300f * MathF.Tau) }.Concat(new float[126]))];

        var report = CollapseMonitor.Of(rows, 128);

        Assert.Equal(2, report.EffectiveRank, 4);
        Assert.Equal(Math.Sqrt(2 / 128.0), report.Spread, 5);
        Assert.Equal(CollapseVerdict.PartlyCollapsed, report.Verdict);
        Assert.StartsWith("Partly collapsed: the embeddings of 300 images differ in 2.0 of 128 directions (below 19.2 is partial collapse; spread 0.13)", report.Sentence);
    }

    [Fact]
    public void Rows_that_are_nearly_the_same_are_collapsed_however_many_directions_their_noise_has()
    {
        using var scope = NewDisposeScope();

        var report = Of(ones(200, 64) + Normal(200, 64) * 0.01);

        Assert.InRange(report.Spread, 0.009, 0.011);
        Assert.True(report.EffectiveRank > 50);
        Assert.Equal(CollapseVerdict.Collapsed, report.Verdict);
        Assert.StartsWith("Collapsed: the embeddings of 200 images are nearly the same (spread 0.010; 1 is even, below 0.05 is collapse)", report.Sentence);
    }

    [Theory, InlineData(0), InlineData(0.3f)]
    public void Rows_that_are_the_same_have_no_rank(float value)
    {
        float[] rows = new float[40];
        Array.Fill(rows, value);

        var report = CollapseMonitor.Of(rows, 4);

        Assert.Equal((0, CollapseVerdict.Collapsed), (report.EffectiveRank, report.Verdict));
        Assert.InRange(report.Spread, 0, 1e-9);
    }

    [Fact]
    public void Refuses_what_is_no_embedding()
    {
        Assert.Contains("at least two rows of 4", Assert.Throws<ArgumentException>(() => CollapseMonitor.Of(new float[4], 4)).Message);
        Assert.Contains("at least two rows of 4", Assert.Throws<ArgumentException>(() => CollapseMonitor.Of(new float[10], 4)).Message);
        Assert.Contains("Row 1 holds NaN", Assert.Throws<ArgumentException>(() => CollapseMonitor.Of([1, 2, 3, float.NaN], 2)).Message);
    }

    [Theory]
    [InlineData(10, 0.25, 0)]
    [InlineData(10, 0.25, 1)]
    [InlineData(34, 0.25, 0)]
    [InlineData(50, 0.125, 0)]
    public void An_untrained_network_is_fine(int depth, double width, int seed)
    {
        using var proxy = Proxy.Create(new ProxyOptions { Architecture = new ResNetOptions { Depth = depth, Width = width, Stem = ResNetStem.Conv3Stride2 }, ImageSize = 16 }, seed);
        using var images = Noise(200, 16);
        using var monitor = new CollapseMonitor(images);

        Assert.Equal(CollapseVerdict.Fine, monitor.Look(proxy).Verdict);
    }

    [Theory]
    [InlineData(128, CollapseVerdict.Fine)]
    [InlineData(2, CollapseVerdict.PartlyCollapsed)]
    [InlineData(0, CollapseVerdict.Collapsed)]
    public void A_head_that_keeps_few_directions_is_noticed_and_the_proxy_is_left_as_it_was(int directions, CollapseVerdict expected)
    {
        using var scope = NewDisposeScope();
        using var proxy = Proxy.Create(new ProxyOptions { Architecture = new ResNetOptions { Depth = 10, Width = 0.25, Stem = ResNetStem.Conv3Stride2 }, ImageSize = 16 }, seed: 0);
        using var images = Noise(200, 16);
        using var monitor = new CollapseMonitor(images, count: 150);
        using (no_grad())
        {
            proxy.Encoder.train();
            proxy.Head!.train();
            for (int k = 0; k < 30; k++) proxy.Head.call(proxy.Encoder.call(Pixels(images)));   // BN learns its statistics
            var last = proxy.Head.get_parameter("projection_head.3.weight")!;
            last.copy_(mm(last, Rank(directions, 128)));
            if (directions == 0) proxy.Head.get_buffer("projection_head.4.running_mean")!.fill_(1);
        }

        var report = monitor.Look(proxy);

        Assert.Equal((150, expected), (report.Rows, report.Verdict));
        Assert.True(proxy.Encoder.training && proxy.Head.training);
        Assert.Equal(report, monitor.Look(proxy));
    }

    static Tensor Normal(int rows, int columns)
    {
        using var generator = new Generator(5, CPU);
        return randn([rows, columns], generator: generator);
    }

    static CollapseReport Of(Tensor rows) => CollapseMonitor.Of(PyTorch.Values(rows), (int)rows.shape[1]);

    /// For every axis, so many pairs of unit rows in both directions.
    static float[] Axes(int[] times) => [.. times.SelectMany((m, axis) => Enumerable.Repeat(axis, m)).SelectMany(axis => new[] { 1f, -1f }.SelectMany(sign => times.Select((_, k) => k == axis ? sign : 0)))];

    /// Keeps the first so many of a row's numbers.
    static Tensor Rank(int directions, int of) => diag(cat([ones(directions), zeros(of - directions)], 0));

    static DecodedImages Noise(int count, int size)
    {
        var pixels = new byte[count * size * size * 3];
        new Random(3).NextBytes(pixels);
        return new DecodedImages(pixels, count, size);
    }

    static Tensor Pixels(DecodedImages images) =>
        stack(Enumerable.Range(0, 64).Select(i => tensor(images.Pixels(i).ToArray()).reshape(images.Size, images.Size, 3).permute(2, 0, 1).to_type(ScalarType.Float32) / 127.5 - 1));
}
