using System.Text.Json;

namespace Gleaner.Onnx;

/// <summary>What a <c>preprocessor_config.json</c> of Hugging Face's image processors (CLIP, ViT, DeiT, BiT as DINOv2 has it, ConvNeXt, SigLIP, EfficientNet) says, as far as it can be done here.</summary>
/// <remarks>What it asks for and is not done is in <see cref="Notes"/>, or refused if the numbers would mean something else.</remarks>
sealed class PreprocessorConfig
{
    const string FileName = "preprocessor_config.json";
    const int Bicubic = 3, Bilinear = 2;    // PIL's numbers
    const double ConvNextCropShare = 224 / 256.0;
    const int ConvNextSquashesFrom = 384;

    static readonly string[] Honoured = ["do_resize", "do_center_crop", "do_rescale", "do_normalize", "do_convert_rgb", "do_flip_channel_order"];

    PreprocessorConfig(string path) => Path = path;

    public string Path { get; }

    /// <summary>The shorter side after resizing; null if it does not say.</summary>
    public int? Resize { get; private set; }

    /// <summary>What the middle is cropped to; null if it does not say.</summary>
    public int? Crop { get; private set; }

    /// <summary>A level of 0 to 255 times this, less <see cref="Offset"/>, before the mean is subtracted.</summary>
    public double Factor { get; private set; } = 1 / 255.0;

    public double Offset { get; private set; }

    public bool IsNormalized { get; private set; } = true;

    public (float R, float G, float B)? Mean { get; private set; }

    public (float R, float G, float B)? Std { get; private set; }

    public bool IsBgr { get; private set; }

    public List<string> Notes { get; } = [];

    /// <summary>The file beside the model, or in the folder above one that is named <c>onnx</c>; null if there is none.</summary>
    /// <exception cref="InvalidDataException">It is there, and cannot be read or done.</exception>
    public static PreprocessorConfig? Beside(string model)
    {
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(model))!;
        string[] places = System.IO.Path.GetFileName(folder) == "onnx" ? [folder, System.IO.Path.GetDirectoryName(folder)!] : [folder];
        return places.Select(place => System.IO.Path.Combine(place, FileName)).FirstOrDefault(File.Exists) is { } path ? Read(path) : null;
    }

    public static PreprocessorConfig Read(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var config = new PreprocessorConfig(path);
            config.ReadSwitches(json.RootElement);
            config.ReadSizes(json.RootElement);
            config.ReadLevels(json.RootElement);
            return config;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InvalidDataException($"{path}: cannot be read: {error.Message.TrimEnd('.')}. Mend it, or move it away and give --proxy-size, --proxy-mean and --proxy-std.", error);
        }
    }

    void ReadSwitches(JsonElement json)
    {
        foreach (var property in json.EnumerateObject())
        {
            if (property.Name.StartsWith("do_", StringComparison.Ordinal) && property.Value.ValueKind == JsonValueKind.True && !Honoured.Contains(property.Name))
                throw new InvalidDataException($"{Path}: {property.Name} is not done here. Move the file away and give --proxy-size, --proxy-mean and --proxy-std, if the model can do without it.");
        }
        IsBgr = Flag(json, "do_flip_channel_order", false);
        if (json.TryGetProperty("resample", out var resample) && resample.ValueKind == JsonValueKind.Number && resample.GetInt32() is not Bilinear and var kind)
            Notes.Add($"images are resized with an antialiased bilinear filter; the file asks for {(kind == Bicubic ? "bicubic" : $"PIL's filter {kind}")}");
    }

    void ReadSizes(JsonElement json)
    {
        string kind = (Text(json, "image_processor_type") ?? Text(json, "feature_extractor_type") ?? "").ToUpperInvariant();
        Crop = Flag(json, "do_center_crop", json.TryGetProperty("crop_size", out _)) && json.TryGetProperty("crop_size", out var crop) ? Square(crop, "crop_size") : null;
        if (!json.TryGetProperty("size", out var size) || size.ValueKind == JsonValueKind.Null) return;

        bool squashes = size.ValueKind == JsonValueKind.Object ? size.TryGetProperty("height", out _) : Crop is null && !kind.StartsWith("CONVNEXT", StringComparison.Ordinal);
        int side = size.ValueKind == JsonValueKind.Object && size.TryGetProperty("shortest_edge", out var shortest) ? Side(shortest, "size.shortest_edge") : Square(size, "size");
        if (!Flag(json, "do_resize", true))
        {
            Notes.Add($"the file says that images are not resized; here they are, to {Crop ?? side} pixels");
            Resize = Crop;
            return;
        }
        double? share = json.TryGetProperty("crop_pct", out var given) && given.ValueKind == JsonValueKind.Number ? given.GetDouble() : kind.StartsWith("CONVNEXT", StringComparison.Ordinal) ? ConvNextCropShare : null;
        if (share is { } cropped and > 0 and <= 1 && Crop is null)
        {
            squashes = side >= ConvNextSquashesFrom;
            (Resize, Crop) = (squashes ? side : (int)(side / cropped), side);
        }
        else
        {
            (Resize, Crop) = (side, Crop ?? side);
            if (Crop > side) throw new InvalidDataException($"{Path}: crops to {Crop} pixels what was resized to {side}; padding is not done here.");
        }
        if (squashes) Notes.Add("the file squeezes images into a square; here they keep their proportions and the middle is cropped (the same for square images)");
        else if (Crop == side && share is null && !json.TryGetProperty("crop_size", out _)) Notes.Add("the file does not crop; here the middle square is");
    }

    void ReadLevels(JsonElement json)
    {
        Factor = !Flag(json, "do_rescale", true) ? 1 : json.TryGetProperty("rescale_factor", out var factor) ? factor.GetDouble() : Factor;
        if (!(Factor > 0 && double.IsFinite(Factor))) throw new InvalidDataException($"{Path}: rescale_factor is {Factor}; expected a number above 0.");
        if (Flag(json, "do_rescale", true) && Flag(json, "rescale_offset", false)) Offset = 1;
        IsNormalized = Flag(json, "do_normalize", true);
        if (!IsNormalized) return;
        (Mean, Std) = (Three(json, "image_mean"), Three(json, "image_std"));
        if (Std is { } std && !(std.R > 0 && std.G > 0 && std.B > 0)) throw new InvalidDataException($"{Path}: image_std is {std}; expected numbers above 0.");
    }

    (float, float, float)? Three(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        float[] numbers = value.ValueKind == JsonValueKind.Number ? [value.GetSingle(), value.GetSingle(), value.GetSingle()] : [.. value.EnumerateArray().Select(v => v.GetSingle())];
        return numbers is [var r, var g, var b] && float.IsFinite(r + g + b) ? (r, g, b) : throw new InvalidDataException($"{Path}: {name} has {numbers.Length} numbers; expected 3: red, green, blue.");
    }

    int Square(JsonElement size, string name)
    {
        if (size.ValueKind == JsonValueKind.Number) return Side(size, name);
        if (size.TryGetProperty("shortest_edge", out var shortest)) return Side(shortest, name);
        if (!size.TryGetProperty("height", out var height) || !size.TryGetProperty("width", out var width))
            throw new InvalidDataException($"{Path}: {name} is {size.GetRawText()}; expected a number, {{\"height\", \"width\"}} or {{\"shortest_edge\"}}.");
        int side = Side(height, name);
        return side == Side(width, name) ? side : throw new InvalidDataException($"{Path}: {name} is {width.GetInt32()} wide and {side} high; only squares are made here.");
    }

    int Side(JsonElement value, string name) => value.GetInt32() is >= 1 and <= ImagePreprocessing.MaxSize and var side ? side
        : throw new InvalidDataException($"{Path}: {name} is {value.GetInt32()}; expected 1 to {ImagePreprocessing.MaxSize} pixels.");

    static bool Flag(JsonElement json, string name, bool otherwise) => json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : otherwise;

    static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
