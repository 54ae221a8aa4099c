using System.CommandLine;

namespace Gleaner.Cli;

/// <summary>The options of an ONNX model as the proxy. None is needed where the model, or preprocessor_config.json beside it, says what it wants.</summary>
sealed class OnnxProxyOptions
{
    readonly Option<string?> _output = new("--proxy-output") { Description = "ONNX: which output is the embedding [default: the only one, or image_embeds, pooler_output or another known name].", HelpName = "NAME" };
    readonly Option<string?> _pool = new("--proxy-pool") { Description = "ONNX: of an output with a vector for each token, take the class token or the mean over the patches [default: class, if there is one]." };
    readonly Option<string?> _layout = new("--proxy-layout") { Description = "ONNX: order of the input's axes [default: where the model has 3 channels]." };
    readonly Option<int?> _size = new("--proxy-size") { Description = "ONNX: width and height that the model sees, where it takes any [default: that of preprocessor_config.json].", HelpName = "PX" };
    readonly Option<string?> _mean = new("--proxy-mean") { Description = "ONNX: mean of red, green and blue, each 0 to 1 [default: that of preprocessor_config.json, else ImageNet's].", HelpName = "R,G,B" };
    readonly Option<string?> _std = new("--proxy-std") { Description = "ONNX: standard deviation of red, green and blue [default: as for the mean].", HelpName = "R,G,B" };
    readonly Option<string?> _provider = new("--proxy-provider") { Description = "ONNX: what to compute on [default: cpu, the only one that comes with Gleaner on Linux]." };
    readonly Option<int?> _batch = new("--proxy-batch") { Description = "ONNX: images that run at a time [default: 32].", HelpName = "N" };

    public OnnxProxyOptions()
    {
        _pool.AcceptOnlyFromAmong(OnnxProxySettings.Poolings);
        _layout.AcceptOnlyFromAmong(OnnxProxySettings.Layouts);
        _provider.AcceptOnlyFromAmong(OnnxProxySettings.Providers);
    }

    /// <summary>Without their dashes, as recipes have them.</summary>
    public static string[] Names { get; } = [.. new OnnxProxyOptions().All.Select(option => option.Name[2..])];

    public Option[] All => [_output, _pool, _layout, _size, _mean, _std, _provider, _batch];

    /// <summary>Null if the proxy is no ONNX model.</summary>
    /// <exception cref="UsageException">An option means nothing, or there is no model for it.</exception>
    public OnnxProxySettings? Read(ParseResult parsed, string proxy)
    {
        var words = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var option in (Option<string?>[])[_output, _pool, _layout, _mean, _std, _provider]) Add(option, parsed.GetValue(option));
        Add(_size, parsed.InRange(_size, 8, 4096) is { } size ? Invariant.Text(size) : null);
        Add(_batch, parsed.InRange(_batch, 1, 4096) is { } batch ? Invariant.Text(batch) : null);
        bool isOnnx = proxy.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase);
        if (!isOnnx && words.Count > 0) throw new UsageException($"--{words.First().Key.Replace('_', '-')} is for an ONNX model, and --proxy is {proxy}.");
        if (words.TryGetValue("proxy_mean", out string? mean) && OnnxProxySettings.ReadThree(mean) is null) throw Wrong("--proxy-mean", mean, "0.485,0.456,0.406");
        if (words.TryGetValue("proxy_std", out string? std) && !(OnnxProxySettings.ReadThree(std) is var (r, g, b) && Math.Min(r, Math.Min(g, b)) > 0)) throw Wrong("--proxy-std", std, "0.229,0.224,0.225");
        return isOnnx ? new OnnxProxySettings(words) : null;

        void Add(Option option, string? value)
        {
            if (value is not null) words[option.Name[2..].Replace('-', '_')] = value;
        }
    }

    static UsageException Wrong(string option, string found, string example) => new($"{option} {found}; expected three numbers for red, green and blue{(option == "--proxy-std" ? ", each above 0" : "")}, such as {example}.");
}
