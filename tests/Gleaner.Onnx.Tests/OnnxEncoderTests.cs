namespace Gleaner.Onnx.Tests;

public sealed class OnnxEncoderTests
{
    static readonly OnnxEncoderOptions OneThread = new() { Threads = 1 };

    [Theory]
    [InlineData("resnet.onnx")]
    [InlineData("nhwc.onnx")]
    [InlineData("fixed-batch.onnx")]
    [InlineData("fixed-one.onnx")]
    [InlineData("external.onnx")]
    [InlineData("map.onnx")]
    public void Rows_are_those_of_PyTorch_whatever_the_layout_the_batch_and_the_place_of_the_weights(string model) =>
        Fixture.Near(Fixture.Rows("resnet"), Fixture.Embed(model));

    [Fact]
    public void A_model_of_any_size_is_told_its_size()
    {
        Fixture.Near(Fixture.Rows("resnet"), Fixture.Embed("free.onnx", new() { ImageSize = Fixture.Size }));

        Assert.Contains("--proxy-size", Assert.Throws<InvalidDataException>(() => Fixture.Embed("free.onnx")).Message);
        Assert.Contains("20 x 20", Assert.Throws<ArgumentException>(() => Fixture.Embed("resnet.onnx", new() { ImageSize = 24 })).Message);
    }

    [Fact]
    public void A_model_of_bytes_gets_the_levels_as_they_are()
    {
        Fixture.Near(Fixture.Rows("levels"), Fixture.Embed("levels.onnx"));

        Assert.Throws<ArgumentException>(() => Fixture.Embed("levels.onnx", new() { Mean = (0, 0, 0) }));
    }

    /// Eleven bits: each of the numbers that are added, of size about 1, is off by up to 1 / 2,048.
    [Fact]
    public void A_float16_model_gives_the_rows_of_its_float32_form_but_for_rounding()
    {
        float[] expected = Fixture.Rows("half"), found = Fixture.Embed("half.onnx");

        Fixture.Near(expected, found, 5e-3);
        Assert.NotEqual(expected, found);
    }

    [Theory]
    [InlineData("tokens-embeds", null, null)]
    [InlineData("tokens-pooler", "pooler_output", null)]
    [InlineData("tokens-class", "last_hidden_state", null)]
    [InlineData("tokens-class", "last_hidden_state", TokenPooling.ClassToken)]
    [InlineData("tokens-mean", "last_hidden_state", TokenPooling.PatchMean)]
    public void Each_output_can_be_the_embedding(string expected, string? output, TokenPooling? pooling) =>
        Fixture.Near(Fixture.Rows(expected), Fixture.Embed("tokens.onnx", new() { Output = output, Pooling = pooling, Mean = Fixture.ClipMean, Std = Fixture.ClipStd }));

    [Fact]
    public void Registers_are_not_patches() =>
        Fixture.Near(Fixture.Rows("registers-mean"), Fixture.Embed("registers.onnx", new() { Pooling = TokenPooling.PatchMean, Mean = Fixture.ClipMean, Std = Fixture.ClipStd }));

    [Fact]
    public void It_says_what_it_does_and_what_it_assumes()
    {
        using var encoder = OnnxEncoder.Open(Fixture.Path("tokens.onnx"), new() { Output = "last_hidden_state", Pooling = TokenPooling.PatchMean });

        Assert.Equal("pixel_values, float32, nchw", encoder.Input);
        Assert.Equal("last_hidden_state, mean of the last 16 of 17 tokens", encoder.Output);
        Assert.Equal("resized to 20 px, RGB, mean 0.485,0.456,0.406, std 0.229,0.224,0.225", encoder.Preprocessing.ToString());
        Assert.Contains("ImageNet's are assumed", Assert.Single(encoder.Notes));
        Assert.Equal((8, 20), (encoder.Dimension, encoder.ImageSize));
        Assert.Null(encoder.MultiplyAddsPerImage);
    }

    [Theory]
    [InlineData("two-inputs.onnx", "pixel_values  float32  2 x 3 x 20 x 20")]
    [InlineData("unnamed.onnx", "output  b")]
    public void What_cannot_be_decided_is_refused_with_all_inputs_and_outputs(string model, string line)
    {
        var error = Assert.Throws<InvalidDataException>(() => Fixture.Embed(model));

        Assert.Contains(line, error.Message);
    }

    [Fact]
    public void An_output_is_chosen_by_name_and_a_wrong_name_is_told_the_right_ones()
    {
        Fixture.Near(Fixture.Rows("unnamed-b"), Fixture.Embed("unnamed.onnx", new() { Output = "b" }));

        Assert.Contains("output  a", Assert.Throws<ArgumentException>(() => Fixture.Embed("unnamed.onnx", new() { Output = "c" })).Message);
        Assert.Contains("no tokens", Assert.Throws<ArgumentException>(() => Fixture.Embed("resnet.onnx", new() { Pooling = TokenPooling.ClassToken })).Message);
        Assert.Contains("--proxy-layout", Assert.Throws<ArgumentException>(() => Fixture.Embed("resnet.onnx", new() { Layout = OnnxLayout.Nhwc })).Message);
    }

    [Fact]
    public void Blocks_put_together_are_the_whole_and_can_be_continued()
    {
        using var encoder = OnnxEncoder.Open(Fixture.Path("resnet.onnx"), OneThread);
        using var images = ManyImages(600);

        float[] all = encoder.Embed(images);
        var blocks = encoder.Blocks(images).ToArray();
        var rest = encoder.Blocks(images, fromBlock: 1).ToArray();

        Assert.Equal([(0, 0, 256), (1, 256, 256), (2, 512, 88)], blocks.Select(b => (b.Index, b.Start, b.Count)));
        Assert.Equal(all, blocks.SelectMany(b => b.Values));
        Assert.Equal(blocks.Skip(1).SelectMany(b => b.Values), rest.SelectMany(b => b.Values));
    }

    /// To the bit with any threads; across batches to rounding, which ONNX Runtime does not promise.
    [Fact]
    public void The_same_pool_gives_the_same_bytes_and_an_image_alone_its_row_among_others()
    {
        using var images = ManyImages(70);
        using var first = OnnxEncoder.Open(Fixture.Path("tokens.onnx"), OneThread);
        using var again = OnnxEncoder.Open(Fixture.Path("tokens.onnx"), OneThread);
        using var two = OnnxEncoder.Open(Fixture.Path("tokens.onnx"), new() { Threads = 2 });
        using var four = OnnxEncoder.Open(Fixture.Path("tokens.onnx"), new() { Threads = 4 });
        using var batches = OnnxEncoder.Open(Fixture.Path("tokens.onnx"), new() { Threads = 3, BatchSize = 7 });
        using var alone = images.Select([41]);

        float[] rows = first.Embed(images), row = first.Embed(alone);

        Assert.Equal(rows, again.Embed(images));
        Assert.Equal(rows, two.Embed(images));
        Assert.Equal(rows, four.Embed(images));
        Fixture.Near(rows, batches.Embed(images));
        Fixture.Near(rows[(41 * 5)..(42 * 5)], row);
    }

    /// z_i = mean of the unit rows of the views, computed one view at a time through the encoder itself.
    [Fact]
    public void Views_are_those_of_the_view_maker()
    {
        using var images = Fixture.Images();
        using var plain = OnnxEncoder.Open(Fixture.Path("resnet.onnx"));
        using var encoder = OnnxEncoder.Open(Fixture.Path("resnet.onnx"), new() { Views = 3, Seed = 5 });
        float[] one = new OneView(images, plain).Rows(3, 5, plain.Dimension);

        float[] found = encoder.Embed(images);

        Fixture.Near(one, found, 0.02); // levels of the oracle's views are rounded to bytes
    }

    [Fact]
    public void Images_decoded_on_demand_give_the_rows_of_decoded_ones_also_in_part_and_with_threads()
    {
        using var images = ManyImages(600);
        using var encoder = OnnxEncoder.Open(Fixture.Path("resnet.onnx"), new() { Threads = 2 });
        using var views = OnnxEncoder.Open(Fixture.Path("resnet.onnx"), new() { Threads = 2, Views = 2 });
        var copies = new CopiedImages(images);

        Assert.Equal(encoder.Embed(images), encoder.Embed(copies));
        Assert.Equal(views.Embed(images), views.Embed(copies));
        Assert.Equal(encoder.Blocks(images).First().Values, encoder.Blocks(copies).First().Values);   // abandoned while the next is read
        Assert.Throws<InvalidDataException>(() => encoder.Embed(new CopiedImages(images) { BrokenFrom = 300 }));
    }

    [Fact]
    public void Cancelling_stops_it()
    {
        using var images = ManyImages(600);
        using var encoder = OnnxEncoder.Open(Fixture.Path("resnet.onnx"));
        using var cancel = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var _ in encoder.Blocks(images, 0, cancel.Token)) cancel.Cancel();
        });
    }

    [Fact]
    public void Every_byte_of_a_model_counts_for_its_hash_also_those_in_another_file()
    {
        string folder = Directory.CreateTempSubdirectory("gleaner-onnx-").FullName, copy = Path.Combine(folder, "external.onnx"), weights = Path.Combine(folder, "external.onnx_data");
        File.Copy(Fixture.Path("external.onnx"), copy);
        File.Copy(Fixture.Path("external.onnx_data"), weights);
        string before = Hash();
        byte[] bytes = File.ReadAllBytes(weights);
        bytes[5000] ^= 1;
        File.WriteAllBytes(weights, bytes);

        string after = Hash();
        File.Delete(weights);

        Assert.NotEqual(before, after);
        Assert.Contains("external.onnx_data, which is not beside it", Assert.Throws<InvalidDataException>(() => OnnxEncoder.Open(copy)).Message);
        Directory.Delete(folder, recursive: true);

        string Hash()
        {
            using var encoder = OnnxEncoder.Open(copy);
            return encoder.ModelHash();
        }
    }

    [Fact]
    public void Another_provider_that_is_not_here_is_told_so_with_those_that_are()
    {
        Assert.Contains("CPUExecutionProvider", OnnxRuntime.Providers);
        Assert.SkipWhen(OnnxRuntime.Providers.Contains("CUDAExecutionProvider"), "CUDA is here");

        Assert.Contains("CPUExecutionProvider", Assert.Throws<DllNotFoundException>(() => Fixture.Embed("resnet.onnx", new() { Provider = OnnxProvider.Cuda })).Message);
    }

    static DecodedImages ManyImages(int count)
    {
        var random = new Random(3);
        var pixels = new byte[count * Fixture.Size * Fixture.Size * 3];
        random.NextBytes(pixels);
        return new DecodedImages(pixels, count, Fixture.Size);
    }
}
