using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

public sealed class ConvolutionTests
{
    /// <summary>Of the largest number. Products of transformed numbers lose about a digit, and sums over a regular sine another one.</summary>
    const double Tolerance = 1e-4;

    [Theory]
    [InlineData(3, 8, 8, 32, 64, 3, 1, 1)]
    [InlineData(2, 9, 7, 64, 32, 3, 1, 1)]     // tiles that stick out
    [InlineData(150, 4, 4, 32, 32, 3, 1, 2)]   // several blocks of tiles, two threads
    [InlineData(2, 3, 4, 64, 48, 3, 1, 1)]
    [InlineData(3, 9, 7, 3, 16, 3, 1, 2)]      // from here on not Winograd's: patches of 27 numbers
    [InlineData(3, 9, 7, 3, 16, 3, 2, 2)]
    [InlineData(2, 20, 17, 3, 64, 7, 2, 2)]
    [InlineData(40, 15, 15, 16, 16, 3, 1, 3)]  // several blocks of patches
    [InlineData(5, 8, 8, 32, 64, 3, 2, 1)]
    [InlineData(2, 6, 5, 5, 7, 3, 2, 2)]       // no whole tile, no whole panel
    [InlineData(2, 4, 4, 16, 48, 3, 2, 1)]     // a panel and a half
    [InlineData(2, 1, 1, 64, 32, 3, 2, 2)]     // patches mostly outside
    public void Agrees_with_the_plain_sum_in_double_precision(int images, int height, int width, int inputs, int outputs, int kernel, int stride, int threads)
    {
        using var _ = new Threads(threads);
        using var scope = NewDisposeScope();
        int padding = kernel / 2;
        using var layer = nn.Conv2d(inputs, outputs, kernel, stride: stride, padding: padding, bias: false);
        layer.weight = new TorchSharp.Modules.Parameter(PyTorch.Formula([outputs, inputs, kernel, kernel], 0.3));
        var x = ChannelsLast.Of(PyTorch.Formula([images, inputs, height, width], 0.7)).requires_grad_();

        var y = Convolution.Of(layer, x);
        var dy = PyTorch.Formula(y.shape, 1.1);
        y.backward([dy]);

        var (xd, wd) = (x.detach().to(float64).requires_grad_(), layer.weight.detach().to(float64).requires_grad_());
        var expected = nn.functional.conv2d(xd, wd, strides: [stride, stride], padding: [padding, padding]);
        expected.backward([dy.to(float64)]);
        Close(expected, y);
        Close(xd.grad!, x.grad!);
        Close(wd.grad!, layer.weight.grad!);
    }

    [Theory]
    [InlineData(32, 32, 8, 3, 1)]     // Winograd's
    [InlineData(3, 16, 20, 3, 2)]
    [InlineData(3, 32, 33, 7, 2)]
    [InlineData(16, 16, 16, 3, 1)]
    [InlineData(32, 64, 16, 3, 2)]
    [InlineData(16, 32, 16, 1, 2)]
    public void Every_number_of_threads_gives_the_same_bytes(int inputs, int outputs, int side, int kernel, int stride)
    {
        var all = new[] { 1, 2, 3, 4 }.Select(Bytes).ToArray();

        Assert.All(all, bytes => Assert.Equal(all[0], bytes));

        byte[] Bytes(int threads)
        {
            using var _ = new Threads(threads);
            using var scope = NewDisposeScope();
            using var layer = nn.Conv2d(inputs, outputs, kernel, stride: stride, padding: kernel / 2, bias: false);
            layer.weight = new TorchSharp.Modules.Parameter(PyTorch.Formula([outputs, inputs, kernel, kernel], 0.3));
            var x = ChannelsLast.Of(PyTorch.Formula([60, inputs, side, side], 0.7)).requires_grad_();
            var y = Convolution.Of(layer, x);
            y.backward([PyTorch.Formula(y.shape, 1.1)]);
            return [.. PyTorch.Bytes(y), .. PyTorch.Bytes(x.grad!), .. PyTorch.Bytes(layer.weight.grad!)];
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    public unsafe void Narrower_vectors_give_the_same_bytes(int width)
    {
        const int count = 37;
        float[] a = [.. Enumerable.Range(0, 8 * count).Select(i => MathF.Sin(i))], b = [.. Enumerable.Range(0, count * width).Select(i => MathF.Cos(i))];
        float[] wide = new float[8 * width], narrow = new float[8 * width];
        fixed (float* left = a, right = b, one = wide, other = narrow)
            foreach (bool add in new[] { false, true })
            {
                TileProducts.Multiply(left, count, 1, right, width, count, one, width, add);
                for (int row = 0; row < 8; row += 4)
                    for (int column = 0; column < width; column += 16) TileProducts.Half(left + row * count, count, 1, right + column, width, count, other + row * width + column, width, add);
            }

        Assert.Equal(wide, narrow);
        Assert.Equal(2 * Enumerable.Range(0, count).Sum(k => (double)a[3 * count + k] * b[k * width + 5]), wide[3 * width + 5], 1e-4);
    }

    static void Close(Tensor expected, Tensor actual) => PyTorch.AssertClose(expected, actual, Tolerance);

    // A batch of a thousand images of 96 px behind a stem of 64 channels. The memory is not touched but at its ends.
    [Fact]
    public unsafe void Tensors_of_more_than_two_gigabytes_have_a_start()
    {
        using var large = empty(1000, 64, 96, 96);

        float* start = ChannelsLast.Start(large);

        (start[0], start[large.numel() - 1]) = (3, 5);
        using Tensor first = large[0, 0, 0, 0], last = large[999, 63, 95, 95];
        Assert.Equal((3f, 5f), (first.item<float>(), last.item<float>()));
        using var none = empty(0, 3);
        Assert.True(ChannelsLast.Start(none) is null);
    }
}
