using System.Text;

namespace Gleaner.Cli;

/// <summary>From a recipe to its table: selections and trainings that are not there yet are run, side by side, and what is there is told.</summary>
sealed class ComparePipeline(CompareSettings settings, CancellationToken cancel)
{
    const long MemoryOfJob = 3L << 30; // a training of a small network takes half of that; a large one wants --jobs

    const string ComparisonName = "comparison.json", TableName = "table.md", TrialsName = "trials.csv";

    readonly Terminal _terminal = Terminal.ForConsole(settings.Quiet);
    readonly string _startedIn = Environment.CurrentDirectory;

    public int Run()
    {
        Environment.CurrentDirectory = Path.GetDirectoryName(settings.Recipe)!; // paths of the recipe are seen from there, here and in the commands that are run
        var recipe = RecipeReader.Read(settings.Recipe);
        using var run = RunFolder.Open(settings.Out);
        AtomicFile.Write(run["recipe.yaml"], stream => stream.Write(Encoding.UTF8.GetBytes(recipe.Text)));
        var pool = ComparedPool.Open(recipe, settings.Pool ?? recipe.Pool, run.Path, _terminal, cancel);
        using var images = pool.Input.Images;
        var budgets = recipe.Budgets.Select(budget => new ComparisonBudget(budget.ToString(), budget.Of(pool.Selectable.Length))).OrderBy(budget => budget.Images).ToArray();
        if (budgets.Select(budget => budget.Images).Distinct().Count() < budgets.Length) throw new UsageException($"budgets: two of {string.Join(", ", budgets.Select(budget => budget.Text))} are the same number of images.");
        if (budgets[0].Images < 2) throw new UsageException($"budgets: {budgets[0].Text} of {Terminal.Number(pool.Selectable.Length)} images is {budgets[0].Images} image; expected at least 2, because an image is learned against others.");
        var grid = new CompareGrid(recipe, pool, budgets, run.Path);
        foreach (string arm in grid.TooShort) _terminal.Warn("         " + arm);
        if (grid.Cells.Count == 0) throw new UsageException("No arm lists as many images as the smallest budget; nothing can be trained. Use smaller budgets, or longer lists.");
        var trials = grid.Cells.Select(cell => cell.Trial).OfType<Trial>().ToList();
        if (settings.OnlyTable && trials.Count == 0 && File.Exists(run[ComparisonName]) && Comparison.Read(run[ComparisonName]) is { Trials.Count: > 0 and var earlier })
            throw new UsageException($"{run.Path}: none of the {earlier} trainings of its comparison is of this recipe, pool and version of Gleaner, so there is nothing to make a table of; what is there was left as it is. Run it without --table, or look at its report.html.");
        if (!settings.OnlyTable) RunMissing(recipe, grid, trials, () => Write(run, grid.Describe(trials)));

        var comparison = grid.Describe(trials);
        Write(run, comparison);
        if (settings.Json) _terminal.Result(comparison.ToJson());
        else if (!settings.Quiet) _terminal.Result(new CompareText(comparison, Path.GetRelativePath(_startedIn, run.Path)).ToString());
        return trials.Count == comparison.CellsPlanned || settings.OnlyTable ? ExitCode.Done : ExitCode.Failed;
    }

    void RunMissing(Recipe recipe, CompareGrid grid, List<Trial> trials, Action write)
    {
        int places = settings.Jobs ?? (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / MemoryOfJob, 1, Math.Max(1, Environment.ProcessorCount / recipe.Threads));
        var (jobs, total, before) = grid.Jobs(trial =>
        {
            trials.Add(trial);
            write();
        });
        _terminal.Say($"compare  {grid.Cells.Count} trainings ({grid.Arms} arms, {recipe.Budgets.Count} budgets, {recipe.Seeds.Count} seeds; {recipe.HeldEqual}), {trials.Count} of them are done; {places} side by side with {recipe.Threads} {(recipe.Threads == 1 ? "thread" : "threads")} each");
        if (jobs.Count == 0) return;
        var runner = new JobRunner(places, _terminal, cancel);
        runner.Run(jobs, total, before);
        if (runner.Failed.Count > 0) _terminal.Warn($"compare  {runner.Failed.Count} jobs did not end well; the same command tries them again:\n" + string.Join('\n', runner.Failed.Select(f => $"         {f.Job.Name}: {f.Why}")));
    }

    static void Write(RunFolder run, Comparison comparison)
    {
        comparison.Write(run[ComparisonName]);
        var table = ComparisonTable.Of(comparison);
        Text(TrialsName, table.ToCsv());
        Text(TableName, table.ToMarkdown());
        ReportFile.Write(run.Path);
        void Text(string name, string text) => AtomicFile.Write(run[name], stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }
}
