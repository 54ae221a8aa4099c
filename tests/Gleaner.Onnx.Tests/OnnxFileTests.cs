namespace Gleaner.Onnx.Tests;

public sealed class OnnxFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("gleaner-onnx-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Weights_in_other_files_are_found()
    {
        Assert.Equal([Fixture.Path("external.onnx_data")], OnnxFile.ExternalFiles(Fixture.Path("external.onnx")));
        Assert.Empty(OnnxFile.ExternalFiles(Fixture.Path("resnet.onnx")));
    }

    /// Whatever is cut off or changed: a clear error, or a model that still runs; nothing else, and no memory by a length that lies.
    [Fact]
    public void A_damaged_model_is_refused_clearly_or_still_is_one()
    {
        byte[] whole = File.ReadAllBytes(Fixture.Path("unnamed.onnx"));
        string path = Path.Combine(_folder, "damaged.onnx");
        var random = new Random(1);
        for (int trial = 0; trial < 300; trial++)
        {
            byte[] damaged = trial % 2 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            if (trial % 2 == 1) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, damaged);
            try
            {
                using var encoder = OnnxEncoder.Open(path, new() { Output = "b", Threads = 1 });
            }
            catch (Exception error)
            {
                Assert.True(error is InvalidDataException or ArgumentException, error.ToString());
                Assert.Contains("damaged.onnx", error.Message);
            }
        }
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F })]         // a graph of 2^63 - 1 bytes
    [InlineData(new byte[] { 0x3A, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })]    // a tag without an end
    public void What_is_no_model_is_refused(byte[] bytes)
    {
        string path = Path.Combine(_folder, "no.onnx");
        File.WriteAllBytes(path, bytes);

        Assert.Throws<InvalidDataException>(() => OnnxEncoder.Open(path));
    }

    /// A model from elsewhere must not make us read files outside its folder.
    [Theory]
    [InlineData("../secret")]
    [InlineData("/etc/passwd")]
    public void Weights_outside_the_folder_are_refused(string location)
    {
        byte[] entry = [0x0A, 8, .. "location"u8, 0x12, (byte)location.Length, .. System.Text.Encoding.ASCII.GetBytes(location)];
        byte[] tensor = [0x6A, (byte)entry.Length, .. entry], graph = [0x2A, (byte)tensor.Length, .. tensor], model = [0x3A, (byte)graph.Length, .. graph];
        string path = Path.Combine(_folder, "leading-out.onnx");
        File.WriteAllBytes(path, model);

        Assert.Contains("in the model's own folder", Assert.Throws<InvalidDataException>(() => OnnxEncoder.Open(path)).Message);
    }

    [Fact]
    public void A_missing_model_is_named() => Assert.Contains("nowhere.onnx", Assert.Throws<FileNotFoundException>(() => OnnxEncoder.Open("nowhere.onnx")).Message);
}
