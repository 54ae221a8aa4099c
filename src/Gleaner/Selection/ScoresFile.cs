using System.Globalization;
using System.Text;

namespace Gleaner;

/// <summary>Writes the scores of a selection, a row per image, for people and for data frames.</summary>
public static class ScoresFile
{
    internal static readonly string[] Columns =
    [
        "index", "key", "class", "rank", "gain", "similarity_sum", "mean_similarity", "kept", "nearest_kept", "nearest_kept_similarity", "duplicate_of", "left_out",
    ];

    /// <summary>Writes RFC 4180 in UTF-8 with '\n' line ends; numbers read back exactly, null is an empty field.</summary>
    /// <remarks>A key that begins with = + - or @, which a spreadsheet takes for a formula, is written with <c>./</c> before it: the same file, and text. The Parquet file has it as it is.</remarks>
    public static void WriteCsv(Stream stream, IEnumerable<ScoreRow> rows)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(rows);
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        writer.Write(string.Join(',', Columns) + '\n');
        foreach (var r in rows)
            writer.Write(string.Create(CultureInfo.InvariantCulture,
                $"{r.Index},{CsvText.Key(r.Key)},{r.Class},{r.Rank},{r.Gain:R},{r.SimilaritySum:R},{r.MeanSimilarity:R},{(r.Kept ? "true" : "false")},{r.NearestKept},{r.NearestKeptSimilarity:R},{r.DuplicateOf},{CsvText.Field(r.LeftOut ?? "")}\n"));
    }

    /// <summary>Writes the same columns as Parquet; the same rows give the same bytes.</summary>
    public static void WriteParquet(Stream stream, IEnumerable<ScoreRow> rows)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(rows);
        // A class of its own, so that a CSV does not load the Parquet library.
        ScoresParquet.WriteAsync(stream, rows).GetAwaiter().GetResult();
    }
}
