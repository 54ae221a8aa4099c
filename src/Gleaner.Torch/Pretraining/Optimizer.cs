using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>Moves parameters along their gradients; its whole state can be read and set, which that of TorchSharp's cannot, so a resumed run is the same run.</summary>
abstract class Optimizer : IDisposable
{
    readonly Slot[] _slots;

    protected Optimizer(IEnumerable<TrainedParameter> parameters, OptimizerOptions options, params string[] moments)
    {
        using var scope = NewDisposeScope();
        Options = options;
        _slots = [.. parameters.Select(p => new Slot(p, IsWeight(p) || options.DecayBiasesAndNorms,
            [.. moments.Select(m => ($"optimizer.{m}.{p.Name}", zeros_like(p.Value).DetachFromDisposeScope()))]))];
    }

    public static Optimizer Create(IEnumerable<TrainedParameter> parameters, OptimizerOptions options)
    {
        options.Validate();
        return options.Kind switch
        {
            OptimizerKind.Sgd => new Sgd(parameters, options),
            OptimizerKind.Lars => new Lars(parameters, options),
            _ => new Adam(parameters, options),
        };
    }

    /// <summary>t, how many steps were made.</summary>
    public int Steps { get; set; }

    /// <summary>The moments under the names of their parameters.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => _slots.SelectMany(s => s.Moments);

    protected OptimizerOptions Options { get; }

    public void ZeroGradients()
    {
        using var scope = NewDisposeScope();
        foreach (var slot in _slots) slot.Parameter.Value.grad = null;
    }

    /// <summary>Moves every parameter that has a gradient; those that are not scheduled at <paramref name="highestRate"/>.</summary>
    public void Step(double rate, double highestRate)
    {
        Steps++;
        using var _ = no_grad();
        foreach (var slot in _slots)
        {
            using var scope = NewDisposeScope();
            if (slot.Parameter.Value.grad is { } g)
                Move(slot.Parameter.Value, g, slot.Decays, slot.Parameter.Scheduled ? rate : highestRate, slot.Moments);
        }
    }

    /// <summary>Moves one parameter p along its gradient g.</summary>
    protected abstract void Move(Tensor p, Tensor g, bool decays, double rate, (string Name, Tensor Value)[] moments);

    public void Dispose()
    {
        foreach (var (_, moment) in State) moment.Dispose();
    }

    // Biases, and the scales and shifts of BN, are the parameters with one axis.
    static bool IsWeight(TrainedParameter p) => p.Value.dim() > 1;

    sealed record Slot(TrainedParameter Parameter, bool Decays, (string Name, Tensor Value)[] Moments);
}
