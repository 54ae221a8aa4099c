using System.Text.Json;
using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

public sealed class ClassifierTests
{
    // BN over six positions in the last stage turns a rounding of the first step into a hundred in the second (MethodTests).
    const double AfterTwoSteps = 1e-3;

    [Fact]
    public void Two_steps_of_SGD_are_PyTorchs()
    {
        using var scope = NewDisposeScope();
        using var classifier = SupervisedFixture.Classifier();
        using var sgd = Optimizer.Create(classifier.Parameters, new SupervisedTrainerOptions().Optimizer);
        var losses = new List<float>();

        classifier.Train(true);
        for (int k = 0; k < 2; k++)
        {
            sgd.ZeroGradients();
            var y = tensor([.. Enumerable.Range(0, 6).Select(i => (2L * i + k) % 5)]);
            var loss = nn.functional.cross_entropy(classifier.Logits(ChannelsLast.Of(PyTorch.Formula([6, 3, 8, 8], 0.5 + k))), y);
            loss.backward();
            sgd.Step(0.1, 0.1);
            losses.Add(loss.item<float>());
        }

        var state = classifier.State.ToDictionary(t => t.Name, t => t.Value);
        PyTorch.AssertClose(SupervisedFixture.Numbers("sgd.losses"), tensor(losses.ToArray()), AfterTwoSteps);
        PyTorch.AssertClose(SupervisedFixture.Numbers("sgd.conv1"), state["conv1.weight"], AfterTwoSteps);
        PyTorch.AssertClose(SupervisedFixture.Numbers("sgd.fc.weight"), state["fc.weight"], AfterTwoSteps);
        PyTorch.AssertClose(SupervisedFixture.Numbers("sgd.fc.bias"), state["fc.bias"], AfterTwoSteps);
        PyTorch.AssertClose(SupervisedFixture.Numbers("sgd.bn1.running_mean"), state["bn1.running_mean"], AfterTwoSteps);
    }

    [Fact]
    public void Names_are_torchvisions_with_fc()
    {
        using var classifier = Classifier.Create(new ProxyOptions { Architecture = new ResNetOptions { Depth = 18, Stem = ResNetStem.Conv7Stride2Pool }, ImageSize = 64 }, 1000, 0);
        using var keys = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "fixtures", "torchvision_keys.json")));

        var expected = keys.RootElement.GetProperty("resnet18").EnumerateObject().ToDictionary(k => k.Name, k => k.Value.EnumerateArray().Select(n => n.GetInt64()).ToArray());
        expected["fc.weight"] = [1000, 512];
        expected["fc.bias"] = [1000];

        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), classifier.State.Select(t => t.Name).Order(StringComparer.Ordinal));
        Assert.All(classifier.State, t => Assert.Equal(expected[t.Name], t.Value.shape));
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights()
    {
        using Classifier one = LabeledImages.Tiny(), again = LabeledImages.Tiny(), other = LabeledImages.Tiny(seed: 2);
        static byte[] Bytes(Classifier c) => [.. c.State.SelectMany(t => PyTorch.Bytes(t.Value))];

        Assert.Equal(Bytes(one), Bytes(again));
        Assert.NotEqual(Bytes(one), Bytes(other));
    }

    [Fact]
    public void A_file_gives_back_the_classifier_and_its_encoder()
    {
        using var folder = new TestFolder();
        using var classifier = SupervisedFixture.Classifier();
        var (images, labels) = LabeledImages.OfFixture();
        ClassifierFile.Save(folder["c.safetensors"], classifier);

        using var loaded = ClassifierFile.Load(folder["c.safetensors"]);
        using var proxy = EncoderFile.Load(folder["c.safetensors"]);

        Assert.Equal(5, loaded.Classes);
        Assert.Equal(classifier.Options, loaded.Options);
        Assert.Equal(ImageScores.El2n(classifier, images, labels), ImageScores.El2n(loaded, images, labels));
        Assert.Equal(PyTorch.Bytes(classifier.Encoder.state_dict()["conv1.weight"]), PyTorch.Bytes(proxy.Encoder.state_dict()["conv1.weight"]));
    }

    [Fact]
    public void An_encoder_alone_is_no_classifier()
    {
        using var folder = new TestFolder();
        using var proxy = Proxy.Create(TestPool.Tiny(), 1);
        EncoderFile.Save(folder["e.safetensors"], proxy);

        Assert.Contains("has no \"fc.weight\"", Assert.Throws<InvalidDataException>(() => ClassifierFile.Load(folder["e.safetensors"])).Message);
    }

    [Fact]
    public void Accuracy_counts_what_sorting_the_logits_gives()
    {
        using var scope = NewDisposeScope();
        using var classifier = LabeledImages.Tiny(classes: 8);
        using var images = TestPool.Images(40);
        int[] labels = [.. Enumerable.Range(0, 40).Select(i => i * i % 7)];   // 0, 1, 2, 4: the others have no images
        classifier.Train(false);
        using var batch = new ViewBatch(40, 8);
        ClassifierPass.Plain(classifier, images).MakePlainBatch(images, [.. Enumerable.Range(0, 40)], batch.Pixels(0, 40));
        float[][] logits = [.. PyTorch.Values(classifier.Logits(batch.Images)).Chunk(8)];
        int[][] best = [.. logits.Select(row => Enumerable.Range(0, 8).OrderByDescending(k => row[k]).ToArray())];

        var found = ClassifierAccuracy.Of(classifier, images, labels);

        Assert.Equal(40, found.Images);
        Assert.Equal(best.Select((b, i) => b[0] == labels[i] ? 1.0 : 0).Average(), found.Top1, 1e-12);
        Assert.Equal(best.Select((b, i) => b[..5].Contains(labels[i]) ? 1.0 : 0).Average(), found.Top5, 1e-12);
        Assert.Equal(logits.Select((row, i) => -Math.Log(Math.Exp(row[labels[i]]) / row.Sum(l => Math.Exp(l)))).Average(), found.Loss, 1e-6);
        for (int k = 0; k < 8; k++)
        {
            var own = best.Where((_, i) => labels[i] == k).Select(b => b[0] == k ? 1.0 : 0).ToArray();
            Assert.Equal(own.Length, found.ClassImages[k]);
            Assert.Equal(own.Length == 0 ? null : own.Average(), found.PerClass[k]);
        }
    }

    [Fact]
    public void Blocks_and_subsets_do_not_matter_to_accuracy()
    {
        using var classifier = LabeledImages.Tiny();
        var (images, labels) = LabeledImages.Squares(600);                    // two whole blocks and a rest

        var whole = ClassifierAccuracy.Of(classifier, images, labels);
        var parts = new[] { 0, 1 }.Select(half => ClassifierAccuracy.Of(classifier, images, labels, [.. Enumerable.Range(half * 300, 300)])).ToArray();

        Assert.Equal(whole.Top1, parts.Average(p => p.Top1), 1e-12);
        Assert.Equal(whole.Loss, parts.Average(p => p.Loss), 1e-6);
    }

    [Fact]
    public void Evaluating_leaves_the_modes_and_gradients_as_they_were()
    {
        using var classifier = LabeledImages.Tiny();
        var (images, labels) = LabeledImages.Squares();
        classifier.Train(true);
        var bn = classifier.Encoder.modules().OfType<TorchSharp.Modules.BatchNorm2d>().First();
        bn.eval();                                                            // a caller who freezes one layer
        byte[] before = [.. classifier.State.SelectMany(t => PyTorch.Bytes(t.Value))];
        long tensors = Tensor.TotalCount;

        ClassifierAccuracy.Of(classifier, images, labels);
        ImageScores.Grand(classifier, images, labels);

        Assert.Equal(tensors, Tensor.TotalCount);
        Assert.True(classifier.Encoder.training);
        Assert.False(bn.training);
        Assert.Equal(before, (byte[])[.. classifier.State.SelectMany(t => PyTorch.Bytes(t.Value))]);
        Assert.All(classifier.Parameters, p => Assert.Null(p.Value.grad));
    }

    [Theory]
    [InlineData(new float[] { 1, 3, 2 }, 1, 0)]
    [InlineData(new float[] { 1, 3, 2 }, 0, 2)]
    [InlineData(new float[] { 2, 2, 2 }, 0, 0)]
    [InlineData(new float[] { 2, 2, 2 }, 2, 2)]
    [InlineData(new[] { float.NaN, float.NaN, float.NaN }, 0, 2)]
    public void Places_count_the_classes_before_and_no_number_is_never_right(float[] logits, int label, int expected) => Assert.Equal(expected, Softmax.Place(logits, label));

    [Fact]
    public void Wrong_labels_and_images_are_refused()
    {
        using var classifier = LabeledImages.Tiny();
        var (images, labels) = LabeledImages.Squares();

        Assert.Contains("Image 1 has label 3; expected 0 to 2", Assert.Throws<ArgumentException>(() => ClassifierAccuracy.Of(classifier, images, [0, 3, .. labels[2..]])).Message);
        Assert.Contains("29 labels; expected 30", Assert.Throws<ArgumentException>(() => ClassifierAccuracy.Of(classifier, images, labels[1..])).Message);
        Assert.Contains("index 30; expected 0 to 29", Assert.Throws<ArgumentException>(() => ImageScores.El2n(classifier, images, labels, [30])).Message);
        Assert.Contains("16 px; expected 8", Assert.Throws<ArgumentException>(() => ClassifierAccuracy.Of(classifier, TestPool.Images(30, 16), labels)).Message);
    }
}
