using System.Globalization;

namespace Gleaner;

/// <summary>
/// The numbers of a <c>scores.csv</c>, a row for each readable image in the order of the pool, as plain columns: some 40 bytes an image. Names are looked up when they are needed, so that memory
/// does not grow with their length, unless all details are asked for.
/// </summary>
sealed class ScoreTable
{
    /// <summary>Stands where there is no class or rank, or no other image.</summary>
    public const int None = -1;

    static readonly string[] Needed = ["index", "key", "class", "rank", "gain", "mean_similarity", "kept", "duplicate_of", "left_out"], Further = ["similarity_sum", "nearest_kept", "nearest_kept_similarity"];

    readonly string _path;

    ScoreTable(string path) => _path = path;

    public List<int> Index { get; } = [];
    public List<int> Class { get; } = [];
    public List<int> Rank { get; } = [];
    public List<double> Gain { get; } = [];
    public List<double> MeanSimilarity { get; } = [];
    public List<bool> Kept { get; } = [];
    public List<int> DuplicateOf { get; } = [];

    /// <summary>How many images were left out of the ranking, by reason.</summary>
    public SortedDictionary<string, int> LeftOut { get; } = new(StringComparer.Ordinal);

    /// <summary>Names and what else the file says of each image; null unless it was asked for.</summary>
    public ScoreDetails? Details { get; private init; }

    public int Count => Index.Count;

    /// <exception cref="InvalidDataException">The file is damaged; the message says where.</exception>
    public static ScoreTable Read(string path, bool withDetails = false)
    {
        var table = new ScoreTable(path) { Details = withDetails ? new ScoreDetails() : null };
        foreach (var row in table.Rows()) table.Add(row);
        return table;
    }

    /// <summary>The names of some rows, by row: one more pass over the file.</summary>
    public Dictionary<int, string> Keys(IReadOnlySet<int> rows)
    {
        var keys = new Dictionary<int, string>(rows.Count);
        int at = 0;
        foreach (var row in Rows())
        {
            if (rows.Contains(at)) keys[at] = CsvText.KeyOf(row.Text("key"));
            at++;
        }
        return keys;
    }

    void Add(Row row)
    {
        Index.Add(row.Whole("index") is var index and >= 0 ? index : throw row.Damaged("index", "a whole number from 0"));
        Class.Add(row.Whole("class"));
        Rank.Add(row.Whole("rank"));
        Gain.Add(row.Number("gain"));
        MeanSimilarity.Add(row.Number("mean_similarity"));
        Kept.Add(row.Text("kept") switch { "true" => true, "false" => false, _ => throw row.Damaged("kept", "true or false") });
        DuplicateOf.Add(row.Whole("duplicate_of"));
        if (row.Text("left_out") is { Length: > 0 } why) LeftOut[why] = LeftOut.GetValueOrDefault(why) + 1;
        Details?.Add(CsvText.KeyOf(row.Text("key")), row.Text("left_out"), row.Number("similarity_sum"), row.Whole("nearest_kept"), row.Number("nearest_kept_similarity"));
    }

    IEnumerable<Row> Rows()
    {
        using var reader = new StreamReader(_path);
        Dictionary<string, int>? columns = null;
        foreach (var (line, fields) in CsvRecords.Read(reader, _path))
        {
            if (columns is null)
            {
                string[] missing = [.. Needed.Except(fields)];
                if (missing.Length > 0) throw new InvalidDataException($"{_path}, line 1: no column named {string.Join(", ", missing)}; expected the scores of gleaner select. Run the selection again.");
                columns = Needed.Concat(Further.Intersect(fields)).ToDictionary(name => name, name => Array.IndexOf(fields, name));
                continue;
            }
            if (fields.Length <= columns.Values.Max()) throw new InvalidDataException($"{_path}, line {line}: {fields.Length} columns; expected those of the first line. The file is cut off or was changed; run the selection again.");
            yield return new Row(_path, line, fields, columns);
        }
    }

    readonly record struct Row(string Path, int Line, string[] Fields, Dictionary<string, int> Columns)
    {
        // A column that need not be there is empty if it is not.
        public string Text(string column) => Columns.TryGetValue(column, out int at) ? Fields[at] : "";

        public int Whole(string column) => Text(column).Length == 0 ? None
            : int.TryParse(Text(column), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : throw Damaged(column, "a whole number");

        public double Number(string column) => Text(column).Length == 0 ? double.NaN
            : double.TryParse(Text(column), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : throw Damaged(column, "a number");

        public InvalidDataException Damaged(string column, string expected) =>
            new($"{Path}, line {Line}: \"{(Text(column).Length > 40 ? Text(column)[..40] + "…" : Text(column))}\" as {column}; expected {expected}. The file was changed; run the selection again.");
    }
}
