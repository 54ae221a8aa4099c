using System.Globalization;
using System.Text;

namespace Gleaner.Cli;

/// <summary>Finds the images that repeat others, before anything is ranked.</summary>
sealed class DedupStage(SelectSettings settings, StageRunner stages, CancellationToken cancel)
{
    const string FoundName = "cache/duplicates.safetensors", ListName = "duplicates.csv";

    /// <summary>The candidates without those that repeat another, and the duplicates among them; null if none are asked for. Images to keep stay.</summary>
    public (Candidates Left, Deduplication? Found) LeaveOut(PoolInput pool, Candidates candidates, EmbeddingMatrix? embedding, string embeddingHash, LatentPartition? classes, string? classesHash)
    {
        if (!settings.Deduplicates)
        {
            File.Delete(stages.Run[ListName]); // of an earlier run with other options
            return (candidates, null);
        }
        var inputs = new Dictionary<string, string>(candidates.Hashes) { ["duplicates"] = settings.Dedup, ["names"] = pool.Fingerprint };
        if (settings.DedupEpsilon is null)
        {
            inputs["pool"] = pool.ContentHash;
        }
        else
        {
            inputs["embedding"] = embeddingHash;
            inputs["classes"] = classesHash!;
            inputs["stays"] = settings.DedupRule.ToString();
        }
        var record = stages.Make("dedup", settings.DedupEpsilon is { } epsilon ? $"looking for similarities from {Similarity(epsilon)} on" : "looking for exact copies", inputs, [FoundName, ListName], work =>
        {
            var found = Find(pool, candidates, embedding, classes);
            AtomicFile.Write(stages.Run[FoundName], stream => DuplicatesFile.Write(stream, found));
            AtomicFile.Write(stages.Run[ListName], stream => WriteList(stream, pool, found));
            work.Facts["removed"] = Invariant.Text(found.Removed.Count);
        });
        var duplicates = DuplicatesFile.Read(stages.Run[FoundName]);
        int n = pool.Members.Length, budget = settings.Budget.Of(n);
        if (budget > duplicates.Retained.Count)
            throw new UsageException($"The budget asks for {budget} of {n} images; {duplicates.Retained.Count} {(duplicates.Retained.Count == 1 ? "is" : "are")} left without the duplicates{(settings.ExcludeFile is null ? "" : " and the excluded ones")}. Ask for fewer, or give --dedup a smaller number.");
        return (candidates.Without(duplicates, record.Outputs[FoundName].Hash), duplicates);
    }

    // Among the candidates, told in the members' numbers.
    Deduplication Find(PoolInput pool, Candidates candidates, EmbeddingMatrix? embedding, LatentPartition? classes)
    {
        int[] ranked = candidates.Ranked, keep = candidates.KeepAmong(ranked);
        if (settings.DedupEpsilon is not null && MachineRate.Foretell(RankingPlan.OfClasses(classes!, embedding!.Dimension, settings.Threads, sharesThreads: false, Products, Products, n => n * 2L * sizeof(double)), embedding, settings.Threads) is { } cost)
            stages.Terminal.Say("         " + cost);
        double Products(double n) => n * n / 2 * embedding!.Dimension;
        var found = settings.DedupEpsilon is null
            ? NearDuplicates.Exact(ranked.Length, j => pool.MemberHash(ranked[j]), keep)
            : NearDuplicates.Semantic(candidates.Rows(embedding!), candidates.Classes(classes)!, Options(), keep, new ProgressOf("dedup", ranked.Length, "images", stages.Terminal), cancel);
        return new Deduplication([.. found.Retained.Select(j => ranked[j])], [.. found.Removed.Select(d => d with { Image = ranked[d.Image], DuplicateOf = ranked[d.DuplicateOf] })]);
    }

    /// <summary>The similarity from which on two images are near-duplicates, as people read it.</summary>
    public static string Similarity(double epsilon) => (1 - (decimal)epsilon).ToString(CultureInfo.InvariantCulture);

    NearDuplicateOptions Options() => new() { Epsilon = settings.DedupEpsilon!.Value, Rule = settings.DedupRule, Threads = settings.Threads };

    static void WriteList(Stream stream, PoolInput pool, Deduplication found)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine("index,key,duplicate_of,duplicate_of_key,similarity");
        foreach (var (image, of, similarity) in found.Removed)
        {
            int index = pool.Members[image], original = pool.Members[of];
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{index},{CsvText.Key(pool.Key(index))},{original},{CsvText.Key(pool.Key(original))},{similarity:R}"));
        }
    }
}
