namespace Gleaner.Cli;

/// <summary>The pool of a comparison: decoded once for all its commands, with the lists of images to judge by and to learn probes from.</summary>
sealed record ComparedPool
{
    public required PoolInput Input { get; init; }

    /// <summary>The pool as commands are told it.</summary>
    public required string Path { get; init; }

    /// <summary>The run folder with the decoded images.</summary>
    public required string Folder { get; init; }

    /// <summary>Images that can be read and are not set aside, as indices of the listing.</summary>
    public required int[] Selectable { get; init; }

    /// <summary>Images that are set aside; null where test images are elsewhere.</summary>
    public string? ValidationFile { get; init; }

    /// <summary>Images that probes learn from; null for all that are not set aside.</summary>
    public string? ProbeFile { get; init; }
    public required int TestImages { get; init; }

    /// <summary>Where the test images come from, in words.</summary>
    public required string Test { get; init; }

    /// <summary>Changes with what choosing and training depend on.</summary>
    public required string Identity { get; init; }

    /// <summary>Changes with what encoders are judged by.</summary>
    public required string JudgedBy { get; init; }

    /// <summary>Width and height of the images, and how many an evaluation embeds.</summary>
    public int ImageSize => Input.Images!.Size;

    public int Embedded => Input.Members.Length + (ValidationFile is null ? TestImages : 0);

    public static ComparedPool Open(Recipe recipe, string path, string outFolder, Terminal terminal, CancellationToken cancel)
    {
        string folder = System.IO.Path.Combine(outFolder, "pool");
        using var run = RunFolder.Open(folder);
        var stages = new StageRunner(run, terminal);
        var read = new PoolSettings { Path = path, Labels = true, ImageSize = recipe.ImageSize, Threads = Environment.ProcessorCount };
        var pool = new PoolStage(read, stages, cancel).Open();
        if (pool.Images is null) throw new UsageException($"{path}: holds embeddings; a comparison trains on images.");
        var labelled = LabelledPool.Of(pool);
        if (recipe.IsSupervised && labelled.Members.Length < pool.Members.Length)
            throw new UsageException($"{path}: {Terminal.Number(pool.Members.Length - labelled.Members.Length)} of {Terminal.Number(pool.Members.Length)} images have no label, and a supervised training would leave them out of some subsets more than of others. Give a pool whose images all have labels.");
        var test = recipe.Validation is null ? LabelledPool.Test(recipe.Test, pool, read, stages, cancel)
            ?? throw new UsageException($"{path}: no test images belong to it. Give labelled ones with test: POOL in the recipe, or set some aside with validation: 20 %.") : null;
        using var testImages = test?.Pool.Images;
        if (test is not null) labelled.CheckKnows(test);

        int[] aside = recipe.Validation is { } share ? Draw(labelled, share.Of(labelled.Members.Length), pool) : [];
        int[] selectable = [.. pool.Members.Except(aside)];
        if (selectable.Length < 2) throw new UsageException($"validation sets {aside.Length} of {pool.Members.Length} images aside; too few are left to choose from.");
        string? validationFile = aside.Length == 0 ? null : Write("validation.npy", aside), probeFile = null;
        if (recipe.ProbeImages is { } count)
        {
            var left = labelled.Select([.. Enumerable.Range(0, labelled.Members.Length).Where(i => Array.BinarySearch(aside, pool.Members[labelled.Members[i]]) < 0)]);
            if (count > left.Members.Length) throw new UsageException($"probe images: {count}; {left.Members.Length} labelled images are there to learn from.");
            probeFile = Write("probe.npy", Draw(left, count, pool));
        }
        return new ComparedPool
        {
            Input = pool,
            Path = path,
            Folder = folder,
            Selectable = selectable,
            ValidationFile = validationFile,
            ProbeFile = probeFile,
            TestImages = test?.Members.Length ?? aside.Length,
            Test = recipe.Validation is not null ? $"{Terminal.Number(aside.Length)} images of the pool, set aside, class by class" : $"{Terminal.Number(test!.Members.Length)} test images{(recipe.Test is { } elsewhere ? $" of {elsewhere}" : "")}",
            Identity = string.Join(' ', pool.ContentHash, labelled.LabelsHash, HashOf(validationFile)),
            JudgedBy = string.Join(' ', test?.Pool.ContentHash, test?.LabelsHash, HashOf(validationFile), HashOf(probeFile)),
        };

        static string HashOf(string? file) => file is null ? "" : ContentHash.OfFile(file);

        string Write(string name, int[] indices)
        {
            AtomicFile.Write(run[name], stream => NpyFile.Write(stream, Array.ConvertAll(indices, i => (long)i)));
            return run[name];
        }
    }

    // Class by class, always the same ones: seeds are for what is compared. Ascending.
    static int[] Draw(LabelledPool labelled, int count, PoolInput pool) =>
        [.. RandomSelector.RankBalanced(LatentPartition.FromLabels(labelled.Labels), seed: 0).Order.Take(count).Select(row => pool.Members[labelled.Members[row]]).Order()];
}
