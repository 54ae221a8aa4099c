using System.Text.Json;
using Gleaner.Torch;

namespace Gleaner.Cli;

/// <summary>The geometry of a pool's views in an encoder's output, the bound that follows from it, and how well a subset keeps it.</summary>
sealed class GeometryStage(EvaluateSettings settings, Terminal terminal, CancellationToken cancel)
{
    /// <param name="pool">The pool.</param>
    /// <param name="proxy">The encoder.</param>
    /// <param name="subsetRows">Rows of the pool that are a subset to be measured; null for none.</param>
    public GeometryReport Measure(LabelledPool pool, Proxy proxy, int[]? subsetRows)
    {
        var (recipe, from) = Recipe();
        terminal.Say($"geometry {settings.Views} views of {Terminal.Number(pool.Members.Length)} images ({from})");
        terminal.StartStage();
        var images = pool.Pool.Images!;
        using var sample = pool.Members.Length == images.Count ? null : images.Select(pool.Members);
        var views = new List<EmbeddingMatrix>();
        for (int v = 0; v < settings.Views; v++)
        {
            var embedder = new Embedder(proxy, new() { Views = 1, Seed = unchecked(settings.Seed * 1000 + v), Recipe = recipe });
            float[] rows = embedder.Embed(sample ?? images, new ProgressOf("geometry", pool.Members.Length, $"images, view {v + 1}", terminal), cancel);
            views.Add(EmbeddingMatrix.Normalize(rows, pool.Members.Length, embedder.Dimension, out var bad));
            if (bad.Count == pool.Members.Length) throw new InvalidDataException($"{settings.Encoder}: its features are zero, or no numbers, for every image; there is no geometry to measure.");
            if (bad.Count > 0) terminal.Warn($"         view {v + 1}: {Terminal.Number(bad.Count)} images have features that are zero or no numbers; they count as rows of zeros, and the numbers below mean little");
        }
        var classes = LatentPartition.FromLabels(pool.Labels);
        var geometry = Geometry.Measure(views, classes, new() { Seed = settings.Seed, Threads = settings.Threads }, cancel);
        var bound = classes.Classes > 1 ? GeneralizationBound.Evaluate(views, classes, new() { Threads = settings.Threads }, cancel) : null;
        var subset = subsetRows is not null
            ? SubsetPreservation.Measure(views, classes, subsetRows, new() { RandomSubsets = settings.Draws, Seed = settings.Seed, Threads = settings.Threads }, cancel) : null;
        return new GeometryReport(from, geometry, bound, subset);
    }

    // The views the encoder was trained with, if its card lies beside it.
    (ViewRecipe Recipe, string From) Recipe()
    {
        string card = Path.ChangeExtension(settings.Encoder, ".json");
        try
        {
            if (File.Exists(card) && ModelCard.Read(card).Training.Views is [{ } first, ..] && JsonSerializer.Deserialize<ViewRecipe>(first, PretrainStage.Named) is { } recipe) return (recipe, "the training's first recipe");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{card}: the first of its views is no recipe ({error.Message}). Without this file the SAS authors' recipe is used.", error);
        }
        return (new ViewRecipe(), "the SAS authors' recipe");
    }
}
