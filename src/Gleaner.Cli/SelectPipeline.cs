using System.Globalization;
using System.Runtime.InteropServices;

namespace Gleaner.Cli;

/// <summary>The main job from end to end: pool, proxy, embedding, latent classes, ranking, subset.</summary>
sealed class SelectPipeline(SelectSettings settings, Terminal terminal, CancellationToken cancel)
{
    public RunManifest Run()
    {
        using var run = RunFolder.Open(settings.Out);
        var stages = new StageRunner(run, terminal);
        using var onnx = settings.Onnx is { } how && settings.NeedsEmbedding ? new OnnxProxy(settings, how, terminal) : null;
        var pool = new PoolStage(settings.ToRead(onnx?.ImageSize ?? settings.GivenSize), stages, cancel).Open();
        using var images = pool.Images;
        string? place = settings.CopyTo ?? settings.LinkTo;
        if (place is not null) KeptFiles.Check(pool, place, settings.LinkTo is not null);
        if (settings is { Export: ExportKind.Folder, ExportFolder: { } exported } && pool.Source is ImageFolderPool) KeptFiles.CheckOutside(pool, exported, "--export");
        if (settings.Export is not null && pool.Source is null) throw new UsageException($"--export writes images; {pool.Path} holds {pool.Kind}. Use subset.npy.");
        settings.Budget.Of(pool.Members.Length); // too large a budget is found before the work, not after

        ClassesStage.Check(settings, pool);
        foreach (string idle in IdleOptions.Of(settings, pool)) terminal.Warn("         " + idle);

        var candidates = Candidates.Read(settings, pool);
        using var clip = settings.Clip is { } asked && settings.NeedsClasses ? new ClipStage(asked, settings, pool, onnx, stages) : null;
        EmbeddingMatrix? embedding = pool.Embedding;
        string embeddingHash = pool.ContentHash;
        if (embedding is null && settings.NeedsEmbedding) (embedding, embeddingHash) = new EmbedStage(stages, cancel).Embed(pool, onnx?.Work(pool) ?? new ProxyStage(settings, stages, cancel).Work(pool));
        var rankStage = new RankStage(settings, stages, cancel);
        LatentPartition? classes = null;
        string? classesHash = null;
        if (settings.NeedsClasses)
        {
            (classes, classesHash) = new ClassesStage(settings, stages, cancel).Classes(pool, embedding, embeddingHash, clip);
            new AgreementStage(settings, stages).Compare(pool, classes, classesHash);
        }
        Deduplication? duplicates;
        (candidates, duplicates) = new DedupStage(settings, stages, cancel).LeaveOut(pool, candidates, embedding, embeddingHash, classes, classesHash);
        var (ranking, rankingHash) = rankStage.Rank(pool, candidates, embedding, embeddingHash, settings.RanksClasses ? classes : null, classesHash);
        var result = new SubsetStage(settings, stages, cancel).Write(pool, candidates, ranking, rankingHash, embedding, embeddingHash, classesHash, duplicates);
        var manifest = Finish();
        if (place is not null)
        {
            terminal.Say($"{(settings.LinkTo is null ? "copying" : "linking"),-8} to {place}");
            new KeptFiles(pool, result.Subset).Place(place, settings.LinkTo is not null, cancel);
        }

        if (settings.Export is { } kind)
        {
            new ExportStage(kind, settings.ExportFolder, stages, cancel).Write(pool, result.Subset);
            manifest = Finish();
        }
        if (!settings.Json && !settings.Quiet) terminal.Result(new Summary(settings, pool, candidates, ranking, result, manifest, run.Path).ToString());
        return manifest;

        // Before anything leaves the run folder: what is in it belongs together, whatever becomes of the rest.
        RunManifest Finish()
        {
            var manifest = Describe(pool, candidates, ranking, result, stages);
            manifest.Write(run["manifest.json"]);
            if (settings.Report) ReportFile.Write(run.Path);
            else File.Delete(run[ReportFile.Name]); // it would be of an earlier run
            return manifest;
        }
    }

    RunManifest Describe(PoolInput pool, Candidates candidates, Ranking ranking, SubsetResult result, StageRunner stages)
    {
        bool[] kept = result.Subset.Mask();
        return new RunManifest
        {
            Gleaner = Product.Version,
            Command = "select",
            Finished = TimeProvider.System.GetUtcNow(),
            Pool = new RunManifest.PoolSummary(pool.Path, pool.Kind, pool.Count, pool.Unreadable.Count, pool.Fingerprint),
            Subset = new RunManifest.SubsetSummary
            {
                Count = result.Subset.Count,
                Fraction = (double)result.Subset.Count / result.Subset.PoolSize,
                Objective = settings.Objective,
                Classes = ranking.Classes?.Classes,
                MeanSimilarityKept = Mean(true),
                MeanSimilarityDropped = Mean(false),
                MeanSimilarityToKept = result.SimilarityToKept,
                DuplicatesRemoved = result.Duplicates?.Removed.Count ?? 0,
                ExactDuplicatesKept = result.DuplicatesKept,
                KeptByList = candidates.Keep.Length,
                Excluded = candidates.Excluded,
            },
            Options = Options(),
            Stages = stages.Records,
            Machine = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["dotnet"] = RuntimeInformation.FrameworkDescription,
                ["os"] = RuntimeInformation.OSDescription,
                ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
                ["processors"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
                ["peak_memory_mib"] = (System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64 >> 20).ToString(CultureInfo.InvariantCulture),
            },
        };

        double? Mean(bool wanted)
        {
            if (ranking.MeanSimilarities is not { } means) return null;
            double[] values = [.. means.Where((mean, m) => kept[m] == wanted && !double.IsNaN(mean))];
            return values.Length == 0 ? null : values.Average();
        }
    }

    SortedDictionary<string, string> Options() => new((settings.Onnx?.Words ?? []).Concat(settings.Clip?.Words ?? []).ToDictionary(), StringComparer.Ordinal)
    {
        ["pool"] = settings.Pool,
        ["array"] = settings.Array ?? "default",
        ["budget"] = settings.Budget.ToString(),
        ["objective"] = settings.Objective,
        ["threshold"] = settings.Threshold?.ToString("R", CultureInfo.InvariantCulture) ?? "none",
        ["classes"] = settings.Classes.ToString(),
        ["agreement"] = settings.Agreement ?? "default",
        ["min_per_class"] = Invariant.Text(settings.MinPerClass),
        ["keep"] = settings.KeepFile ?? "none",
        ["exclude"] = settings.ExcludeFile ?? "none",
        ["dedup"] = settings.Dedup,
        ["dedup_stays"] = settings.DedupEpsilon is null ? "first" : settings.DedupRule.ToString(),
        ["proxy"] = settings.ProxyFile ?? "train",
        ["proxy_epochs"] = settings.ProxyEpochs?.ToString(CultureInfo.InvariantCulture) ?? "default",
        ["proxy_minutes"] = settings.ProxyMinutes?.ToString("R", CultureInfo.InvariantCulture) ?? "none",
        ["proxy_arch"] = settings.ProxyDepth is { } depth ? $"resnet{depth}" : "default",
        ["proxy_width"] = settings.ProxyWidth?.ToString("R", CultureInfo.InvariantCulture) ?? "default",
        ["views"] = Invariant.Text(settings.Views),
        ["embed"] = settings.EmbedHead ? "head" : "encoder",
        ["image_size"] = settings.ImageSize?.ToString(CultureInfo.InvariantCulture) ?? "default",
        ["seed"] = Invariant.Text(settings.Seed),
        ["strict"] = settings.Strict ? "true" : "false",
        ["threads"] = Invariant.Text(settings.Threads),
    };
}
