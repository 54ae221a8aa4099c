namespace Gleaner;

/// <summary>A file that a stage made: its length in bytes, its time of writing (ticks, UTC) and its content hash.</summary>
public sealed record StageOutput(long Bytes, long Written, string Hash);
