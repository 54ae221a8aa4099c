using System.Text.Json;

namespace Gleaner;

/// <summary>How classes were learned from a few labels, in a run folder: what was given, and how held-out labels were named.</summary>
public sealed record FewLabelsCard
{
    /// <summary>The file's name in a run folder.</summary>
    public const string FileName = "classes-few-labels.json";

    /// <summary>The labels, ascending.</summary>
    public required IReadOnlyList<int> Labels { get; init; }

    /// <summary>How many labelled images each has.</summary>
    public required IReadOnlyList<int> LabelledPerClass { get; init; }

    /// <summary>Labels that no other image was given.</summary>
    public required IReadOnlyList<int> NeverPredicted { get; init; }

    /// <summary>The chosen L2, lambda in mean loss + lambda / 2 |W|^2.</summary>
    public required double WeightDecay { get; init; }

    /// <summary>The whole grid, in ascending order.</summary>
    public required IReadOnlyList<WeightDecayTrial> Grid { get; init; }

    /// <summary>Labelled images that were held out, once each; 0 if no class has two.</summary>
    public required int HeldOut { get; init; }

    /// <summary>How many of them got their own label.</summary>
    public required int Correct { get; init; }

    /// <summary>Where the share of correct ones lies with 95 % confidence, 0 to 1; null if none was held out.</summary>
    public required double? Low { get; init; }

    /// <summary>Its upper end.</summary>
    public required double? High { get; init; }

    /// <summary>Row: own label; column: the label that it was given. Null if none was held out.</summary>
    public required IReadOnlyList<IReadOnlyList<int>>? Confusion { get; init; }

    /// <summary>What a classifier's result says.</summary>
    public static FewLabelsCard Of(FewLabelResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        int classes = result.LabelledPerClass.Count;
        return new FewLabelsCard
        {
            Labels = result.Partition.Labels,
            LabelledPerClass = result.LabelledPerClass,
            NeverPredicted = result.NeverPredicted,
            WeightDecay = result.WeightDecay,
            Grid = result.Grid,
            HeldOut = result.HeldOut?.Images ?? 0,
            Correct = result.HeldOut?.Correct ?? 0,
            Low = result.HeldOut?.Interval.Low,
            High = result.HeldOut?.Interval.High,
            Confusion = result.HeldOut is not { } heldOut ? null : [.. Enumerable.Range(0, classes).Select(k => (int[])[.. Enumerable.Range(0, classes).Select(c => heldOut.Confusion[k, c])])],
        };
    }

    /// <summary>Writes the file, atomically.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, RunJson.Default.FewLabelsCard));

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static FewLabelsCard Read(string path)
    {
        try
        {
            var card = JsonSerializer.Deserialize(File.ReadAllBytes(path), RunJson.Default.FewLabelsCard);
            return card is { Labels: not null, LabelledPerClass: not null, NeverPredicted: not null, Grid: not null } && card.Labels.Count == card.LabelledPerClass.Count
                && (card.Confusion is null || card.Confusion.Count == card.Labels.Count && card.Confusion.All(row => row?.Count == card.Labels.Count)) ? card : throw new JsonException("its lists do not fit");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: does not say how classes were learned ({error.Message}). Run the selection again.", error);
        }
    }
}
