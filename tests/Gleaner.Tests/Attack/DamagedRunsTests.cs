using Gleaner.Tests.Report;
using Gleaner.Tests.Trials;
using Xunit;

namespace Gleaner.Tests;

/// <summary>Run folders whose files were cut or changed: made again, or refused in words.</summary>
public sealed class DamagedRunsTests : IDisposable
{
    /// <summary>Charts, and sheets of thumbnails.</summary>
    const long ReportLimit = 128 << 20;

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

        Damage.Check(record, Again);
        Damage.CheckValues(record, Again);

        void Again(byte[] bytes)
        {
            File.WriteAllBytes(Path.Combine(run, "cache", "stage.json"), bytes);
            using var folder = RunFolder.Open(run);
            Make(folder);
            Assert.Equal("result", File.ReadAllText(folder["out.txt"]));
        }

        void Make(RunFolder folder) => folder.Make("stage", inputs, ["out.txt"], _ => File.WriteAllText(folder["out.txt"], "result"));
    }

    /// <summary>A report is made, with whatever numbers stand there, or refused; of a folder that came from somebody else, too.</summary>
    [Theory]
    [InlineData("manifest.json")]
    [InlineData("scores.csv")]
    [InlineData("unreadable.csv")]
    [InlineData("subset.npy")]
    [InlineData("names.json")]
    public void The_report_of_a_selection(string name)
    {
        string run = MadeRun.Write(_folder, readable: 12, size: 4, classNames: ["a", "b", "c"]), file = Path.Combine(run, name == "names.json" ? ClassNames.FileName : name);
        byte[] valid = File.ReadAllBytes(file);

        Damage.Check(valid, Report, limit: ReportLimit, every: Math.Max(1, valid.Length / 50));
        if (name.EndsWith(".json", StringComparison.Ordinal)) Damage.CheckValues(valid, Report, ReportLimit);

        void Report(byte[] bytes)
        {
            File.WriteAllBytes(file, bytes);
            SelectReport.Write(run, Stream.Null);
        }
    }

    /// <summary>Sizes whose product is 0 in 64 bits, for pixels of 0 bytes; and no readable image at all.</summary>
    [Fact]
    public void The_report_of_a_selection_whose_pixels_are_none()
    {
        string run = MadeRun.Write(_folder, readable: 16, size: 4), manifest = Path.Combine(run, "manifest.json");
        _folder.Write("run/cache/pixels.u8", []);
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"image_size\": \"4\"", $"\"image_size\": \"{1 << 30}\"", StringComparison.Ordinal));
        Assert.Contains("pixels.u8: 0 bytes; expected 16 x 1073741824", Assert.Throws<InvalidDataException>(() => SelectReport.Write(run, Stream.Null)).Message);

        File.WriteAllLines(Path.Combine(run, "scores.csv"), File.ReadLines(Path.Combine(run, "scores.csv")).Take(1).ToArray());
        using (var subset = File.Create(Path.Combine(run, "subset.npy"))) NpyFile.Write(subset, ReadOnlySpan<long>.Empty);
        var of = RunManifest.Read(manifest);
        (of with { Pool = of.Pool with { Unreadable = of.Pool.Count }, Subset = of.Subset with { Count = 0 } }).Write(manifest);
        Assert.Contains("scores.csv has no image", Assert.Throws<InvalidDataException>(() => SelectReport.Write(run, Stream.Null)).Message);
    }

    [Fact]
    public void The_report_of_a_comparison()
    {
        byte[] valid = System.Text.Encoding.UTF8.GetBytes(Made.Comparison().ToJson());

        Damage.Check(valid, Report, limit: ReportLimit, every: 20);
        Damage.CheckValues(valid, Report, ReportLimit);

        void Report(byte[] bytes)
        {
            _folder.Write("comparison.json", bytes);
            CompareReport.Write(_folder.Path, Stream.Null);
        }
    }

    [Fact]
    public void The_card_of_an_encoder() => Document(File.ReadAllBytes(TestData.InRepository("tests", "approved", "encoder.json")), file => ModelCard.Read(file));

    [Fact]
    public void What_is_known_of_the_classes()
    {
        string file = Path.Combine(_folder.Path, "made.json");
        ClassCountFile.Write(file, new ClassCount(3, 500, [new(2, 0.5, 0.3, 0.1, 40), new(3, 0.4, 0.6, 0.1, 20)], 0.05, 1e9));
        Document(File.ReadAllBytes(file), file => _ = ClassCountFile.Read(file).Reason);
        FewLabelsCard.Of(FewLabelClassifier.Fit(RandomRows.Clustered(60, 8, 2, 0.3), [0, 1, 2, 3, 5], [4, 9, 4, 9, 9])).Write(file);
        Document(File.ReadAllBytes(file), file => FewLabelsCard.Read(file));
        new ClassNames(["chat", "Größe <b>", "猫"]).Write(file);
        Document(File.ReadAllBytes(file), file => ClassNames.Read(file));
    }

    void Document(byte[] valid, Action<string> read)
    {
        Damage.Check(valid, bytes => read(_folder.Write("document.json", bytes)));
        Damage.CheckValues(valid, bytes => read(_folder.Write("document.json", bytes)));
    }

    static IEnumerable<float> RandomValues(int count)
    {
        var random = new Random(1);
        for (int i = 0; i < count; i++) yield return (float)random.NextDouble();
    }
}
