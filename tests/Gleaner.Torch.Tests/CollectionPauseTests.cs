using System.Runtime;
using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

public sealed class CollectionPauseTests
{
    [Fact]
    public void Nothing_is_collected_while_one_is_open()
    {
        int before = 0, after = 0;
        using (new CollectionPause())
        using (new CollectionPause())       // as when a step embeds
        {
            before = GC.CollectionCount(0);
            for (int k = 0; k < 32 << 10; k++) GC.KeepAlive(new byte[1000]);
            after = GC.CollectionCount(0);

            Assert.Equal(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
        }

        Assert.Equal(before, after);
        Assert.NotEqual(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
    }

    [Fact]
    public void More_garbage_than_it_allows_is_collected_and_it_closes_all_the_same()
    {
        var pause = new CollectionPause();
        for (int k = 0; k < 512 << 10; k++) GC.KeepAlive(new byte[1000]);
        pause.Dispose();

        Assert.NotEqual(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
    }

    [Fact]
    public void A_pause_of_the_programs_own_stays()
    {
        Assert.True(GC.TryStartNoGCRegion(1 << 20));
        using (new CollectionPause()) { }

        Assert.Equal(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
        GC.EndNoGCRegion();
    }

    [Fact]
    public void Steps_of_a_training_are_made_in_one()
    {
        using var images = TestPool.Images();
        using var proxy = Proxy.Create(TestPool.Tiny(), 1);
        using var method = new Watched(proxy);
        using var pretrainer = new Pretrainer(images, method, new PretrainerOptions { Epochs = 2, BatchSize = 8 });

        foreach (var _ in pretrainer.Run()) Assert.NotEqual(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);

        Assert.Equal(12, method.Modes.Count);
        Assert.All(method.Modes, mode => Assert.Equal(GCLatencyMode.NoGCRegion, mode));
    }

    /// <summary>Looks at both ends of what a step does of its own.</summary>
    sealed class Watched(Proxy proxy) : ContrastiveMethod(proxy)
    {
        public List<GCLatencyMode> Modes { get; } = [];

        public override string Description => "watched";

        public override Tensor Loss(Tensor views)
        {
            Modes.Add(GCSettings.LatencyMode);
            using var scope = NewDisposeScope();
            return NtXent.Loss(Proxy.Head!.call(Proxy.Encoder.call(views)), 0.5).MoveToOuterDisposeScope();
        }

        public override void AfterStep(double progress) => Modes.Add(GCSettings.LatencyMode);
    }
}
