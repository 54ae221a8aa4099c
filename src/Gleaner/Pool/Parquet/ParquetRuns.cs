namespace Gleaner;

/// <summary>Parquet's mixture of runs and bit-packed numbers, which levels and dictionary indices are written in.</summary>
/// <remarks>https://parquet.apache.org/docs/file-format/data-pages/encodings/, "RLE / Bit-Packing Hybrid".</remarks>
static class ParquetRuns
{
    /// <summary>Reads <paramref name="numbers"/>.Length numbers of <paramref name="bits"/> bits each.</summary>
    /// <exception cref="InvalidDataException">There are fewer.</exception>
    public static void Read(ReadOnlySpan<byte> source, int bits, Span<int> numbers)
    {
        if (bits > 32) throw new InvalidDataException($"numbers of {bits} bits; expected at most 32");
        int at = 0;
        while (!numbers.IsEmpty)
        {
            ulong head = Head(source, ref at);
            if ((head & 1) == 0)
            {
                int count = (int)Math.Min(head >> 1, (ulong)numbers.Length), bytes = (bits + 7) / 8, value = 0;
                if (bytes > source.Length - at) throw Short();
                for (int i = 0; i < bytes; i++) value |= source[at++] << 8 * i;
                numbers[..count].Fill(value);
                numbers = numbers[count..];
                continue;
            }
            int packed = (int)Math.Min((head >> 1) * 8, (ulong)numbers.Length), needed = (int)(((long)packed * bits + 7) / 8);
            if (needed > source.Length - at) throw Short();
            Unpack(source[at..], bits, numbers[..packed]);
            at = (int)Math.Min((ulong)source.Length, (ulong)at + (head >> 1) * (ulong)bits);   // eight numbers are as many bytes as one has bits
            numbers = numbers[packed..];
        }
    }

    /// <summary>Numbers one after the other, the lowest bit first.</summary>
    public static void Unpack(ReadOnlySpan<byte> source, int bits, Span<int> numbers)
    {
        ulong buffer = 0, mask = (1UL << bits) - 1;
        int held = 0, at = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            for (; held < bits; held += 8) buffer |= (ulong)source[at++] << held;
            numbers[i] = (int)(buffer & mask);
            buffer >>= bits;
            held -= bits;
        }
    }

    static ulong Head(ReadOnlySpan<byte> source, ref int at)
    {
        ulong head = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            if (at >= source.Length) throw Short();
            byte next = source[at++];
            head |= (ulong)(next & 127) << shift;
            if (next < 128) return head;
        }
        throw new InvalidDataException("a run of more than 2^32 numbers");
    }

    static InvalidDataException Short() => new("fewer numbers than it claims");
}
