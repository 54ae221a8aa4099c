namespace Gleaner.Cli;

/// <summary>Runs the stages of a run folder one after the other and says what it does and why.</summary>
sealed class StageRunner(RunFolder run, Terminal terminal)
{
    readonly List<StageRecord> _records = [];

    /// <summary>The stages that this run needed, in order, made now or before.</summary>
    public IReadOnlyList<StageRecord> Records => _records;

    public RunFolder Run => run;

    public Terminal Terminal => terminal;

    /// <summary>Why the stage would be made anew with these inputs; null if what is there can be used.</summary>
    public string? WhyStale(string stage, IReadOnlyDictionary<string, string> inputs) => run.WhyStale(stage, new Dictionary<string, string>(inputs) { ["gleaner"] = Product.Version });

    public StageRecord Make(string stage, string doing, Dictionary<string, string> inputs, IReadOnlyList<string> outputs, Action<StageWork> make)
    {
        inputs["gleaner"] = Product.Version;
        var record = run.Make(stage, inputs, outputs, make, why => Announce(stage, doing, why));
        _records.Add(record);
        return record;
    }

    void Announce(string stage, string doing, string? why)
    {
        if (why is null)
        {
            terminal.Say($"{stage,-8} as before");
            return;
        }
        terminal.Say($"{stage,-8} {doing}{(why == RunFolder.NotMadeYet ? "" : $" (again: {why})")}");
        terminal.StartStage();
    }
}
