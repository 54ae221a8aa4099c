using Gleaner.Tests;

namespace Gleaner.Onnx.Tests;

/// <summary>What lies beside a model, damaged, is read or refused.</summary>
public sealed class DamagedConfigTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("gleaner-onnx-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Preprocessing()
    {
        byte[] config = File.ReadAllBytes(Fixture.Path("clip/toy/preprocessor_config.json"));
        string path = Path.Combine(_folder, "preprocessor_config.json");

        Damage.Check(config, Read);
        Damage.CheckValues(config, Read);

        void Read(byte[] bytes)
        {
            File.WriteAllBytes(path, bytes);
            PreprocessorConfig.Read(path);
        }
    }

    [Theory]
    [InlineData("vocab.json")]
    [InlineData("merges.txt")]
    public void Tokenizer(string damaged)
    {
        foreach (string file in new[] { "vocab.json", "merges.txt" }) File.Copy(Fixture.Path("clip/toy/" + file), Path.Combine(_folder, file));

        Damage.Check(File.ReadAllBytes(Fixture.Path("clip/toy/" + damaged)), bytes =>
        {
            File.WriteAllBytes(Path.Combine(_folder, damaged), bytes);
            ClipTokenizer.Open(_folder).Encode("a photo of a red thing", 8);
        }, every: 25);   // Microsoft.ML.Tokenizers takes milliseconds to be made
    }
}
