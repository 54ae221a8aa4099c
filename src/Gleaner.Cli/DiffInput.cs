namespace Gleaner.Cli;

/// <summary>One side of a comparison: a list of indices, and what a run folder knows besides.</summary>
sealed record DiffInput(string Path, int[] Indices)
{
    /// <summary>Null unless it is a run folder with a manifest.</summary>
    public RunManifest? Manifest { get; init; }

    /// <summary>The latent class of every image of the pool, -1 for unreadable ones; null if there are none.</summary>
    public int[]? Classes { get; init; }

    /// <summary>Every ranked image, best first; null unless it is a run folder.</summary>
    public int[]? Ranking { get; init; }

    public static DiffInput Read(string path)
    {
        if (File.Exists(path)) return new DiffInput(path, IntegersFile.ReadIndices(path));
        if (!Directory.Exists(path)) throw new FileNotFoundException($"{path}: no such file or folder. Give a run folder of gleaner select, or a list of indices (.npy, .pkl, .txt or .csv).");
        string In(string name) => System.IO.Path.Combine(path, name);
        if (!File.Exists(In("subset.npy"))) throw new InvalidDataException($"{path}: no subset.npy in it; expected a run folder of gleaner select. For a list of indices give its file.");
        var manifest = File.Exists(In("manifest.json")) ? RunManifest.Read(In("manifest.json")) : null;
        return new DiffInput(path, IntegersFile.ReadIndices(In("subset.npy")))
        {
            Manifest = manifest,
            Classes = File.Exists(In("classes.npy")) && (manifest is null || manifest.Stages.Any(stage => stage.Outputs.ContainsKey("classes.npy"))) ? IntegersFile.Read(In("classes.npy")) : null, // or they are of an earlier run there
            Ranking = File.Exists(In("scores.csv")) ? ReadRanking(In("scores.csv")) : null,
        };
    }

    // Images that were left out have no rank.
    static int[] ReadRanking(string path)
    {
        using var reader = new StreamReader(path);
        var ranked = new List<(int Rank, int Index)>();
        int index = -1, rank = -1;
        foreach (var (line, fields) in CsvRecords.Read(reader, path))
        {
            if (index < 0)
            {
                (index, rank) = (Array.IndexOf(fields, "index"), Array.IndexOf(fields, "rank"));
                if (index < 0 || rank < 0) throw new InvalidDataException($"{path}, line 1: no columns named index and rank; expected the scores of a run.");
                continue;
            }
            if (fields.Length > Math.Max(index, rank) && fields[rank].Length == 0) continue;
            if (fields.Length <= Math.Max(index, rank) || !Invariant.TryParse(fields[index], out int i) || !Invariant.TryParse(fields[rank], out int r))
                throw new InvalidDataException($"{path}, line {line}: no index and rank; expected whole numbers from 0.");
            ranked.Add((r, i));
        }
        return [.. ranked.OrderBy(pair => pair.Rank).Select(pair => pair.Index)];
    }
}
