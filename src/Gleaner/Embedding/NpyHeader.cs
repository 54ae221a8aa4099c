using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Gleaner;

/// <summary>What a <c>.npy</c> file says about its array.</summary>
/// <param name="Dtype">numpy's name of the number type: byte order, kind, bytes ("&lt;f4" is little-endian float32).</param>
/// <param name="FortranOrder">Whether columns, not rows, lie one after the other.</param>
/// <param name="Shape">The length of each axis; empty for a single number.</param>
/// <remarks>numpy.lib.format, versions 1.0 to 3.0.</remarks>
public sealed record NpyHeader(string Dtype, bool FortranOrder, long[] Shape)
{
    /// <summary>numpy's own limit is 10,000; nothing that we can read comes near it.</summary>
    const int LengthLimit = 1 << 16;

    static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Type and shape for messages: "&lt;f4 (50000, 128)".</summary>
    public override string ToString() => $"{Dtype} {ShapeText}";

    string ShapeText => Shape.Length == 1 ? $"({Shape[0]},)" : $"({string.Join(", ", Shape)})";

    /// <summary>Reads from the magic number to the first byte before the numbers.</summary>
    internal static NpyHeader Read(Stream stream, string where, out int headerBytes)
    {
        Span<byte> start = stackalloc byte[12];
        int got = stream.ReadAtLeast(start[..10], 10, throwOnEndOfStream: false);
        if (got > 0 && start[0] == 0x80)
            throw new InvalidDataException($"{where}: is a Python pickle, which can run code; expected a .npy file. Save the array with numpy.save.");
        if (got < 10 || !start.StartsWith(Magic))
            throw new InvalidDataException($"{where}: does not begin like a .npy file; expected what numpy.save writes.");

        (int major, int minor) = (start[6], start[7]);
        if (major is < 1 or > 3 || minor != 0)
            throw new InvalidDataException($"{where}: .npy version {major}.{minor}; expected 1.0, 2.0 or 3.0.");
        bool wide = major > 1;
        if (wide && stream.ReadAtLeast(start[10..], 2, throwOnEndOfStream: false) < 2)
            throw new InvalidDataException($"{where}: ends inside its header. The file is cut off; copy it again.");
        uint length = wide ? BinaryPrimitives.ReadUInt32LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt16LittleEndian(start[8..]);
        if (length > LengthLimit)
            throw new InvalidDataException($"{where}: a header of {length} bytes; expected at most {LengthLimit}. The file is damaged or holds a table, not one array.");

        var text = new byte[length];
        if (stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < text.Length)
            throw new InvalidDataException($"{where}: ends inside its header. The file is cut off; copy it again.");
        headerBytes = (wide ? 12 : 10) + text.Length;
        return NpyHeaderText.Parse(major == 3 ? Encoding.UTF8.GetString(text) : Encoding.Latin1.GetString(text), where);
    }

    /// <summary>Version 1.0, the very bytes that numpy.save writes.</summary>
    internal byte[] ToBytes()
    {
        string text = $"{{'descr': '{Dtype}', 'fortran_order': {(FortranOrder ? "True" : "False")}, 'shape': {ShapeText}, }}";
        // numpy keeps room for an array that grows to 21 digits, then aligns the numbers to 64 bytes, with one space at least.
        string first = Shape.Length == 0 ? "" : Shape[FortranOrder ? ^1 : 0].ToString(CultureInfo.InvariantCulture);
        if (Shape.Length > 0) text += new string(' ', 21 - first.Length);
        text += new string(' ', 64 - (10 + text.Length + 1) % 64) + '\n';

        byte[] bytes = [.. Magic, 1, 0, (byte)text.Length, (byte)(text.Length >> 8), .. Encoding.Latin1.GetBytes(text)];
        return bytes;
    }
}
