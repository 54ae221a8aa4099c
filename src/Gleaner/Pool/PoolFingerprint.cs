using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Gleaner;

/// <summary>XxHash128 over the name, length and time of every listed file: cheap enough for a million files, and changes when one of them does.</summary>
sealed class PoolFingerprint
{
    readonly XxHash128 _hash = new();

    /// <summary>Adds a file; the order matters.</summary>
    public void Add(string key, long length, DateTime lastWriteUtc)
    {
        byte[] name = Encoding.UTF8.GetBytes(key);
        Span<byte> numbers = stackalloc byte[20];   // the name's length too, so that names cannot run into each other
        BinaryPrimitives.WriteInt32LittleEndian(numbers, name.Length);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[4..], length);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[12..], lastWriteUtc.Ticks);
        _hash.Append(numbers);
        _hash.Append(name);
    }

    /// <inheritdoc/>
    public override string ToString() => Convert.ToHexStringLower(_hash.GetCurrentHash());
}
