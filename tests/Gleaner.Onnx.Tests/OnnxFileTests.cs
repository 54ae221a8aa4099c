using System.Text;

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

    /// Weights may stand wherever onnx.proto lets a tensor stand; the numbers are its fields from the model to the tensor.
    [Theory]
    [InlineData(7, 5)]                              // an initializer
    [InlineData(7, 15, 1), InlineData(7, 15, 2)]    // a sparse one: values, indices
    [InlineData(7, 1, 5, 5)]                        // a Constant
    [InlineData(7, 1, 5, 10)]
    [InlineData(7, 1, 5, 22, 1), InlineData(7, 1, 5, 23, 1)]
    [InlineData(7, 1, 5, 6, 5)]                     // in a branch of an If
    [InlineData(7, 1, 5, 11, 1, 5, 5)]
    [InlineData(25, 7, 5, 5)]                       // in a function
    public void Weights_in_other_files_are_found_wherever_they_stand(params int[] fields)
    {
        string path = Path.Combine(_folder, "model.onnx"), weights = Path.Combine(_folder, "weights");
        File.WriteAllBytes(path, fields.Reverse().Aggregate(Tensor("weights"), (inner, field) => Part(field, inner)));

        Assert.Equal([weights], OnnxFile.ExternalFiles(path));
        Assert.Contains("keeps weights in weights, which is not beside it", Assert.Throws<InvalidDataException>(() => OnnxEncoder.Open(path)).Message);

        File.WriteAllText(weights, "one");
        string one = OnnxFile.Hash(path);
        File.WriteAllText(weights, "two");
        Assert.NotEqual(one, OnnxFile.Hash(path));
    }

    /// A field of the same number elsewhere is something else: an input's name, not a tensor.
    [Theory]
    [InlineData(5, 5), InlineData(7, 11, 5), InlineData(7, 1, 1, 5)]
    public void What_is_no_tensor_is_not_taken_for_one(params int[] fields)
    {
        string path = Path.Combine(_folder, "model.onnx");
        File.WriteAllBytes(path, fields.Reverse().Aggregate(Tensor("weights"), (inner, field) => Part(field, inner)));

        Assert.Empty(OnnxFile.ExternalFiles(path));
    }

    [Fact]
    public void Graphs_in_one_another_without_end_are_refused()
    {
        byte[] model = [];
        for (int i = 0; i < 2000; i++) model = Part(1, Part(5, Part(6, model)));
        string path = Path.Combine(_folder, "deep.onnx");
        File.WriteAllBytes(path, Part(7, model));

        Assert.Contains("deeper than", Assert.Throws<InvalidDataException>(() => OnnxEncoder.Open(path)).Message);
    }

    /// A model from elsewhere must not make us read files outside its folder.
    [Theory]
    [InlineData("../secret")]
    [InlineData("/etc/passwd")]
    public void Weights_outside_the_folder_are_refused(string location)
    {
        string path = Path.Combine(_folder, "leading-out.onnx");
        File.WriteAllBytes(path, Part(7, Part(5, Tensor(location))));

        Assert.Contains("in the model's own folder", Assert.Throws<InvalidDataException>(() => OnnxEncoder.Open(path)).Message);
    }

    [Fact]
    public void A_missing_model_is_named() => Assert.Contains("nowhere.onnx", Assert.Throws<FileNotFoundException>(() => OnnxEncoder.Open("nowhere.onnx")).Message);

    static byte[] Tensor(string location) => Part(13, [.. Part(1, "location"u8), .. Part(2, Encoding.ASCII.GetBytes(location))]);

    static byte[] Part(int field, ReadOnlySpan<byte> content) => [.. Varint(field << 3 | 2), .. Varint(content.Length), .. content];

    static byte[] Varint(int value) => value < 0x80 ? [(byte)value] : [(byte)(value & 0x7F | 0x80), .. Varint(value >> 7)];
}
