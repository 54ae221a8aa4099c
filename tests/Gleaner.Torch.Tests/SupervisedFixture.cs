using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

/// <summary>What PyTorch computed (tests/fixtures/torch/make_supervised.py), and the classifier it used.</summary>
static class SupervisedFixture
{
    static readonly SafeTensors File = SafeTensorsFile.Read(Path.Combine(AppContext.BaseDirectory, "fixtures", "supervised.safetensors"));

    public static float[] Numbers(string name) => MemoryMarshal.Cast<byte, float>(File.Tensors[name].Data.Span).ToArray();

    public static Classifier Classifier(double lastLayerScale = 1)
    {
        var classifier = LabeledImages.Tiny(classes: 5);
        PyTorch.Fill(classifier.State);
        using var _ = no_grad();
        classifier.State.Single(t => t.Name == "fc.weight").Value.mul_(lastLayerScale);
        return classifier;
    }

    public static void AssertClose(string name, IReadOnlyList<double> found, double tolerance)
    {
        float[] expected = Numbers(name);
        Assert.Equal(expected.Length, found.Count);
        for (int j = 0; j < expected.Length; j++) Assert.Equal(expected[j], found[j], tolerance * expected.Max(Math.Abs));
    }
}
