using System.Text;

namespace Gleaner.Onnx;

/// <summary>The few parts of an ONNX file that are needed before it is loaded: which files beside it hold its weights. Everything else is skipped by its length.</summary>
/// <remarks>
/// Protocol buffers' wire format: a tag (field number and wire type) and what belongs to it. Weights are initializers, or stand in attributes of nodes (Constant), also in graphs within nodes
/// (If, Loop, Scan) and in functions: onnx.proto of ONNX 1.12. What is for training only is not loaded and not looked at.
/// </remarks>
static class OnnxFile
{
    const int Key = 1, Value = 2;   // of an entry of external data
    const int LongestText = 4096;   // paths are shorter
    const int DeepestMessage = 100; // three for a graph within a graph

    enum Message { Model, Graph, Node, Attribute, Function, Tensor, SparseTensor, ExternalData }

    // The messages that lead to external data, by the number of their field in each.
    static Message? Within(Message message, int field) => (message, field) switch
    {
        (Message.Model, 7) or (Message.Attribute, 6 or 11) => Message.Graph,
        (Message.Model, 25) => Message.Function,
        (Message.Graph, 1) or (Message.Function, 7) => Message.Node,
        (Message.Node, 5) or (Message.Function, 11) => Message.Attribute,
        (Message.Graph, 5) or (Message.Attribute, 5 or 10) or (Message.SparseTensor, 1 or 2) => Message.Tensor,
        (Message.Graph, 15) or (Message.Attribute, 22 or 23) => Message.SparseTensor,
        (Message.Tensor, 13) => Message.ExternalData,
        _ => null,
    };

    /// <exception cref="InvalidDataException">The file is no ONNX model, or weights that it keeps elsewhere are missing.</exception>
    public static void Check(string path)
    {
        foreach (string file in ExternalFiles(path))
            if (!File.Exists(file)) throw new InvalidDataException($"{path}: keeps weights in {Path.GetFileName(file)}, which is not beside it. Put the two files into one folder under these names.");
    }

    /// <summary>Changes with every byte of the model, its external weights included.</summary>
    public static string Hash(string path) => ExternalFiles(path).Aggregate(ContentHash.OfFile(path), (hash, file) => ContentHash.Of(Encoding.ASCII.GetBytes(hash + ContentHash.OfFile(file))));

    /// <summary>The files that hold weights of this model, in the order of their paths.</summary>
    public static IReadOnlyList<string> ExternalFiles(string path)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        try
        {
            Walk(stream, stream.Length, Message.Model, 0, names);
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException)
        {
            throw new InvalidDataException($"{path}: is no ONNX model, or not a whole one ({error.Message.TrimEnd('.')}).", error);
        }
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return [.. names.Select(name => Inside(folder, name) ?? throw new InvalidDataException($"{path}: keeps weights in '{name}'; expected a file in the model's own folder."))];
    }

    // A model must not make us read any file it likes.
    static string? Inside(string folder, string name)
    {
        string full = Path.GetFullPath(name, folder);
        return full.StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? full : null;
    }

    static void Walk(FileStream stream, long endExcl, Message message, int depth, SortedSet<string> names)
    {
        if (depth > DeepestMessage) throw new InvalidDataException($"messages in one another deeper than {DeepestMessage} at {stream.Position}");
        string key = "", value = "";
        while (stream.Position < endExcl)
        {
            ulong tag = Varint(stream);
            int field = (int)Math.Min(tag >> 3, int.MaxValue);
            switch (tag & 7)
            {
                case 0: Varint(stream); break;
                case 1: Skip(stream, 8, endExcl); break;
                case 5: Skip(stream, 4, endExcl); break;
                case 2:
                    long length = (long)Math.Min(Varint(stream), long.MaxValue), end = stream.Position + length;
                    if (length > endExcl - stream.Position) throw new InvalidDataException($"a part of {length} bytes at {stream.Position}, where {endExcl - stream.Position} are left");
                    if (Within(message, field) is { } inner) Walk(stream, end, inner, depth + 1, names);
                    else if (message == Message.ExternalData && field is Key or Value && length <= LongestText) (key, value) = field == Key ? (Text(stream, length), value) : (key, Text(stream, length));
                    stream.Position = end;
                    break;
                default: throw new InvalidDataException($"wire type {tag & 7} at {stream.Position}");
            }
        }
        if (message == Message.ExternalData && key == "location") names.Add(value);
    }

    static void Skip(FileStream stream, int bytes, long endExcl)
    {
        if (endExcl - stream.Position < bytes) throw new EndOfStreamException("it ends early");
        stream.Position += bytes;
    }

    static string Text(FileStream stream, long length)
    {
        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    static ulong Varint(FileStream stream)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            int next = stream.ReadByte();
            if (next < 0) throw new EndOfStreamException("it ends early");
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw new InvalidDataException($"a number without an end at {stream.Position}");
    }
}
