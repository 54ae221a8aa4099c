using Gleaner.Onnx;

namespace Gleaner.Cli;

/// <summary>An ONNX model as the proxy: opened before the pool is read, since it says how large it wants the images.</summary>
sealed class OnnxProxy : IDisposable
{
    readonly SelectSettings _settings;
    readonly OnnxProxySettings _how;
    readonly OnnxEncoder _encoder;

    public OnnxProxy(SelectSettings settings, OnnxProxySettings how, Terminal terminal, string word = "proxy")
    {
        if (settings.EmbedHead) throw new UsageException("--embed head is for encoders that Gleaner trained; of an ONNX model, choose an output with --proxy-output.");
        (_settings, _how) = (settings, how);
        _encoder = OnnxEncoder.Open(settings.ProxyFile!, how.ToOptions(settings.Threads, settings.Views, settings.Seed));
        terminal.Say($"{word,-8} {settings.ProxyFile}: input {_encoder.Input}; output {_encoder.Output}, {_encoder.Dimension} numbers");
        terminal.Say($"         images {_encoder.Preprocessing}");
        foreach (string note in _encoder.Notes) terminal.Say($"         note: {note}");
    }

    public int Dimension => _encoder.Dimension;

    public int ImageSize => _encoder.ImageSize;

    public EmbedWork Work(PoolInput pool)
    {
        var inputs = new Dictionary<string, string>
        {
            ["images"] = pool.ContentHash,
            ["model"] = _encoder.ModelHash(),
            ["input"] = _encoder.Input,
            ["preprocessing"] = _encoder.Preprocessing.ToString(),
            ["output"] = _encoder.Output,
            ["provider"] = _how.Words.GetValueOrDefault("proxy_provider", "cpu"),
            ["batch"] = _how.Words.GetValueOrDefault("proxy_batch", "default"),
            ["views"] = Invariant.Text(_settings.Views),
        };
        if (_settings.Views > 0) inputs["seed"] = Invariant.Text(_settings.Seed);
        return new EmbedWork
        {
            Encoder = _settings.ProxyFile!,
            Doing = $"embedding {(_settings.Views == 0 ? "each image" : $"{_settings.Views} views of each image")} with {Path.GetFileName(_settings.ProxyFile)}",
            Images = EmbedWork.ImagesFor(pool, ImageSize, inputs),
            Inputs = inputs,
            IsMeanOfViews = _settings.Views > 0,
            Open = work =>
            {
                work.Facts["onnxruntime"] = OnnxRuntime.Version;
                if (_encoder.Notes.Count > 0) work.Facts["notes"] = string.Join("; ", _encoder.Notes);
                return (_encoder, null);
            },
            Mend = "A float16 model may overflow: use its float32 form; or the preprocessing does not fit the model.",
        };
    }

    public void Dispose() => _encoder.Dispose();
}
