using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

public sealed class EmbedderTests
{
    // 300 images: one whole block and a rest.
    static readonly DecodedImages Pool = TestPool.Images(300);

    [Fact]
    public void Blocks_put_together_are_the_whole_and_can_be_continued()
    {
        using var proxy = Proxy.Create(TestPool.Tiny(), 1);
        var embedder = new Embedder(proxy);

        float[] all = embedder.Embed(Pool);
        var blocks = embedder.Blocks(Pool).ToArray();
        var rest = embedder.Blocks(Pool, fromBlock: 1).Single();

        Assert.Equal(2, embedder.BlockCount(Pool.Count));
        Assert.Equal([(0, 0, 256), (1, 256, 44)], blocks.Select(b => (b.Index, b.Start, b.Count)));
        Assert.Equal(all, blocks.SelectMany(b => b.Values));
        Assert.Equal(blocks[1].Values, rest.Values);
    }

    [Fact]
    public void An_image_alone_gets_the_row_it_gets_among_others()
    {
        using var proxy = Proxy.Create(TestPool.Tiny(), 1);
        var embedder = new Embedder(proxy);
        using var alone = new DecodedImages(Pool.Pixels(7).ToArray(), 1, Pool.Size);

        float[] row = embedder.Embed(alone), all = embedder.Embed(Pool);

        Assert.Equal(all[(7 * embedder.Dimension)..(8 * embedder.Dimension)], row, (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Theory]
    [InlineData(0, EmbedderOutput.Encoder)]
    [InlineData(2, EmbedderOutput.Head)]
    public void The_number_of_threads_changes_nothing(int views, EmbedderOutput output)
    {
        using var proxy = Proxy.Create(TestPool.Tiny(), 1);
        var embedder = new Embedder(proxy, new EmbedderOptions { Views = views, Output = output });

        float[] one = embedder.Embed(Pool);
        using var _ = new Threads(2);
        float[] two = embedder.Embed(Pool);

        Assert.Equal(one, two);
    }

    [Fact]
    public void The_mean_of_views_gives_the_mean_similarity_of_views()
    {
        using var proxy = Proxy.Create(TestPool.Tiny(), 1);
        using var two = new DecodedImages([.. Pool.Pixels(0), .. Pool.Pixels(9)], 2, Pool.Size);
        float[] mean = new Embedder(proxy, new EmbedderOptions { Views = 3, Seed = 4 }).Embed(two);
        int d = proxy.Dimension;

        // The same views one by one, through the encoder by hand.
        using var scope = NewDisposeScope();
        proxy.Encoder.eval();
        var maker = new ViewMaker(new ViewRecipe(), Pool.Size, [0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f]);
        float[][] rows = [.. Enumerable.Range(0, 6).Select(k =>
        {
            var view = new float[maker.ViewLength];
            maker.Make(two.Pixels(k % 2), new ViewSeed(4, -1, k % 2, k / 2), view);
            return PyTorch.Values(nn.functional.normalize(proxy.Encoder.call(tensor(view, 1, Pool.Size, Pool.Size, 3).permute(0, 3, 1, 2)), 2, 1));
        })];
        double expected = (from a in new[] { 0, 2, 4 } from b in new[] { 1, 3, 5 } select Dot(rows[a], rows[b])).Average();

        Assert.Equal(expected, Dot(mean[..d], mean[d..]), 1e-5);
        Assert.InRange(Math.Sqrt(Dot(mean[..d], mean[..d])), 0.01, 0.99999);
    }

    [Fact]
    public void The_proxy_comes_back_in_the_modes_it_had()
    {
        using var proxy = Proxy.Create(TestPool.Tiny(), 1);
        proxy.Encoder.train();
        var frozen = proxy.Encoder.named_modules().Single(m => m.name == "layer1.0.bn1").module;
        frozen.eval();
        proxy.Head!.eval();
        var before = PyTorch.Values(proxy.Encoder.state_dict()["bn1.running_mean"]);

        new Embedder(proxy).Embed(Pool);

        Assert.True(proxy.Encoder.training);
        Assert.False(frozen.training);
        Assert.False(proxy.Head.training);
        Assert.Equal(before, PyTorch.Values(proxy.Encoder.state_dict()["bn1.running_mean"]));
    }

    [Fact]
    public void Reports_and_stops_and_leaves_no_tensors()
    {
        using var proxy = Proxy.Create(TestPool.Tiny(), 1);
        using var cancel = new CancellationTokenSource();
        var embedder = new Embedder(proxy, new EmbedderOptions { Views = 1, Output = EmbedderOutput.Head });
        embedder.Embed(Pool);
        long before = Tensor.TotalCount;
        var seen = new List<int>();

        embedder.Embed(Pool, new Progress(seen.Add));
        Assert.Throws<OperationCanceledException>(() => embedder.Embed(Pool, new Progress(_ => cancel.Cancel()), cancel.Token));

        Assert.Equal([256, 300], seen);
        Assert.Equal(before, Tensor.TotalCount);
        Assert.Equal(8, embedder.Dimension);
    }

    [Fact]
    public void Refuses_what_the_proxy_was_not_made_for()
    {
        using var proxy = Proxy.Create(TestPool.Tiny(16), 1);
        using var headless = new Proxy(proxy.Options, proxy.Encoder, head: null);

        Assert.Contains("8 px; expected 16", Assert.Throws<ArgumentException>(() => new Embedder(proxy).Embed(Pool)).Message);
        Assert.Contains("has no head", Assert.Throws<ArgumentException>(() => new Embedder(headless, new EmbedderOptions { Output = EmbedderOutput.Head })).Message);
    }

    static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    /// <summary>System.Progress reports later, on another thread.</summary>
    sealed class Progress(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
