namespace Gleaner;

/// <summary>Writes images of a pool into one file, in the order in which they are given.</summary>
abstract class ShardWriter : IDisposable
{
    /// <summary>What the file has, about, up to here.</summary>
    public abstract long Bytes { get; }

    /// <summary>Adds an image of the pool under a name that no other image has; answers the length of the encoded image.</summary>
    public abstract int Add(int index, string name);

    /// <summary>Writes what is left and ends the file.</summary>
    public abstract void Dispose();
}
