using System.Globalization;

namespace Gleaner.Torch;

/// <summary>The state of a training between two steps, as one .safetensors file: weights, buffers, Adam's moments, position and settings.</summary>
sealed class Checkpoint(string path, ContrastiveMethod method, Adam adam, IReadOnlyDictionary<string, string> settings)
{
    const string Step = "gleaner.step", Setting = "gleaner.setting.";

    /// <summary>Writes the file; a crash leaves the one before it.</summary>
    public void Save(int step)
    {
        var metadata = settings.ToDictionary(s => Setting + s.Key, s => s.Value);
        metadata[Step] = step.ToString(CultureInfo.InvariantCulture);
        AtomicFile.Write(path, s => SafeTensorsFile.Write(s, Tensors.Select(t => TensorBytes.Read(t.Name, t.Value)), metadata));
    }

    /// <summary>Sets everything to what the file holds and returns how many steps were made; 0 without a file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or of other settings.</exception>
    public int Load()
    {
        if (!File.Exists(path)) return 0;
        var file = SafeTensorsFile.Read(path);
        var differences = settings.Where(s => file.Metadata.GetValueOrDefault(Setting + s.Key) != s.Value)
            .Select(s => $"{s.Key} is {file.Metadata.GetValueOrDefault(Setting + s.Key, "missing")} there and {s.Value} now").ToArray();
        if (differences.Length > 0)
            throw new InvalidDataException($"{path}: is the checkpoint of another training: {string.Join("; ", differences)}. Use its settings, or delete it to begin again.");
        if (!int.TryParse(file.Metadata.GetValueOrDefault(Step), NumberStyles.None, CultureInfo.InvariantCulture, out int step))
            throw new InvalidDataException($"{path}: does not say after which step it was saved. Delete it to begin again.");
        TensorBytes.WriteAll([.. Tensors], file, path, "this training");
        adam.Steps = step;
        return step;
    }

    IEnumerable<(string Name, TorchSharp.torch.Tensor Value)> Tensors => method.State.Concat(adam.State);
}
