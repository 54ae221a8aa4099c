using Xunit;

namespace Gleaner.Cli.Tests;

public sealed class OnnxProxyTests : TempFolder
{
    const int Images = 60;

    static readonly string[] Few = ["--count", "20", "--classes", "kmeans:3", "--threads", "1"];

    static string Model(string name) => Path.Combine(Tool.Root, "tests", "fixtures", "onnx", name);

    [Fact]
    public void A_folder_is_selected_with_an_ONNX_model_and_what_it_does_is_said_and_kept()
    {
        string pool = WriteImages("pool", Images);
        File.WriteAllText(At("pool", "label 0", "broken.png"), "no picture");
        string[] select = ["select", pool, "--proxy", Model("tokens.onnx"), "--proxy-output", "last_hidden_state", "--proxy-pool", "mean", "--proxy-mean", "0.5,0.5,0.5", "--proxy-std", "0.5,0.5,0.5", "--out", "run", .. Few];

        var first = Tool.Run(Folder, select).Is(0);
        var again = Tool.Run(Folder, select).Is(0);
        var other = Tool.Run(Folder, [.. select, "--proxy-layout", "nchw", "--views", "2"]).Is(0);

        Assert.Contains("input pixel_values, float32, nchw; output last_hidden_state, mean of the last 16 of 17 tokens, 8 numbers", first.Error);
        Assert.Contains("decoding to 20 x 20 pixels", first.Error);
        Assert.Contains("embed    as before", again.Error);
        Assert.Contains("(again: views was 0 and is 2)", other.Error);
        var embedding = EmbeddingFile.Read(At("run", "embedding.npy"));
        Assert.Equal((Images + 1, 8), (embedding.Count, embedding.Dimension));
        int broken = int.Parse(File.ReadAllLines(At("run", "unreadable.csv"))[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.All(Enumerable.Range(0, Images + 1), i => Assert.Equal(i == broken, embedding.Values.AsSpan(i * 8, 8).IndexOfAnyExcept(0f) < 0));   // rows keep their places
        var manifest = RunManifest.Read(At("run", "manifest.json"));
        Assert.Equal("0.5,0.5,0.5", manifest.Options["proxy_mean"]);
        var stage = manifest.Stages.Single(stage => stage.Stage == "embed");
        Assert.Equal("resized to 20 px, RGB, mean 0.5,0.5,0.5, std 0.5,0.5,0.5", stage.Inputs["preprocessing"]);
        Assert.Equal("last_hidden_state, mean of the last 16 of 17 tokens", stage.Inputs["output"]);
        Assert.Contains("model", stage.Inputs.Keys);
        Assert.Contains("--proxy-pool mean", File.ReadAllText(At("run", "report.html")));
    }

    /// Above 96 pixels nothing is kept decoded, and the rows are those of the same images decoded before.
    [Fact]
    public void Images_above_96_pixels_are_decoded_for_the_encoder_and_not_kept()
    {
        string pool = WriteImages("pool", Images);
        string[] Select(string run) => ["select", pool, "--proxy", Model("free.onnx"), "--proxy-size", "112", "--out", run, .. Few];

        Tool.Run(Folder, Select("streamed")).Is(0);
        Tool.Run(Folder, [.. Select("kept"), "--image-size", "112"]).Is(0);

        Assert.Equal(Images * 64 * 64 * 3, new FileInfo(At("streamed", "cache", "pixels.u8")).Length);
        Assert.Equal(Images * 112 * 112 * 3, new FileInfo(At("kept", "cache", "pixels.u8")).Length);
        Assert.Equal(File.ReadAllBytes(At("kept", "embedding.npy")), File.ReadAllBytes(At("streamed", "embedding.npy")));
    }

    [Theory]
    [InlineData("unnamed.onnx", "", 3, "output  b")]
    [InlineData("free.onnx", "", 3, "--proxy-size")]
    [InlineData("infinite.onnx", "", 3, "images have no embedding")]
    [InlineData("resnet.onnx", "--proxy-mean 1,2", 2, "--proxy-mean 1,2; expected three numbers")]
    [InlineData("resnet.onnx", "--proxy-std 1,0,1", 2, "each above 0")]
    [InlineData("resnet.onnx", "--proxy-size 32", 2, "20 x 20")]
    [InlineData("resnet.onnx", "--proxy-provider cuda", 4, "CPUExecutionProvider")]
    [InlineData("resnet.onnx", "--embed head", 2, "--proxy-output")]
    [InlineData(null, "--proxy-batch 8", 2, "--proxy-batch is for an ONNX model")]
    public void What_cannot_be_done_is_told_with_its_remedy(string? model, string options, int code, string message)
    {
        string pool = WriteImages("pool", 10);

        var outcome = Tool.Run(Folder, ["select", pool, .. model is null ? [] : (string[])["--proxy", Model(model)], .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--count", "5", "--out", "run"]).Is(code);

        Assert.Contains(message, outcome.Error);
    }
}
