using Xunit;

namespace Gleaner.Tests.Runs;

public sealed class ModelCardTests
{
    [Fact]
    public void A_card_is_written_as_approved()
    {
        string approved = TestData.InRepository("tests", "approved", "encoder.json"), received = Path.ChangeExtension(approved, ".received.txt");
        string json = Card().ToJson();

        if (json == File.ReadAllText(approved).TrimEnd()) return;
        File.WriteAllText(received, json + "\n");
        Assert.Fail($"The model card has changed. Compare {received} with encoder.json, and replace it if the change is meant.");
    }

    [Fact]
    public void A_card_comes_back_as_it_was()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "encoder.json");

        Card().Write(path);

        Assert.Equal(Card().ToJson(), ModelCard.Read(path).ToJson());
    }

    [Fact]
    public void What_is_not_known_is_null_and_stays_so()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "encoder.json");
        var card = Card() with { Subset = null, Collapse = null, NearestNeighbours = null, Finished = null, LoadInPyTorch = null, Training = Card().Training with { FinalLoss = null, Seconds = null } };

        card.Write(path);

        Assert.Contains("\"subset\": null", File.ReadAllText(path));
        var read = ModelCard.Read(path);
        Assert.Null(read.Subset);
        Assert.Null(read.Training.FinalLoss);
        Assert.Equal(card.ToJson(), read.ToJson());
    }

    [Fact]
    public void Fields_of_a_later_version_are_passed_over()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("encoder.json", Card().ToJson().Replace("\"what\":", "\"licence\": { \"name\": \"MIT\" }, \"what\":"));

        Assert.Equal(Card().ToJson(), ModelCard.Read(path).ToJson());
    }

    [Theory, InlineData("{"), InlineData("null"), InlineData("{}"), InlineData("[1]")]
    public void Something_else_is_refused(string text)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("encoder.json", text);

        Assert.StartsWith(path + ": no model card", Assert.Throws<InvalidDataException>(() => ModelCard.Read(path)).Message);
    }

    [Fact]
    public void The_processor_has_a_name() => Assert.Matches(@"^\S(.*\S)?$", Processor.Name);

    static ModelCard Card() => new()
    {
        What = "ResNet-10, width 0.25, Conv3Stride2, trained by SimCLR without labels on 400 of 2000 images",
        Encoder = new("ResNet-10, width 0.25, Conv3Stride2", 128, 28, [0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f], "encoder.safetensors", "0123456789abcdef0123456789abcdef", "encoder.head.safetensors"),
        Data = new("IDX", "samples/fashion-mnist", 2000, "fedcba9876543210fedcba9876543210"),
        Subset = new("runs/first/subset.npy", 400, "00112233445566778899aabbccddeeff"),
        Training = new()
        {
            Method = "SimCLR",
            MethodSettings = new(StringComparer.Ordinal) { ["temperature"] = "0.5" },
            Optimizer = "Adam",
            OptimizerSettings = new(StringComparer.Ordinal) { ["learning rate"] = "0.001", ["weight decay"] = "1E-06" },
            Schedule = "warm-up over 5 % of the steps, then half a cosine to 0",
            Epochs = 100,
            Steps = 600,
            BatchSize = 64,
            Views = ["crop 0.08-1 bicubic, flip, jitter 0.4 0.4 0.4 0.1", "crop 0.08-1 bicubic, flip, jitter 0.4 0.4 0.4 0.1"],
            Seeds = new(StringComparer.Ordinal) { ["order and views"] = 0, ["weights"] = 0 },
            Seconds = 61.5,
            FinalLoss = 2.25,
        },
        Collapse = new("Fine", "Fine: …", 0.992, 42, 128),
        NearestNeighbours = [new(0, 0.625), new(50, 0.75), new(100, 0.78125)],
        Machine = new("A processor", 2, "Linux"),
        Versions = new("0.1.0", "2.10.0", ".NET 10.0.0"),
        Finished = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        LoadInPyTorch = ["net = torchvision.models.resnet18()", "net.load_state_dict(load_file(\"encoder.safetensors\"))"],
        Limits = "Trained without labels on 400 images; not evaluated on held-out images beyond nearest neighbours.",
    };
}
