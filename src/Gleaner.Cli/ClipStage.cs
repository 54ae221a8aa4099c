using System.Globalization;
using System.Text;
using Gleaner.Onnx;

namespace Gleaner.Cli;

/// <summary>Gives each image the latent class whose name suits it best by CLIP. Its models are opened before the pool is embedded, so that what is wrong with them is said at once.</summary>
sealed class ClipStage : IDisposable
{
    const string ClassesName = "classes.npy", NamesName = ClassNames.FileName, EmbeddingName = "clip-embedding.npy";
    const int Listed = 12;

    readonly ClipSettings _how;
    readonly SelectSettings _settings;
    readonly StageRunner _stages;
    readonly ClipText _text;
    readonly OnnxProxy? _image;

    public ClipStage(ClipSettings how, SelectSettings settings, PoolInput pool, OnnxProxy? proxy, StageRunner stages)
    {
        (_how, _settings, _stages) = (how, settings, stages);
        if (how.ImageModel is not null && pool.Images is null) throw new UsageException("--clip-image: the pool is embeddings, so there are no images to embed. Leave it away if they are by the image half of the CLIP model.");
        if (how.ImageModel is null && pool.Embedding is null && proxy is null)
            throw new UsageException($"--classes {settings.Classes}: the proxy is no CLIP model. Give the image half as --proxy FILE.onnx, or beside another proxy as --clip-image FILE.onnx.");
        _text = ClipText.Open(how.TextModel, how.Tokenizer is { } tokenizer ? ClipTokenizer.Open(tokenizer) : null, settings.Threads);
        if (how.ImageModel is { } model) _image = new OnnxProxy(settings with { ProxyFile = model, EmbedHead = false, Views = 0 }, new OnnxProxySettings([]), stages.Terminal, "clip");
        int images = (_image ?? proxy)?.Dimension ?? pool.Embedding!.Dimension;
        if (images == _text.Dimension) return;
        Dispose();
        throw new InvalidDataException($"{how.TextModel}: makes {_text.Dimension} numbers of a sentence, and the images' embeddings have {images}. They are of different models: give the image half of this one as --proxy or --clip-image.");
    }

    /// <summary>Makes classes.npy, and class-names.json beside it.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="embedding">The proxy's, or the pool's own; not used if there is an image model.</param>
    /// <param name="embeddingHash">Changes with it.</param>
    /// <param name="write">Writes classes.npy from the class of each member.</param>
    /// <param name="cancel">Stops it.</param>
    public StageRecord Make(PoolInput pool, EmbeddingMatrix? embedding, string embeddingHash, Action<int[]> write, CancellationToken cancel)
    {
        if (_image is not null)
            (embedding, embeddingHash) = new EmbedStage(_stages, cancel).Embed(pool, _image.Work(pool) with { Stage = "clip", Output = EmbeddingName });
        var inputs = new Dictionary<string, string>
        {
            ["embedding"] = embeddingHash,
            ["names"] = HashOf(_how.Names),
            ["sentences"] = HashOf(_how.Templates),
            ["text model"] = ClipText.HashOf(_how.TextModel),
            ["tokenizer"] = _text.Tokenizer.Hash(),
        };
        string doing = $"{Terminal.Number(_how.Names.Count)} names in {_how.Templates.Count} sentences, by {Path.GetFileName(_how.TextModel)}";
        return _stages.Make("classes", doing, inputs, [ClassesName, NamesName], work =>
        {
            var classes = ZeroShotClasses.Ask(_text, _how.Names, _how.Templates, new NamesDone(_stages.Terminal, _how.Names.Count), cancel);
            var found = classes.Assign(embedding!, _settings.Threads, cancel);
            write(found.ClassOf.ToArray());
            new ClassNames(found.Names).Write(_stages.Run[NamesName]);
            Note(work, classes, found);
        });
    }

    public void Dispose()
    {
        _text.Dispose();
        _image?.Dispose();
    }

    void Note(StageWork work, ZeroShotClasses classes, ZeroShotAssignment found)
    {
        int[] largest = [.. Enumerable.Range(0, found.Names.Count).Where(k => found.Sizes[k] > 0).OrderByDescending(k => found.Sizes[k]).ThenBy(k => k)];
        string[] empty = [.. found.Names.Where((_, k) => found.Sizes[k] == 0)];
        work.Facts["onnxruntime"] = OnnxRuntime.Version;
        work.Facts["mean_similarity"] = found.MeanSimilarity.ToString("0.0000", CultureInfo.InvariantCulture);
        work.Facts["mean_margin"] = double.IsNaN(found.MeanMargin) ? "none" : found.MeanMargin.ToString("0.0000", CultureInfo.InvariantCulture);
        work.Facts["names_without_images"] = Invariant.Text(empty.Length);
        _stages.Terminal.Say($"         {Some(largest.Select(k => $"{found.Names[k]} {Terminal.Number(found.Sizes[k])}"), largest.Length)}");
        _stages.Terminal.Say($"         mean margin to the next name {work.Facts["mean_margin"]}");
        if (empty.Length > 0) _stages.Terminal.Warn($"         {Terminal.Number(empty.Length)} of {Terminal.Number(found.Names.Count)} names suit no image best: {Some(empty, empty.Length)}");
        if (classes.TooLong > 0) _stages.Terminal.Warn($"         {Terminal.Number(classes.TooLong)} sentences have more than the {_text.Length} tokens that the model reads, and were cut");
    }

    static string Some(IEnumerable<string> all, int count) => string.Join(", ", all.Take(Listed)) + (count > Listed ? $" and {Terminal.Number(count - Listed)} more" : "");

    /// <summary>Changes with the texts and their order.</summary>
    public static string HashOf(IReadOnlyList<string> lines) => ContentHash.Of(Encoding.UTF8.GetBytes(string.Join('\n', lines)));

    sealed class NamesDone(Terminal terminal, int count) : IProgress<int>
    {
        readonly long _start = Environment.TickCount64;

        public void Report(int done) => terminal.Progress(() => ProgressText.Of("classes", done, count, done, Environment.TickCount64 - _start, "names"));
    }
}
