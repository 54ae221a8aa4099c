using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gleaner;

/// <summary>What a trained encoder is and where it comes from: <c>encoder.json</c> beside <c>encoder.safetensors</c>. What is not known is null.</summary>
public sealed record ModelCard
{
    // Source code and names stay readable; the card is a file, not a part of a page.
    static readonly RunJson Json = new(new JsonSerializerOptions(RunJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>In one sentence, for people.</summary>
    public required string What { get; init; }

    /// <summary>The network and its files.</summary>
    public required EncoderSummary Encoder { get; init; }

    /// <summary>The pool.</summary>
    public required DataSummary Data { get; init; }

    /// <summary>The subset of the pool it was trained on; null is the whole pool.</summary>
    public SubsetFile? Subset { get; init; }

    /// <summary>How it was trained.</summary>
    public required TrainingSummary Training { get; init; }

    /// <summary>Whether its embeddings collapsed.</summary>
    public CollapseSummary? Collapse { get; init; }

    /// <summary>Accuracy of nearest neighbours on held-out labels while it was trained, 0 to 1; null if that was not asked for.</summary>
    public IReadOnlyList<EpochAccuracy>? NearestNeighbours { get; init; }

    /// <summary>What it was trained on.</summary>
    public required MachineSummary Machine { get; init; }

    /// <summary>Versions of the programs.</summary>
    public required VersionSummary Versions { get; init; }

    /// <summary>When it ended, UTC.</summary>
    public DateTimeOffset? Finished { get; init; }

    /// <summary>Python that loads it, line by line.</summary>
    [JsonPropertyName("load_in_pytorch")]
    public IReadOnlyList<string>? LoadInPyTorch { get; init; }

    /// <summary>What must not be expected of it: <c>Trained without labels on 2000 images; not evaluated.</c></summary>
    public required string Limits { get; init; }

    /// <summary>The network, what it wants to be fed, and its files.</summary>
    /// <param name="Architecture"><c>ResNet-18, width 1, Conv3Stride1</c>.</param>
    /// <param name="Dimension">Numbers in its output.</param>
    /// <param name="ImageSize">Width and height in pixels.</param>
    /// <param name="Mean">Subtracted from red, green and blue, each 0 to 1.</param>
    /// <param name="Std">Divides them afterwards.</param>
    /// <param name="File">Its file, beside the card.</param>
    /// <param name="Hash">That file's <see cref="ContentHash"/>.</param>
    /// <param name="HeadFile">The projection head's file; null without one.</param>
    public sealed record EncoderSummary(string Architecture, int Dimension, int ImageSize, IReadOnlyList<float> Mean, IReadOnlyList<float> Std, string File, string Hash, string? HeadFile = null);

    /// <summary>The pool: its kind, its path as it was given, how many images can be read, and its fingerprint.</summary>
    public sealed record DataSummary(string Kind, string Path, int Count, string Fingerprint);

    /// <summary>The file of indices as it was given, how many there are, and the file's <see cref="ContentHash"/>.</summary>
    public sealed record SubsetFile(string File, int Count, string Hash);

    /// <summary>How it was trained.</summary>
    public sealed record TrainingSummary
    {
        /// <summary>SimCLR, MoCo, SimSiam or BYOL.</summary>
        public required string Method { get; init; }

        /// <summary>Every setting of the method, with the value that was used.</summary>
        public required SortedDictionary<string, string> MethodSettings { get; init; }

        /// <summary>SGD, Adam, AdamW or LARS.</summary>
        public required string Optimizer { get; init; }

        /// <summary>Every setting of the optimiser.</summary>
        public required SortedDictionary<string, string> OptimizerSettings { get; init; }

        /// <summary>How the learning rate went, in words.</summary>
        public required string Schedule { get; init; }

        /// <summary>Passes over the data.</summary>
        public required int Epochs { get; init; }

        /// <summary>Optimiser steps.</summary>
        public required int Steps { get; init; }

        /// <summary>Images in a step.</summary>
        public required int BatchSize { get; init; }

        /// <summary>The recipe of each of the two views of an image.</summary>
        public required IReadOnlyList<string> Views { get; init; }

        /// <summary>What each seed decides, and the seed.</summary>
        public required SortedDictionary<string, int> Seeds { get; init; }

        /// <summary>Wall-clock seconds, all sessions together.</summary>
        public double? Seconds { get; init; }

        /// <summary>The last step's loss.</summary>
        public double? FinalLoss { get; init; }
    }

    /// <summary>Spread and effective rank of embeddings, the most the rank could be, and what they mean in a word and in a sentence.</summary>
    public sealed record CollapseSummary(string Verdict, string Sentence, double Spread, double EffectiveRank, int MostRank);

    /// <summary>An accuracy, 0 to 1, after an epoch; epoch 0 is the untrained encoder.</summary>
    public sealed record EpochAccuracy(double Epoch, double Accuracy);

    /// <summary>Processor by name, threads used, operating system.</summary>
    public sealed record MachineSummary(string Processor, int Threads, string System);

    /// <summary>Versions of Gleaner, of libtorch and of .NET.</summary>
    public sealed record VersionSummary(string Gleaner, [property: JsonPropertyName("libtorch")] string LibTorch, [property: JsonPropertyName("dotnet")] string DotNet);

    /// <summary>Reads what <see cref="Write"/> wrote; fields that this version does not know are passed over.</summary>
    /// <exception cref="InvalidDataException">The file is no model card.</exception>
    public static ModelCard Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), Json.ModelCard) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: no model card ({error.Message}). Expected the encoder.json that gleaner pretrain writes.", error);
        }
    }

    /// <summary>Writes it as JSON, atomically.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, Json.ModelCard));

    /// <summary>The same as text: one JSON document.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json.ModelCard);
}
