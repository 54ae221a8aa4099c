namespace Gleaner.Onnx.Tests;

/// Configurations as Hugging Face's processors save them, and what is made of them.
public sealed class PreprocessingTests : IDisposable
{
    const string Clip = """{"crop_size": {"height": 224, "width": 224}, "do_center_crop": true, "do_convert_rgb": true, "do_normalize": true, "do_rescale": true, "do_resize": true, "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711], "image_processor_type": "CLIPImageProcessor", "resample": 3, "rescale_factor": 0.00392156862745098, "size": {"shortest_edge": 224}}""";
    const string OldClip = """{"crop_size": 224, "do_center_crop": true, "do_normalize": true, "do_resize": true, "feature_extractor_type": "CLIPFeatureExtractor", "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3, "size": 224}""";
    const string Dino = """{"crop_size": {"height": 224, "width": 224}, "do_center_crop": true, "do_convert_rgb": true, "do_normalize": true, "do_rescale": true, "do_resize": true, "image_mean": [0.485, 0.456, 0.406], "image_processor_type": "BitImageProcessor", "image_std": [0.229, 0.224, 0.225], "resample": 3, "rescale_factor": 0.00392156862745098, "size": {"shortest_edge": 256}}""";
    const string Vit = """{"do_normalize": true, "do_resize": true, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "size": 224}""";
    const string NewVit = """{"do_normalize": true, "do_rescale": true, "do_resize": true, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "image_processor_type": "ViTImageProcessor", "resample": 2, "rescale_factor": 0.00392156862745098, "size": {"height": 224, "width": 224}}""";
    const string ConvNext = """{"crop_pct": 0.875, "do_normalize": true, "do_resize": true, "feature_extractor_type": "ConvNextFeatureExtractor", "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225], "resample": 3, "size": 224}""";

    readonly string _folder = Directory.CreateTempSubdirectory("gleaner-onnx-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Clip, 224, 224, "0.48145467", "bicubic")]
    [InlineData(OldClip, 224, 224, "0.48145467", "bicubic")]
    [InlineData(Dino, 256, 224, "0.485", "bicubic")]
    [InlineData(Vit, 224, 224, "0.5", "squeezes")]
    [InlineData(NewVit, 224, 224, "0.5", "squeezes")]
    [InlineData(ConvNext, 256, 224, "0.485", "bicubic")]
    public void Processors_are_understood(string json, int resize, int crop, string mean, string note)
    {
        using var encoder = Open("free.onnx", json);

        Assert.Equal((resize, crop), (encoder.Preprocessing.ResizeTo, encoder.Preprocessing.Size));
        Assert.Contains($"mean {mean},", encoder.Preprocessing.ToString());
        Assert.Contains(note, Assert.Single(encoder.Notes));
    }

    [Theory]
    [InlineData("""{"do_rescale": false, "image_mean": [123.675, 116.28, 103.53], "image_std": [58.395, 57.12, 57.375]}""", 0.485, 0.229)]      // levels as they are
    [InlineData("""{"do_normalize": false}""", 0, 1)]
    [InlineData("""{"do_normalize": false, "do_rescale": false}""", 0, 1 / 255.0)]
    [InlineData("""{"rescale_factor": 0.00784313725490196, "rescale_offset": true, "do_normalize": false}""", 0.5, 0.5)]                         // -1 to 1, as EfficientNet's
    [InlineData("""{"rescale_factor": 0.00784313725490196, "image_mean": [1, 1, 1], "image_std": [1, 1, 1]}""", 0.5, 0.5)]
    public void Every_way_to_scale_levels_is_a_mean_and_a_deviation(string json, double mean, double std)
    {
        using var encoder = Open("resnet.onnx", json);

        Assert.Equal(mean, encoder.Preprocessing.Mean.R, 1e-6);
        Assert.Equal(std, encoder.Preprocessing.Std.R, 1e-6);
        Assert.Empty(encoder.Notes);
    }

    [Fact]
    public void The_options_have_the_last_word()
    {
        using var encoder = Open("free.onnx", Dino, new() { ImageSize = 112, Mean = (0.1f, 0.2f, 0.3f), Std = (1, 1, 1) });

        Assert.Equal("resized to 128 px, cropped to 112 px, RGB, mean 0.1,0.2,0.3, std 1,1,1", encoder.Preprocessing.ToString());
    }

    /// A mean that is given is for levels from 0 to 1; the deviation that the file has is in the file's scale.
    [Fact]
    public void One_of_mean_and_deviation_leaves_the_other_in_its_own_scale()
    {
        const string Levels = """{"do_rescale": false, "image_mean": [123.675, 116.28, 103.53], "image_std": [58.395, 57.12, 57.375], "size": 224}""";
        using var mean = Open("free.onnx", Levels, new() { Mean = (0.5f, 0.5f, 0.5f) });
        using var std = Open("free.onnx", Levels, new() { Std = (0.5f, 0.5f, 0.5f) });

        Assert.Equal((0.5f, 0.229f), (mean.Preprocessing.Mean.R, MathF.Round(mean.Preprocessing.Std.R, 6)));
        Assert.Equal((0.485f, 0.5f), (MathF.Round(std.Preprocessing.Mean.R, 6), std.Preprocessing.Std.R));
    }

    /// What is cut away must not be seen, and what is left must be: a 24-pixel image whose middle 20 are a fixture's.
    [Fact]
    public void The_middle_is_cropped()
    {
        using var encoder = Open("resnet.onnx", """{"size": {"shortest_edge": 24}, "crop_size": 20, "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}""");
        using var images = Fixture.Images();
        var framed = new byte[Fixture.Count * 24 * 24 * 3];
        for (int i = 0; i < Fixture.Count; i++)
            for (int y = 0; y < 20; y++)
                images.Pixels(i).Slice(y * 60, 60).CopyTo(framed.AsSpan((i * 24 * 24 + (y + 2) * 24 + 2) * 3));

        float[] rows = encoder.Embed(new DecodedImages(framed, Fixture.Count, 24));

        Fixture.Near(Fixture.Rows("resnet"), rows);
    }

    [Fact]
    public void Red_and_blue_change_places_where_the_file_says_so()
    {
        using var encoder = Open("resnet.onnx", """{"do_flip_channel_order": true, "image_mean": [0.406, 0.456, 0.485], "image_std": [0.225, 0.224, 0.229]}""");
        using var images = Fixture.Images();
        byte[] swapped = [.. Enumerable.Range(0, Fixture.Count).SelectMany(i => images.Pixels(i).ToArray().Chunk(3).SelectMany(p => (byte[])[p[2], p[1], p[0]]))];

        Fixture.Near(Fixture.Rows("resnet"), encoder.Embed(new DecodedImages(swapped, Fixture.Count, Fixture.Size)));
    }

    [Fact]
    public void A_model_in_a_folder_named_onnx_has_its_file_above()
    {
        string inner = Directory.CreateDirectory(Path.Combine(_folder, "onnx")).FullName;
        File.WriteAllText(Path.Combine(_folder, "preprocessor_config.json"), Clip);
        File.Copy(Fixture.Path("free.onnx"), Path.Combine(inner, "vision_model.onnx"));

        using var encoder = OnnxEncoder.Open(Path.Combine(inner, "vision_model.onnx"));

        Assert.Equal(224, encoder.Preprocessing.Size);
    }

    [Theory]
    [InlineData("""{"do_pad": true}""", "do_pad is not done here")]
    [InlineData("""{"size": {"height": 224, "width": 192}}""", "192 wide and 224 high")]
    [InlineData("""{"size": {"longest_edge": 224}}""", "size is")]
    [InlineData("""{"size": 2000000000}""", "expected 1 to 4096")]
    [InlineData("""{"size": 224, "crop_size": 256}""", "padding is not done here")]
    [InlineData("""{"image_mean": [0.5]}""", "image_mean has 1 numbers")]
    [InlineData("""{"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0, 0.5]}""", "image_std")]
    [InlineData("""{"rescale_factor": 0}""", "rescale_factor")]
    [InlineData("""{"size": """, "cannot be read")]
    [InlineData("[]", "cannot be read")]
    public void What_cannot_be_done_is_refused(string json, string reason) =>
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => Open("free.onnx", json, new() { ImageSize = 20 })).Message);

    OnnxEncoder Open(string model, string json, OnnxEncoderOptions? options = null)
    {
        File.WriteAllText(Path.Combine(_folder, "preprocessor_config.json"), json);
        File.Copy(Fixture.Path(model), Path.Combine(_folder, model), overwrite: true);
        return OnnxEncoder.Open(Path.Combine(_folder, model), options);
    }
}
