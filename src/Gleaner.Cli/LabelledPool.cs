using System.Runtime.InteropServices;
using Gleaner.Torch;

namespace Gleaner.Cli;

/// <summary>The labelled images of a pool, embedded as they are.</summary>
sealed class LabelledPool(PoolInput pool, int[] members, int[] labels)
{
    public PoolInput Pool => pool;

    /// <summary>Which members of the pool, in order.</summary>
    public int[] Members => members;

    public int[] Labels => labels;

    /// <summary>Changes with the images that have labels, and with the labels.</summary>
    public string LabelsHash => ContentHash.Of(MemoryMarshal.AsBytes([.. members, .. labels]));

    /// <summary>Some of its images, by row.</summary>
    public LabelledPool Select(int[] rows) => new(pool, [.. rows.Select(row => members[row])], [.. rows.Select(row => labels[row])]);

    public static LabelledPool Of(PoolInput pool)
    {
        if (pool.Labels is not { } all) throw new InvalidDataException($"{pool.Path}: has no labels. For a folder of images, put the images of each class into a folder of its own.");
        int[] members = [.. Enumerable.Range(0, pool.Members.Length).Where(m => all[pool.Members[m]] >= 0)];
        if (members.Length == 0) throw new InvalidDataException($"{pool.Path}: none of its {pool.Members.Length} images has a label.");
        return new(pool, members, [.. members.Select(m => all[pool.Members[m]])]);
    }

    /// <summary>
    /// The test images at <paramref name="path"/> (the test part of what is there, if it has one), or without a path those that belong to the pool; null if there are none. Their labels are the
    /// pool's labels of the same names.
    /// </summary>
    public static LabelledPool? Test(string? path, PoolInput pool, PoolSettings read, StageRunner stages, CancellationToken cancel)
    {
        read = read with { Prefix = "test-", ImageSize = pool.Images!.Size, Path = PoolStage.Resolve(path ?? pool.Path) };
        bool hasTestPart;
        using (var own = ImagePools.OpenTest(read.Path, read.Array)) hasTestPart = own is not null;
        if (path is null && !hasTestPart) return null;
        var test = new PoolStage(read with { TestPart = hasTestPart }, stages, cancel).Open();
        if (test.ContentHash == pool.ContentHash) stages.Terminal.Warn($"         {read.Path} as test images: they are the images of the pool, so what was learned by heart counts as right");
        return Of(test with { Labels = ByName(test, pool) });
    }

    /// <summary>What these test images are called, whose path is <paramref name="path"/>.</summary>
    public string InWords(string path) => pool.IsTestPart ? $"the test images of {path}" : path;

    /// <summary>Refuses test images none of which has a label that one of these has, before anything is trained.</summary>
    public void CheckKnows(LabelledPool test)
    {
        if (!test.Labels.Intersect(labels).Any())
            throw new InvalidDataException($"{test.Pool.Path}: no test image has a label that an image of {pool.Path} has. Are both of the same classes, and folders named alike?");
    }

    // A label without a name is called by its number. Where no name is known at all, numbers are taken as they are; a name that the pool has not becomes a label that it has not.
    static int[]? ByName(PoolInput test, PoolInput pool)
    {
        if (test.Labels is not { } labels || pool.Labels is not { } own) return test.Labels;
        var (names, known) = (test.Source?.LabelNames, pool.Source?.LabelNames);
        if (names is null && known is null) return labels;
        string NameOf(IReadOnlyList<string>? names, int label) => names is not null && label < names.Count ? names[label] : Invariant.Text(label);
        var number = new Dictionary<string, int>();
        foreach (int label in own.Where(label => label >= 0).Distinct().Order()) number.TryAdd(NameOf(known, label), label);
        int[] found = [.. labels.Where(label => label >= 0).Distinct()];
        bool anyKnown = found.Any(label => number.ContainsKey(NameOf(names, label)));
        int next = own.Append(-1).Max();
        var renamed = found.ToDictionary(label => label, label => number.TryGetValue(NameOf(names, label), out int same) ? same
            : !anyKnown && Invariant.TryParse(NameOf(names, label), out int itself) ? itself : ++next);
        return Array.ConvertAll(labels, label => label < 0 ? label : renamed[label]);
    }

    /// <summary>Features of every image with a label, made once and kept.</summary>
    public LabeledRows Embed(Proxy proxy, string encoderHash, string prefix, StageRunner stages, CancellationToken cancel)
    {
        string file = $"cache/{prefix}features.npy";
        var inputs = new Dictionary<string, string> { ["images"] = pool.ContentHash, ["encoder"] = encoderHash };
        stages.Make(prefix + "embed", $"embedding {Terminal.Number(pool.Images!.Count)} images", inputs, [file], _ =>
        {
            var progress = new ProgressOf(prefix + "embed", pool.Images.Count, "images", stages.Terminal);
            float[] rows = new Embedder(proxy).Embed(pool.Images, progress, cancel);
            AtomicFile.Write(stages.Run[file], stream => NpyFile.Write(stream, rows, pool.Images.Count, proxy.Dimension));
        });
        var stored = EmbeddingFile.Read(stages.Run[file]);
        return Labelled(stored.Values, stored.Dimension);
    }

    /// <summary>Features that are not kept.</summary>
    public LabeledRows Embed(Proxy proxy, CancellationToken cancel) => Labelled(new Embedder(proxy).Embed(pool.Images!, cancel: cancel), proxy.Dimension);

    public LabeledRows Pixels()
    {
        var (rows, d) = RawPixels.Of(pool.Images!, members);
        return new LabeledRows(rows, d, labels);
    }

    /// <summary>The rows of the images in a list.</summary>
    public int[] RowsOf(string file, Terminal terminal)
    {
        var row = new Dictionary<int, int>();
        for (int i = 0; i < members.Length; i++) row[pool.Members[members[i]]] = i;
        int[] listed = ImageList.Read(file).In(pool.Count, pool.Key), found = [.. listed.Where(row.ContainsKey).Select(i => row[i])];
        if (found.Length < listed.Length) terminal.Warn($"         {Terminal.Number(listed.Length - found.Length)} images of {file} are unreadable or have no label and are left out");
        return found.Length > 0 ? found : throw new InvalidDataException($"{file}: none of its {listed.Length} images has a label.");
    }

    LabeledRows Labelled(float[] all, int d)
    {
        if (members.Length * d == all.Length) return new LabeledRows(all, d, labels);
        var values = new float[members.Length * d];
        for (int i = 0; i < members.Length; i++) all.AsSpan(members[i] * d, d).CopyTo(values.AsSpan(i * d));
        return new LabeledRows(values, d, labels);
    }
}
