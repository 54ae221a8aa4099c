using System.Buffers.Binary;

namespace Gleaner;

/// <summary>
/// The named arrays of a network, as PyTorch's <c>torch.save</c> writes a state dict (<c>.pt</c>, <c>.pth</c>, <c>.th</c>, <c>.bin</c>; zip files and those from before PyTorch 1.6)
/// or as <c>.safetensors</c>. PyTorch's files are pickles, which are programs: the few opcodes of tensors in dictionaries are followed and everything else is refused by name,
/// so that no file can run anything.
/// </summary>
public static class StateDictFile
{
    /// <summary>Keys of the metadata: which entry of a checkpoint was taken, and which prefix of every name was removed.</summary>
    public const string EntryKey = "state_dict.entry", PrefixKey = "state_dict.prefix";

    /// <summary>What DataParallel puts before every name.</summary>
    const string Module = "module.";

    /// <summary>Where the usual training scripts put the state dict of a checkpoint.</summary>
    static readonly string[] Entries = ["state_dict", "model_state_dict", "model"];

    /// <summary>Reads every array of a file into memory; what the file is, its first bytes say, not its name.</summary>
    /// <remarks>
    /// Of a checkpoint <c>{"state_dict": …, "epoch": …}</c> the entry state_dict, model_state_dict or model is taken, and <c>module.</c> is removed where every name begins with it;
    /// the metadata says so under <see cref="EntryKey"/> and <see cref="PrefixKey"/>. Views become arrays in C order; arrays that share numbers share memory as far as they are contiguous.
    /// It takes at most twice the file's size in memory, and the pickle.
    /// </remarks>
    /// <exception cref="InvalidDataException">The file is damaged, lies, or holds anything but tensors in dictionaries; the message names it.</exception>
    public static SafeTensors Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = File.OpenRead(path);
        return Read(stream, path) ?? SafeTensorsFile.Read(path);
    }

    /// <summary>Null for a .safetensors file.</summary>
    internal static SafeTensors? Read(Stream stream, string path)
    {
        Span<byte> start = stackalloc byte[9];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        stream.Position = 0;
        if (start.Length == 9 && start[8] == '{' && BinaryPrimitives.ReadUInt64LittleEndian(start) <= (ulong)stream.Length) return null;
        if (start.StartsWith("PK"u8))
        {
            using var zip = new TorchZip(stream, path);
            return Gather(zip.Root, zip.Read, stream.Length, path);
        }
        if (start.Length == 0 || start[0] != PickleOpcode.Proto)
            throw new InvalidDataException($"{path}: begins with 0x{Convert.ToHexString(start)}; expected a state dict that torch.save wrote (.pt, .pth) or a .safetensors file. It may be a page or a pointer that was downloaded instead of it.");
        var legacy = new TorchLegacy(stream, path);
        return Gather(legacy.Root, legacy.Read, stream.Length, path);
    }

    static SafeTensors Gather(object? root, Func<PickledStorage, byte[]> read, long fileLength, string path)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt" };
        var named = Named(Find(root, metadata, path), path);
        if (named.Count > 0 && named.TrueForAll(t => t.Name.StartsWith(Module, StringComparison.Ordinal)))
        {
            metadata[PrefixKey] = Module;
            named = named.ConvertAll(t => (t.Name[Module.Length..], t.Tensor));
        }

        var storages = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var tensors = new Dictionary<string, SafeTensor>(named.Count, StringComparer.Ordinal);
        long copied = 0;
        foreach (var (name, tensor) in named)
        {
            string where = $"{path}[{name}]";
            int bytes = tensor.Check(where);
            if (!tensor.Contiguous && (copied += bytes) > fileLength)
                throw new InvalidDataException($"{where}: is {tensor}: the views of the file's numbers are larger than the file, {fileLength} bytes. It is made to exhaust memory, or holds expanded tensors: save them .contiguous().");
            if (!storages.TryGetValue(tensor.Storage.Key, out var storage)) storages.Add(tensor.Storage.Key, storage = read(tensor.Storage));
            if (!tensors.TryAdd(name, new SafeTensor(name, tensor.Storage.Dtype, tensor.Shape, tensor.Gather(storage, bytes))))
                throw new InvalidDataException($"{where}: is there twice; expected every name once. No PyTorch writes that.");
        }
        return new SafeTensors(tensors, metadata);
    }

    static PickledDictionary Find(object? root, Dictionary<string, string> metadata, string path)
    {
        if (root is not PickledDictionary top) throw new InvalidDataException($"{path}: holds {Kind(root)}; expected a dictionary of tensors, as torch.save(model.state_dict(), path) writes it.");
        if (top.Items.Any(item => item.Value is PickledTensor)) return top;
        foreach (string entry in Entries)
            if (top.Items.FirstOrDefault(item => item.Key is string key && key == entry).Value is PickledDictionary nested)
            {
                metadata[EntryKey] = entry;
                return nested;
            }
        throw new InvalidDataException($"{path}: has no tensors but {List(top)}; expected a state dict, or a checkpoint with one as {string.Join(", ", Entries)}. Save the dictionary of tensors alone.");
    }

    static List<(string Name, PickledTensor Tensor)> Named(PickledDictionary dictionary, string path)
    {
        var named = new List<(string, PickledTensor)>(dictionary.Items.Count);
        foreach (var (key, value) in dictionary.Items)
            named.Add(key is string name && value is PickledTensor tensor ? (name, tensor)
                : throw new InvalidDataException($"{path}: the state dict has {Kind(value)} at {Text(key)}; expected nothing but tensors with names. Save the dictionary of tensors alone."));
        return named;
    }

    static string List(PickledDictionary dictionary)
    {
        const int Shown = 8;
        string keys = string.Join(", ", dictionary.Items.Take(Shown).Select(item => Text(item.Key)));
        return dictionary.Items.Count == 0 ? "nothing" : dictionary.Items.Count > Shown ? $"{keys}, …" : keys;
    }

    static string Text(object? key) => key switch
    {
        string text => $"\"{(text.Length > 60 ? text[..60] + "…" : text)}\"",
        long or double or bool => FormattableString.Invariant($"{key}"),
        _ => Kind(key),
    };

    static string Kind(object? value) => value switch
    {
        null => "None",
        PickledTensor => "a tensor",
        PickledDictionary => "a dictionary",
        string => "text",
        List<object?> or object?[] => "a list",
        long or double or bool => "a number",
        _ => "something else",
    };
}
