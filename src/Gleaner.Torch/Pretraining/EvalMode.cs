using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>Puts modules into eval mode and gives every part of them its own mode back afterwards.</summary>
readonly ref struct EvalMode
{
    readonly (nn.Module Module, bool Training)[] _before;

    public EvalMode(params ReadOnlySpan<nn.Module?> roots)
    {
        var before = new List<(nn.Module, bool)>();
        foreach (var root in roots)
        {
            if (root is null) continue;
            before.AddRange(root.modules().Prepend(root).Select(m => (m, m.training)));
            root.eval();
        }
        _before = [.. before];
    }

    // The parts come after the whole, so that their modes are not overwritten by it.
    public void Dispose()
    {
        foreach (var (module, training) in _before) module.train(training);
    }
}
