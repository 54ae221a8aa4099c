namespace Gleaner;

/// <summary>Some rows of a Parquet file: how many, and where each column's part lies.</summary>
sealed record ParquetGroup(int FirstRow, int Rows, ParquetChunk[] Chunks);

/// <summary>A column of a row group: its pages lie in these bytes of the file, one after the other. <see cref="Codec"/> as Parquet numbers it.</summary>
readonly record struct ParquetChunk(long Offset, long Length, int Codec, long Values);
