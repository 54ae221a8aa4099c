using Gleaner.Torch;

namespace Gleaner.Cli;

/// <summary>The spelling of choices on the command line.</summary>
static class Names
{
    public static readonly string[] Optimizers = ["adam", "adamw", "sgd", "lars"], Stems = ["3x3", "3x3-stride2", "3x3-stride2-pool", "7x7-stride2-pool"],
        Methods = ["simclr", "moco", "simsiam", "byol"], Networks = ["resnet10", "resnet18", "resnet34", "resnet50"];

    public static string Of(OptimizerKind kind) => Optimizers[(int)kind];

    public static OptimizerKind? Optimizer(string? name) => name is null ? null : (OptimizerKind)Array.IndexOf(Optimizers, name);

    public static ResNetStem? Stem(string? name) => name switch
    {
        null => null,
        "3x3" => ResNetStem.Conv3Stride1,
        "3x3-stride2" => ResNetStem.Conv3Stride2,
        "3x3-stride2-pool" => ResNetStem.Conv3Stride2Pool,
        _ => ResNetStem.Conv7Stride2Pool,
    };

    public static int? Depth(string? network) => network is null ? null : int.Parse(network["resnet".Length..], System.Globalization.CultureInfo.InvariantCulture);
}
