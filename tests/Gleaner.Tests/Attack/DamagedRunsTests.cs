using Xunit;

namespace Gleaner.Tests;

/// <summary>Run folders whose files were cut or changed: made again, or refused in words.</summary>
public sealed class DamagedRunsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_ranking()
    {
        var embedding = EmbeddingMatrix.Normalize([.. RandomValues(12 * 3)], 12, 3, out _);
        var classes = LatentPartition.FromLabels([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
        var ranking = new SasSelector().Rank(embedding, classes);
        using var file = new MemoryStream();
        RankingFile.Write(file, ranking);

        Damage.Check(file.ToArray(), bytes => RankingFile.Read(_folder.Write("ranking.safetensors", bytes), classes));
    }

    [Fact]
    public void A_list_of_images() => Damage.Check("key,why\n\"a,b.png\",x\nc.png,y\n"u8.ToArray(), bytes => ImageList.Read(_folder.Write("list.csv", bytes)).In(3, i => ((string[])["a,b.png", "c.png", "d.png"])[i]));

    [Fact]
    public void The_record_of_a_stage()
    {
        string run = Path.Combine(_folder.Path, "run");
        var inputs = new Dictionary<string, string> { ["pool"] = "1" };
        using (var folder = RunFolder.Open(run)) Make(folder);
        byte[] record = File.ReadAllBytes(Path.Combine(run, "cache", "stage.json"));

        Damage.Check(record, bytes =>
        {
            File.WriteAllBytes(Path.Combine(run, "cache", "stage.json"), bytes);
            using var folder = RunFolder.Open(run);
            Make(folder);
            Assert.Equal("result", File.ReadAllText(folder["out.txt"]));
        });

        void Make(RunFolder folder) => folder.Make("stage", inputs, ["out.txt"], _ => File.WriteAllText(folder["out.txt"], "result"));
    }

    static IEnumerable<float> RandomValues(int count)
    {
        var random = new Random(1);
        for (int i = 0; i < count; i++) yield return (float)random.NextDouble();
    }
}
