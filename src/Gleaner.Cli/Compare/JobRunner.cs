using System.Diagnostics;
using System.Globalization;

namespace Gleaner.Cli;

/// <summary>Runs jobs side by side, as many as there are places, and says how far all of them are. A job that fails does not stop the others.</summary>
sealed class JobRunner(int places, Terminal terminal, CancellationToken cancel)
{
    const double LeastShare = 0.01; // before that, the time left would be a guess
    const int MostFailures = 2; // of one arm, one after the other: then the rest of it is left alone
    const int MostArms = 3; // that fail one after the other: then it is not the arm

    const int MostWaits = 120;
    static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(500);

    readonly Dictionary<Job, double> _running = [];
    readonly Dictionary<Job, double> _found = []; // the share that an earlier sitting had done, as the first progress says
    readonly HashSet<Job> _done = [];
    readonly long _started = Stopwatch.GetTimestamp();
    double _workDone;
    readonly HashSet<string> _failingArms = []; // since something went well
    readonly Dictionary<string, int> _failuresInARow = [];

    /// <summary>Jobs that did not end well, and why.</summary>
    public List<(Job Job, string Why)> Failed { get; } = [];

    /// <param name="jobs">In the order in which they are wanted.</param>
    /// <param name="total">Work of the whole grid, for the share that is done.</param>
    /// <param name="before">Work done in earlier sittings.</param>
    public void Run(IReadOnlyList<Job> jobs, double total, double before)
    {
        var waiting = new List<Job>(jobs);
        var tasks = new Dictionary<Task<string?>, Job>();
        terminal.StartStage();
        while (waiting.Count > 0 || tasks.Count > 0)
        {
            while (tasks.Count < places && !cancel.IsCancellationRequested && _failingArms.Count < MostArms && waiting.Find(IsReady) is { } next)
            {
                waiting.Remove(next);
                lock (_running) _running[next] = 0;
                tasks.Add(Task.Run(() => Run(next), CancellationToken.None), next);
            }
            if (tasks.Count == 0) break; // cancelled, or what is left waits for a job that failed
            Task.WaitAny([.. tasks.Keys], TimeSpan.FromMilliseconds(500));
            foreach (var task in tasks.Keys.Where(task => task.IsCompleted).ToArray())
            {
                End(tasks[task], task.Result);
                tasks.Remove(task);
            }
            if (tasks.Count > 0) terminal.Progress(() => Describe(jobs.Count, total, before));
        }
        cancel.ThrowIfCancellationRequested();
        Failed.AddRange(waiting.Select(job => (job, WhyNot(job))).ToArray());
    }

    bool IsReady(Job job) => (job.After is null || _done.Contains(job.After)) && (job.Behind is null || HasEnded(job.Behind)) && !IsGivenUp(job.Arm);

    // Well or not, or it will never begin; then nobody is in its folder if nobody is left there whom it would have waited for.
    bool HasEnded(Job job)
    {
        if (_done.Contains(job) || HasFailed(job)) return true;
        lock (_running)
            if (_running.ContainsKey(job)) return false;
        return IsGivenUp(job.Arm) && (job.Behind is null || HasEnded(job.Behind));
    }

    bool HasFailed(Job job) => Failed.Exists(failed => failed.Job == job);

    bool IsGivenUp(string arm) => _failuresInARow.GetValueOrDefault(arm) >= MostFailures;

    string WhyNot(Job job) => job.After is { } after && HasFailed(after) ? $"waits for {after.Name}, which failed"
        : IsGivenUp(job.Arm) ? $"not tried: {MostFailures} jobs of {job.Arm} failed one after the other"
        : $"not tried: {MostArms} arms failed one after the other";

    void End(Job job, string? why)
    {
        lock (_running)
        {
            if (why is not null) _found.Remove(job); // what it did is not there
            _running.Remove(job);
        }
        if (cancel.IsCancellationRequested && why is not null) return;
        if (why is null)
        {
            try
            {
                terminal.Say(job.Finish());
            }
            catch (Exception error) when (error is InvalidDataException or IOException)
            {
                why = error.Message;
            }
        }
        if (why is null)
        {
            _failingArms.Clear();
            _failuresInARow.Remove(job.Arm);
            _done.Add(job);
            _workDone += job.Work;
            return;
        }
        _failingArms.Add(job.Arm);
        _failuresInARow[job.Arm] = _failuresInARow.GetValueOrDefault(job.Arm) + 1;
        Failed.Add((job, why));
        terminal.Warn($"{job.Name}: {why} (log: {job.Log})");
    }

    // Null if all went well.
    async Task<string?> Run(Job job)
    {
        try
        {
            return await RunCommands(job).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) // the log cannot be written, say
        {
            return error.Message;
        }
    }

    async Task<string?> RunCommands(Job job)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(job.Log)!);
        using var log = new StreamWriter(job.Log, append: true);
        for (int tries = 0; tries < MostWaits && !job.RunFolders().All(RunFolder.IsFree); tries++) await Task.Delay(Wait, cancel).ConfigureAwait(false);
        double before = 0;
        foreach (var (words, share) in job.Commands())
        {
            int code = await ChildProcess.Run(words, log, (stage, part) => Heard(job, stage, before, share * part), cancel).ConfigureAwait(false);
            if (code is not (ExitCode.Done or ExitCode.Collapsed)) return $"gleaner {words[0]} ended with exit code {code}: {LastLine(log, job.Log)}";
            before += share;
        }
        return null;
    }

    // A later command's first word comes from work of this sitting.
    void Heard(Job job, string stage, double before, double part)
    {
        if (job.Stage is not null && stage != job.Stage) return;
        lock (_running)
        {
            _found.TryAdd(job, before == 0 ? part : 0);
            _running[job] = before + part;
        }
    }

    static string LastLine(StreamWriter log, string path)
    {
        log.Flush();
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().TrimEnd().Split('\n')[^1];
    }

    string Describe(int jobs, double total, double before)
    {
        lock (_running)
        {
            double found = _found.Sum(f => f.Key.Work * f.Value), now = _workDone + _running.Sum(r => r.Key.Work * r.Value), left = total - before - now - Failed.Sum(failed => failed.Job.Work);
            double seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
            string time = now - found > LeastShare * total ? $", {Terminal.Duration(left * seconds / (now - found))} left" : "";
            string running = string.Join(", ", _running.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Key.Name} {100 * r.Value:0} %")));
            return string.Create(CultureInfo.InvariantCulture, $"compare  {100 * (before + now) / total,3:0} %  {_done.Count} of {jobs} jobs done; {running}{time}");
        }
    }
}
