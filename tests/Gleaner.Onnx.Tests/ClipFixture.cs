using System.Text.Json;

namespace Gleaner.Onnx.Tests;

/// What tests/fixtures/clip made: a toy CLIP that knows ten colours, and an excerpt of OpenAI's vocabulary.
static class ClipFixture
{
    public const int Images = 12, ImageSize = 16;

    /// float32 sums of 77 and 7 rows in other orders; rows are of about unit length.
    public const double Tolerance = 2e-6;

    public static readonly string[] Colours = ["red", "green", "blue", "yellow", "black", "white", "cyan", "purple", "orange", "brown"];

    public static string Toy(string name) => Fixture.Path(Path.Combine("clip", "toy", name));

    public static string OpenAI => Fixture.Path(Path.Combine("clip", "openai"));

    public static float[] Rows(string name) => EmbeddingFile.Read(Toy(name + ".npy")).Values;

    public static IEnumerable<(string Text, int[] Ids)> Tokens(string folder)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "tokens.json")));
        return [.. json.RootElement.EnumerateArray().Select(token => (token.GetProperty("text").GetString()!, token.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray()))];
    }

    public static DecodedImages Pixels() => new(Array.ConvertAll(Rows("images"), level => (byte)level), Images, ImageSize);

    public static EmbeddingMatrix Embedding()
    {
        using var encoder = OnnxEncoder.Open(Toy("image.onnx"));
        using var images = Pixels();
        return EmbeddingMatrix.Normalize(encoder.Embed(images), Images, encoder.Dimension, out _);
    }

    public static ZeroShotClasses Ask(IReadOnlyList<string> names, IReadOnlyList<string>? templates = null)
    {
        using var text = ClipText.Open(Toy("text.onnx"));
        return ZeroShotClasses.Ask(text, names, templates);
    }
}
