namespace Gleaner;

/// <summary>A file that a stage made: its length in bytes, its time of writing (ticks, UTC) and its content hash.</summary>
public sealed record StageOutput(long Bytes, long Written, string Hash)
{
    /// <summary>The file at <paramref name="path"/> as it is.</summary>
    internal static StageOutput Of(string path) => new(new FileInfo(path).Length, File.GetLastWriteTimeUtc(path).Ticks, ContentHash.OfFile(path));

    /// <summary>Whether the file at <paramref name="path"/>, which is there, is as it was made. Length and time suffice; if the time differs (a copied folder), the content decides.</summary>
    internal bool IsAt(string path) => new FileInfo(path).Length == Bytes && (File.GetLastWriteTimeUtc(path).Ticks == Written || ContentHash.OfFile(path) == Hash);
}
