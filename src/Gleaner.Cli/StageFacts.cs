using System.Globalization;

namespace Gleaner.Cli;

/// <summary>What the stages of a selection note about themselves and others read.</summary>
static class StageFacts
{
    /// <summary>Multiplications with addition, counted or planned, that do not depend on the machine.</summary>
    public const string MultiplyAdds = "multiply_adds";

    public static string Work(double multiplyAdds) => multiplyAdds.ToString("0.###e0", CultureInfo.InvariantCulture);

    /// <summary>The multiply-adds of a stage; null if it does not say.</summary>
    public static double? WorkOf(StageRecord stage) => stage.Facts.TryGetValue(MultiplyAdds, out string? text) ? double.Parse(text, CultureInfo.InvariantCulture) : null;
}
