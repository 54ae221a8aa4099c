using System.Globalization;

namespace Gleaner;

/// <summary>A comparison's trials, a line each, for spreadsheets and data frames: numbers read back exactly, a measure that a trial lacks is an empty field.</summary>
static class TrialsCsv
{
    public static string Of(Comparison comparison)
    {
        string[] names =
        [
            "arm", "budget", "images", "seed", .. comparison.Measures, "steps", "epochs", "pretrain_seconds", "evaluate_seconds", "pretrain_multiply_adds", "subset_hash", "encoder_hash",
        ];
        return Line(names) + string.Concat(comparison.Trials.Select(trial => Line(Fields(trial, comparison.Measures))));
    }

    static IEnumerable<object?> Fields(Trial t, IReadOnlyList<string> measures) =>
    [
        t.Arm, t.Budget, t.Images, t.Seed, .. measures.Select(measure => t.Scores.TryGetValue(measure, out double score) ? score : (object?)null),
        t.Steps, t.Epochs, t.PretrainSeconds, t.EvaluateSeconds, t.PretrainMultiplyAdds, t.SubsetHash, t.EncoderHash,
    ];

    static string Line(IEnumerable<object?> fields) => string.Join(',', fields.Select(field => field is string text ? CsvText.Field(text) : Convert.ToString(field, CultureInfo.InvariantCulture))) + "\n";
}
