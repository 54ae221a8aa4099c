namespace Gleaner.Torch;

/// <summary>A classifier as .safetensors with torchvision's key names; <see cref="EncoderFile.Load"/> reads its encoder from the same file.</summary>
public static class ClassifierFile
{
    /// <summary>Writes all weights; the file is replaced as a whole.</summary>
    public static void Save(string path, Classifier classifier)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(classifier);
        AtomicFile.Write(path, s => SafeTensorsFile.Write(s, classifier.State.Select(t => TensorBytes.Read(t.Name, t.Value)), EncoderMetadata.Write(classifier.Options)));
    }

    /// <summary>Reads a classifier, as many classes as its fc has rows.</summary>
    /// <param name="path">A file of <see cref="Save"/>, or a ResNet of torchvision saved as .safetensors.</param>
    /// <param name="options">What the encoder is, for a file that does not say so itself; otherwise ignored.</param>
    /// <exception cref="InvalidDataException">The file is damaged or is of something else.</exception>
    public static Classifier Load(string path, ProxyOptions? options = null)
    {
        var file = SafeTensorsFile.Read(path);
        options = EncoderMetadata.Read(file.Metadata, path) ?? options
            ?? throw new InvalidDataException($"{path}: does not say which encoder it holds (no gleaner.architecture in its metadata); expected a file that gleaner wrote, or its ProxyOptions.");
        if (!file.Tensors.TryGetValue("fc.weight", out var weight) || weight.Shape is not [>= 2 and < 1 << 24, _])
            throw new InvalidDataException($"{path}: has no \"fc.weight\" of two or more rows; expected a classifier. An encoder alone has no classes.");
        var classifier = new Classifier(options, (int)weight.Shape[0], seed: 0);
        try
        {
            TensorBytes.WriteAll([.. classifier.State], file, path, $"{options.Architecture} with fc");
            return classifier;
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }
}
