namespace Gleaner.Cli;

/// <summary>Latent classes by their names: what was said on the command line, by option, and the names and sentences that the files hold.</summary>
sealed record ClipSettings(SortedDictionary<string, string> Words, IReadOnlyList<string> Names, IReadOnlyList<string> Templates)
{
    public string TextModel => Words["clip_text"];

    /// <summary>A folder or file; null for what is beside the text model.</summary>
    public string? Tokenizer => Words.GetValueOrDefault("clip_tokenizer");

    /// <summary>Null if the proxy's embedding, or the pool's, is CLIP's.</summary>
    public string? ImageModel => Words.GetValueOrDefault("clip_image");
}
