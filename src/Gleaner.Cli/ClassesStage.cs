using System.Globalization;

namespace Gleaner.Cli;

/// <summary>Finds the latent classes.</summary>
sealed class ClassesStage(SelectSettings settings, StageRunner stages, CancellationToken cancel)
{
    /// <summary>The file with the classes.</summary>
    public const string ClassesName = "classes.npy";

    /// <summary>The latent classes of the members: found, given, or the pool's own.</summary>
    /// <remarks>classes.npy has one int64 for every image of the listing; -1 for the unreadable ones.</remarks>
    public (LatentPartition Classes, string Hash) Classes(PoolInput pool, EmbeddingMatrix? embedding, string embeddingHash, ClipStage? clip)
    {
        var record = settings.Classes switch
        {
            ClassSource.KMeans { Classes: { } k } => WithKMeans(pool, embedding!, embeddingHash, new KMeansOptions { Classes = k }, ""),
            ClassSource.KMeans => WithKMeans(pool, embedding!, embeddingHash, new KMeansOptions { Classes = KMeans.SensibleClasses(pool.Members.Length) }, " (sqrt(n / 5), as no K was given)"),
            ClassSource.KMeansAuto => WithKMeans(pool, embedding!, embeddingHash, KMeansOptions.Careful(new ClassCountStage(settings, stages, cancel).Choose(embedding!, embeddingHash).Classes), ""),
            ClassSource.FewLabels(var few) => new FewLabelsStage(settings, stages, cancel).Name(pool, embedding!, embeddingHash, few),
            ClassSource.Clip => clip!.Make(pool, embedding, embeddingHash, classOf => Write(stages.Run, pool, classOf), cancel),
            _ => Given(pool),
        };
        using var file = NpyFile.Read(stages.Run[ClassesName]);
        long[] stored = file.ReadIntegers();
        return (LatentPartition.FromLabels([.. pool.Members.Select(i => (int)stored[i])]), record.Outputs[ClassesName].Hash);
    }

    /// <summary>Refuses what can be known to fail before a proxy is trained; where the pool is embeddings nothing long comes before the stage itself.</summary>
    public static void Check(SelectSettings settings, PoolInput pool)
    {
        if (!settings.NeedsClasses || pool.Embedding is not null) return;
        if (settings.Classes is ClassSource.KMeans { Classes: { } k }) CheckClasses(k, pool);
        if (settings.Classes is ClassSource.Given or ClassSource.PoolLabels) GivenLabels(settings, pool);
        if (settings.Classes is ClassSource.FewLabels(var few)) LabelsFile.Read(few).In(pool.Count, pool.Key);
    }

    static void CheckClasses(int k, PoolInput pool)
    {
        if (k > pool.Members.Length) throw new UsageException($"--classes kmeans:{k}; the pool holds {pool.Members.Length} images. Ask for fewer classes.");
    }

    StageRecord WithKMeans(PoolInput pool, EmbeddingMatrix embedding, string embeddingHash, KMeansOptions options, string why)
    {
        int n = pool.Members.Length, k = options.Classes;
        CheckClasses(k, pool);
        var inputs = new Dictionary<string, string> { ["embedding"] = embeddingHash, ["classes"] = $"kmeans:{k}", ["seed"] = Invariant.Text(settings.Seed) };
        if (options.Candidates > 1) inputs["starts"] = $"{options.Restarts} x {options.Candidates}";
        return stages.Make("classes", $"k-means with K = {k}{why}", inputs, [ClassesName], work =>
        {
            options = options with { Seed = settings.Seed, Threads = settings.Threads };
            if (MachineRate.Foretell(PlanOf(options, embedding), embedding, settings.Threads) is { } cost) stages.Terminal.Say("         " + cost);
            var progress = new StepsOf(stages.Terminal, options.Restarts);
            var found = KMeans.Fit(embedding.ToUnit(), options, progress, cancel);
            Write(stages.Run, pool, [.. Enumerable.Range(0, n).Select(found.Partition.ClassOf)]);
            work.Facts["inertia_per_image"] = (found.Inertia / n).ToString("0.0000", CultureInfo.InvariantCulture);
            work.Facts["steps"] = Invariant.Text(found.Iterations);
            work.Facts[StageFacts.MultiplyAdds] = StageFacts.Work((double)options.Restarts * found.Iterations * n * k * embedding.Dimension); // starts take about as many steps each
        });
    }

    StageRecord Given(PoolInput pool)
    {
        var (labels, hash, from) = GivenLabels(settings, pool);
        var names = settings.Classes is ClassSource.PoolLabels ? pool.Source?.LabelNames : null;
        var inputs = new Dictionary<string, string> { ["pool"] = pool.ContentHash, ["classes"] = hash };
        if (names is not null) inputs["names"] = ClipStage.HashOf(names);
        return stages.Make("classes", from, inputs, [ClassesName, .. names is null ? (string[])[] : [ClassNames.FileName]], work =>
        {
            Write(stages.Run, pool, [.. pool.Members.Select(i => labels[i])]);
            if (names is not null) new ClassNames(names).Write(stages.Run[ClassNames.FileName]);
            work.Facts[StageFacts.MultiplyAdds] = "0";
        });
    }

    // Twenty Lloyd steps a start are usual; in tiles a product takes a fifth of what it takes row by row.
    static RankingPlan PlanOf(KMeansOptions options, EmbeddingMatrix embedding)
    {
        double products = options.Restarts * 20.0 * embedding.Count * options.Classes * embedding.Dimension;
        return new(products, 0.2 * products, Longest: 0, (12L + 4 + 68) * embedding.Count + 12L * options.Classes * embedding.Dimension); // 68: CentroidBounds
    }

    static (int[] Labels, string Hash, string From) GivenLabels(SelectSettings settings, PoolInput pool)
    {
        if (settings.Classes is ClassSource.Given(var file))
        {
            int[] given = IntegersFile.Read(file);
            if (given.Length != pool.Count)
                throw new InvalidDataException($"{file}: {given.Length} classes; expected {pool.Count}, one for each image of the pool, the unreadable ones included.");
            return (given, ContentHash.OfFile(file), $"given by {file}");
        }
        int[] labels = pool.Labels ?? throw new UsageException($"--classes labels: {pool.Kind} in {pool.Path} has no labels. Use kmeans or given:FILE.");
        return (labels, ContentHash.Of(System.Runtime.InteropServices.MemoryMarshal.AsBytes(labels.AsSpan())), "the pool's own labels");
    }

    /// <summary>One number for each image of the listing; -1 for those that are no members.</summary>
    public static void Write(RunFolder run, PoolInput pool, int[] ofMembers)
    {
        var all = new long[pool.Count];
        Array.Fill(all, -1);
        for (int m = 0; m < ofMembers.Length; m++) all[pool.Members[m]] = ofMembers[m];
        AtomicFile.Write(run[ClassesName], stream => NpyFile.Write(stream, all));
    }

    sealed class StepsOf(Terminal terminal, int restarts) : IProgress<KMeansStep>
    {
        public void Report(KMeansStep step) => terminal.Progress(() => string.Create(CultureInfo.InvariantCulture, $"classes  start {step.Restart + 1} of {restarts}, step {step.Step}, inertia {step.Inertia:0.0}"));
    }
}
