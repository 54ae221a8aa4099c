using System.Globalization;

namespace Gleaner.Cli;

/// <summary>Looks for a K for k-means.</summary>
sealed class ClassCountStage(SelectSettings settings, StageRunner stages, CancellationToken cancel)
{
    public const string Stage = "choose-k", Reason = "reason";

    public ClassCount Choose(EmbeddingMatrix embedding, string embeddingHash)
    {
        var options = new ClassCountOptions { Seed = settings.Seed, Threads = settings.Threads, References = embedding.Count < 1000 ? 10 : 2 }; // silhouettes of small clouds scatter
        string file = stages.Run[ClassCountFile.FileName];
        var inputs = new Dictionary<string, string> { ["embedding"] = embeddingHash, ["seed"] = Invariant.Text(settings.Seed) };
        string rows = embedding.Count > options.MostRows ? $"{Terminal.Number(options.MostRows)} of the images" : "all images";
        stages.Make(Stage, $"looking for K on {rows}", inputs, [ClassCountFile.FileName], work =>
        {
            var count = ClassCountSearch.Run(embedding.ToUnit(), options, new TrialsOf(stages.Terminal), cancel);
            ClassCountFile.Write(file, count);
            work.Facts[Reason] = count.Reason;
            work.Facts[StageFacts.MultiplyAdds] = StageFacts.Work(count.MultiplyAdds);
        });
        var chosen = ClassCountFile.Read(file);
        stages.Terminal.Say("         " + chosen.Reason);
        return chosen;
    }

    sealed class TrialsOf(Terminal terminal) : IProgress<ClassCountTrial>
    {
        public void Report(ClassCountTrial trial) => terminal.Progress(() => string.Create(CultureInfo.InvariantCulture, $"choose-k K = {trial.Classes}: silhouette {trial.Silhouette:0.000}, {trial.Excess:0.000} more than without classes"));
    }
}
