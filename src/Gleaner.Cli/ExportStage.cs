namespace Gleaner.Cli;

/// <summary>Writes the kept images in rank order so that they are a pool again.</summary>
sealed class ExportStage(ExportKind kind, string? folder, StageRunner stages, CancellationToken cancel)
{
    const string OwnFolder = "export";

    public void Write(PoolInput pool, Subset subset)
    {
        int[] indices = [.. subset.Indices.Select(m => pool.Members[m])];
        string target = folder is null ? stages.Run[OwnFolder] : Path.GetFullPath(folder), named = folder is null ? OwnFolder : target;
        // The record knows the shards; of a folder it knows the table, which knows the files.
        if (Directory.Exists(target) && !PoolExport.IsWhole(target)) PoolExport.Reopen(target);
        if (kind == ExportKind.Parquet && pool.Source is ParquetPool source && ParquetShardWriter.Dropped(source) is { Length: > 0 } dropped)
            stages.Terminal.Warn($"         columns of lists are not exported: {string.Join(", ", dropped)}");
        var inputs = new Dictionary<string, string>
        {
            ["subset"] = ContentHash.OfFile(stages.Run["subset.npy"]),
            ["pool"] = pool.Source!.LabelsFingerprint,
            ["kind"] = kind.ToString(),
            ["folder"] = named,
        };
        var outputs = new List<string>();
        stages.Make("export", $"writing {Terminal.Number(indices.Length)} images to {target} ({kind.ToString().ToLowerInvariant()})", inputs, outputs, work =>
        {
            var export = new PoolExport(pool.Source!, indices, kind, target) { OwnsFolder = folder is null };
            var progress = new ProgressOf("export", indices.Length, "images", stages.Terminal);
            outputs.AddRange(export.Write(work.UnfinishedFolder, progress, cancel).Select(file => folder is null ? $"{OwnFolder}/{file}" : Path.Combine(target, file)));
        });
    }
}
