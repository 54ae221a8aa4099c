using System.Globalization;
using Gleaner.Onnx;

namespace Gleaner.Cli;

/// <summary>How an ONNX model is used as the proxy: what was said on the command line, by option; what was not said is read from the model.</summary>
sealed record OnnxProxySettings(SortedDictionary<string, string> Words)
{
    public static readonly string[] Providers = ["cpu", "cuda", "tensorrt", "directml", "coreml", "openvino"], Poolings = ["class", "mean"], Layouts = ["nchw", "nhwc"];

    public OnnxEncoderOptions ToOptions(int threads, int views, int seed) => new()
    {
        Output = Words.GetValueOrDefault("proxy_output"),
        Pooling = Words.TryGetValue("proxy_pool", out string? pooling) ? (TokenPooling)Array.IndexOf(Poolings, pooling) : null,
        Layout = Words.TryGetValue("proxy_layout", out string? layout) ? (OnnxLayout)Array.IndexOf(Layouts, layout) : null,
        ImageSize = Number("proxy_size"),
        Mean = Three("proxy_mean"),
        Std = Three("proxy_std"),
        Provider = Words.TryGetValue("proxy_provider", out string? provider) ? (OnnxProvider)Array.IndexOf(Providers, provider) : OnnxProvider.Cpu,
        BatchSize = Number("proxy_batch") ?? new OnnxEncoderOptions().BatchSize,
        Threads = threads,
        Views = views,
        Seed = seed,
        Recipe = new ViewRecipe { CropAreaMin = 0.2 },   // as PretrainingRecipe.ForCpu: the views of a proxy that is trained here
    };

    /// <summary>Red, green, blue: <c>0.5,0.5,0.5</c>.</summary>
    public static (float R, float G, float B)? ReadThree(string text)
    {
        var numbers = new List<float>();
        foreach (string part in text.Split(','))
            if (float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) && float.IsFinite(number)) numbers.Add(number);
        return numbers is [var r, var g, var b] && text.Count(c => c == ',') == 2 ? (r, g, b) : null;
    }

    int? Number(string word) => Words.TryGetValue(word, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    (float, float, float)? Three(string word) => Words.TryGetValue(word, out string? text) ? ReadThree(text) : null;
}
