using System.Globalization;
using System.Text;

namespace Gleaner;

/// <summary>Reads the headers of a tar archive and goes over the contents: ustar, GNU's long names, pax's names and sizes. Errors name the archive and the byte.</summary>
/// <remarks>POSIX.1-2024, pax; GNU tar manual, "Basic Tar Format".</remarks>
sealed class TarHeaders(DataFile file)
{
    const int Block = 512, LongestText = 1 << 20;

    long _at;

    /// <summary>The regular files of the archive between these bytes, in order.</summary>
    /// <exception cref="InvalidDataException">The archive is damaged, or of a kind that cannot be read by offset.</exception>
    public IEnumerable<TarMember> Members(long from = 0, long? to = null)
    {
        string? longName = null;
        long? paxSize = null, first = null;
        var header = new byte[Block];
        for (_at = from; _at < (to ?? file.Length);)
        {
            if (_at + Block > file.Length) throw Damaged($"{file.Length - _at} bytes are left; expected a header of {Block}. The archive is cut off");
            file.Read(_at, header);
            if (header.AsSpan().IndexOfAnyExcept((byte)0) < 0) yield break;   // the archive's end
            CheckSum(header);
            char kind = (char)header[156];
            bool isSpecial = kind is 'L' or 'K' or 'x' or 'g';
            // Links, devices and folders have no content, whatever size some programs give them.
            long size = kind is >= '1' and <= '6' ? 0 : isSpecial ? Size(header) : paxSize ?? Size(header), content = _at + Block;
            if (size < 0 || size > file.Length - content) throw Damaged($"'{Name(header, longName)}' claims {size} bytes; the archive ends {file.Length - content} bytes on. It is cut off or damaged");
            first ??= _at;

            if (isSpecial)
            {
                byte[] text = Text(content, size);
                if (kind == 'L') longName = Encoding.UTF8.GetString(text).TrimEnd('\0');
                else if (kind == 'x') ReadPax(text, ref longName, ref paxSize);
            }
            else
            {
                string name = Name(header, longName);
                if (kind == 'S') throw Damaged($"'{name}' is sparse; expected plain files. Pack the archive again without --sparse");
                if (name.Contains('\0', StringComparison.Ordinal)) throw Damaged("a name with a zero in it");
                if (kind is '0' or '\0' or '7' && !name.EndsWith('/')) yield return new TarMember(name, first.Value, content, size);
                (longName, paxSize, first) = (null, null, null);
            }
            _at = content + (size + Block - 1) / Block * Block;
        }
    }

    byte[] Text(long at, long size)
    {
        if (size > LongestText) throw Damaged($"a name or its like of {size} bytes; expected at most {LongestText}");
        var text = new byte[size];
        file.Read(at, text);
        return text;
    }

    /// <summary>Records of the form "length key=value\n".</summary>
    void ReadPax(ReadOnlySpan<byte> text, ref string? name, ref long? size)
    {
        while (!text.IsEmpty)
        {
            int space = text.IndexOf((byte)' ');
            if (space < 0 || !int.TryParse(text[..space], NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length <= space + 1 || length > text.Length || text[length - 1] != '\n')
                throw Damaged("a pax record whose length is not its own");
            var record = text[(space + 1)..(length - 1)];
            text = text[length..];
            int equals = record.IndexOf((byte)'=');
            if (equals < 0) throw Damaged("a pax record without a value");
            string key = Encoding.UTF8.GetString(record[..equals]), value = Encoding.UTF8.GetString(record[(equals + 1)..]);
            if (key.StartsWith("GNU.sparse.", StringComparison.Ordinal)) throw Damaged("a sparse file; expected plain files. Pack the archive again without --sparse");
            if (key == "path") name = value;
            if (key == "size") size = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long given) ? given : throw Damaged($"a pax size of '{value}'");
        }
    }

    static string Name(ReadOnlySpan<byte> header, string? longName)
    {
        if (longName is not null) return longName;
        string name = Field(header[..100]);
        bool isPosix = header.Slice(257, 6).SequenceEqual("ustar\0"u8);   // GNU keeps times where POSIX keeps folders
        return isPosix && Field(header.Slice(345, 155)) is { Length: > 0 } prefix ? prefix + "/" + name : name;
    }

    static string Field(ReadOnlySpan<byte> field) => Encoding.UTF8.GetString(field.IndexOf((byte)0) is >= 0 and var end ? field[..end] : field);

    long Size(ReadOnlySpan<byte> header) => Number(header.Slice(124, 12)) ?? throw Damaged("a size that is no number, or that no file has");

    /// <summary>Octal digits, or for large numbers binary with the highest bit set; null if it is neither, or negative.</summary>
    static long? Number(ReadOnlySpan<byte> field)
    {
        long number = 0;
        if (field[0] >= 0x80)
        {
            if (field[0] != 0x80 || field[1..4].IndexOfAnyExcept((byte)0) >= 0 || field[4] > 127) return null;
            foreach (byte digit in field[4..]) number = number << 8 | digit;
            return number;
        }
        foreach (byte digit in field.Trim((byte)' '))
        {
            if (digit == 0) break;
            if (digit is < (byte)'0' or > (byte)'7') return null;
            number = number << 3 | (uint)(digit - '0');
        }
        return number;
    }

    void CheckSum(ReadOnlySpan<byte> header)
    {
        int sum = 8 * ' ';
        for (int i = 0; i < Block; i++) sum += i is >= 148 and < 156 ? 0 : header[i];
        if (Number(header.Slice(148, 8)) == sum) return;
        bool isPacked = _at == 0 && (header[..2].SequenceEqual((ReadOnlySpan<byte>)[0x1f, 0x8b]) || header[..4].SequenceEqual((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]) || header[..6].SequenceEqual((ReadOnlySpan<byte>)[0xfd, .. "7zXZ\0"u8]) || header[..3].SequenceEqual("BZh"u8));
        throw Damaged(isPacked ? "it is compressed, and images could not be found in it by offset. Unpack it first (gunzip, unxz, zstd -d)" : "no header of a tar archive: it is damaged, or something else");
    }

    InvalidDataException Damaged(string what) => new($"{file.Path}, byte {_at}: {what}.");
}
