using System.Globalization;

namespace Gleaner;

/// <summary>What selecting cost beside what each training on the subset, instead of the whole pool, saves.</summary>
/// <param name="Selection">What choosing the images cost, once.</param>
/// <param name="WholeSeconds">Seconds of a training on the whole pool; null if not known.</param>
/// <param name="WholeMultiplyAdds">Its multiply-adds.</param>
/// <param name="SubsetSeconds">Seconds of a training on the subset.</param>
/// <param name="SubsetMultiplyAdds">Its multiply-adds.</param>
public sealed record BreakEven(SelectionCost Selection, double? WholeSeconds, double WholeMultiplyAdds, double SubsetSeconds, double SubsetMultiplyAdds)
{
    // A mean over trials of the same work is that work but for rounding.
    const double Rounding = 1e-9;

    static readonly string[] Ordinals = ["zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

    /// <summary>Seconds that a training on the subset saves; null if not known.</summary>
    public double? SavedSeconds => WholeSeconds - SubsetSeconds;

    /// <summary>Multiply-adds that a training on the subset saves.</summary>
    public double SavedMultiplyAdds => WholeMultiplyAdds - SubsetMultiplyAdds;

    /// <summary>Whether a training on the subset is less work at all; at equal steps it is not, and a difference in seconds is the machine's mood.</summary>
    public bool IsLessWork => SavedMultiplyAdds > Rounding * WholeMultiplyAdds;

    /// <summary>The smallest number of trainings after which selecting has saved seconds; null if never, or if not known.</summary>
    public long? RunsBySeconds => IsLessWork ? Runs(Selection.Seconds, SavedSeconds) : null;

    /// <summary>The same for multiply-adds.</summary>
    public long? RunsByMultiplyAdds => IsLessWork ? Runs(Selection.MultiplyAdds, SavedMultiplyAdds) : null;

    /// <summary>For people: <c>selecting cost 612 s and 1.2e14 multiply-adds; a training on the subset saves 1,480 s (4.1e14): pays off from the first training run on</c>.</summary>
    public string Sentence => $"selecting cost {Seconds(Selection.Seconds)}{(Selection.MultiplyAdds is { } work ? $" and {Work(work)} multiply-adds" : "")}; {Outcome}";

    /// <summary>An arm at a budget, by the means over its trials; null if there are none.</summary>
    public static BreakEven? Of(Comparison comparison, ComparisonArm arm, ComparisonBudget budget)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        ArgumentNullException.ThrowIfNull(arm);
        var trials = ComparisonTable.Cell(comparison, arm, budget);
        return trials.Length == 0 ? null
            : new BreakEven(arm.Cost, comparison.WholeSeconds, comparison.WholeMultiplyAdds, trials.Average(t => t.PretrainSeconds), trials.Average(t => t.PretrainMultiplyAdds));
    }

    string Outcome
    {
        get
        {
            if (!IsLessWork) return "never pays off: at equal steps a training on the subset costs what one on the whole pool does, so all that can be won is accuracy";
            string saves = SavedSeconds is not { } saved ? $"saves {Work(SavedMultiplyAdds)} multiply-adds" : saved > 0 ? $"saves {Seconds(saved)} ({Work(SavedMultiplyAdds)})" : $"saves no seconds but {Work(SavedMultiplyAdds)} multiply-adds";
            return $"a training on the subset {saves}: {Verdict}";
        }
    }

    string Verdict => (SavedSeconds is not null, Selection.MultiplyAdds is not null) switch
    {
        (false, false) => "whether it pays off is not known",
        (false, true) => $"by multiply-adds, {PaysOff(RunsByMultiplyAdds)}",
        (true, false) => $"by seconds, {PaysOff(RunsBySeconds)}",
        _ when RunsBySeconds == RunsByMultiplyAdds => PaysOff(RunsBySeconds),
        _ => $"by seconds, {PaysOff(RunsBySeconds)}; by multiply-adds, {PaysOff(RunsByMultiplyAdds)}",
    };

    // The smallest r >= 1 with cost + r subset < r whole.
    static long? Runs(double? cost, double? saved) => cost is { } c && saved is > 0 and var s && Math.Max(0, Math.Floor(c / s)) is < long.MaxValue and var before ? (long)before + 1 : null;

    static string PaysOff(long? runs) => runs is { } r ? $"pays off from the {Ordinal(r)} training run on" : "never pays off";

    static string Ordinal(long n) => n < Ordinals.Length ? Ordinals[n]
        : Text($"{n:N0}{((n % 100) is >= 11 and <= 13 ? "th" : (n % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" })}");

    static string Seconds(double seconds) => seconds < 10 ? Text($"{seconds:0.0} s") : Text($"{seconds:N0} s");

    static string Work(double multiplyAdds) => multiplyAdds == 0 ? "0" : multiplyAdds.ToString("0.0e0", CultureInfo.InvariantCulture);

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
