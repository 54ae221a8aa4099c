namespace Gleaner;

/// <summary>The physical types of Parquet, by their numbers there.</summary>
enum ParquetType
{
    Boolean, Int32, Int64, Int96, Float, Double, ByteArray, FixedLengthByteArray,
}

/// <summary>
/// A column of a Parquet file that holds values. <see cref="MaxDefinition"/> is the level of a value that is there; below it, it or something around it is null.
/// <see cref="IsRepeated"/>: lists, of which only the presence is known here.
/// </summary>
sealed record ParquetColumn(int Index, string[] Path, ParquetType Type, int FixedLength, int MaxDefinition, bool IsRepeated, bool IsText)
{
    /// <summary>The column's name as a user sees it: that of the outermost struct.</summary>
    public string Name => Path[0];

    /// <summary>Bytes of each value; 0 where each has its own length. Booleans are a byte each once they are read.</summary>
    public int Width => Type switch
    {
        ParquetType.Boolean => 1,
        ParquetType.Int32 or ParquetType.Float => 4,
        ParquetType.Int64 or ParquetType.Double => 8,
        ParquetType.Int96 => 12,
        ParquetType.FixedLengthByteArray => FixedLength,
        _ => 0,
    };

    public bool IsBinary => Type == ParquetType.ByteArray && !IsText && !IsRepeated;

    public bool IsInteger => !IsRepeated && Type is (ParquetType.Int32 or ParquetType.Int64);

    /// <summary>Whether it is the same column, in another file.</summary>
    public bool Matches(ParquetColumn other) =>
        Path.SequenceEqual(other.Path) && (Type, FixedLength, MaxDefinition, IsRepeated) == (other.Type, other.FixedLength, other.MaxDefinition, other.IsRepeated);

    public override string ToString() => $"{string.Join('.', Path)} {(IsRepeated ? "list of " : "")}{(IsText ? "text" : Type == ParquetType.ByteArray ? "bytes" : Type.ToString())}";
}
