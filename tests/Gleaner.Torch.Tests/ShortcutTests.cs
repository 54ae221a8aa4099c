using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

public sealed class ShortcutTests
{
    [Theory]
    [InlineData(3, 4, 8, 16, 16, 2)]
    [InlineData(3, 8, 16, 7, 9, 2)]
    [InlineData(2, 4, 6, 1, 1, 2)]
    [InlineData(3, 4, 8, 5, 5, 1)]
    [InlineData(3, 16, 32, 16, 16, 2)]
    [InlineData(2, 256, 512, 4, 4, 2)]     // what oneDNN computes half wrong in some virtual machines
    [InlineData(2, 256, 512, 4, 4, 1)]
    public void Agrees_with_the_plain_sum_in_double_precision(int images, int inputs, int outputs, int height, int width, int stride)
    {
        using var _ = new Threads(2);
        using var scope = NewDisposeScope();
        using var shortcut = Shortcut.Create(inputs, outputs, stride);
        PyTorch.Fill(shortcut);
        shortcut.eval();
        var x = ChannelsLast.Of(PyTorch.Formula([images, inputs, height, width], 0.7)).requires_grad_();

        var y = Shortcut.Call(shortcut, x);
        var dy = PyTorch.Formula(y.shape, 1.1);
        y.backward([dy]);

        // y = BN(sum over c of w[k, c] x[n, c, stride i, stride j]), with BN's running statistics
        using var none = no_grad();
        var state = shortcut.state_dict();
        Tensor Row(string name) => state[name].to(float64).reshape(1, outputs, 1, 1);
        Tensor w = state["0.weight"].to(float64).reshape(outputs, inputs), scale = Row("1.weight") / (Row("1.running_var") + 1e-5).sqrt();
        var picked = x.detach().to(float64)[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(step: stride), TensorIndex.Slice(step: stride)];
        var dz = dy.to(float64) * scale;
        Tensor dx = zeros(x.shape, float64);
        dx[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(step: stride), TensorIndex.Slice(step: stride)] = einsum("nkij,kc->ncij", dz, w);
        PyTorch.AssertClose(PyTorch.Values(((einsum("ncij,kc->nkij", picked, w) - Row("1.running_mean")) * scale + Row("1.bias")).to(float32)), y);
        PyTorch.AssertClose(PyTorch.Values(dx.to(float32)), x.grad!);
        PyTorch.AssertClose(PyTorch.Values(einsum("nkij,ncij->kc", dz, picked).to(float32)), shortcut.get_parameter("0.weight")!.grad!);
    }

    /// oneDNN's own way damaged memory in all of six such runs: this test then ends as a crash of the process.
    [Fact]
    public void Narrow_ones_leave_memory_as_it_was()
    {
        using var _ = new Threads(2);
        using var shortcut = Shortcut.Create(4, 8, stride: 2);
        for (int i = 0; i < 200; i++)
        {
            using var scope = NewDisposeScope();
            Shortcut.Call(shortcut, ChannelsLast.Of(PyTorch.Formula([3, 4, 16, 16], i))).sum().backward();
        }
    }
}
