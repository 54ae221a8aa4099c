using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

public sealed class BatchNormalizationTests
{
    const double Tolerance = 1e-5;

    [Theory]
    [InlineData(true, 3, 16, 9, 7, false, false)]
    [InlineData(true, 3, 16, 9, 7, true, false)]
    [InlineData(true, 3, 16, 9, 7, false, true)]
    [InlineData(true, 3, 16, 9, 7, true, true)]
    [InlineData(true, 5, 3, 4, 4, true, true)]      // channels that are no vector
    [InlineData(true, 3, 21, 1, 1, true, true)]     // three rows
    [InlineData(true, 40, 64, 16, 16, true, true)]  // many blocks
    [InlineData(true, 130, 37, 0, 0, false, true)]  // (B, C), a block and two rows
    [InlineData(false, 40, 21, 8, 8, true, true)]   // by the running statistics
    [InlineData(false, 1, 16, 0, 0, false, false)]
    public void Agrees_with_libtorchs_in_double_precision(bool training, int images, int channels, int height, int width, bool residual, bool relu)
    {
        using var _ = new Threads(2);
        using var scope = NewDisposeScope();
        long[] shape = height == 0 ? [images, channels] : [images, channels, height, width];
        using var layer = Layer(shape);
        var plain = Layer(shape).to(float64);
        layer.train(training);
        plain.train(training);
        var x = Input(shape, 0.7).requires_grad_();
        var around = residual ? Input(shape, 0.3).requires_grad_() : null;
        var dy = Input(shape, 1.1);
        Tensor xd = x.detach().to(float64).requires_grad_();
        Tensor? aroundDouble = around?.detach().to(float64).requires_grad_();

        var y = BatchNormalization.Of(layer, x, around, relu);
        y.backward([dy]);

        var expected = ((nn.Module<Tensor, Tensor>)plain).call(xd);
        if (aroundDouble is not null) expected = expected + aroundDouble;
        if (relu) expected = expected.relu();
        expected.backward([dy.to(float64)]);
        Close(expected, y);
        Close(xd.grad!, x.grad!);
        if (around is not null) Close(aroundDouble!.grad!, around.grad!);
        foreach (var (name, value) in plain.state_dict()) Close(value.to(float64), layer.state_dict()[name]);
        foreach (var (name, value) in plain.named_parameters()) Close(value.grad!, layer.get_parameter(name)!.grad!);
    }

    [Fact]
    public void A_mean_far_from_zero_costs_no_digits()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.BatchNorm2d(16);
        Tensor noise = Input([20, 16, 8, 8], 0.7), x = noise + 1000;

        var y = BatchNormalization.Of(layer, x);

        var exact = x.to(float64);
        var mean = exact.mean([0, 2, 3], keepdim: true);
        var expected = (exact - mean) / ((exact - mean).square().mean([0, 2, 3], keepdim: true) + 1e-5).sqrt();
        Assert.True((expected - y.to(float64)).abs().max().item<double>() < 2e-4, "the mean itself is rounded to 6e-5");
    }

    [Fact]
    public void Channels_that_are_all_alike_become_the_bias()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.BatchNorm2d(16);
        using (no_grad()) layer.bias!.fill_(0.25);

        Assert.All(PyTorch.Values(BatchNormalization.Of(layer, full([3, 16, 5, 5], 7f))), v => Assert.Equal(0.25f, v, 1e-3));
    }

    [Fact]
    public void What_is_no_number_stays_so()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.BatchNorm2d(16);
        var x = Input([3, 16, 4, 4], 0.7);
        x[0, 3, 0, 0] = float.NaN;

        var y = BatchNormalization.Of(layer, x, relu: true).isnan().any(0).any(1).any(1);

        Assert.Equal(Enumerable.Range(0, 16).Select(c => c == 3), Enumerable.Range(0, 16).Select(c => y[c].item<bool>()));
    }

    [Fact]
    public void Every_number_of_threads_gives_the_same_bytes()
    {
        var all = new[] { 1, 2, 3, 4 }.Select(Bytes).ToArray();

        Assert.All(all, bytes => Assert.Equal(all[0], bytes));

        static byte[] Bytes(int threads)
        {
            using var _ = new Threads(threads);
            using var scope = NewDisposeScope();
            long[] shape = [50, 24, 15, 15];
            using var layer = Layer(shape);
            Tensor x = Input(shape, 0.7).requires_grad_(), around = Input(shape, 0.3).requires_grad_();
            var y = BatchNormalization.Of(layer, x, around, relu: true);
            y.backward([Input(shape, 1.1)]);
            return [.. PyTorch.Bytes(y), .. PyTorch.Bytes(x.grad!), .. PyTorch.Bytes(around.grad!), .. layer.parameters().SelectMany(p => PyTorch.Bytes(p.grad!)), .. layer.state_dict().Values.SelectMany(PyTorch.Bytes)];
        }
    }

    static Tensor Input(long[] shape, double offset) => shape.Length == 4 ? ChannelsLast.Of(PyTorch.Formula(shape, offset)) : PyTorch.Formula(shape, offset);

    static BatchNorm Layer(long[] shape)
    {
        BatchNorm layer = shape.Length == 4 ? nn.BatchNorm2d(shape[1]) : nn.BatchNorm1d(shape[1]);
        PyTorch.Fill(layer);
        return layer;
    }

    static void Close(Tensor expected, Tensor actual) => PyTorch.AssertClose(expected, actual, Tolerance);
}
