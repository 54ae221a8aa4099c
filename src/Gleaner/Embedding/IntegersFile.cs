using System.Globalization;

namespace Gleaner;

/// <summary>Reads one whole number per pool image, such as a latent class, from <c>.npy</c>, <c>.csv</c>, <c>.txt</c> or <c>.pkl</c>.</summary>
public static class IntegersFile
{
    /// <summary>The column of a table that is meant, in any case, unless the table has one column only.</summary>
    static readonly string[] ClassColumns = ["class", "label", "target", "cluster"], IndexColumns = ["index"];

    /// <summary>Reads <c>.npy</c> (one dimension), <c>.txt</c> (a number per line), <c>.csv</c> (one column, or one named class, label, target or cluster) or <c>.pkl</c> (a list of integers).</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or a line holds no whole number of 32 bits.</exception>
    public static int[] Read(string path) => Read(path, ClassColumns);

    /// <summary>Reads a list of images, by index: as <see cref="Read(string)"/>, but of a table with several columns the one named index.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or holds something that is no index.</exception>
    public static int[] ReadIndices(string path)
    {
        int[] indices = Read(path, IndexColumns);
        int negative = Array.FindIndex(indices, i => i < 0);
        return negative < 0 ? indices : throw new InvalidDataException($"{path}: entry {negative} is {indices[negative]}; expected indices of images, from 0.");
    }

    static int[] Read(string path, string[] columns)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string extension = Path.GetExtension(path).ToLowerInvariant();
        return extension switch
        {
            ".npy" => ReadNpy(path),
            ".csv" => ReadCsv(path, columns),
            ".txt" => ReadText(path),
            ".pkl" or ".pickle" => Narrow(PickleFile.ReadIntList(path), path),
            _ => throw new InvalidDataException($"{path}: extension \"{extension}\"; expected whole numbers as .npy, .csv, .txt or .pkl."),
        };
    }

    static int[] ReadNpy(string path)
    {
        using var array = NpyFile.Read(path);
        return Narrow(array.ReadIntegers(), path);
    }

    static int[] Narrow(long[] values, string path)
    {
        int wide = Array.FindIndex(values, v => v is < int.MinValue or > int.MaxValue);
        if (wide >= 0) throw new InvalidDataException($"{path}: element {wide} is {values[wide]}; expected at most {int.MaxValue}.");
        return Array.ConvertAll(values, v => (int)v);
    }

    static int[] ReadText(string path)
    {
        using var reader = new StreamReader(path);
        return Numbers(Lines(reader), path);
    }

    static IEnumerable<(int Line, string Text)> Lines(StreamReader reader)
    {
        for (int line = 1; reader.ReadLine() is { } text; line++) yield return (line, text);
    }

    static int[] ReadCsv(string path, string[] columns)
    {
        using var reader = new StreamReader(path);
        using var records = CsvRecords.Read(reader, path).GetEnumerator();
        if (!records.MoveNext()) return [];

        var header = records.Current.Fields;
        int column = Column(header, columns, path);
        return Numbers(Cells(), path);

        IEnumerable<(int Line, string Text)> Cells()
        {
            // A table of one column may begin with a number or with any name.
            if (header.Length == 1 && (header[0].Trim().Length == 0 || TryParse(header[0], out _))) yield return (1, header[0]);
            while (records.MoveNext())
            {
                var (line, fields) = records.Current;
                if (fields.Length != header.Length && fields is not [""])
                    throw new InvalidDataException($"{path}, line {line}: {fields.Length} columns; expected {header.Length}, as in the first line.");
                yield return (line, fields.Length == header.Length ? fields[column] : "");
            }
        }
    }

    static int Column(string[] header, string[] columns, string path)
    {
        if (header.Length == 1) return 0;
        var named = Enumerable.Range(0, header.Length).Where(i => columns.Contains(header[i].Trim(), StringComparer.OrdinalIgnoreCase)).ToArray();
        return named.Length == 1 ? named[0] : throw new InvalidDataException(
            $"{path}, line 1: {header.Length} columns, of which {named.Length} are named {string.Join(", ", columns)}; expected exactly one. Name one column of the first line so, or keep one column only.");
    }

    /// <summary>Parses; blank lines are fine at the end and nowhere else.</summary>
    static int[] Numbers(IEnumerable<(int Line, string Text)> lines, string path)
    {
        var numbers = new List<int>();
        int? blank = null;
        foreach (var (line, text) in lines)
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                blank ??= line;
                continue;
            }
            if (blank is not null)
                throw new InvalidDataException($"{path}, line {blank}: is blank; expected a whole number, because each line is one image.");
            if (!TryParse(text, out int value))
                throw new InvalidDataException($"{path}, line {line}: \"{Short(text)}\"; expected a whole number from {int.MinValue} to {int.MaxValue}.");
            numbers.Add(value);
        }
        return [.. numbers];
    }

    static bool TryParse(string text, out int value) => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value);

    static string Short(string text) => text.Length > 40 ? text[..40] + "…" : text;
}
