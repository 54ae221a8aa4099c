namespace Gleaner.Cli;

/// <summary>Options that stand on the command line of a selection and change nothing there: worth a word, since whoever wrote them expects something.</summary>
static class IdleOptions
{
    /// <summary>A sentence for each.</summary>
    public static IEnumerable<string> Of(SelectSettings settings, PoolInput pool)
    {
        bool embeds = pool.Embedding is null && settings.NeedsEmbedding, trains = embeds && settings.ProxyFile is null;
        string noEmbedding = pool.Embedding is not null ? "the pool is embeddings" : "nothing is embedded for this selection", noClasses = $"--objective {settings.Objective} knows no latent classes";
        (string Option, bool IsUsed, string Why)[] all =
        [
            .. new[] { "--proxy", "--views", "--embed" }.Select(option => (option, embeds, noEmbedding)),
            .. new[] { "--proxy-epochs", "--proxy-minutes", "--proxy-arch", "--proxy-width" }.Select(option => (option, trains, embeds ? "the proxy is given and not trained" : noEmbedding)),
            ("--image-size", pool.Images is not null, "the pool is embeddings"),
            ("--classes", settings.NeedsClasses, noClasses),
            ("--agreement", settings.NeedsClasses, noClasses),
            ("--threshold", SelectorChoice.UsesThreshold(settings), $"--objective {settings.Objective} has none"),
            ("--dedup-stays", settings.DedupEpsilon is not null, "it is for --dedup EPS"),
        ];
        return all.Where(option => !option.IsUsed && settings.Said.Contains(option.Option)).Select(option => $"{option.Option} changes nothing here: {option.Why}");
    }
}
