namespace Gleaner.Tests;

/// <summary>The small files in tests/fixtures/embedding; make_embedding.py there wrote them with numpy.</summary>
static class EmbeddingFixture
{
    /// <summary>What every matrix in the fixtures holds: numbers that are exact in all float formats.</summary>
    public static float[] Matrix => [.. Enumerable.Range(0, 15).Select(i => i / 4f - 1)];

    public static string At(string name) => TestData.InRepository("tests", "fixtures", "embedding", name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(At(name));
}
