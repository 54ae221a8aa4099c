using System.Runtime.CompilerServices;

namespace Gleaner.Cli;

/// <summary>What <c>gleaner select</c> was asked to do.</summary>
sealed record SelectSettings
{
    public required string Pool { get; init; }
    public required Budget Budget { get; init; }
    public required string Out { get; init; }
    public string? Array { get; init; }
    public int? ImageSize { get; init; }
    public string? PixelsFrom { get; init; }
    public bool Strict { get; init; }

    /// <summary>Null: train one.</summary>
    public string? ProxyFile { get; init; }
    public int? ProxyEpochs { get; init; }
    public double? ProxyMinutes { get; init; }

    /// <summary>10, 18, 34 or 50; null for what suits this machine.</summary>
    public int? ProxyDepth { get; init; }
    public double? ProxyWidth { get; init; }
    public int Views { get; init; }
    public bool EmbedHead { get; init; }

    public ClassSource Classes { get; init; } = new ClassSource.KMeans(Classes: null);

    /// <summary>How CLIP is asked if it makes the classes, else null.</summary>
    public ClipSettings? Clip { get; init; }

    /// <summary>What the latent classes are compared with: labels (the pool's), none, or a file; null for the labels that the pool has by itself.</summary>
    public string? Agreement { get; init; }

    /// <summary>One of <see cref="SelectorChoice.Names"/>.</summary>
    public string Objective { get; init; } = SelectorChoice.Default;
    public double? Threshold { get; init; } = 0;
    public int MinPerClass { get; init; }

    /// <summary>A list of images that come first.</summary>
    public string? KeepFile { get; init; }

    /// <summary>A list of images that are never chosen.</summary>
    public string? ExcludeFile { get; init; }

    /// <summary>none, exact or an epsilon, as it was given.</summary>
    public string Dedup { get; init; } = "none";

    /// <summary>Near-duplicates are removed, too; null for exact copies only, or none.</summary>
    public double? DedupEpsilon { get; init; }
    public DuplicateRule DedupRule { get; init; }

    public string? CopyTo { get; init; }
    public string? LinkTo { get; init; }

    /// <summary>Write the kept images again as this; null not to.</summary>
    public ExportKind? Export { get; init; }

    /// <summary>Where to; null for a folder of the run's own.</summary>
    public string? ExportFolder { get; init; }
    public bool Report { get; init; } = true;

    /// <summary>The options that stood on the command line.</summary>
    public IReadOnlySet<string> Said { get; init; } = new HashSet<string>();
    public int Seed { get; init; }
    public int Threads { get; init; } = Environment.ProcessorCount;
    public bool Json { get; init; }
    public bool Quiet { get; init; }

    /// <summary>How the proxy is used if it is an ONNX model, else null.</summary>
    public OnnxProxySettings? Onnx { get; init; }

    /// <summary>What to read; a given encoder sees images of its own size, which are kept decoded if they are small.</summary>
    public PoolSettings ToRead(int? encoderSize) => new()
    {
        TriesAgain = true,
        Path = Pool, Array = Array, Strict = Strict, Labels = Classes is ClassSource.PoolLabels || Agreement == "labels", KeepsLabels = Export is not null, PixelsFrom = PixelsFrom, Threads = Threads,
        ImageSize = ImageSize ?? (encoderSize <= PoolStage.LargestDefaultSize ? encoderSize : null),
    };

    /// <summary>The image size of a given encoder that is no ONNX model, from its file; null if there is none.</summary>
    public int? GivenSize => ProxyFile is { } file && Onnx is null && NeedsEmbedding ? SizeFor(file) : null;

    // By itself, so that nothing of Gleaner.Torch is loaded where embeddings are given.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static int? SizeFor(string proxyFile) => Torch.EncoderFile.Describe(proxyFile).ImageSize;

    /// <summary>How a proxy is trained on so many images of this size.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public Torch.PretrainingRecipe ProxyRecipe(int images, int imageSize)
    {
        var recipe = Torch.PretrainingRecipe.ForCpu(images, imageSize);
        var network = recipe.Proxy.Architecture;
        return recipe with
        {
            Proxy = recipe.Proxy with { Architecture = network with { Depth = ProxyDepth ?? network.Depth, Width = ProxyWidth ?? network.Width } },
            Training = recipe.Training with { Seed = Seed },
        };
    }

    public bool Deduplicates => Dedup != "none";

    public bool NeedsEmbedding => Objective is not ("random" or "balanced") || DedupEpsilon is not null || NeedsClasses && Classes.NeedsEmbedding && Clip?.ImageModel is null;

    public bool NeedsClasses => RanksClasses || DedupEpsilon is not null;

    /// <summary>Whether the ranking is balanced over latent classes.</summary>
    public bool RanksClasses => Objective != "random";
}
