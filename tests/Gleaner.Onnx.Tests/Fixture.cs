namespace Gleaner.Onnx.Tests;

/// What tests/fixtures/onnx/make_onnx.py made: eight images of 20 x 20 pixels, tiny models, and the rows that PyTorch computes.
static class Fixture
{
    public const int Size = 20, Count = 8;

    /// float32 convolutions of other kernels add in another order: some 1e-6 of rows whose numbers are about 1.
    public const double Tolerance = 2e-5;

    public static readonly (float, float, float) ClipMean = (0.48145466f, 0.4578275f, 0.40821073f), ClipStd = (0.26862954f, 0.26130258f, 0.27577711f);

    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "fixtures", name);

    public static float[] Rows(string name) => EmbeddingFile.Read(Path(name + ".npy")).Values;

    public static DecodedImages Images() => new(Array.ConvertAll(Rows("pixels"), level => (byte)level), Count, Size);

    public static float[] Embed(string model, OnnxEncoderOptions? options = null)
    {
        using var encoder = OnnxEncoder.Open(Path(model), options);
        using var images = Images();
        return encoder.Embed(images);
    }

    public static void Near(float[] expected, float[] found, double tolerance = Tolerance)
    {
        Assert.Equal(expected.Length, found.Length);
        Assert.InRange(expected.Zip(found, (a, b) => Math.Abs(a - b)).Max(), 0, tolerance);
    }
}
