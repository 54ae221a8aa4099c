using System.Globalization;
using System.Reflection;

namespace Gleaner.Torch;

/// <summary>What a proxy is, as the text pairs of a .safetensors file.</summary>
static class EncoderMetadata
{
    const string Prefix = "gleaner.";

    public static Dictionary<string, string> Write(ProxyOptions o) => new()
    {
        ["format"] = "pt",   // what other readers of safetensors look for
        [Prefix + "architecture"] = Text($"resnet{o.Architecture.Depth}"),
        [Prefix + "width"] = Text($"{o.Architecture.Width}"),
        [Prefix + "stem"] = Text($"{o.Architecture.Stem}"),
        [Prefix + "image_size"] = Text($"{o.ImageSize}"),
        [Prefix + "mean"] = Text($"{o.Mean.R} {o.Mean.G} {o.Mean.B}"),
        [Prefix + "std"] = Text($"{o.Std.R} {o.Std.G} {o.Std.B}"),
        [Prefix + "head_dimension"] = Text($"{o.Head.Dimension}"),
        [Prefix + "head_layers"] = Text($"{o.Head.Layers}"),
        [Prefix + "head_hidden"] = Text($"{o.Head.Hidden}"),
        [Prefix + "head_hidden_norm"] = Text($"{o.Head.HiddenNorm}"),
        [Prefix + "head_output_norm"] = Text($"{o.Head.OutputNorm}"),
        [Prefix + "trained_by"] = o.TrainedBy,
        [Prefix + "version"] = typeof(EncoderMetadata).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "",
    };

    /// <summary>Null if the file does not say what it is.</summary>
    public static ProxyOptions? Read(IReadOnlyDictionary<string, string> metadata, string path)
    {
        if (!metadata.ContainsKey(Prefix + "architecture")) return null;
        string key = "";
        string Default(string name, object value) => metadata.GetValueOrDefault(key = Prefix + name) ?? Text($"{value}");
        string Value(string name) => metadata.GetValueOrDefault(key = Prefix + name) ?? throw new FormatException("nothing");
        try
        {
            var options = new ProxyOptions
            {
                Architecture = new ResNetOptions
                {
                    Depth = Value("architecture") is ['r', 'e', 's', 'n', 'e', 't', .. var depth] ? Integer(depth) : throw new FormatException("not resnet…"),
                    Width = Positive(Number(Value("width"))),
                    Stem = Enum.Parse<ResNetStem>(Value("stem")),
                },
                ImageSize = Integer(Value("image_size")),
                Mean = Triple(Value("mean")),
                Std = Triple(Value("std")),
                Head = ReadHead(Value, Default),
                TrainedBy = metadata.GetValueOrDefault(Prefix + "trained_by", ""),
            };
            key = Prefix + "architecture";
            _ = options.Architecture.Blocks;
            return options;
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            throw new InvalidDataException($"{path}: {key} is \"{metadata.GetValueOrDefault(key, "")}\", which gleaner did not write ({e.Message.TrimEnd('.')}). The metadata is damaged.", e);
        }
    }

    // Files written before heads had shapes hold the dimension alone and mean the default shape.
    static MlpHeadOptions ReadHead(Func<string, string> value, Func<string, object, string> valueOr)
    {
        var shape = new MlpHeadOptions();
        return new MlpHeadOptions
        {
            Dimension = Integer(value("head_dimension")),
            Layers = Integer(valueOr("head_layers", shape.Layers)),
            Hidden = valueOr("head_hidden", shape.Hidden) is "0" ? 0 : Integer(valueOr("head_hidden", shape.Hidden)),
            HiddenNorm = bool.Parse(valueOr("head_hidden_norm", shape.HiddenNorm)),
            OutputNorm = bool.Parse(valueOr("head_output_norm", shape.OutputNorm)),
        };
    }

    static string Text(FormattableString s) => FormattableString.Invariant(s);

    static int Integer(string s) => int.Parse(s, CultureInfo.InvariantCulture) is > 0 and < 1 << 20 and var n ? n : throw new FormatException("out of range");

    static double Number(string s) => double.Parse(s, CultureInfo.InvariantCulture);

    static double Positive(double x) => x is > 0 and <= 64 ? x : throw new FormatException("expected more than 0 and at most 64");

    static (float, float, float) Triple(string s) => s.Split(' ') is [var r, var g, var b]
        ? ((float)Number(r), (float)Number(g), (float)Number(b)) : throw new FormatException("expected three numbers");
}
