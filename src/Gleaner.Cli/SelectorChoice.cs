namespace Gleaner.Cli;

/// <summary>The names of the objectives, and the selector that each stands for.</summary>
static class SelectorChoice
{
    public const string Help =
        "facility-location (every image represented by its most similar kept one); graph-cut, the SAS paper's; modular, as its authors' released code; k-center (farthest first); herding (keeps the class's mean); prototypes-hard or prototypes-easy " +
        "(far from or near the class's centroid first, over the whole pool); hierarchical (k-means of k-means, sampled evenly); random; balanced (random within each class).";

    /// <summary>The better of the two that were compared over several seeds (docs/results.md); the paper's is graph-cut.</summary>
    public const string Default = "facility-location";

    public static readonly string[] Names = ["facility-location", "graph-cut", "modular", "k-center", "herding", "prototypes-hard", "prototypes-easy", "hierarchical", "random", "balanced"];

    public static Selector Of(SelectSettings settings) => settings.Objective switch
    {
        "facility-location" => new FacilityLocationSelector(new FacilityLocationOptions { Threshold = settings.Threshold, MinPerClass = settings.MinPerClass, Threads = settings.Threads }),
        "graph-cut" => Sas(settings, SasObjective.GraphCut),
        "modular" => Sas(settings, SasObjective.Modular),
        "k-center" => new KCenterSelector(settings.MinPerClass, settings.Threads),
        "herding" => new HerdingSelector(settings.MinPerClass, settings.Threads),
        "prototypes-hard" => new PrototypeSelector(new PrototypeOptions { Order = PrototypeOrder.HardFirst, MinPerClass = settings.MinPerClass }),
        "prototypes-easy" => new PrototypeSelector(new PrototypeOptions { Order = PrototypeOrder.EasyFirst, MinPerClass = settings.MinPerClass }),
        "hierarchical" => new HierarchicalKMeansSelector(new HierarchicalKMeansOptions { Seed = settings.Seed, Threads = settings.Threads }),
        _ => throw new UsageException($"--objective {settings.Objective}; expected one of {string.Join(", ", Names)}."),
    };

    public static bool UsesThreshold(SelectSettings settings) => settings.Objective is "facility-location" or "graph-cut" or "modular";

    public static bool UsesSeed(SelectSettings settings) => settings.Objective is "hierarchical" or "random" or "balanced";

    /// <summary>What the ranking is balanced over, in words.</summary>
    public static string Within(SelectSettings settings, int classes) => settings.Objective switch
    {
        "prototypes-hard" or "prototypes-easy" => $" of {Terminal.Number(classes)} latent classes over the whole pool",
        "hierarchical" => " k-means",
        _ => $" within {Terminal.Number(classes)} latent classes",
    };

    static SasSelector Sas(SelectSettings settings, SasObjective objective) =>
        new(new SasOptions { Objective = objective, Threshold = settings.Threshold, MinPerClass = settings.MinPerClass, Threads = settings.Threads });
}
