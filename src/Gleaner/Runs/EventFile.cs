using System.Globalization;

namespace Gleaner;

/// <summary>The numbers of a training as a TensorBoard event file: <c>tensorboard --logdir FOLDER</c> shows it, while it is written and afterwards.</summary>
/// <remarks>
/// Names are <c>events.out.tfevents.SECONDS.gleaner</c>, without the machine's name. TensorBoard reads the files of a folder in the order of their names as one run. A training that goes on
/// begins a new file, which tells the reader to forget the steps that are made again, as torch.utils.tensorboard does if it is given purge_step. Numbers are float32 there; NaN stays NaN.
/// </remarks>
public sealed class EventFile : IDisposable
{
    const string Prefix = "events.out.tfevents.", Suffix = ".gleaner";

    readonly TimeProvider _time;
    readonly FileStream _stream;

    /// <summary>Begins a new file in <paramref name="folder"/> for a training that goes on after step <paramref name="resumedAt"/>; 0 is from the beginning.</summary>
    public EventFile(string folder, int resumedAt = 0, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentOutOfRangeException.ThrowIfNegative(resumedAt);
        _time = time ?? TimeProvider.System;
        Directory.CreateDirectory(folder);
        long? before = Directory.EnumerateFiles(folder, Prefix + "*").Max(SecondsOf);
        // Two starts in one second, or a clock that was set back, must not change the order.
        long seconds = Math.Max(_time.GetUtcNow().ToUnixTimeSeconds(), before + 1 ?? 0);
        FullName = Path.Combine(Path.GetFullPath(folder), string.Create(CultureInfo.InvariantCulture, $"{Prefix}{seconds:D10}{Suffix}"));
        _stream = new FileStream(FullName, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        Append(EventMessage.FileVersion(WallTime));
        // Readers keep the steps below the one of START; step 0 is what was measured before the first. Some readers take the first START of a folder for the
        // beginning of a run and forget at the later ones only (plugin_event_accumulator.py), so every file has one.
        Append(EventMessage.SessionStart(WallTime, resumedAt == 0 ? 0 : resumedAt + 1));
    }

    /// <summary>The file's path, absolute.</summary>
    public string FullName { get; }

    /// <summary>Appends the numbers of a step; a name with a slash, <c>collapse/spread</c>, is shown in a group.</summary>
    public void Write(int step, params IReadOnlyList<(string Name, double Value)> values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentNullException.ThrowIfNull(values);
        Append(EventMessage.Scalars(WallTime, step, values));
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    double WallTime => _time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    void Append(byte[] message) => _stream.Write(RecordFraming.Frame(message));

    static long? SecondsOf(string path) =>
        long.TryParse(Path.GetFileName(path)[Prefix.Length..].Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) ? seconds : null;
}
