using System.Globalization;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Gleaner.Onnx;

/// <summary>What happens to an image before a model sees it: the shorter side is resized, the middle cropped, and each level l of 0 to 255 becomes (l / 255 - mean) / std.</summary>
public sealed record ImagePreprocessing
{
    internal const int MaxSize = 4096;

    static readonly (float, float, float) ImageNetMean = (0.485f, 0.456f, 0.406f), ImageNetStd = (0.229f, 0.224f, 0.225f);

    internal ImagePreprocessing()
    {
    }

    /// <summary>Pixels of the shorter side after resizing; images are decoded to this square.</summary>
    public required int ResizeTo { get; init; }

    /// <summary>Width and height of what the model sees: the middle of that square.</summary>
    public required int Size { get; init; }

    /// <summary>Subtracted from each channel, in the order red, green, blue.</summary>
    public required (float R, float G, float B) Mean { get; init; }

    /// <summary>Divides each channel.</summary>
    public required (float R, float G, float B) Std { get; init; }

    /// <summary>Whether the model gets blue, green, red.</summary>
    public bool IsBgr { get; init; }

    /// <summary>What was assumed, and what the model's file asks for and is done otherwise; for people.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>All of it in one line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(ResizeTo == Size ? $"resized to {Size} px" : $"resized to {ResizeTo} px, cropped to {Size} px")}, {(IsBgr ? "BGR" : "RGB")}, mean {Text(Mean)}, std {Text(Std)}");

    internal static ImagePreprocessing Decide(string model, OnnxTensor input, OnnxLayout layout, OnnxEncoderOptions options)
    {
        var config = PreprocessorConfig.Beside(model);
        List<string> notes = [.. config?.Notes ?? []];
        int size = SizeOf(model, input, layout, options, config);
        int resizeTo = size;
        if (config?.Resize is { } asked && config.Crop is { } crop)
        {
            resizeTo = crop == size ? asked : (int)Math.Round((double)asked * size / crop);
            if (crop != size) notes.Add($"{Path.GetFileName(config.Path)} is for {crop} px and the model sees {size} px: the crop is scaled to that");
        }
        var (mean, std) = Levels(input, options, config, notes);
        return new ImagePreprocessing { ResizeTo = resizeTo, Size = size, Mean = mean, Std = std, IsBgr = config?.IsBgr ?? false, Notes = notes };
    }

    static int SizeOf(string model, OnnxTensor input, OnnxLayout layout, OnnxEncoderOptions options, PreprocessorConfig? config)
    {
        var (height, width) = layout == OnnxLayout.Nchw ? (input.Dimensions[2], input.Dimensions[3]) : (input.Dimensions[1], input.Dimensions[2]);
        if (height >= 0 && width >= 0 && height != width) throw new InvalidDataException($"{model}: sees images of {width} x {height} pixels; only squares are made here.");
        int? known = Math.Max(height, width) is >= 0 and var side ? side : null;
        if (known is { } must && options.ImageSize is { } wanted && must != wanted)
            throw new ArgumentException($"The image size is {wanted}; {model} takes {must} x {must} pixels and nothing else. Leave --proxy-size away.");
        int size = known ?? options.ImageSize ?? config?.Crop ?? throw new InvalidDataException($"{model}: takes images of any size, and no preprocessor_config.json beside it says which it wants. Give --proxy-size.");
        return size is >= 1 and <= MaxSize ? size : throw new InvalidDataException($"{model}: sees images of {size} pixels; expected 1 to {MaxSize}.");
    }

    static ((float, float, float) Mean, (float, float, float) Std) Levels(OnnxTensor input, OnnxEncoderOptions options, PreprocessorConfig? config, List<string> notes)
    {
        if (input.Element == TensorElementType.UInt8)
        {
            if (options.Mean is not null || options.Std is not null) throw new ArgumentException($"The model's input {input.Name} takes the levels 0 to 255 as they are; a mean or standard deviation makes no sense.");
            notes.Add("the model takes the levels 0 to 255 as they are");
            return ((0, 0, 0), (1 / 255f, 1 / 255f, 1 / 255f));
        }
        if (config is { IsNormalized: false } && options.Mean is null && options.Std is null) return Scaled(config, (0, 0, 0), (1, 1, 1));
        if ((options.Mean ?? config?.Mean) is null || (options.Std ?? config?.Std) is null)
            notes.Add($"nothing says which mean and standard deviation the model wants: ImageNet's are assumed (--proxy-mean {Text(ImageNetMean)} --proxy-std {Text(ImageNetStd)})");
        var (mean, std) = (options.Mean ?? config?.Mean ?? ImageNetMean, options.Std ?? config?.Std ?? ImageNetStd);
        if (config is null) return (mean, std);
        // What the caller gives is for levels from 0 to 1, whatever the file says of the scale; what is assumed is so, too.
        var (ofMean, ofStd) = Scaled(config, mean, std);
        return (options.Mean is null && config.Mean is not null ? ofMean : mean, options.Std is null && config.Std is not null ? ofStd : std);
    }

    // (l f - o - m) / s = (l / 255 - (m + o) / (255 f)) / (s / (255 f))
    static ((float, float, float), (float, float, float)) Scaled(PreprocessorConfig config, (float R, float G, float B) mean, (float R, float G, float B) std)
    {
        double scale = 255 * config.Factor;
        return (Each(mean, m => (m + config.Offset) / scale), Each(std, s => s / scale));
    }

    static (float, float, float) Each((float R, float G, float B) three, Func<double, double> change) => ((float)change(three.R), (float)change(three.G), (float)change(three.B));

    static string Text((float R, float G, float B) three) => string.Create(CultureInfo.InvariantCulture, $"{three.R},{three.G},{three.B}");
}
