using System.IO.Hashing;

namespace Gleaner;

/// <summary>Says whether two contents are the same: XxHash128, lower-case hexadecimal.</summary>
public static class ContentHash
{
    /// <summary>The hash of a file.</summary>
    public static string OfFile(string path)
    {
        using var stream = File.OpenRead(path);
        var hash = new XxHash128();
        hash.Append(stream);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    /// <summary>The hash of bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(XxHash128.Hash(bytes));
}
