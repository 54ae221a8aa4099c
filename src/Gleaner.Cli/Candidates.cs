using System.Runtime.InteropServices;

namespace Gleaner.Cli;

/// <summary>Which of the usable images may be chosen, and which are chosen already. Numbers are those of the members, as everywhere behind the pool stage.</summary>
sealed record Candidates
{
    const string ByList = "excluded", Repeats = "duplicate";

    public required int PoolSize { get; init; }

    /// <summary>Those that come first, in this order.</summary>
    public required int[] Keep { get; init; }

    /// <summary>For each image a word why it is not ranked; null if it is.</summary>
    public required string?[] LeftOut { get; init; }

    /// <summary>What a ranking depends on.</summary>
    public required IReadOnlyDictionary<string, string> Hashes { get; init; }

    /// <summary>The images that are ranked, ascending.</summary>
    public int[] Ranked => [.. Enumerable.Range(0, PoolSize).Where(m => LeftOut[m] is null)];

    /// <summary>The images to keep, as places in <paramref name="ranked"/>.</summary>
    public int[] KeepAmong(int[] ranked) => Array.ConvertAll(Keep, m => Array.BinarySearch(ranked, m));

    /// <summary>The rows of the ranked images.</summary>
    public EmbeddingMatrix Rows(EmbeddingMatrix embedding) => AreAll ? embedding : embedding.Select(Ranked);

    /// <summary>The latent classes of the ranked images.</summary>
    public LatentPartition? Classes(LatentPartition? classes) => AreAll ? classes : classes?.Select(Ranked);

    public bool AreAll => Array.TrueForAll(LeftOut, reason => reason is null);

    public int Excluded => LeftOut.Count(reason => reason == ByList);

    /// <summary>Reads the lists of the command line and refuses what cannot be, before any work.</summary>
    public static Candidates Read(SelectSettings settings, PoolInput pool)
    {
        int n = pool.Members.Length, budget = settings.Budget.Of(n);
        int[] keep = Members(settings.KeepFile, pool), exclude = Members(settings.ExcludeFile, pool);
        var leftOut = new string?[n];
        foreach (int m in exclude) leftOut[m] = ByList;
        foreach (int m in keep)
            if (leftOut[m] is not null) throw new UsageException($"Image {Name(pool, m)} is in {settings.KeepFile} (--keep) and in {settings.ExcludeFile} (--exclude); expected it in one of them.");
        if (keep.Length > budget)
            throw new UsageException($"--keep {settings.KeepFile} lists {keep.Length} images; the subset is to have {budget}. Ask for more with --fraction or --count.");
        if (n - exclude.Length < budget)
            throw new UsageException($"Budget asks for {budget} of {n} images; --exclude {settings.ExcludeFile} leaves {n - exclude.Length}.");

        var hashes = new Dictionary<string, string>();
        if (settings.KeepFile is not null) hashes["keep"] = Hash(keep);
        if (settings.ExcludeFile is not null) hashes["exclude"] = Hash([.. exclude.Order()]);
        return new Candidates { PoolSize = n, Keep = keep, LeftOut = leftOut, Hashes = hashes };
    }

    /// <summary>The candidates that repeat no other.</summary>
    public Candidates Without(Deduplication duplicates, string hash)
    {
        string?[] leftOut = [.. LeftOut];
        foreach (var duplicate in duplicates.Removed) leftOut[duplicate.Image] = Repeats;
        return this with { LeftOut = leftOut, Hashes = new Dictionary<string, string>(Hashes) { ["left after dedup"] = hash } };
    }

    static int[] Members(string? file, PoolInput pool)
    {
        if (file is null) return [];
        return Array.ConvertAll(ImageList.Read(file).In(pool.Count, pool.Key), i => Array.BinarySearch(pool.Members, i) is >= 0 and var m ? m
            : throw new InvalidDataException($"{file}: image {i}, {pool.Key(i)}, is listed, but it cannot be read: {pool.Unreadable.First(u => u.Index == i).Reason}. Take it out of the list."));
    }

    static string Name(PoolInput pool, int m) => $"{Invariant.Text(pool.Members[m])}, {pool.Key(pool.Members[m])},";

    static string Hash(int[] members) => ContentHash.Of(MemoryMarshal.AsBytes(members.AsSpan()));
}
