using CsCheck;
using Xunit;

namespace Gleaner.Tests;

/// <summary>Reads every prefix of a valid file and many files with changed bytes: each reads or is refused as bad data, and none takes much memory.</summary>
static class Damage
{
    /// <summary>What reading a tiny file may allocate: buffers and messages, but never what a lying header asks for.</summary>
    const long AllocationLimit = 16 << 20;

    /// <param name="valid">A file that reads.</param>
    /// <param name="read">Reads a file of these bytes.</param>
    /// <param name="changed">How many bytes from the start may be changed; all by default.</param>
    public static void Check(byte[] valid, Action<byte[]> read, int? changed = null)
    {
        read(valid);
        for (int length = 0; length < valid.Length; length++) Try(valid[..length], read);

        Gen.Select(Gen.Int[0, (changed ?? valid.Length) - 1], Gen.Byte).Array[1, 4].Sample(flips =>
        {
            var bytes = (byte[])valid.Clone();
            foreach (var (at, value) in flips) bytes[at] = value;
            Try(bytes, read);
        }, iter: 2000, threads: 1);
    }

    static void Try(byte[] bytes, Action<byte[]> read)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read(bytes);
        }
        catch (InvalidDataException)
        {
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, AllocationLimit);
    }
}
