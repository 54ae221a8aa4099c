namespace Gleaner.Onnx.Tests;

public sealed class ClipTextTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("gleaner-clip-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static readonly string[] Sentences = [.. ClipFixture.Colours.Select(colour => $"a photo of a {colour}")];

    [Fact]
    public void Sentences_become_the_rows_that_torch_computes()
    {
        using var text = ClipText.Open(ClipFixture.Toy("text.onnx"));

        float[] rows = text.Embed(Sentences);

        Assert.Equal((6, 77), (text.Dimension, text.Length));
        Fixture.Near(ClipFixture.Rows("sentences"), rows, ClipFixture.Tolerance);
    }

    // Ten sentences in batches of three, 16 tokens, int32, no mask, the end found by its number.
    [Fact]
    public void A_model_with_a_fixed_batch_and_length_and_no_mask_gives_the_same()
    {
        using var text = ClipText.Open(ClipFixture.Toy("text-fixed.onnx"));

        float[] rows = text.Embed(Sentences);

        Assert.Equal(16, text.Length);
        Fixture.Near(ClipFixture.Rows("sentences"), rows, ClipFixture.Tolerance);
    }

    [Fact]
    public void What_fills_a_sentence_up_does_not_matter()
    {
        File.Copy(ClipFixture.Toy("text.onnx"), At("text.onnx"));
        foreach (string name in (string[])["vocab.json", "merges.txt"]) File.Copy(ClipFixture.Toy(name), At(name));
        File.WriteAllText(At("special_tokens_map.json"), """{"pad_token": "!"}""");
        using var text = ClipText.Open(At("text.onnx"));

        Fixture.Near(ClipFixture.Rows("sentences"), text.Embed(Sentences), ClipFixture.Tolerance);
    }

    [Fact]
    public void A_row_does_not_depend_on_the_sentences_around_it()
    {
        using var text = ClipText.Open(ClipFixture.Toy("text.onnx"));
        string[] many = [.. Enumerable.Range(0, 71).Select(i => $"a photo of a {ClipFixture.Colours[i % 10]}")];

        float[] rows = text.Embed(many);

        float[] expected = ClipFixture.Rows("sentences");
        Fixture.Near([.. Enumerable.Range(0, 71).SelectMany(i => expected.Skip(i % 10 * 6).Take(6))], rows, ClipFixture.Tolerance);
    }

    [Fact]
    public void A_text_longer_than_the_model_reads_keeps_its_beginning_and_its_end_token()
    {
        using var text = ClipText.Open(ClipFixture.Toy("text-fixed.onnx"));
        string filler = string.Join(' ', Enumerable.Repeat("a", 13));

        float[] cut = text.Embed([$"red {filler} blue blue blue"]), whole = text.Embed([$"red {filler}"]);

        Fixture.Near(whole, cut, 0);
    }

    [Theory]
    [InlineData("both.onnx", "it is both halves of a CLIP model. Cut it in two")]
    [InlineData("text-plain.onnx", "Export the text model with its projection")]
    [InlineData("image.onnx", "it is both halves")]
    public void Other_models_are_refused_with_what_to_do(string model, string expected)
    {
        var error = Assert.Throws<InvalidDataException>(() => ClipText.Open(ClipFixture.Toy(model)));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("input ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_half_that_the_message_tells_how_to_cut_out_works()
    {
        using var text = ClipText.Open(ClipFixture.Toy("both-text.onnx"));

        float[] rows = text.Embed(Sentences), whole = ClipFixture.Rows("sentences");

        EmbeddingMatrix.Normalize(whole, Sentences.Length, 6, out _);
        Fixture.Near(whole, rows, ClipFixture.Tolerance);
    }

    [Fact]
    public void A_tokenizer_with_more_tokens_than_the_model_is_refused()
    {
        var error = Assert.Throws<InvalidDataException>(() => ClipText.Open(ClipFixture.Toy("text.onnx"), ClipTokenizer.Open(ClipFixture.OpenAI)));

        Assert.Contains("numbers up to 49407", error.Message, StringComparison.Ordinal);
        Assert.Contains("is not its tokenizer", error.Message, StringComparison.Ordinal);
    }

    string At(string name) => Path.Combine(_folder, name);
}
