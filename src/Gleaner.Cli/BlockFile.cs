using System.Runtime.InteropServices;

namespace Gleaner.Cli;

/// <summary>Float32 values that grow block by block and survive a kill: after one, whole blocks count and a torn one is cut off.</summary>
sealed class BlockFile
{
    readonly string _path;
    readonly long _total;

    public BlockFile(string path, int blockValues, long totalValues)
    {
        (_path, _total) = (path, totalValues);
        long bytes = File.Exists(path) ? new FileInfo(path).Length : 0, blockBytes = blockValues * 4L;
        Whole = bytes == totalValues * 4 ? (int)((bytes + blockBytes - 1) / blockBytes) : (int)(bytes / blockBytes);
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write);
        file.SetLength(Math.Min(Whole * blockBytes, totalValues * 4));
    }

    /// <summary>How many whole blocks are there.</summary>
    public int Whole { get; }

    public void Append(ReadOnlySpan<float> values)
    {
        using var file = new FileStream(_path, FileMode.Append, FileAccess.Write);
        file.Write(MemoryMarshal.AsBytes(values));
        file.Flush(flushToDisk: true);
    }

    public float[] Read()
    {
        var values = new float[_total];
        using var file = File.OpenRead(_path);
        file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
