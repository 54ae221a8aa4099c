namespace Gleaner.Tests.Trials;

/// Comparisons of made numbers.
static class Made
{
    public static Trial Trial(string arm, string budget, int images, int seed, double linear, double knn = 0.5) => new()
    {
        Arm = arm,
        Budget = budget,
        Images = images,
        Seed = seed,
        Scores = new Dictionary<string, double> { ["linear"] = linear, ["knn"] = knn },
        Steps = 3000,
        Epochs = 3000.0 * 256 / images,
        PretrainSeconds = images / 10.0,
        EvaluateSeconds = 1.5,
        PretrainMultiplyAdds = images * 1e9,
        SubsetHash = "5ab5e7",
        EncoderHash = "e2c0de",
    };

    public static Trial[] Trials(string arm, params double[] linear) => [.. linear.Select((value, seed) => Trial(arm, "10 %", 1000, seed, value))];

    public static Comparison Comparison(params Trial[] trials) => new()
    {
        Gleaner = "0.1.0",
        Name = "made",
        Recipe = "arms: random, sas\n",
        Pool = new("folder", "pool", 10_000, "f1"),
        Test = "2,000 images",
        Training = "SimCLR, ResNet-10",
        HeldEqual = "60 epochs",
        Probe = "linear probe",
        Measures = ["linear"],
        Budgets = [new("10 %", 1000), new("5 %", 500)],
        Seeds = [0, 1, 2],
        Arms =
        [
            new("random", "uniformly at random", new([]), IsBaseline: true),
            new("sas", "graph-cut", new([new("proxy", 600, 1e14), new("rank", 12, 2e13)])),
            new("all", "the whole pool", new([]), IsWhole: true),
        ],
        Trials = trials,
        WholeSeconds = 1000,
        WholeSecondsMeasured = true,
        WholeMultiplyAdds = 1e13,
        Machine = new() { ["processor"] = "made" },
        Finished = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        CellsPlanned = 15,
    };

    /// Three seeds of random and two of sas at 10 %, one each at 5 %, and the whole pool once.
    public static Comparison Comparison() => Comparison(
    [
        .. Trials("random", 0.60, 0.62, 0.61), .. Trials("sas", 0.64, 0.65), Trial("random", "5 %", 500, 0, 0.5), Trial("sas", "5 %", 500, 0, 0.55), Trial("all", "100 %", 10_000, 0, 0.7),
    ]);
}
