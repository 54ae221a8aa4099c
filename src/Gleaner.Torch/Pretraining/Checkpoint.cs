using System.Globalization;

namespace Gleaner.Torch;

/// <summary>
/// The state of a training between two steps, as .safetensors files in a folder, one for each time it was saved, of which the newest are kept: weights,
/// buffers, what the method carries along (queue, momentum copy), the optimiser's moments, the position and the settings. Learning rate and random numbers
/// follow from the position.
/// </summary>
/// <param name="folder">Where the files are.</param>
/// <param name="keep">How many files stay.</param>
/// <param name="state">What is trained and carried along: tensors that change in place, under names that stay the same.</param>
/// <param name="optimizer">Its moments and number of steps.</param>
/// <param name="settings">What must be the same when the training goes on.</param>
sealed class Checkpoint(string folder, int keep, IEnumerable<(string Name, TorchSharp.torch.Tensor Value)> state, Optimizer optimizer, IReadOnlyDictionary<string, string> settings)
{
    const string Step = "gleaner.step", Setting = "gleaner.setting.", Prefix = "step-", Suffix = ".safetensors";

    /// <summary>Writes a file; a crash leaves those before it.</summary>
    public void Save(int step)
    {
        var metadata = settings.ToDictionary(s => Setting + s.Key, s => s.Value);
        metadata[Step] = step.ToString(CultureInfo.InvariantCulture);
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, Prefix + step.ToString("00000000", CultureInfo.InvariantCulture) + Suffix);
        AtomicFile.Write(path, s => SafeTensorsFile.Write(s, Tensors.Select(t => TensorBytes.Read(t.Name, t.Value)), metadata));
        foreach (string old in Files().Skip(keep)) File.Delete(old);
    }

    /// <summary>Sets everything to what the newest file holds and returns how many steps were made; 0 without a file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or of other settings.</exception>
    public int Load()
    {
        if (Files() is not [var path, .. var older]) return 0;
        string way = older.Length > 0 ? $"Delete this file to go on from {Path.GetFileName(older[0])}." : "Delete it to begin again.";
        var file = Read(path, way);
        var differences = settings.Where(s => file.Metadata.GetValueOrDefault(Setting + s.Key) != s.Value)
            .Select(s => $"{s.Key} is {file.Metadata.GetValueOrDefault(Setting + s.Key, "missing")} there and {s.Value} now").ToArray();
        if (differences.Length > 0)
            throw new InvalidDataException($"{path}: is the checkpoint of another training: {string.Join("; ", differences)}. Use its settings, or delete {folder} to begin again.");
        if (!int.TryParse(file.Metadata.GetValueOrDefault(Step), NumberStyles.None, CultureInfo.InvariantCulture, out int step))
            throw new InvalidDataException($"{path}: does not say after which step it was saved. {way}");
        TensorBytes.WriteAll([.. Tensors], file, path, "this training");
        optimizer.Steps = step;
        return step;
    }

    // The newest first.
    string[] Files() => Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, Prefix + "*" + Suffix).OrderByDescending(f => f, StringComparer.Ordinal)] : [];

    static SafeTensors Read(string path, string way)
    {
        try
        {
            return SafeTensorsFile.Read(path);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{e.Message.TrimEnd('.')}. {way}", e);
        }
    }

    IEnumerable<(string Name, TorchSharp.torch.Tensor Value)> Tensors => state.Concat(optimizer.State);
}
