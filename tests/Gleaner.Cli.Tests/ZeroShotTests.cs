using System.Text.Json;
using Xunit;

namespace Gleaner.Cli.Tests;

/// The toy CLIP of tests/fixtures/clip, which knows ten colours, on images of one colour each.
public sealed class ZeroShotTests : TempFolder
{
    const int Size = 16;

    static readonly string[] Names = ["red", "green", "blue", "yellow", "black", "white", "cyan", "purple", "orange", "brown"];

    static string Toy(string name) => Path.Combine(Tool.Root, "tests", "fixtures", "clip", "toy", name);

    static string[] Colours => File.ReadAllLines(Toy("colours.txt"));

    string[] Select(string pool, params string[] more) => ["select", pool, "--clip-text", Toy("text.onnx"), "--classes", "clip:" + WriteNames(), "--count", "6", "--threads", "1", "--out", "run", .. more];

    [Fact]
    public void Every_image_is_in_the_class_of_its_colour_and_a_second_run_does_nothing()
    {
        string pool = WriteColours();
        string[] select = Select(pool, "--proxy", Toy("image.onnx"));

        var first = Tool.Run(Folder, select).Is(0);
        var again = Tool.Run(Folder, select).Is(0);

        Assert.Equal(Colours.Select(colour => (long)Array.IndexOf(Names, colour)), Classes());
        Assert.Contains("10 names in 7 sentences, by text.onnx", first.Error);
        Assert.Contains("red 2, blue 2, green 1, yellow 1, black 1, white 1, cyan 1, purple 1, orange 1, brown 1", first.Error);
        Assert.Contains("classes  as before", again.Error);
        Assert.Matches(@"\n +0 +2 .*  red\n", first.Output);
    }

    [Fact]
    public void Names_that_suit_no_image_are_told()
    {
        string[] select = [.. Select(WriteColours(), "--proxy", Toy("image.onnx")).Select(word => word.StartsWith("clip:", StringComparison.Ordinal) ? "clip:" + WriteNames("RED wine", "{odd}") : word)];

        var outcome = Tool.Run(Folder, select).Is(0);

        long[] classes = Classes();
        string[] empty = [.. File.ReadAllLines(At("more.txt")).Where((_, k) => !classes.Contains(k))];
        Assert.NotEmpty(empty);
        Assert.Contains($"{empty.Length} of 12 names suit no image best: {string.Join(", ", empty)}", outcome.Error);
    }

    [Fact]
    public void Classes_are_made_again_when_names_or_sentences_change_and_not_when_a_file_is_renamed()
    {
        string pool = WriteColours();
        string[] select = Select(pool, "--proxy", Toy("image.onnx"), "--no-report");
        File.WriteAllText(At("one.txt"), "a photo of a {}\n");

        Tool.Run(Folder, select).Is(0);
        File.Copy(At("names.txt"), At("copy.txt"));
        var renamed = Tool.Run(Folder, [.. select.Select(word => word.Replace("names.txt", "copy.txt", StringComparison.Ordinal))]).Is(0);
        var sentences = Tool.Run(Folder, [.. select, "--clip-templates", "one.txt"]).Is(0);

        Assert.Contains("classes  as before", renamed.Error);
        Assert.Contains("embed    as before", sentences.Error);
        Assert.Contains("(again: sentences was ", sentences.Error);
    }

    [Fact]
    public void Another_proxy_may_rank_what_CLIP_puts_into_classes()
    {
        string pool = WriteColours();
        string other = Path.Combine(Tool.Root, "tests", "fixtures", "onnx", "resnet.onnx");

        Tool.Run(Folder, Select(pool, "--proxy", other, "--clip-image", Toy("image.onnx"))).Is(0);

        Assert.Equal(Colours.Select(colour => (long)Array.IndexOf(Names, colour)), Classes());
        Assert.Equal((12, 12), Shape("embedding.npy"));
        Assert.Equal((12, 6), Shape("clip-embedding.npy"));
    }

    [Fact]
    public void A_way_to_choose_that_needs_classes_alone_trains_no_proxy()
    {
        Tool.Run(Folder, Select(WriteColours(), "--objective", "balanced", "--clip-image", Toy("image.onnx"))).Is(0);

        Assert.Equal(["read", "clip", "classes", "rank"], RunManifest.Read(At("run", "manifest.json")).Stages.Select(stage => stage.Stage).Take(4));
    }

    [Fact]
    public void Embeddings_by_CLIP_are_a_pool_too()
    {
        Tool.Run(Folder, Select(WriteColours(), "--proxy", Toy("image.onnx"))).Is(0);
        long[] expected = Classes();
        File.Copy(At("run", "embedding.npy"), At("clip.npy"));
        Directory.Delete(At("run"), recursive: true);

        Tool.Run(Folder, Select("clip.npy")).Is(0);

        Assert.Equal(expected, Classes());
    }

    [Fact]
    public void The_report_the_manifest_and_a_file_have_the_names()
    {
        Tool.Run(Folder, Select(WriteColours(), "--proxy", Toy("image.onnx"))).Is(0);

        string report = File.ReadAllText(At("run", "report.html"));
        Assert.Contains("Class 2 (blue): ", report);
        Assert.Contains("--classes clip:", report);
        Assert.Contains("--clip-text ", report);
        using var json = JsonDocument.Parse(File.ReadAllText(At("run", "class-names.json")));
        Assert.Equal(Names, json.RootElement.EnumerateArray().Select(name => name.GetString()!));
        Assert.Equal(Toy("text.onnx"), RunManifest.Read(At("run", "manifest.json")).Options["clip_text"]);
    }

    [Theory]
    [InlineData("--classes kmeans:2 --clip-text TOY/text.onnx", 2, "--clip-text is for --classes clip:FILE")]
    [InlineData("--classes clip:names.txt", 2, "needs --clip-text FILE.onnx")]
    [InlineData("--classes clip:none.txt --clip-text TOY/text.onnx", 2, "no such file; expected the name of a class on each line")]
    [InlineData("--classes clip:names.txt --clip-text none.onnx", 2, "--clip-text none.onnx: no such file")]
    [InlineData("--classes clip:empty.txt --clip-text TOY/text.onnx", 3, "is empty")]
    [InlineData("--classes clip:names.txt --clip-text TOY/text.onnx --clip-templates names.txt", 3, "expected {} where the name")]
    [InlineData("--classes clip:names.txt --clip-text TOY/text.onnx", 2, "the proxy is no CLIP model")]
    [InlineData("--classes clip:names.txt --clip-text TOY/both.onnx --clip-image TOY/image.onnx", 3, "both halves of a CLIP model")]
    [InlineData("--classes clip:names.txt --clip-text TOY/text.onnx --clip-tokenizer . --clip-image TOY/image.onnx", 3, "no tokenizer in it")]
    [InlineData("--classes clip:names.txt --clip-text TOY/text.onnx --proxy TOY/../../onnx/resnet.onnx", 3, "makes 6 numbers of a sentence, and the images' embeddings have 12")]
    public void What_cannot_be_done_is_told_with_its_remedy(string options, int code, string message)
    {
        WriteNames();
        File.WriteAllText(At("empty.txt"), "# nothing\n");
        string toy = Path.GetDirectoryName(Toy("text.onnx"))!;

        var outcome = Tool.Run(Folder, ["select", WriteColours(), "--count", "6", "--out", "run", .. options.Replace("TOY", toy, StringComparison.Ordinal).Split(' ')]).Is(code);

        Assert.Contains(message, outcome.Error);
    }

    long[] Classes()
    {
        using var file = NpyFile.Read(At("run", "classes.npy"));
        return file.ReadIntegers();
    }

    (int, int) Shape(string name) => EmbeddingFile.Read(At("run", name)) is var raw ? (raw.Count, raw.Dimension) : default;

    string WriteNames(params string[] more)
    {
        string file = At(more.Length == 0 ? "names.txt" : "more.txt");
        File.WriteAllLines(file, [.. Names, .. more]);
        return file;
    }

    string WriteColours()
    {
        float[] levels = EmbeddingFile.Read(Toy("images.npy")).Values;
        Directory.CreateDirectory(At("pool"));
        for (int i = 0; i < Colours.Length; i++)
        {
            using var stream = File.Create(At("pool", $"{i:00}.png"));
            ImageFile.EncodePng(stream, Array.ConvertAll(levels[(i * Size * Size * 3)..((i + 1) * Size * Size * 3)], level => (byte)level), Size, Size);
        }
        return At("pool");
    }
}
