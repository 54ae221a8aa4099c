using System.Text;
using System.Text.Json;

namespace Gleaner;

/// <summary>
/// The numbers of a training as JSON lines, <c>{"step":1,"loss":5.25}</c>: readable while it is written, steps ascending, one line a step.
/// </summary>
/// <remarks>JSON has no NaN and no infinity: both are written as <c>null</c>. Lines reach the operating system at once, so that they survive the end of the process.</remarks>
public sealed class MetricsLog : IDisposable
{
    readonly FileStream _stream;
    readonly MemoryStream _line = new();
    readonly Utf8JsonWriter _json;
    int _last;

    /// <summary>
    /// Opens or makes the file for a training that goes on after step <paramref name="resumedAt"/> and drops, atomically, what it will make again: the lines of
    /// later steps, and a last line that was cut off. At 0, from the beginning, nothing is kept.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is no such log; it is left as it was.</exception>
    public MetricsLog(string path, int resumedAt = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentOutOfRangeException.ThrowIfNegative(resumedAt);
        byte[] before = File.Exists(path) ? File.ReadAllBytes(path) : [];
        (int kept, _last) = Kept(before, resumedAt, path);
        if (kept < before.Length) AtomicFile.Write(path, stream => stream.Write(before, 0, kept));
        else Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        _json = new Utf8JsonWriter(_line);
    }

    /// <summary>Appends the line of a step, in the order given.</summary>
    /// <param name="step">Above every step in the file; from 0, which stands for what was measured before the first step.</param>
    /// <param name="values">Names are unique and not <c>step</c>; values that are not finite become <c>null</c>.</param>
    public void Write(int step, params IReadOnlyList<(string Name, double Value)> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (step <= _last) throw new ArgumentOutOfRangeException(nameof(step), step, $"Expected a step above {_last}, the last one of the file: write everything of a step at once.");
        if (values.Select(value => value.Name).Append("step").GroupBy(name => name).FirstOrDefault(names => names.Count() > 1) is { } twice)
            throw new ArgumentException($"\"{twice.Key}\" is there twice; expected every name once, and \"step\" never.", nameof(values));

        _line.SetLength(0);
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteNumber("step", step);
        foreach (var (name, value) in values)
        {
            if (double.IsFinite(value)) _json.WriteNumber(name, value);
            else _json.WriteNull(name);
        }
        _json.WriteEndObject();
        _json.Flush();
        _line.WriteByte((byte)'\n');
        _stream.Write(_line.GetBuffer(), 0, (int)_line.Length);   // one call, so that a reader sees whole lines
        _last = step;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _json.Dispose();
        _stream.Dispose();
    }

    /// <summary>Steps ascend, so what is kept is a prefix: how many bytes, and its last step.</summary>
    static (int Bytes, int LastStep) Kept(ReadOnlySpan<byte> file, int resumedAt, string path)
    {
        int at = 0, last = -1, lines = 0;
        for (int length; (length = file[at..].IndexOf((byte)'\n')) >= 0; at += length + 1)
        {
            var line = file.Slice(at, length);
            if (StepOf(line) is not { } step || step <= last)
                throw new InvalidDataException($"{path}: line {lines + 1} is \"{Start(line)}\"; expected {{\"step\":N,…}} with steps that ascend. Move the file away, or choose another folder.");
            if (step > resumedAt || resumedAt == 0) return (at, last);
            (last, lines) = (step, lines + 1);
        }
        return (at, last);
    }

    static int? StepOf(ReadOnlySpan<byte> line)
    {
        try
        {
            var json = new Utf8JsonReader(line);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject || !json.Read() || !json.ValueTextEquals("step") || !json.Read() || !json.TryGetInt32(out int step)) return null;
            while (json.Read()) { }   // to the end: half a line is no line
            return step;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)   // no JSON; a step that is no number
        {
            return null;
        }
    }

    static string Start(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line[..Math.Min(60, line.Length)]);
}
