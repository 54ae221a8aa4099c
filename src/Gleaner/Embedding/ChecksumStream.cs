using System.IO.Hashing;

namespace Gleaner;

/// <summary>Reads a zip entry and compares its CRC-32 at the end, because .NET's zip reader does not.</summary>
sealed class ChecksumStream(Stream inner, uint expected, string where) : WatchedStream(inner)
{
    readonly Crc32 _checksum = new();

    /// <summary>What messages call the entry.</summary>
    public string Where => where;

    protected override void OnRead(ReadOnlySpan<byte> bytes) => _checksum.Append(bytes);

    /// <summary>Call after the last byte.</summary>
    public void Verify()
    {
        uint found = _checksum.GetCurrentHashAsUInt32();
        if (found != expected)
            throw new InvalidDataException($"{where}: checksum {found:x8}; expected {expected:x8}. The file is damaged; copy it again.");
    }
}
