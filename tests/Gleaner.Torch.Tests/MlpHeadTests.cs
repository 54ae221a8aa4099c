using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

public sealed class MlpHeadTests
{
    [Theory]
    [InlineData("head.eval", false)]
    [InlineData("head.train", true)]
    public void Computes_what_PyTorch_computes(string fixture, bool train)
    {
        using var scope = NewDisposeScope();
        var head = new MlpHead(12, seed: 0, dimension: 5);
        PyTorch.Fill(head);
        head.train(train);

        PyTorch.AssertClose(PyTorch.Numbers(fixture), head.call(PyTorch.Formula([6, 12], 1.5)));
    }
}
