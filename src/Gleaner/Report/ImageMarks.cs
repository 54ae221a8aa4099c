using System.Globalization;
using System.Text;

namespace Gleaner;

/// <summary>
/// What a person says of the images of a run, in two lists that <c>gleaner select --keep</c> and <c>--exclude</c> read: tables of index and name, written anew at each change. An image is in one of
/// them at most; those to keep are in the order in which they were marked. While this is open no other process can open the same lists.
/// </summary>
sealed class ImageMarks : IDisposable
{
    readonly ScoreTable _scores;
    readonly FileStream _lock;
    readonly Lock _change = new();
    readonly ImageMark[] _marks;
    readonly List<int> _keep = [], _exclude = []; // rows
    bool _isWritten = true;

    ImageMarks(string name, ScoreTable scores, FileStream @lock) => (KeepFile, ExcludeFile, _scores, _lock, _marks) = (name + "-keep.csv", name + "-exclude.csv", scores, @lock, new ImageMark[scores.Count]);

    /// <summary>The list for <c>--keep</c>.</summary>
    public string KeepFile { get; }

    /// <summary>The list for <c>--exclude</c>.</summary>
    public string ExcludeFile { get; }

    /// <summary>Grows with each change.</summary>
    public int Version { get; private set; }

    public int Kept => _keep.Count;

    public int Excluded => _exclude.Count;

    /// <summary>The mark of row <paramref name="m"/> of the scores.</summary>
    public ImageMark this[int m] => _marks[m];

    /// <summary>Opens <paramref name="name"/>-keep.csv and <paramref name="name"/>-exclude.csv, there or not yet.</summary>
    /// <exception cref="IOException">Another process has them open, or the folder cannot be written.</exception>
    /// <exception cref="InvalidDataException">A list is damaged, or is of another pool.</exception>
    public static ImageMarks Open(string name, ScoreTable scores, int poolCount)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(name))!);
        FileStream @lock;
        try
        {
            @lock = new FileStream(name + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException error) when (File.Exists(name + ".lock"))
        {
            throw new IOException($"{name}.lock: another gleaner view writes these marks. Use its page, or give other names with --marks. ({error.Message})", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException($"{name}.lock: the marks cannot be written there. Give another place with --marks. ({error.Message})", error);
        }
        var marks = new ImageMarks(name, scores, @lock);
        try
        {
            marks.Load(poolCount);
            return marks;
        }
        catch
        {
            marks.Dispose();
            throw;
        }
    }

    /// <summary>Marks an image, or takes its mark away, and writes what changed before it answers.</summary>
    public void Set(int m, ImageMark mark)
    {
        lock (_change)
        {
            var before = _marks[m];
            if (before == mark && _isWritten) return;
            List(before)?.Remove(m);
            List(mark)?.Add(m);
            _marks[m] = mark;
            Version++;
            // What goes is written before what comes: whenever the process is killed, no image is in both lists. After a write that failed, all of it again.
            bool all = !_isWritten;
            _isWritten = false;
            foreach (var list in new[] { before, mark, ImageMark.Keep, ImageMark.Exclude }.Take(all ? 4 : 2))
                if (List(list) is not null) Write(list);
            _isWritten = true;
        }
    }

    /// <summary>Leaves those wanted that have the marks of <paramref name="state"/>.</summary>
    public void Narrow(PoolState state, bool[] isWanted)
    {
        for (int m = 0; m < isWanted.Length; m++)
            isWanted[m] = isWanted[m] && _marks[m] is var mark && (state == PoolState.Marked ? mark != ImageMark.None : mark == (state == PoolState.MarkedKeep ? ImageMark.Keep : ImageMark.Exclude));
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    List<int>? List(ImageMark mark) => mark switch { ImageMark.Keep => _keep, ImageMark.Exclude => _exclude, _ => null };

    void Load(int poolCount)
    {
        if (!File.Exists(KeepFile) && !File.Exists(ExcludeFile)) return;
        var rows = _scores.Index.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        string Name(int index) => rows.TryGetValue(index, out int m) ? _scores.Details!.Names[m] : "";
        foreach (var (file, mark) in new[] { (KeepFile, ImageMark.Keep), (ExcludeFile, ImageMark.Exclude) })
        {
            if (!File.Exists(file)) continue;
            foreach (int index in ImageList.Read(file).In(poolCount, Name))
            {
                if (!rows.TryGetValue(index, out int m)) throw new InvalidDataException($"{file}: image {index} cannot be read, so it can be neither kept nor excluded. Take it out of the list.");
                if (_marks[m] != ImageMark.None) throw new InvalidDataException($"{file}: image {index} is in {KeepFile}, too; expected it in one of them. Take it out of the other.");
                _marks[m] = mark;
                List(mark)!.Add(m);
            }
        }
    }

    void Write(ImageMark mark) => AtomicFile.Write(mark == ImageMark.Keep ? KeepFile : ExcludeFile, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine("index,key");
        foreach (int m in List(mark)!) writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_scores.Index[m]},{CsvText.Key(_scores.Details!.Names[m])}"));
    });
}
