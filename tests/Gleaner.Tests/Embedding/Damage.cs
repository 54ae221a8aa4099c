using CsCheck;
using Gleaner.Cli.Tests.Attack;
using Xunit;

namespace Gleaner.Tests;

/// <summary>Reads every prefix of a valid file and many files with changed bytes: each reads or is refused as bad data, and none takes much memory.</summary>
static class Damage
{
    /// <summary>What reading a tiny file may allocate: buffers and messages, but never what a lying header asks for.</summary>
    const long AllocationLimit = 16 << 20;

    const int Inputs = 2000;

    /// <param name="valid">A file that reads.</param>
    /// <param name="read">Reads a file of these bytes.</param>
    /// <param name="changed">How many bytes from the start may be changed; all by default.</param>
    /// <param name="limit">Bytes of managed memory that one reading may take.</param>
    /// <param name="every">Of prefixes every so manieth is tried, and so many times fewer changes.</param>
    public static void Check(byte[] valid, Action<byte[]> read, int? changed = null, long limit = AllocationLimit, int every = 1)
    {
        read(valid);
        for (int length = 0; length < valid.Length; length += every) Try(valid[..length], read, limit);

        Gen.Select(Gen.Int[0, (changed ?? valid.Length) - 1], Gen.Byte).Array[1, 4].Sample(flips =>
        {
            var bytes = (byte[])valid.Clone();
            foreach (var (at, value) in flips) bytes[at] = value;
            Try(bytes, read, limit);
        }, iter: Inputs * Effort.Times / every, threads: 1);
        Effort.Tell($"{(valid.Length + Inputs * Effort.Times) / every} inputs");
    }

    static void Try(byte[] bytes, Action<byte[]> read, long limit)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read(bytes);
        }
        catch (InvalidDataException)
        {
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, limit);
    }
}
