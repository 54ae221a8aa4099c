using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

/// <summary>Every method against its paper's algorithm, written out in PyTorch (tests/fixtures/torch/make_fixtures.py), and the contract they share.</summary>
public sealed class MethodTests
{
    public static TheoryData<string> Methods => [.. All.Keys];

    static readonly Dictionary<string, (MethodOptions Method, MlpHeadOptions Head)> All = new()
    {
        ["simclr"] = (new SimClrOptions(), new() { Dimension = 8 }),
        ["moco"] = (new MoCoOptions { Queue = 16, Momentum = 0.9, KeyGroups = 2 }, new() { Dimension = 8, HiddenNorm = false, OutputNorm = false }),
        ["simsiam"] = (new SimSiamOptions { FixedPredictorRate = false }, new() { Hidden = 16, Dimension = 16 }),
        ["byol"] = (new ByolOptions { Momentum = 0.9 }, new() { Hidden = 16, Dimension = 8, OutputNorm = false }),
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void Two_steps_are_those_of_the_papers_algorithm(string name)
    {
        using var scope = NewDisposeScope();
        using var proxy = Filled(name);
        using var method = All[name].Method.Create(proxy, seed: 0);
        var state = method.State.ToDictionary(t => t.Name, t => t.Value);
        PyTorch.Fill(state.Where(t => t.Key.StartsWith("predictor.", StringComparison.Ordinal)).Select(t => (t.Key, t.Value)));
        if (name == "moco")
            using (no_grad()) state["queue"].copy_(nn.functional.normalize(PyTorch.Formula([16, 8], 5), p: 2, dim: 1));
        using var sgd = Optimizer.Create(method.Parameters, new OptimizerOptions { Kind = OptimizerKind.Sgd, WeightDecay = 1e-3 });
        var losses = new List<float>();

        method.Train(true);
        for (int k = 0; k < 2; k++)
        {
            sgd.ZeroGradients();
            var loss = method.Loss(ChannelsLast.Of(cat([PyTorch.Formula([6, 3, 8, 8], 0.5 + k), PyTorch.Formula([6, 3, 8, 8], 1.5 + k)], 0)));
            loss.backward();
            sgd.Step(0.1, 0.1);
            method.AfterStep((k + 1) / 2.0);
            losses.Add(loss.item<float>());
        }

        // BN over six positions in the last stage turns a rounding of the first step into a hundred in the second loss.
        PyTorch.AssertClose(PyTorch.Numbers($"{name}.losses"), tensor(losses.ToArray()), 3e-4);
        PyTorch.AssertClose(PyTorch.Numbers($"{name}.conv1"), state["encoder.conv1.weight"], 1e-3);
        if (name == "moco") PyTorch.AssertClose(PyTorch.Numbers("moco.key.conv1"), state["key.encoder.conv1.weight"]);
        if (name == "moco") PyTorch.AssertClose(PyTorch.Numbers("moco.queue"), state["queue"], 1e-4);
        if (name == "byol") PyTorch.AssertClose(PyTorch.Numbers("byol.target.conv1"), state["target.encoder.conv1.weight"]);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Gradients_reach_what_is_trained_and_nothing_else(string name)
    {
        using var scope = NewDisposeScope();
        using var proxy = Proxy.Create(TestPool.Tiny() with { Head = All[name].Head }, 1);
        using var method = All[name].Method.Create(proxy, seed: 0);

        method.Train(true);
        method.Loss(ChannelsLast.Of(PyTorch.Formula([12, 3, 8, 8], 2))).backward();

        var trained = method.Parameters.Select(p => p.Name).ToHashSet();
        Assert.All(method.Parameters, p => Assert.True(p.Value.grad is { } g && g.abs().sum().item<float>() > 0, p.Name));
        Assert.All(method.State, t => Assert.True(trained.Contains(t.Name) || t.Value.grad is null, t.Name));
        Assert.Equal(trained.Count, method.Parameters.Count());
        Assert.Equal(method.State.Count(), method.State.Select(t => t.Name).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Training_lets_a_view_find_the_other_view_of_its_image(string name)
    {
        using var images = Blocks();
        var options = All[name].Method;
        using var proxy = Proxy.Create(TestPool.Tiny() with { Head = options.Head(TestPool.Tiny().Architecture) }, 1);
        using var method = options.Create(proxy, 1);
        // 24 images are three steps an epoch: the papers' learning rates are for a thousand times as many.
        var training = options.Training(8) with { BatchSize = 8, Epochs = name == "moco" ? 120 : 60, Seed = 1, Optimizer = new(), LearningRate = 1e-3, Views = new(Crops) };
        using var pretrainer = new Pretrainer(images, method, training);

        double before = Found(proxy, images);
        foreach (var _ in pretrainer.Run()) { }
        double after = Found(proxy, images);

        Assert.True(after > before + 0.05, $"{after:P1} of the views find their partner; {before:P1} did before the training.");
    }

    static readonly ViewRecipe Crops = new() { CropAreaMin = 0.3, JitterProbability = 0, GrayProbability = 0 };

    /// <summary>Images of four by four blocks of random colours, each image around a colour of its own.</summary>
    static DecodedImages Blocks()
    {
        const int count = 24, size = 8;
        var random = new Random(3);
        var pixels = new byte[count * size * size * 3];
        for (int i = 0; i < count; i++)
        {
            int[] colour = [random.Next(60, 196), random.Next(60, 196), random.Next(60, 196)];
            int[] block = [.. Enumerable.Range(0, 48).Select(k => colour[k % 3] + random.Next(-60, 60))];
            for (int p = 0; p < size * size; p++)
                for (int c = 0; c < 3; c++) pixels[(i * size * size + p) * 3 + c] = (byte)block[(p / size / 2 * 4 + p % size / 2) * 3 + c];
        }
        return new DecodedImages(pixels, count, size);
    }

    /// <summary>The share of views whose most similar second view, by the cosine of the encoder's output, is of the same image.</summary>
    static double Found(Proxy proxy, DecodedImages images)
    {
        int found = 0, d = proxy.Dimension;
        const int draws = 8;
        for (int seed = 0; seed < draws; seed++)
        {
            var rows = new[] { 100 + seed, 200 + seed }.Select(s => new Embedder(proxy, new() { Views = 1, Seed = s, Recipe = Crops }).Embed(images)).ToArray();
            for (int i = 0; i < images.Count; i++)
            {
                int nearest = Enumerable.Range(0, images.Count).MaxBy(j => System.Numerics.Tensors.TensorPrimitives.Dot<float>(rows[0].AsSpan(i * d, d), rows[1].AsSpan(j * d, d)));
                if (nearest == i) found++;
            }
        }
        return found / (double)(draws * images.Count);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Descriptions_hold_every_setting(string name)
    {
        using var proxy = Filled(name);
        string Description(MethodOptions o)
        {
            using var method = o.Create(proxy, 0);
            return method.Description;
        }
        MethodOptions[] others = All[name].Method switch
        {
            SimClrOptions o => [o with { Temperature = 0.1 }, o with { DifficultPairs = new() }, o with { DifficultPairs = new() { TemperatureScale = 2 } }],
            MoCoOptions o => [o with { Temperature = 0.1 }, o with { Momentum = 0.5 }, o with { Queue = 8 }, o with { KeyGroups = 1 }],
            SimSiamOptions o => [o with { PredictorHidden = 3 }, o with { FixedPredictorRate = true }],
            ByolOptions o => [o with { Momentum = 0.5 }, o with { PredictorHidden = 3 }],
            _ => throw new InvalidOperationException(name),
        };

        var all = others.Append(All[name].Method).Select(Description).ToArray();

        Assert.Equal(all.Length, all.Distinct().Count());
    }

    [Fact]
    public void A_queue_longer_and_shorter_than_a_batch_holds_the_newest_keys()
    {
        using var scope = NewDisposeScope();
        using var proxy = Filled("moco");
        using var moco = new MoCo(proxy, 3, new MoCoOptions { Queue = 4, KeyGroups = 1 });
        var queue = moco.State.Single(t => t.Name == "queue").Value;
        moco.Train(true);

        moco.Loss(ChannelsLast.Of(PyTorch.Formula([12, 3, 8, 8], 2)));
        moco.AfterStep(0.5);
        float[] after = PyTorch.Values(queue);
        moco.Loss(ChannelsLast.Of(PyTorch.Formula([4, 3, 8, 8], 3)));
        moco.AfterStep(1);

        Assert.Equal(after[16..], PyTorch.Values(queue)[16..]);          // two new keys in rows 0 and 1, the others stay
        Assert.NotEqual(after[..8], PyTorch.Values(queue)[..8]);
        Assert.Equal(2, PyTorch.Integers(moco.State.Single(t => t.Name == "queue.position").Value)[0]);
        Assert.All(after.Chunk(8), row => Assert.Equal(1, row.Sum(x => x * x), 1e-5));
    }

    [Fact]
    public void Wrong_settings_are_refused()
    {
        using var proxy = Filled("moco");

        Assert.Throws<ArgumentException>(() => new MoCo(proxy, 0, new() { Momentum = 1.5 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MoCo(proxy, 0, new() { Queue = 0 }));
        Assert.Throws<ArgumentException>(() => new Byol(proxy, 0, new() { Momentum = -1 }));
        Assert.Throws<ArgumentException>(() => new SimClr(proxy, new() { DifficultPairs = new() { Share = 0.9, SkippedShare = 0.2 } }));
    }

    static Proxy Filled(string name)
    {
        var proxy = Proxy.Create(TestPool.Tiny() with { Head = All[name].Head }, 1);
        PyTorch.Fill(proxy.Encoder);
        PyTorch.Fill(proxy.Head!);
        return proxy;
    }
}
