namespace Gleaner;

/// <summary>A file that refuses to be read over and over: the Parquet library goes round in circles if a damaged page claims no length.</summary>
sealed class ParquetStream(Stream inner) : WatchedStream(inner)
{
    /// <summary>A sound file's bytes are read about once, in the headers one by one.</summary>
    readonly long _budget = 4 * inner.Length + (1 << 16);

    long _used;

    /// <summary>Each read costs one more than its bytes, so that reading nothing for ever ends too.</summary>
    protected override void OnRead(ReadOnlySpan<byte> bytes)
    {
        _used += bytes.Length + 1;
        if (_used > _budget) throw new InvalidDataException("its pages lead in a circle.");
    }
}
