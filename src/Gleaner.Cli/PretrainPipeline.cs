using System.Globalization;
using Gleaner.Torch;

namespace Gleaner.Cli;

/// <summary>From a pool, and a subset of it, to a trained encoder with its model card.</summary>
sealed class PretrainPipeline(PretrainSettings settings, CancellationToken cancel)
{
    readonly Terminal _terminal = Terminal.ForConsole(settings.Quiet);

    /// <summary>Returns the exit code: a collapsed encoder is a result, but not one to build on unseen.</summary>
    public int Run()
    {
        using var run = RunFolder.Open(settings.Out);
        var stages = new StageRunner(run, _terminal);
        var pool = new PoolStage(settings.ToRead, stages, cancel).Open();
        using var images = pool.Images ?? throw new UsageException($"{settings.Pool}: holds embeddings; pretraining needs images.");
        var (subset, hash) = SubsetMembers.Read(settings.SubsetFile, settings.First, pool, _terminal);
        var card = new PretrainStage(settings, stages, cancel).Train(pool, subset, hash);
        if (settings.Json) _terminal.Result(card.ToJson());
        else if (!settings.Quiet) _terminal.Result(Summary(card, run.Path));
        if (card.Collapse?.Verdict != nameof(CollapseVerdict.Collapsed)) return ExitCode.Done;
        _terminal.Warn("gleaner: " + card.Collapse.Sentence);
        return ExitCode.Collapsed;
    }

    static string Summary(ModelCard card, string folder)
    {
        string shown = Terminal.Shown(folder);
        var (t, last) = (card.Training, card.NearestNeighbours is [.., var end] ? end : null);
        return string.Create(CultureInfo.InvariantCulture, $"""

            {card.What}
            {t.Epochs} epochs, {Terminal.Number(t.Steps)} steps of {t.BatchSize} images, {Terminal.Duration(t.Seconds ?? 0)}; the last loss was {t.FinalLoss:0.000}.
            {card.Collapse?.Sentence}{(last is null ? "" : $"\nNearest neighbours name {100 * last.Accuracy:0.0} % of the checked images rightly (before training {100 * card.NearestNeighbours![0].Accuracy:0.0} %).")}

            In {shown}:
              encoder.safetensors        the encoder, with torchvision's key names (encoder.head.safetensors: its head)
              encoder.json               the model card: data, settings, seeds, versions, how to load it in PyTorch
              metrics.jsonl, events.*    loss and the rest, step by step (tensorboard --logdir {shown})
              checkpoints                to go on from, by the same command

            Next: gleaner evaluate {Path.Combine(shown, "encoder.safetensors")} --pool POOL
            """);
    }
}
