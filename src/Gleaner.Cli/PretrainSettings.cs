using Gleaner.Torch;

namespace Gleaner.Cli;

/// <summary>What <c>gleaner pretrain</c> was asked to do; null means what the recipe says.</summary>
sealed record PretrainSettings
{
    public required string Pool { get; init; }
    public required string Out { get; init; }
    public string? SubsetFile { get; init; }

    /// <summary>So many images of the list; null for all.</summary>
    public int? First { get; init; }

    /// <summary>simclr, moco, simsiam or byol.</summary>
    public required string Method { get; init; }

    /// <summary>cpu, paper or sas.</summary>
    public required string Recipe { get; init; }
    public int? Depth { get; init; }
    public double? Width { get; init; }
    public ResNetStem? Stem { get; init; }
    public int? ImageSize { get; init; }
    public int? Epochs { get; init; }
    public int? Steps { get; init; }
    public int? BatchSize { get; init; }
    public int? AccumulationParts { get; init; }
    public OptimizerKind? Optimizer { get; init; }
    public double? LearningRate { get; init; }
    public double? WeightDecay { get; init; }
    public double? WarmupShare { get; init; }
    public LearningRateSchedule? Schedule { get; init; }
    public double? Temperature { get; init; }
    public double? Momentum { get; init; }
    public int? Queue { get; init; }
    public double? DifficultTemperature { get; init; }
    public int? HeadHidden { get; init; }
    public int? HeadDimension { get; init; }
    public int KnnEvery { get; init; }
    public int KeepCheckpoints { get; init; } = 2;
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(1);
    public string? PixelsFrom { get; init; }
    public bool Strict { get; init; }
    public int Seed { get; init; }
    public int Threads { get; init; } = Environment.ProcessorCount;
    public bool Json { get; init; }
    public bool Quiet { get; init; }

    public PoolSettings ToRead => new() { Path = Pool, ImageSize = ImageSize, Strict = Strict, Labels = KnnEvery > 0, PixelsFrom = PixelsFrom, Threads = Threads };

    /// <summary>The recipe for so many images of this size, with everything the user set.</summary>
    public PretrainingRecipe RecipeFor(int images, int imageSize)
    {
        var method = MethodFor(images);
        var cpu = PretrainingRecipe.ForCpu(images, imageSize, method);
        var standard = new ResNetOptions { Depth = 18, Stem = ResNetOptions.StemFor(imageSize, fast: false) };
        var recipe = Recipe switch
        {
            "paper" => PretrainingRecipe.Paper(method, standard, imageSize),
            "sas" => PretrainingRecipe.Sas(standard, imageSize) with { Method = method },
            _ => cpu,
        };
        var network = recipe.Proxy.Architecture;
        network = network with { Depth = Depth ?? network.Depth, Width = Width ?? network.Width, Stem = Stem ?? network.Stem };
        // A paper's batch of thousands may be more than there is.
        var training = recipe.Training.WithBatchSize(Math.Min(BatchSize ?? recipe.Training.BatchSize, images));
        var optimizer = training.Optimizer;
        if (Optimizer is { } kind && kind != optimizer.Kind && LearningRate is null)
            throw new UsageException($"--optimizer {Names.Of(kind)}: the recipe's learning rate is for {Names.Of(optimizer.Kind)}. Give --lr, too.");
        var head = Recipe == "sas" ? recipe.Proxy.Head : method.Head(network);
        return recipe with
        {
            Proxy = recipe.Proxy with { Architecture = network, Head = head with { Hidden = HeadHidden ?? head.Hidden, Dimension = HeadDimension ?? head.Dimension } },
            Training = training with
            {
                Epochs = Epochs ?? training.Epochs,
                Steps = Steps,
                AccumulationParts = AccumulationParts ?? 1,
                LearningRate = LearningRate ?? training.LearningRate,
                Optimizer = optimizer with
                {
                    Kind = Optimizer ?? optimizer.Kind,
                    WeightDecay = WeightDecay ?? optimizer.WeightDecay,
                    DecayBiasesAndNorms = optimizer.DecayBiasesAndNorms && Optimizer is not OptimizerKind.Lars, // it would hold them nearly still
                },
                WarmupShare = WarmupShare ?? training.WarmupShare,
                Schedule = Schedule ?? training.Schedule,
                Seed = Seed,
                KeepCheckpoints = KeepCheckpoints,
                CheckpointEvery = CheckpointEvery,
            },
        };
    }

    MethodOptions MethodFor(int images)
    {
        bool paper = Recipe == "paper";
        switch (Method)
        {
            case "simclr":
                Refuse(Momentum, "--momentum");
                Refuse(Queue, "--queue");
                return new SimClrOptions
                {
                    Temperature = Temperature ?? (Recipe == "cpu" ? 0.2 : 0.5),
                    DifficultPairs = DifficultTemperature is { } scale ? new() { TemperatureScale = scale } : null,
                };
            case "moco":
                Refuse(DifficultTemperature, "--difficult-temperature");
                var moco = new MoCoOptions();
                // Its authors' CIFAR-10 demonstration. Keys of the last quarter of an epoch seldom hold the query's own image, which the next epoch may show early; of half an epoch, one query in seven meets it.
                if (!paper) moco = moco with { Momentum = 0.99, Queue = Math.Clamp(images / 4, 1, 4096) };
                return moco with { Temperature = Temperature ?? moco.Temperature, Momentum = Momentum ?? moco.Momentum, Queue = Queue ?? moco.Queue };
            case "simsiam":
                Refuse(Temperature, "--temperature");
                Refuse(Momentum, "--momentum");
                Refuse(Queue, "--queue");
                Refuse(DifficultTemperature, "--difficult-temperature");
                return new SimSiamOptions();
            default:
                Refuse(Temperature, "--temperature");
                Refuse(Queue, "--queue");
                Refuse(DifficultTemperature, "--difficult-temperature");
                return new ByolOptions { Momentum = Momentum ?? (paper ? 0.996 : 0.99) };
        }
    }

    void Refuse<T>(T? value, string option) where T : struct
    {
        if (value is not null) throw new UsageException($"{option} {value} is given; {Method} has no such setting.");
    }
}
