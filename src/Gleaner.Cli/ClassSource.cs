using System.Globalization;

namespace Gleaner.Cli;

/// <summary>Where the latent classes come from, as <c>--classes</c> says it.</summary>
abstract record ClassSource
{
    /// <summary>What is understood, for messages.</summary>
    public const string Expected = "kmeans, kmeans:K with K at least 1, kmeans:auto, labels:FILE, clip:FILE, given:FILE, or labels";

    /// <summary>Whether the embedding is needed to find them.</summary>
    public abstract bool NeedsEmbedding { get; }

    /// <summary>The words that mean this source.</summary>
    public abstract override string ToString();

    /// <summary>k-means in the embedding; K is null for a sensible one.</summary>
    public sealed record KMeans(int? Classes) : ClassSource
    {
        public override bool NeedsEmbedding => true;

        public override string ToString() => Classes is { } k ? "kmeans:" + Invariant.Text(k) : "kmeans";
    }

    /// <summary>Names, one a line of a file, and what CLIP makes of them.</summary>
    public sealed record Clip(string Prompts) : ClassSource
    {
        public override bool NeedsEmbedding => true;

        public override string ToString() => "clip:" + Prompts;
    }

    /// <summary>k-means with a K that is looked for.</summary>
    public sealed record KMeansAuto : ClassSource
    {
        public override bool NeedsEmbedding => true;

        public override string ToString() => "kmeans:auto";
    }

    /// <summary>A classifier that learns from a file of labels of a few images.</summary>
    public sealed record FewLabels(string File) : ClassSource
    {
        public override bool NeedsEmbedding => true;

        public override string ToString() => "labels:" + File;
    }

    /// <summary>One integer for each image, in a file.</summary>
    public sealed record Given(string File) : ClassSource
    {
        public override bool NeedsEmbedding => false;

        public override string ToString() => "given:" + File;
    }

    /// <summary>The pool's own labels.</summary>
    public sealed record PoolLabels : ClassSource
    {
        public override bool NeedsEmbedding => false;

        public override string ToString() => "labels";
    }

    /// <exception cref="UsageException">The words mean nothing.</exception>
    public static ClassSource Parse(string? text)
    {
        return text switch
        {
            null or "kmeans" => new KMeans(Classes: null),
            "labels" => new PoolLabels(),
            _ when After("clip:") is { } prompts => new Clip(prompts),
            "kmeans:auto" => new KMeansAuto(),
            _ when After("labels:") is { Length: > 0 } file => new FewLabels(There(file)),
            _ when After("given:") is { Length: > 0 } file => new Given(There(file)),
            _ when After("kmeans:") is { } k && int.TryParse(k, CultureInfo.InvariantCulture, out int classes) && classes >= 1 => new KMeans(classes),
            _ => throw new UsageException($"--classes {text}; expected {Expected}."),
        };

        string There(string file) => File.Exists(file) ? file : throw new UsageException($"--classes {text}: {file}: no such file.");

        string? After(string word) => text.StartsWith(word, StringComparison.Ordinal) ? text[word.Length..] : null;
    }
}
