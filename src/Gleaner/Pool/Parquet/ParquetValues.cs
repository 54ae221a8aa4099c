namespace Gleaner;

/// <summary>The values of a page, one for each of its rows. They are pieces of the unpacked page, and null where the column has none.</summary>
sealed class ParquetValues
{
    readonly byte[] _levels;
    readonly ReadOnlyMemory<byte>[] _values;
    readonly int _present;

    ParquetValues(byte[] levels, ReadOnlyMemory<byte>[] values, int present) => (_levels, _values, _present) = (levels, values, present);

    /// <summary>The value at <paramref name="place"/>, little-endian if it is a number; null if there is none.</summary>
    public ReadOnlyMemory<byte>? this[int place] =>
        _levels[place] == _present ? _values[place] : default(ReadOnlyMemory<byte>?);   // null alone would become an empty value

    /// <summary>How much of the way to the value is there: the column's greatest level if all is.</summary>
    public byte Level(int place) => _levels[place];

    /// <summary>What it keeps in memory, about, before it is unpacked.</summary>
    public static long Weight(ParquetPage page) => page.Unpacked + 24L * page.Values;

    /// <summary>Unpacks and decodes a page with rows.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or in an encoding that is not read here.</exception>
    public static ParquetValues Read(DataFile file, ParquetPage page, int codec, ParquetColumn column, ReadOnlyMemory<byte>[]? dictionary)
    {
        var (levelBytes, data) = Unpack(file, page, codec);
        var levels = new byte[page.Values];
        if (column.MaxDefinition > 0)
        {
            if (page.Kind == ParquetPage.Content.Data) (levelBytes, data) = FirstPart(data);
            var numbers = new int[page.Values];
            ParquetRuns.Read(levelBytes.Span, Bits(column.MaxDefinition), numbers);
            for (int i = 0; i < levels.Length; i++)
                levels[i] = numbers[i] <= column.MaxDefinition ? (byte)numbers[i] : throw new InvalidDataException($"a level of {numbers[i]}; expected at most {column.MaxDefinition}");
        }
        int present = levels.Count(level => level == column.MaxDefinition);
        var found = page.Encoding switch
        {
            0 => Plain(data, present, column),
            2 or 8 => Indirect(data, present, dictionary),
            3 when column.Type == ParquetType.Boolean => Runs(FirstPart(data).First, present),
            _ => throw new InvalidDataException($"column {column} is in encoding {page.Encoding}; expected plain (0) or dictionary (2, 8). Write it again with the defaults of pyarrow or DuckDB"),
        };
        if (present == levels.Length) return new ParquetValues(levels, found, column.MaxDefinition);
        var values = new ReadOnlyMemory<byte>[levels.Length];
        for (int i = 0, next = 0; i < levels.Length; i++)
            if (levels[i] == column.MaxDefinition) values[i] = found[next++];
        return new ParquetValues(levels, values, column.MaxDefinition);
    }

    /// <summary>The values of a dictionary page.</summary>
    public static ReadOnlyMemory<byte>[] ReadDictionary(DataFile file, ParquetPage page, int codec, ParquetColumn column) =>
        Plain(Unpack(file, page, codec).Data, page.Values, column);

    static (ReadOnlyMemory<byte> Levels, ReadOnlyMemory<byte> Data) Unpack(DataFile file, ParquetPage page, int codec)
    {
        var packed = new byte[page.Packed];
        file.Read(page.Offset, packed);
        var data = packed.AsMemory(page.LevelBytes);
        return (packed.AsMemory(0, page.LevelBytes), page.IsPacked ? ParquetCodec.Unpack(codec, data, page.Unpacked - page.LevelBytes) : data);
    }

    /// <summary>A part that has its length before it.</summary>
    static (ReadOnlyMemory<byte> First, ReadOnlyMemory<byte> After) FirstPart(ReadOnlyMemory<byte> data)
    {
        if (data.Length < 4 || BitConverter.ToUInt32(data.Span) > (uint)(data.Length - 4)) throw new InvalidDataException("a page whose levels are longer than the page");
        int length = BitConverter.ToInt32(data.Span);
        return (data.Slice(4, length), data[(4 + length)..]);
    }

    static ReadOnlyMemory<byte>[] Plain(ReadOnlyMemory<byte> data, int count, ParquetColumn column)
    {
        long least = column.Type == ParquetType.Boolean ? (count + 7L) / 8 : count * (long)Math.Max(column.Width, column.Type == ParquetType.ByteArray ? sizeof(int) : 0);
        if (least > data.Length) throw new InvalidDataException($"{count} values of column {column} in {data.Length} bytes");
        if (column.Type == ParquetType.Boolean)
        {
            var bits = new int[count];
            ParquetRuns.Unpack(data.Span, 1, bits);
            return Array.ConvertAll(bits, Bit);
        }
        var values = new ReadOnlyMemory<byte>[count];
        for (int i = 0; i < count; i++)
        {
            int length = column.Width;
            if (column.Type == ParquetType.ByteArray)
            {
                if (data.Length < 4 || BitConverter.ToUInt32(data.Span) > (uint)(data.Length - 4)) throw new InvalidDataException($"value {i} of column {column} is longer than its page");
                length = BitConverter.ToInt32(data.Span);
                data = data[4..];
            }
            values[i] = data[..length];
            data = data[length..];
        }
        return values;
    }

    static ReadOnlyMemory<byte>[] Indirect(ReadOnlyMemory<byte> data, int count, ReadOnlyMemory<byte>[]? dictionary)
    {
        if (count == 0) return [];
        if (dictionary is null || data.IsEmpty) throw new InvalidDataException("a page points to a dictionary that is not there");
        var indices = new int[count];
        ParquetRuns.Read(data.Span[1..], data.Span[0], indices);
        return Array.ConvertAll(indices, i => (uint)i < (uint)dictionary.Length ? dictionary[i] : throw new InvalidDataException($"entry {i} of a dictionary of {dictionary.Length}"));
    }

    static ReadOnlyMemory<byte>[] Runs(ReadOnlyMemory<byte> data, int count)
    {
        var bits = new int[count];
        ParquetRuns.Read(data.Span, 1, bits);
        return Array.ConvertAll(bits, Bit);
    }

    static readonly ReadOnlyMemory<byte>[] BitValues = [new byte[] { 0 }, new byte[] { 1 }];

    static ReadOnlyMemory<byte> Bit(int value) => BitValues[value & 1];

    static int Bits(int largest) => 32 - int.LeadingZeroCount(largest);
}
