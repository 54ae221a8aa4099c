namespace Gleaner.Cli.Tests.Browser;

/// The selection of ReportedRuns behind a running gleaner view.
public sealed class ViewedRun : IDisposable
{
    readonly ReportedRuns _runs = new();
    readonly Lazy<RunningView> _view;

    public ViewedRun() => _view = new(() => RunningView.Start(_runs.Selection, "."));

    internal RunningView View => _view.Value;

    /// The file of the marks to keep or to exclude.
    public string Marks(string kind) => Path.Combine(_runs.Selection, $"marks-{kind}.csv");

    public void Dispose()
    {
        if (_view.IsValueCreated) _view.Value.Dispose();
        _runs.Dispose();
    }
}
