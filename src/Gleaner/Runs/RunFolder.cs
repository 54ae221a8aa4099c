using System.Text;
using System.Text.Json;

namespace Gleaner;

/// <summary>
/// Everything one command made. Work is done in stages; a finished stage is not done again while its inputs and its files are what they
/// were, and an interrupted one goes on from what it saved. One process at a time: the lock is released even when its owner is killed.
/// </summary>
public sealed class RunFolder : IDisposable
{
    /// <summary>What <see cref="WhyStale"/> says of a stage that leaves nothing to explain: it is simply the first time.</summary>
    public const string NotMadeYet = "it was not made yet";

    readonly TimeProvider _time;
    readonly FileStream? _lock; // null: only reads

    RunFolder(string path, FileStream? @lock, TimeProvider time) => (Path, _lock, _time) = (path, @lock, time);

    /// <summary>The folder, absolute.</summary>
    public string Path { get; }

    /// <summary>Opens or makes the folder and locks it.</summary>
    /// <exception cref="IOException">The folder cannot be written, or another process works in it.</exception>
    public static RunFolder Open(string path, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        path = System.IO.Path.GetFullPath(path);
        string cache = System.IO.Path.Combine(path, "cache");
        try
        {
            Directory.CreateDirectory(cache);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path}: the run folder cannot be made. Choose another --out. ({error.Message})", error);
        }
        try
        {
            var @lock = new FileStream(System.IO.Path.Combine(path, FolderListing.RunFolderMark), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new RunFolder(path, @lock, time ?? TimeProvider.System);
        }
        catch (IOException error) when (error is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            throw new IOException($"{path}: another process works in this run folder. Wait for it, or choose another --out. ({error.Message})", error);
        }
    }

    /// <summary>A run folder whose finished stages are used and nothing else: it is not locked, so many processes may read it while none makes anything in it.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such run folder.</exception>
    public static RunFolder OpenToRead(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        path = System.IO.Path.GetFullPath(path);
        return Directory.Exists(System.IO.Path.Combine(path, "cache")) ? new RunFolder(path, null, TimeProvider.System)
            : throw new DirectoryNotFoundException($"{path}: is no run folder; expected one that a gleaner command made.");
    }

    /// <summary>Whether no process works in the folder at this moment, there or not.</summary>
    public static bool IsFree(string path)
    {
        string @lock = System.IO.Path.Combine(path, FolderListing.RunFolderMark);
        if (!File.Exists(@lock)) return true;
        try
        {
            using var free = new FileStream(@lock, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The path of a file of the run.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>What a finished stage recorded, or null.</summary>
    public StageRecord? Find(string stage)
    {
        try
        {
            var record = File.Exists(RecordFile(stage)) ? JsonSerializer.Deserialize(File.ReadAllBytes(RecordFile(stage)), RunJson.Default.StageRecord) : null;
            return record is null || record.Outputs.Values.Any(output => output is not { Hash: not null }) ? null : record;
        }
        catch (JsonException)
        {
            return null; // a damaged record only costs the time to make the stage again
        }
    }

    /// <summary>Why <paramref name="stage"/> must be made with these inputs, in words; null if what is there can be used.</summary>
    public string? WhyStale(string stage, IReadOnlyDictionary<string, string> inputs)
    {
        if (Find(stage) is not { } record) return Directory.Exists(UnfinishedFolder(stage, inputs)) ? "it was interrupted" : NotMadeYet;
        foreach (var (name, value) in inputs)
        {
            if (!record.Inputs.TryGetValue(name, out string? before)) return $"{name} is new";
            if (before != value) return $"{name} was {Short(before)} and is {Short(value)}";
        }
        foreach (string name in record.Inputs.Keys)
            if (!inputs.ContainsKey(name)) return $"{name} was {Short(record.Inputs[name])} and is not given";
        foreach (var (name, output) in record.Outputs)
        {
            if (!File.Exists(this[name])) return $"{name} is missing";
            if (!output.IsAt(this[name])) return $"{name} was changed";
        }
        return null;
    }

    /// <summary>
    /// Makes a stage unless it is there already. <paramref name="make"/> writes <paramref name="outputs"/> (atomically; names in the run
    /// folder); the record is written last, so a kill at any moment means the stage is made, or continued, the next time.
    /// <paramref name="decided"/> is told first what <see cref="WhyStale"/> says.
    /// </summary>
    public StageRecord Make(string stage, IReadOnlyDictionary<string, string> inputs, IReadOnlyList<string> outputs, Action<StageWork> make, Action<string?>? decided = null)
    {
        ArgumentNullException.ThrowIfNull(make);
        string? why = WhyStale(stage, inputs);
        decided?.Invoke(why);
        if (why is null) return Find(stage)!;
        if (_lock is null) throw new InvalidOperationException($"{Path}: stage {stage} cannot be used ({why}), and this folder is open to be read only.");

        string unfinished = UnfinishedFolder(stage, inputs);
        ForgetUnfinished(stage, except: unfinished);
        var work = new StageWork(unfinished, _time);
        make(work);
        var record = new StageRecord
        {
            Stage = stage,
            Inputs = new SortedDictionary<string, string>(inputs.ToDictionary(), StringComparer.Ordinal),
            Outputs = new SortedDictionary<string, StageOutput>(outputs.ToDictionary(name => name, name => StageOutput.Of(this[name])), StringComparer.Ordinal),
            Seconds = work.Seconds,
            Facts = work.Facts,
        };
        AtomicFile.Write(RecordFile(stage), stream => JsonSerializer.Serialize(stream, record, RunJson.Default.StageRecord));
        ForgetUnfinished(stage, except: null);
        return record;
    }

    /// <inheritdoc/>
    public void Dispose() => _lock?.Dispose();

    void ForgetUnfinished(string stage, string? except)
    {
        foreach (string folder in Directory.GetDirectories(System.IO.Path.Combine(Path, "cache"), stage + "-*"))
            if (folder != except) Directory.Delete(folder, recursive: true);
    }

    string RecordFile(string stage) => System.IO.Path.Combine(Path, "cache", stage + ".json");

    string UnfinishedFolder(string stage, IReadOnlyDictionary<string, string> inputs)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in inputs.OrderBy(input => input.Key, StringComparer.Ordinal)) text.Append(name).Append('\0').Append(value).Append('\0');
        return System.IO.Path.Combine(Path, "cache", $"{stage}-{ContentHash.Of(Encoding.UTF8.GetBytes(text.ToString()))[..16]}");
    }

    static string Short(string value) => value.Length <= 40 ? value : value[..12] + "…";
}
