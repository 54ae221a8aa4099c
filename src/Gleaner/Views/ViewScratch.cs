using System.Runtime.Intrinsics;

namespace Gleaner;

/// <summary>The memory in which one thread makes one view after another.</summary>
sealed class ViewScratch
{
    /// <summary>A strip holds this many rows: per column one vector with a pixel (r, g, b, unused) of each row.</summary>
    public const int StripRows = 4;

    /// <summary>What whole vectors may run over the end of a plane, in floats: one vector.</summary>
    public static int Padding => Vector512<float>.Count;

    public ViewScratch(int imageSize, int viewSize)
    {
        Strip = new Vector512<float>[imageSize];
        ResizedStrip = new Vector512<float>[viewSize + 3];   // pixels are read in fours
        Rows = [.. Enumerable.Range(0, 3).Select(_ => new float[imageSize * viewSize + Padding])];
        Planes = new ColorPlanes(viewSize);
    }

    /// <summary>Some rows of the crop.</summary>
    public Vector512<float>[] Strip { get; }

    /// <summary>The same rows, viewSize wide.</summary>
    public Vector512<float>[] ResizedStrip { get; }

    /// <summary>Per channel: the crop's rows after the first pass, viewSize wide.</summary>
    public float[][] Rows { get; }

    /// <summary>The view.</summary>
    public ColorPlanes Planes { get; }
}
