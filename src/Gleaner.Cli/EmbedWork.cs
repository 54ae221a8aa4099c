using System.Runtime.InteropServices;

namespace Gleaner.Cli;

/// <summary>An encoder that is to embed the pool, before anything is loaded: what its rows depend on, and how it is put to work.</summary>
sealed record EmbedWork
{
    /// <summary>Its file, for people.</summary>
    public required string Encoder { get; init; }

    /// <summary>What is embedded, for people.</summary>
    public required string Doing { get; init; }

    /// <summary>The stage that it makes, and the file that has a row for each image of the listing.</summary>
    public string Stage { get; init; } = "embed";
    public string Output { get; init; } = "embedding.npy";

    public required Dictionary<string, string> Inputs { get; init; }
    public required ISquareImages Images { get; init; }

    /// <summary>The rows are means of unit rows of views.</summary>
    public required bool IsMeanOfViews { get; init; }

    /// <summary>Loads it, with what has to be disposed of afterwards; what is worth telling goes into the stage's facts.</summary>
    public required Func<StageWork, (IImageEmbedder Embedder, IDisposable? Owned)> Open { get; init; }

    /// <summary>What to do if it gives rows that are no numbers, or zero.</summary>
    public required string Mend { get; init; }

    /// <summary>The pool at the size that an encoder takes: as it was decoded, or decoded again where that was smaller or larger. The rows then depend on the files, and not on what was decoded.</summary>
    public static ISquareImages ImagesFor(PoolInput pool, int size, Dictionary<string, string> inputs)
    {
        if (pool.Images!.Size == size) return pool.Images;
        inputs["images"] = $"{Invariant.Text(size)} px of {pool.Fingerprint}, all but {pool.Unreadable.Count}: {ContentHash.Of(MemoryMarshal.AsBytes(pool.Members.AsSpan()))}";
        return new PoolImages(pool.Source!, size, pool.Members);
    }
}
