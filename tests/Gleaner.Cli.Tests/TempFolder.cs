namespace Gleaner.Cli.Tests;

/// A folder of its own for a test, gone afterwards.
public abstract class TempFolder : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("gleaner-cli-").FullName;

    protected string At(params string[] parts) => Path.Combine([Folder, .. parts]);

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// n x d numbers in five groups, row i in group i % 5.
    protected string WriteEmbedding(string name, int count, int dimension, Action<float[]>? change = null)
    {
        var random = new Random(5);
        float[] values = new float[count * dimension];
        for (int i = 0; i < count; i++)
            for (int k = 0; k < dimension; k++) values[i * dimension + k] = (k % 5 == i % 5 ? 2 : 0) + (float)random.NextDouble();
        change?.Invoke(values);
        using var stream = File.Create(At(name));
        NpyFile.Write(stream, values, count, dimension);
        return At(name);
    }

    /// PNG files of the first images of the shipped sample, one folder a label.
    protected string WriteImages(string name, int count)
    {
        using var pool = ImagePools.Open(Path.Combine(Tool.Root, "samples", "fashion-mnist"));
        var rgb = new byte[28 * 28 * 3];
        for (int i = 0; i < count; i++)
        {
            pool.Read(i, 28, rgb);
            string file = At(name, $"label {pool.Labels![i]}", $"{i:000}.png");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            using var stream = File.Create(file);
            ImageFile.EncodePng(stream, rgb, 28, 28);
        }
        return At(name);
    }

    /// What a run is judged by: every file but those that hold times.
    protected static Dictionary<string, string> Bytes(string run) => Directory.EnumerateFiles(run, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file) != ".json" && Path.GetFileName(file) is not ("lock" or "report.html"))
        .ToDictionary(file => Path.GetRelativePath(run, file), ContentHash.OfFile);
}
