namespace Gleaner;

/// <summary>How pixels between pixels are computed; both are widened when shrinking (antialiased), as Pillow's are.</summary>
public enum Interpolation
{
    /// <summary>A triangle over two neighbours.</summary>
    Bilinear,

    /// <summary>Keys' cubic with a = -1/2 over four neighbours.</summary>
    Bicubic,
}
