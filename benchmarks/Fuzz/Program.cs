using Gleaner;
using SharpFuzz;

// Gleaner.Fuzz FILE FORMAT: reads what AFL++ sends, by way of FILE, in a process that is started again where it dies. Everything but bad data is a crash, and so is memory that no tiny file needs.
const long AllocationLimit = 16 << 20;

var (path, read) = (args[0], Reader(args[1]));
Fuzzer.OutOfProcess.Run(stream =>
{
    using var bytes = new MemoryStream();
    stream.CopyTo(bytes);
    File.WriteAllBytes(path, args[1] == "tar" ? Summed(bytes.ToArray()) : bytes.ToArray());
    long before = GC.GetAllocatedBytesForCurrentThread();
    try
    {
        read(path);
    }
    catch (InvalidDataException)
    {
    }
    long taken = GC.GetAllocatedBytesForCurrentThread() - before;
    if (taken > AllocationLimit) throw new OutOfMemoryException($"{taken} bytes for {new FileInfo(path).Length}");
});

static Action<string> Reader(string format) => format switch
{
    "npy" or "npz" or "safetensors" => path => EmbeddingFile.Read(path),
    "csv" or "txt" => path => IntegersFile.Read(path),
    "pkl" => path => PickleFile.ReadIntList(path),
    "pt" or "th" => path => StateDictFile.Read(path),
    "tar" or "parquet" => ReadPool,
    _ => throw new ArgumentException($"{format}: not a format that is read here"),
};

// Right sums in the headers of an archive: else they would be all that is ever looked at.
static byte[] Summed(byte[] tar)
{
    for (int at = 0; at + 512 <= tar.Length; at += 512)
    {
        var header = tar.AsSpan(at, 512);
        if (!header[257..].StartsWith("ustar"u8)) continue;
        header.Slice(148, 8).Fill((byte)' ');
        int sum = 0;
        foreach (byte value in header) sum += value;
        System.Text.Encoding.ASCII.GetBytes($"{Convert.ToString(sum, 8),7}".Replace(' ', '0')).CopyTo(header[148..]);
    }
    return tar;
}

static void ReadPool(string path)
{
    using var pool = ImagePools.Open(path);
    _ = pool.Labels;
    var rgb = new byte[4 * 4 * 3];
    for (int i = 0; i < Math.Min(pool.Count, 20); i++)
    {
        try
        {
            pool.Read(i, 4, rgb);
        }
        catch (InvalidDataException)
        {
        }
    }
}
