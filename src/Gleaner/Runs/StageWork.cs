using System.Globalization;

namespace Gleaner;

/// <summary>What a stage gets to do its work: a place for unfinished things that survives a kill, and a notebook of facts.</summary>
public sealed class StageWork
{
    readonly TimeProvider _time;
    readonly long _started;
    readonly double _before;

    internal StageWork(string unfinishedFolder, TimeProvider time)
    {
        (UnfinishedFolder, _time, _started) = (unfinishedFolder, time, time.GetTimestamp());
        Directory.CreateDirectory(unfinishedFolder);
        if (File.Exists(SecondsFile) && double.TryParse(File.ReadAllText(SecondsFile), CultureInfo.InvariantCulture, out double seconds)) _before = seconds;
    }

    /// <summary>A folder of this stage with these very inputs. What an interrupted try left there is still there; it goes when the stage is finished.</summary>
    public string UnfinishedFolder { get; }

    /// <summary>What is worth telling about the result; kept with it.</summary>
    public SortedDictionary<string, string> Facts { get; } = [];

    /// <summary>True if an interrupted try is being continued.</summary>
    public bool Continues => _before > 0;

    /// <summary>Seconds spent so far, earlier tries included.</summary>
    public double Seconds => _before + _time.GetElapsedTime(_started).TotalSeconds;

    /// <summary>Call when something was saved: the time up to here counts even if the process is killed.</summary>
    public void Saved() => AtomicFile.Write(SecondsFile, stream => stream.Write(System.Text.Encoding.ASCII.GetBytes(Seconds.ToString("R", CultureInfo.InvariantCulture))));

    string SecondsFile => Path.Combine(UnfinishedFolder, "seconds");
}
