namespace Gleaner.Tests.Report;

/// A run folder of gleaner select without a selection: image i of a pool with an unreadable image 1; every fifth readable image is kept.
static class MadeRun
{
    public const string Hostile = "a<script>&\"'\u202E\0\n.png";

    public static string Write(TemporaryFolder folder, int readable = 60, int size = 8, int classes = 3, Func<int, string>? key = null, string[]? classNames = null, bool equalRows = false)
    {
        int[] members = [.. Enumerable.Range(0, readable + 1).Where(i => i != 1)];
        bool[] kept = [.. Enumerable.Range(0, readable).Select(m => m % 5 == 0)];
        int[] order = [.. Enumerable.Range(0, readable).OrderByDescending(m => kept[m]).ThenBy(m => m)], rank = new int[readable];
        for (int r = 0; r < readable; r++) rank[order[r]] = r;
        key ??= i => i == 0 ? Hostile : $"images/{i}.png";
        var rows = Enumerable.Range(0, readable).Select(m => new ScoreRow(members[m], key(members[m]), m % classes, rank[m], 100 - rank[m], 5, 0.5 + 0.4 * m / readable, kept[m], 0, 0.9, m == 7 ? members[5] : null));
        Stream("scores.csv", stream => ScoresFile.WriteCsv(stream, rows));
        Stream("subset.npy", stream => NpyFile.Write(stream, [.. order.Where(m => kept[m]).Select(m => (long)members[m])]));
        float[] embedding = equalRows ? [.. Enumerable.Repeat(0.25f, (readable + 1) * 6)] : [.. RandomRows.Clustered(readable + 1, 6, 4, 0.4).Values];
        Stream("embedding.npy", stream => NpyFile.Write(stream, embedding, readable + 1, 6));
        byte[] pixels = new byte[readable * size * size * 3];
        new Random(1).NextBytes(pixels);
        folder.Write("run/cache/pixels.u8", pixels);
        folder.Write("run/unreadable.csv", "index,key,reason\n1,\"b<b>.png\",\"is damaged & \"\"cut\"\"\"\n");
        if (classNames is not null) new ClassNames(classNames).Write(Path.Combine(folder.Path, "run", ClassNames.FileName));
        var manifest = Manifest(Path.Combine(folder.Path, "run"), readable, size, kept.Count(k => k), classes);
        if (classNames is not null) manifest = manifest with { Stages = [.. manifest.Stages, Stage(Path.Combine(folder.Path, "run"), "classes", 1, ClassNames.FileName)] };
        manifest.Write(Path.Combine(folder.Path, "run", "manifest.json"));
        return Path.Combine(folder.Path, "run");

        void Stream(string name, Action<Stream> write) => AtomicFile.Write(Path.Combine(folder.Path, "run", name), write);
    }

    static RunManifest Manifest(string run, int readable, int size, int kept, int classes) => new()
    {
        Gleaner = "0.1.0",
        Command = "select",
        Finished = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Pool = new("my pool's <i>", "folder", readable + 1, 1, "f1"),
        Subset = new() { Count = kept, Fraction = (double)kept / readable, Objective = "graph-cut", Classes = classes, MeanSimilarityKept = 0.7, MeanSimilarityDropped = 0.6, MeanSimilarityToKept = 0.8 },
        Options = new() { ["budget"] = "20 %", ["objective"] = "graph-cut", ["seed"] = "7", ["dedup"] = "none", ["dedup_stays"] = "first", ["classes"] = "kmeans:3" },
        Stages =
        [
            Stage(run, "read", 1.5, "cache/pixels.u8", ("image_size", size.ToString(System.Globalization.CultureInfo.InvariantCulture))),
            Stage(run, "embed", 12, "embedding.npy", ("multiply_adds", "1.5e12")), Stage(run, "rank", 0.5, "cache/ranking.safetensors"),
        ],
        Machine = new() { ["os"] = "made", ["peak_memory_mib"] = "99" },
    };

    static StageRecord Stage(string run, string name, double seconds, string output, params (string Name, string Value)[] facts) => new()
    {
        Stage = name,
        Inputs = [],
        Outputs = new() { [output] = File.Exists(Path.Combine(run, output)) ? StageOutput.Of(Path.Combine(run, output)) : new StageOutput(1, 2, "h") },
        Seconds = seconds,
        Facts = new(facts.ToDictionary(fact => fact.Name, fact => fact.Value)),
    };
}
