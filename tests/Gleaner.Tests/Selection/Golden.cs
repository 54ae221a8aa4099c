namespace Gleaner.Tests.Selection;

/// The small arrays under tests/fixtures/golden.
static class Golden
{
    public static EmbeddingMatrix Embedding(string name) => EmbeddingMatrix.Load(PathOf(name));

    public static float[] Matrix(string name) => EmbeddingFile.Read(PathOf(name)).Values;

    public static long[] Integers(string name)
    {
        using var file = NpyFile.Read(PathOf(name));
        return file.ReadIntegers();
    }

    public static double[] Doubles(string name)
    {
        byte[] bytes = File.ReadAllBytes(PathOf(name));
        int header = 10 + BitConverter.ToUInt16(bytes, 8);
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(bytes.AsSpan(header)).ToArray();
    }

    static string PathOf(string name) => TestData.InRepository("tests", "fixtures", "golden", name + ".npy");
}
