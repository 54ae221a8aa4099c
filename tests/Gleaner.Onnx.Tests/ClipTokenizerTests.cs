using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gleaner.Onnx.Tests;

public sealed class ClipTokenizerTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("gleaner-clip-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Folders => new("toy", "openai");

    // OpenAI's merges in an excerpt that is complete for these texts: unicode, emoji, digits, contractions, special tokens, more than 77 tokens, none.
    [Theory, MemberData(nameof(Folders))]
    public void Texts_become_the_numbers_of_an_independent_implementation(string folder)
    {
        string path = Fixture.Path(Path.Combine("clip", folder));
        var tokenizer = ClipTokenizer.Open(path);

        var tokens = ClipFixture.Tokens(path).ToArray();

        Assert.Equal(36, tokens.Length);
        Assert.All(tokens, token => Assert.Equal(token.Ids, tokenizer.Encode(token.Text)));
    }

    [Fact]
    public void A_photo_of_a_cat_has_the_numbers_that_OpenAI_gives_it() =>
        Assert.Equal([49406, 320, 1125, 539, 320, 2368, 49407], ClipTokenizer.Open(ClipFixture.OpenAI).Encode("a photo of a cat"));

    /// GLEANER_CLIP_TOKENIZER names a folder with the whole vocabulary (tokenizer.json, or vocab.json and merges.txt of openai/clip-vit-base-patch32): 3 MB that are not kept here.
    [Fact]
    public void The_whole_vocabulary_gives_the_same_numbers_as_the_excerpt()
    {
        string? folder = Environment.GetEnvironmentVariable("GLEANER_CLIP_TOKENIZER");
        Assert.SkipUnless(Directory.Exists(folder), "needs CLIP's vocabulary in the folder that GLEANER_CLIP_TOKENIZER names");

        var tokenizer = ClipTokenizer.Open(folder!);

        Assert.All(ClipFixture.Tokens(ClipFixture.OpenAI), token => Assert.Equal(token.Ids, tokenizer.Encode(token.Text)));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Both_forms_of_merges_in_tokenizer_json_are_read(bool pairs)
    {
        WriteWhole(json =>
        {
            if (pairs) json["model"]!["merges"] = new JsonArray([.. json["model"]!["merges"]!.AsArray().Select(merge => new JsonArray([.. merge!.GetValue<string>().Split(' ').Select(part => JsonValue.Create(part))]))]);
        });

        var tokenizer = ClipTokenizer.Open(_folder);

        Assert.Equal([Path.Combine(_folder, "tokenizer.json")], tokenizer.Files);
        Assert.All(ClipFixture.Tokens(Fixture.Path("clip/toy")), token => Assert.Equal(token.Ids, tokenizer.Encode(token.Text)));
    }

    [Fact]
    public void Windows_line_ends_and_byte_order_marks_change_nothing()
    {
        var bom = new System.Text.UTF8Encoding(true);
        File.WriteAllText(At("vocab.json"), File.ReadAllText(ClipFixture.Toy("vocab.json")), bom);
        File.WriteAllText(At("merges.txt"), File.ReadAllText(ClipFixture.Toy("merges.txt")).Replace("\n", "\r\n", StringComparison.Ordinal), bom);

        var tokenizer = ClipTokenizer.Open(_folder);

        Assert.All(ClipFixture.Tokens(Fixture.Path("clip/toy")), token => Assert.Equal(token.Ids, tokenizer.Encode(token.Text)));
    }

    [Fact]
    public void A_long_text_is_cut_before_its_end_token_and_a_short_one_is_filled_up()
    {
        var tokenizer = ClipTokenizer.Open(ClipFixture.OpenAI);
        string text = string.Join(' ', Enumerable.Repeat("cat", 100));

        var (longIds, longCount) = tokenizer.Encode(text, 77);
        var (shortIds, shortCount) = tokenizer.Encode("a cat", 77);
        var (justIds, justCount) = tokenizer.Encode(string.Join(' ', Enumerable.Repeat("cat", 75)), 77);

        Assert.Equal([49406, .. Enumerable.Repeat(2368, 75), 49407], longIds);
        Assert.Equal(longIds, justIds);
        Assert.Equal((77, 77), (longCount, justCount));
        Assert.Equal([49406, 320, 2368, 49407, .. Enumerable.Repeat(49407, 73)], shortIds);
        Assert.Equal(4, shortCount);
    }

    [Theory]
    [InlineData("special_tokens_map.json", """{"pad_token": "!"}""", 0)]
    [InlineData("special_tokens_map.json", """{"pad_token": {"content": "!", "lstrip": false}}""", 0)]
    [InlineData("tokenizer_config.json", """{"pad_token": "\""}""", 1)]
    [InlineData("tokenizer_config.json", """{"pad_token": null, "model_max_length": 77}""", 603)]
    public void Padding_is_what_the_files_beside_say(string file, string json, int expected)
    {
        CopyToy();
        File.WriteAllText(At(file), json);

        var tokenizer = ClipTokenizer.Open(_folder);

        Assert.Equal(expected, tokenizer.PaddingId);
        Assert.Equal(expected, tokenizer.Encode("red", 10).Ids[^1]);
        Assert.Contains(At(file), tokenizer.Files);
    }

    [Fact]
    public void A_tokenizer_beside_the_model_or_above_a_folder_named_onnx_is_found()
    {
        CopyToy();
        Directory.CreateDirectory(At("onnx"));

        Assert.Equal(602, ClipTokenizer.Beside(At("text_model.onnx")).StartId);
        Assert.Equal(602, ClipTokenizer.Beside(At("onnx", "text_model.onnx")).StartId);
        Assert.Throws<InvalidDataException>(() => ClipTokenizer.Beside(At("elsewhere", "text_model.onnx")));
    }

    [Fact]
    public void The_hash_changes_with_every_file()
    {
        CopyToy();
        string before = ClipTokenizer.Open(_folder).Hash();

        File.WriteAllText(At("special_tokens_map.json"), """{"pad_token": "!"}""");

        Assert.NotEqual(before, ClipTokenizer.Open(_folder).Hash());
    }

    public static TheoryData<string, string> OtherKinds => new()
    {
        { """{"model": {"type": "WordPiece", "vocab": {"a": 0}}}""", "a tokenizer of the kind WordPiece; expected CLIP's" },
        { """{"model": {"type": "Unigram", "vocab": [["a", 0.0]]}}""", "a tokenizer of the kind Unigram; expected CLIP's" },
        { """{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}""", "a tokenizer of the kind BPE with '' at the end of words" },
        { """{"model": {"type": "BPE", "end_of_word_suffix": "</w>", "vocab": {"a": 0}, "merges": []}}""", "has no token <|startoftext|>" },
        { """{"model": {"type": "BPE", "end_of_word_suffix": "</w>", "vocab": {"a": 0, "<|startoftext|>": 1, "<|endoftext|>": 2}, "merges": []}}""", "expected one for every byte" },
        { """{"model": {"type": "BPE", "end_of_word_suffix": "</w>", "vocab": {"a": 0.5}, "merges": []}}""", "no file of a tokenizer, or damaged" },
        { """{"model": {"type": "BPE", "end_of_word_suffix": "</w>", "vocab": {"a": 99999999999}, "merges": []}}""", "no file of a tokenizer, or damaged" },
        { """{"version": "1.0"}""", "no file of a tokenizer, or damaged" },
        { """[]""", "no file of a tokenizer, or damaged" },
        { """{"model": {"type": "BPE",""", "no file of a tokenizer, or damaged" },
    };

    [Theory, MemberData(nameof(OtherKinds))]
    public void Other_tokenizers_and_damaged_files_are_refused(string json, string expected)
    {
        File.WriteAllText(At("tokenizer.json"), json);

        var error = Assert.Throws<InvalidDataException>(() => ClipTokenizer.Open(_folder));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(At("tokenizer.json"), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zz qq", "merge 91, 'zz qq', needs the token 'zz'")]
    [InlineData("a b c", "merge 91 is 'a b c'; expected two tokens")]
    [InlineData("z z", "merge 91, 'z z', needs the token 'zz', which is not in the vocabulary of 604")]
    public void Merges_of_another_vocabulary_are_refused(string line, string expected)
    {
        CopyToy();
        File.AppendAllText(At("merges.txt"), line + "\n");

        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => ClipTokenizer.Open(_folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"red</w>\": ", "-1", "has the number -1")]
    [InlineData("\"red</w>\": ", "2000000000", "has the number 2000000000")]
    [InlineData("\"red</w>\": ", "5", "two of its 604 tokens have the same number")]
    public void Numbers_that_no_model_has_are_refused(string token, string number, string expected)
    {
        CopyToy();
        string vocabulary = File.ReadAllText(At("vocab.json"));
        int start = vocabulary.IndexOf(token, StringComparison.Ordinal) + token.Length, end = vocabulary.IndexOf(',', start);
        File.WriteAllText(At("vocab.json"), vocabulary[..start] + number + vocabulary[end..]);

        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => ClipTokenizer.Open(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_tokenizer_says_which_files_are_looked_for()
    {
        var error = Assert.Throws<InvalidDataException>(() => ClipTokenizer.Open(_folder));

        Assert.Contains("tokenizer.json, or vocab.json and merges.txt", error.Message, StringComparison.Ordinal);
    }

    string At(params string[] parts) => Path.Combine([_folder, .. parts]);

    void CopyToy()
    {
        foreach (string name in (string[])["vocab.json", "merges.txt"]) File.Copy(ClipFixture.Toy(name), At(name));
    }

    // As Hugging Face's tokenizers write it; the special tokens are added ones.
    void WriteWhole(Action<JsonObject> change)
    {
        var vocabulary = JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(ClipFixture.Toy("vocab.json")))!;
        string[] special = ["<|startoftext|>", "<|endoftext|>"];
        var json = new JsonObject
        {
            ["added_tokens"] = new JsonArray([.. special.Select(token => new JsonObject { ["id"] = vocabulary[token], ["content"] = token, ["special"] = true })]),
            ["padding"] = null,
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["end_of_word_suffix"] = "</w>",
                ["vocab"] = new JsonObject(vocabulary.Where(token => !special.Contains(token.Key)).Select(token => KeyValuePair.Create(token.Key, (JsonNode?)token.Value))),
                ["merges"] = new JsonArray([.. File.ReadLines(ClipFixture.Toy("merges.txt")).Skip(1).Select(line => JsonValue.Create(line))]),
            },
        };
        change(json);
        File.WriteAllText(At("tokenizer.json"), json.ToJsonString());
    }
}
