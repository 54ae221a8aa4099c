using System.Text.Json;

namespace Gleaner;

/// <summary>Where a subset comes from: the pool, the options, the versions, what each stage read and made, and what it cost.</summary>
public sealed record RunManifest
{
    /// <summary>Gleaner's version.</summary>
    public required string Gleaner { get; init; }

    /// <summary>What was run.</summary>
    public required string Command { get; init; }

    /// <summary>When it ended, UTC.</summary>
    public required DateTimeOffset Finished { get; init; }

    /// <summary>The pool.</summary>
    public required PoolSummary Pool { get; init; }

    /// <summary>The subset.</summary>
    public required SubsetSummary Subset { get; init; }

    /// <summary>Every option with the value that was used, defaults included.</summary>
    public required SortedDictionary<string, string> Options { get; init; }

    /// <summary>The stages, in order.</summary>
    public required IReadOnlyList<StageRecord> Stages { get; init; }

    /// <summary>Operating system, processor, threads and library versions.</summary>
    public required SortedDictionary<string, string> Machine { get; init; }

    /// <summary>The pool in a few words.</summary>
    public sealed record PoolSummary(string Path, string Kind, int Count, int Unreadable, string Fingerprint);

    /// <summary>The subset in a few numbers; similarities are to the other images of the same latent class.</summary>
    public sealed record SubsetSummary
    {
        /// <summary>How many images were kept.</summary>
        public required int Count { get; init; }

        /// <summary>Share of the readable pool.</summary>
        public required double Fraction { get; init; }

        /// <summary>How images were ranked, as the command line names it.</summary>
        public required string Objective { get; init; }

        /// <summary>K; null if no latent classes were used.</summary>
        public int? Classes { get; init; }

        /// <summary>Mean similarity of the kept images to the others of their class.</summary>
        public double? MeanSimilarityKept { get; init; }

        /// <summary>Mean similarity of the dropped images to the others of their class.</summary>
        public double? MeanSimilarityDropped { get; init; }

        /// <summary>Mean similarity of the images that were ranked and dropped to the most similar kept one of their class.</summary>
        public double? MeanSimilarityToKept { get; init; }

        /// <summary>How many images were left out of the ranking because they repeat others.</summary>
        public int DuplicatesRemoved { get; init; }

        /// <summary>How many kept images have the very pixels (or the very row) of an earlier image of the pool.</summary>
        public int ExactDuplicatesKept { get; init; }

        /// <summary>How many of the kept images were given as a list to keep.</summary>
        public int KeptByList { get; init; }

        /// <summary>How many images of the pool were given as a list to exclude.</summary>
        public int Excluded { get; init; }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file is no manifest.</exception>
    public static RunManifest Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), RunJson.Default.RunManifest) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: no manifest of a run ({error.Message}). Run gleaner select again.", error);
        }
    }

    /// <summary>Writes it as JSON, atomically.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, RunJson.Default.RunManifest));

    /// <summary>The same as text: one JSON document.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunJson.Default.RunManifest);
}
