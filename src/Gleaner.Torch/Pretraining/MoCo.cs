using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>MoCo v2: a query must find its key, made by an encoder that follows slowly, among the keys of many earlier batches.</summary>
/// <remarks>
/// He et al. 2019, eq. 1 and 2 and algorithm 1 (arXiv:1911.05722), with the head, the views and the schedule of Chen et al. 2020 (arXiv:2003.04297).
/// Deviation: the keys are not shuffled over processors for BN; they are normalised in groups, the queries together, which separates their statistics alike.
/// </remarks>
public sealed class MoCo : ContrastiveMethod
{
    readonly MoCoOptions _options;
    readonly MomentumCopy k;
    readonly Tensor queue, position;
    readonly List<Tensor> _keys = [];

    /// <summary>Trains <paramref name="proxy"/>, which stays the caller's and must have its head; <paramref name="seed"/> fills the queue.</summary>
    public MoCo(Proxy proxy, int seed, MoCoOptions? options = null) : base(proxy)
    {
        _options = options ?? new();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.Temperature, nameof(MoCoOptions.Temperature));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.Queue, nameof(MoCoOptions.Queue));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.KeyGroups, nameof(MoCoOptions.KeyGroups));
        if (!(_options.Momentum is >= 0 and <= 1)) throw new ArgumentException($"{nameof(MoCoOptions.Momentum)} is {_options.Momentum}; expected a number from 0 to 1.", nameof(options));
        k = new MomentumCopy(proxy);
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        queue = nn.functional.normalize(randn([_options.Queue, proxy.Head!.Dimension], generator: generator), p: 2, dim: 1).DetachFromDisposeScope();
        position = zeros(1, ScalarType.Int64).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override string Description => FormattableString.Invariant(
        $"MoCo v2, temperature {_options.Temperature}, momentum {_options.Momentum}, queue {_options.Queue}, {_options.KeyGroups} key groups");

    /// <inheritdoc/>
    public override Tensor Loss(Tensor views)
    {
        using var scope = NewDisposeScope();
        var x = views.chunk(2, 0);
        var q = Unit(Proxy.Head!.call(Proxy.Encoder.call(x[0])));                                    // (N, C)
        var key = Keys(x[1]);                                                                        // (N, C), no gradient
        var positive = (q * key).sum(1, keepdim: true);                                              // (N, 1)
        var negative = MatrixProduct.OfRows(q, queue);                                               // (N, K)
        var logits = cat([positive, negative], 1).div(_options.Temperature);
        _keys.Add(key.DetachFromDisposeScope());
        var first = zeros(q.shape[0], ScalarType.Int64);
        return nn.functional.cross_entropy(logits, first).MoveToOuterDisposeScope();
    }

    /// <summary>θ_k = m θ_k + (1 - m) θ_q; then the newest keys replace the oldest.</summary>
    public override void AfterStep(double progress)
    {
        k.Follow(_options.Momentum);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        long at = position.item<long>();
        foreach (var key in _keys)
        {
            var newest = key.shape[0] <= _options.Queue ? key : key.narrow(0, key.shape[0] - _options.Queue, _options.Queue);
            queue.index_copy_(0, arange(newest.shape[0]).add(at).remainder(_options.Queue), newest);
            at = (at + newest.shape[0]) % _options.Queue;
        }
        position.fill_(at);
        Forget();
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Name, Tensor Value)> State => base.State.Append(("queue", queue)).Append(("queue.position", position));

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, nn.Module Module)> Followers => [("key.encoder", k.Encoder), ("key.head", k.Head)];

    /// <inheritdoc/>
    public override void Dispose()
    {
        Forget();
        k.Dispose();
        queue.Dispose();
        position.Dispose();
        base.Dispose();
    }

    Tensor Keys(Tensor x)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        long groups = Math.Clamp(x.shape[0] / 2, 1, _options.KeyGroups);                             // BN wants two images at least
        var keys = x.tensor_split(groups, 0).Select(group => k.Head.call(k.Encoder.call(group)));
        return Unit(cat([.. keys], 0)).MoveToOuterDisposeScope();
    }

    void Forget()
    {
        foreach (var key in _keys) key.Dispose();
        _keys.Clear();
    }

    static Tensor Unit(Tensor x) => nn.functional.normalize(x, p: 2, dim: 1);
}
