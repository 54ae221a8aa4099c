using System.Globalization;
using System.Text;

namespace Gleaner;

/// <summary>The finished parts of an export, as they are remembered: the rows of its table, and of a shard its hash. A part whose file is not what it was is forgotten, with those behind it.</summary>
sealed class ExportParts
{
    readonly string _folder;
    readonly List<(string File, int Images)> _parts = [];

    public ExportParts(string folder, string target)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        while (File.Exists(StateFile(Count)) && File.ReadAllText(StateFile(Count)).Split('\n') is [var file, var images, var hash])
        {
            bool isThere = file.Length == 0 ? File.Exists(RowsFile(Count)) && FilesAreThere(target) : File.Exists(Path.Combine(target, file)) && ContentHash.OfFile(Path.Combine(target, file)) == hash;
            if (!isThere) break;
            _parts.Add((file, int.Parse(images, CultureInfo.InvariantCulture)));
        }
    }

    public int Count => _parts.Count;

    /// <summary>How many images the parts have together.</summary>
    public int Images => _parts.Sum(part => part.Images);

    /// <summary>The shards.</summary>
    public IEnumerable<string> Files => _parts.Select(part => part.File).Where(file => file.Length > 0);

    /// <summary>Remembers a part; from here on it is not made again.</summary>
    public void Add(string file, int images, string rows, string hash)
    {
        AtomicFile.Write(RowsFile(Count), stream => stream.Write(Encoding.UTF8.GetBytes(rows)));
        AtomicFile.Write(StateFile(Count), stream => stream.Write(Encoding.UTF8.GetBytes($"{file}\n{images.ToString(CultureInfo.InvariantCulture)}\n{hash}")));
        _parts.Add((file, images));
    }

    /// <summary>The rows of all parts.</summary>
    public void CopyTo(Stream stream)
    {
        for (int part = 0; part < Count; part++)
        {
            using var rows = File.OpenRead(RowsFile(part));
            rows.CopyTo(stream);
        }
    }

    bool FilesAreThere(string target)
    {
        using var reader = new StreamReader(RowsFile(Count));
        return CsvRecords.Read(reader, RowsFile(Count)).All(row => new FileInfo(Path.Combine(target, row.Fields[5])) is { Exists: true } file
            && file.Length.ToString(CultureInfo.InvariantCulture) == row.Fields[6]);
    }

    string RowsFile(int part) => Path.Combine(_folder, $"part-{part.ToString("00000", CultureInfo.InvariantCulture)}.csv");

    string StateFile(int part) => Path.ChangeExtension(RowsFile(part), ".state");
}
