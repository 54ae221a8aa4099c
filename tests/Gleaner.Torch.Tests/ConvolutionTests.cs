using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

public sealed class ConvolutionTests
{
    /// <summary>Of the largest number. Products of transformed numbers lose about a digit, and sums over a regular sine another one.</summary>
    const double Tolerance = 1e-4;

    [Theory]
    [InlineData(3, 8, 8, 32, 64, 1)]
    [InlineData(2, 9, 7, 64, 32, 1)]   // tiles that stick out
    [InlineData(150, 4, 4, 32, 32, 2)]   // several blocks of tiles, two threads
    [InlineData(2, 3, 4, 64, 48, 1)]
    public void Agrees_with_the_plain_sum_in_double_precision(int images, int height, int width, int inputs, int outputs, int threads)
    {
        using var _ = new Threads(threads);
        using var scope = NewDisposeScope();
        using var layer = nn.Conv2d(inputs, outputs, 3, padding: 1, bias: false);
        layer.weight = new TorchSharp.Modules.Parameter(PyTorch.Formula([outputs, inputs, 3, 3], 0.3));
        var x = ChannelsLast.Of(PyTorch.Formula([images, inputs, height, width], 0.7)).requires_grad_();
        var dy = PyTorch.Formula([images, outputs, height, width], 1.1);

        var y = Convolution.Of(layer, x);
        y.backward([dy]);

        var (xd, wd) = (x.detach().to(float64).requires_grad_(), layer.weight.detach().to(float64).requires_grad_());
        var expected = nn.functional.conv2d(xd, wd, padding: [1, 1]);
        expected.backward([dy.to(float64)]);
        Close(expected, y);
        Close(xd.grad!, x.grad!);
        Close(wd.grad!, layer.weight.grad!);
    }

    [Fact]
    public void The_same_threads_give_the_same_bytes()
    {
        using var threads = new Threads(2);
        using var scope = NewDisposeScope();

        Assert.Equal(Gradient(), Gradient());

        static byte[] Gradient()
        {
            using var layer = nn.Conv2d(32, 32, 3, padding: 1, bias: false);
            layer.weight = new TorchSharp.Modules.Parameter(PyTorch.Formula([32, 32, 3, 3], 0.3));
            Convolution.Of(layer, ChannelsLast.Of(PyTorch.Formula([40, 32, 8, 8], 0.7))).square().sum().backward();
            return layer.weight.grad!.contiguous().bytes.ToArray();
        }
    }

    [Fact]
    public void Other_layers_are_libtorchs()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Conv2d(32, 32, 3, stride: 2, padding: 1, bias: false);
        var x = PyTorch.Formula([2, 32, 8, 8], 0.7);

        Assert.Equal(layer.call(x).bytes.ToArray(), Convolution.Of(layer, x).bytes.ToArray());
    }

    static void Close(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        double error = (expected - actual.to(float64)).abs().max().item<double>(), largest = expected.abs().max().item<double>();
        Assert.True(error <= Tolerance * largest, $"{error / largest:E1} of the largest number");
    }
}
