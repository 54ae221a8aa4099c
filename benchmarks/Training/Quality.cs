using System.Globalization;
using Gleaner.Torch;

namespace Gleaner.Benchmarks.Training;

/// <summary>Trains one configuration on the sample images and reports its cost and the accuracy of its embedding.</summary>
static class Quality
{
    public sealed record Run
    {
        public int Depth { get; init; } = 10;
        public double Width { get; init; } = .25;
        public ResNetStem Stem { get; init; } = ResNetStem.Conv3Stride2;
        public int View { get; init; }
        public int Batch { get; init; } = 128;
        public double Rate { get; init; } = 1e-3;
        public int Epochs { get; init; } = 50;
        public double Crop { get; init; } = .08;
        public double T { get; init; } = .5;
        public double Gray { get; init; } = .2;
        public double Jitter { get; init; } = .4;
        public int Seed { get; init; }
    }

    public const string Header = "| depth | width | stem | view px | batch | lr | epochs | crop | t | jitter | seed | s | cpu s | views/s | loss | 5-NN | 20-NN | 5-NN head | 20-NN 8 views |";

    public static void Measure(Run r, DecodedImages images, byte[] labels)
    {
        var architecture = new ResNetOptions { Depth = r.Depth, Width = r.Width, Stem = r.Stem };
        using var proxy = Proxy.Create(new ProxyOptions { Architecture = architecture, ImageSize = images.Size }, r.Seed);
        using var method = new SimClr(proxy, new SimClrOptions { Temperature = r.T });
        var views = new ViewRecipe { Size = r.View, CropAreaMin = r.Crop, GrayProbability = r.Gray, Brightness = r.Jitter, Contrast = r.Jitter, Saturation = r.Jitter, Hue = r.Jitter / 4 };
        PretrainingStep last = default;
        var cpu = Environment.CpuUsage.TotalTime;
        if (r.Epochs > 0)
        {
            using var pretrainer = new Pretrainer(images, method, new PretrainerOptions { Epochs = r.Epochs, BatchSize = r.Batch, LearningRate = r.Rate, Seed = r.Seed, Views = new(views) });
            foreach (var step in pretrainer.Run()) last = step;
        }
        double cpuSeconds = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, imagesDone = (double)last.Step * r.Batch;
        double seconds = last.ImagesPerSecond > 0 ? imagesDone / last.ImagesPerSecond : 0;

        double Score(EmbedderOutput output, int k, int count)
        {
            var embedder = new Embedder(proxy, new EmbedderOptions { Output = output, Views = count, Recipe = views });
            return 100 * NearestNeighbours.Accuracy(embedder.Embed(images), embedder.Dimension, labels, k);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {r.Depth} | {r.Width} | {r.Stem} | {(r.View == 0 ? images.Size : r.View)} | {r.Batch} | {r.Rate} | {r.Epochs} | {r.Crop} | {r.T} | {r.Jitter} | {r.Seed} | {seconds:F0} | {cpuSeconds:F0} | {2 * last.ImagesPerSecond:F0} | {last.Loss:F3} | {Score(EmbedderOutput.Encoder, 5, 0):F1} | {Score(EmbedderOutput.Encoder, 20, 0):F1} | {Score(EmbedderOutput.Head, 5, 0):F1} | {Score(EmbedderOutput.Encoder, 20, 8):F1} |"));
    }
}
