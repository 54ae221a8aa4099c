using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

public sealed class MatrixProductTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 5, 3)]
    [InlineData(100, 64, 128)]
    [InlineData(513, 33, 70)]
    public void Agrees_with_libtorchs_in_double_precision(int n, int m, int d)
    {
        using var _ = new Threads(2);
        using var scope = NewDisposeScope();
        Tensor a = PyTorch.Formula([n, d], 0.3).requires_grad_(), b = PyTorch.Formula([m, d], 0.7).requires_grad_(), dc = PyTorch.Formula([n, m], 1.1);
        Tensor wideA = a.detach().to(float64).requires_grad_(), wideB = b.detach().to(float64).requires_grad_();

        var c = MatrixProduct.OfRows(a, b);
        c.backward([dc]);

        var expected = mm(wideA, wideB.t());
        expected.backward([dc.to(float64)]);
        Close(expected, c);
        Close(wideA.grad!, a.grad!);
        Close(wideB.grad!, b.grad!);
    }

    /// libtorch's BLAS adds in another order with another number of threads where there are few rows, as here.
    [Theory]
    [InlineData(1, 3)]
    [InlineData(6, 10)]
    [InlineData(7, 128)]
    [InlineData(300, 200)]
    public void Every_number_of_threads_gives_the_same_bytes(int n, int m)
    {
        var all = new[] { 1, 2, 3, 4 }.Select(Bytes).ToArray();

        Assert.All(all, bytes => Assert.Equal(all[0], bytes));

        byte[] Bytes(int threads)
        {
            using var _ = new Threads(threads);
            using var scope = NewDisposeScope();
            Tensor a = PyTorch.Formula([n, 64], 0.3).requires_grad_(), b = PyTorch.Formula([m, 64], 0.7).requires_grad_();
            var c = MatrixProduct.OfRows(a, b);
            c.backward([PyTorch.Formula([n, m], 1.1)]);
            return [.. PyTorch.Bytes(c), .. PyTorch.Bytes(a.grad!), .. PyTorch.Bytes(b.grad!)];
        }
    }

    static void Close(Tensor expected, Tensor actual) => PyTorch.AssertClose(expected, actual, 1e-5);
}
