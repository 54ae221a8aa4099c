using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace Gleaner.Cli;

/// <summary>The first stage: finds out what a path is and which of it can be read.</summary>
sealed class PoolStage(PoolSettings settings, StageRunner stages, CancellationToken cancel)
{
    const int DefaultFolderSize = 64;

    /// <summary>Images larger than this are not kept decoded unless it is asked for: a million of 224 pixels are 150 GB.</summary>
    public const int LargestDefaultSize = 96;

    public PoolInput Open()
    {
        string path = Resolve(settings.Path);
        if (!ImagePools.CouldBe(path))
            throw new DirectoryNotFoundException($"{path}: no such file or folder. Give a folder of images, CIFAR, STL-10 or IDX files, Parquet files with images, WebDataset shards (.tar), a list of images (.txt, .csv), a file of embeddings (.npy, .npz, .safetensors, .parquet), or the word sample.");
        return HoldsEmbeddings(path) ? OpenEmbedding(path) : OpenImages(path);
    }

    // A .parquet can be either, and its columns say which: images if it has any, unless --array names another column.
    bool HoldsEmbeddings(string path) => File.Exists(path) && EmbeddingFile.IsEmbedding(path) && !ParquetPool.Recognises(path, settings.Array);

    /// <summary>Where the pool of this name is.</summary>
    public static string Resolve(string path) => path == "sample" ? SamplePath() : path;

    static string SamplePath() => Path.Combine(AppContext.BaseDirectory, "samples", "fashion-mnist");

    PoolInput OpenEmbedding(string path)
    {
        string hash = ContentHash.OfFile(path) + (settings.Array is { } array ? " " + array : "");
        var raw = EmbeddingFile.Read(path, settings.Array);
        stages.Terminal.Say($"pool     {Terminal.Number(raw.Count)} embeddings of {raw.Dimension} numbers in {path}");
        var rows = EmbeddingMatrix.Normalize(raw.Values, raw.Count, raw.Dimension, out var bad);
        int[] members = MembersOf(raw.Count, bad);
        WriteUnreadable(bad, Invariant.Text, "rows of " + path);
        var embedding = bad.Count == 0 ? rows : rows.Select(members);
        return new PoolInput
        {
            Path = path, Kind = "embeddings", Count = raw.Count, Fingerprint = hash, Key = Invariant.Text, FileOf = _ => null,
            Members = members, Unreadable = bad, ContentHash = hash, Embedding = embedding,
            MemberHash = m => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(embedding.Row(m))),
        };
    }

    PoolInput OpenImages(string path)
    {
        var pool = settings.TestPart ? ImagePools.OpenTest(path, settings.Array)! : ImagePools.Open(path, classFromFolder: settings.Labels || settings.KeepsLabels, column: settings.Array);
        int size = settings.ImageSize ?? (pool.Shape is { } shape ? Math.Min(LargestDefaultSize, Math.Min(shape.Width, shape.Height)) : DefaultFolderSize);
        stages.Terminal.Say($"pool     {Terminal.Number(pool.Count)} images, {pool.Kind}, in {path}");
        if (PassedOver(pool, path) is { } passed) stages.Terminal.Say("         " + passed);
        var inputs = new Dictionary<string, string> { ["pool"] = pool.Fingerprint, ["image size"] = Invariant.Text(size) };
        string pixels = $"cache/{settings.Prefix}pixels.u8", notRead = $"cache/{settings.Prefix}unreadable.json";
        using var elsewhere = Elsewhere(inputs);
        var (run, at) = elsewhere is null ? (stages.Run, stages) : (elsewhere, new StageRunner(elsewhere, stages.Terminal));
        if (settings.TriesAgain && elsewhere is null && stages.WhyStale(settings.Prefix + "read", inputs) is null) ForgetIfReadableNow(pool, size, notRead);
        var record = at.Make(settings.Prefix + "read", $"decoding to {size} x {size} pixels", inputs, [pixels, notRead], work => Decode(pool, size, work, run[pixels], run[notRead]));

        var unreadable = DecodeProgress.ReadUnreadable(run[notRead]);
        WriteUnreadable(unreadable, pool.Key, "images");
        int[] members = MembersOf(pool.Count, unreadable);
        var images = DecodedImages.Map(run[pixels], members.Length, size);
        return new PoolInput
        {
            Path = path, Kind = pool.Kind, Count = pool.Count, Fingerprint = pool.Fingerprint, Key = pool.Key, FileOf = pool.FileOf,
            IsTestPart = settings.TestPart, Members = members, Unreadable = unreadable, Labels = settings.Labels ? pool.Labels : null, OwnLabels = () => pool.Labels, Images = images, Source = pool,
            ContentHash = record.Outputs[pixels].Hash + record.Outputs[notRead].Hash,
            MemberHash = m => XxHash128.HashToUInt128(images.Pixels(m)),
        };
    }

    static string? PassedOver(ImagePool pool, string path) => pool switch
    {
        ImageFolderPool { SkippedCount: > 0 and var files } => $"{Terminal.Number(files)} other {(files == 1 ? "file is" : "files are")} passed over"
            + (new[] { ".tar", ".parquet" }.FirstOrDefault(extension => Directory.EnumerateFiles(path, "*" + extension).Any()) is { } shards ? $"; if the {shards} files are the pool, and not the images beside them, give a pattern: '{Path.Combine(path, "*" + shards)}'" : ""),
        TarPool { SkippedCount: > 0 and var samples } => $"{Terminal.Number(samples)} {(samples == 1 ? "sample has" : "samples have")} no image and {(samples == 1 ? "is" : "are")} passed over",
        _ => null,
    };

    // Files that could not be opened are as they were, but perhaps may be opened now: what was decoded without them is thrown away.
    void ForgetIfReadableNow(ImagePool pool, int size, string notRead)
    {
        var pixelsOfOne = new byte[size * size * 3];
        if (!DecodeProgress.ReadUnreadable(stages.Run[notRead]).Any(one => WholeFile.MayPass(one.Reason) && CanBeRead(one.Index))) return;
        stages.Terminal.Say("         images that could not be opened can be read now");
        File.Delete(stages.Run[notRead]);

        bool CanBeRead(int index)
        {
            try
            {
                pool.Read(index, size, pixelsOfOne);
                return true;
            }
            catch (InvalidDataException)
            {
                return false;
            }
        }
    }

    // The run folder that holds these very images at this size, if the user named one.
    RunFolder? Elsewhere(Dictionary<string, string> inputs)
    {
        if (settings.PixelsFrom is not { } folder) return null;
        var run = RunFolder.OpenToRead(folder);
        string? why = new StageRunner(run, stages.Terminal).WhyStale(settings.Prefix + "read", inputs);
        if (why is null) return run;
        stages.Terminal.Say($"         the images decoded in {folder} are not used: {why}");
        return null;
    }

    // Blocks are decoded in parallel and appended in order; after each the progress file says how far the pixels can be trusted.
    void Decode(ImagePool pool, int size, StageWork work, string pixelsFile, string unreadableFile)
    {
        _ = pool.Labels; // unpacks, and finds out whether the files are what they seem
        string pixels = Path.Combine(work.UnfinishedFolder, "pixels.u8"), progressFile = Path.Combine(work.UnfinishedFolder, "progress.json");
        int bytes = size * size * 3;
        var progress = DecodeProgress.Read(progressFile, pool.Count, File.Exists(pixels) ? new FileInfo(pixels).Length / bytes : 0);
        int block = Math.Clamp((32 << 20) / bytes, 64, 4096), startedAt = progress.Done;
        long startTime = Environment.TickCount64, savedTime = startTime;
        using (var file = new FileStream(pixels, FileMode.OpenOrCreate, FileAccess.Write))
        {
            file.SetLength((progress.Done - progress.Unreadable.Count) * (long)bytes);
            file.Seek(0, SeekOrigin.End);
            var buffer = new byte[block * bytes];
            var reasons = new string?[block];
            while (progress.Done < pool.Count)
            {
                int start = progress.Done, count = Math.Min(block, pool.Count - start);
                Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = settings.Threads, CancellationToken = cancel }, k =>
                {
                    try
                    {
                        reasons[k] = null;
                        pool.Read(start + k, size, buffer.AsSpan(k * bytes, bytes));
                    }
                    catch (InvalidDataException error)
                    {
                        reasons[k] = error.Message;
                    }
                });
                for (int k = 0; k < count; k++)
                {
                    if (reasons[k] is { } reason) progress.Unreadable.Add(new Unreadable(start + k, reason));
                    else file.Write(buffer, k * bytes, bytes);
                }
                progress.Done += count;
                if (Environment.TickCount64 - savedTime > 5000)
                {
                    file.Flush(flushToDisk: true);
                    progress.Write(progressFile);
                    work.Saved();
                    savedTime = Environment.TickCount64;
                }
                stages.Terminal.Progress(() => ProgressText.Of("read", progress.Done, pool.Count, progress.Done - startedAt, Environment.TickCount64 - startTime, "images"));
            }
            file.Flush(flushToDisk: true);
        }
        if (progress.Unreadable.Count == pool.Count)
            throw new InvalidDataException($"{settings.Path}: none of the {pool.Count} images can be read; the first, {pool.Key(0)}, {progress.Unreadable[0].Reason}");
        File.Move(pixels, pixelsFile, overwrite: true);
        AtomicFile.Write(unreadableFile, progress.WriteUnreadable);
        work.Facts["image_size"] = Invariant.Text(size);
    }

    void WriteUnreadable(IReadOnlyList<Unreadable> unreadable, Func<int, string> key, string what)
    {
        string file = stages.Run[settings.Prefix + "unreadable.csv"];
        AtomicFile.Write(file, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine("index,key,reason");
            foreach (var (index, reason) in unreadable) writer.WriteLine($"{Invariant.Text(index)},{CsvText.Key(key(index))},{CsvText.Field(reason)}");
        });
        if (unreadable.Count == 0) return;
        foreach (var (index, reason) in unreadable.Take(5)) stages.Terminal.Warn($"         {key(index)}: {reason}");
        if (settings.Strict)
            throw new InvalidDataException($"{unreadable.Count} {what} cannot be read and --strict is given; {file} lists them.");
        stages.Terminal.Warn($"         {Terminal.Number(unreadable.Count)} {what} cannot be read and are left out; {file} lists them");
    }

    static int[] MembersOf(int count, IReadOnlyList<Unreadable> unreadable)
    {
        var left = unreadable.Select(u => u.Index).ToHashSet();
        int[] members = [.. Enumerable.Range(0, count).Where(i => !left.Contains(i))];
        return members.Length > 0 ? members : throw new InvalidDataException($"None of the {count} rows can be used; the first {unreadable[0].Reason}.");
    }
}
