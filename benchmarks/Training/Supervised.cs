using System.Diagnostics;
using System.Globalization;
using Gleaner.Torch;

namespace Gleaner.Benchmarks.Training;

/// <summary>Trains classifiers with labels on the sample images, and on halves of them chosen by each supervised score; reports test accuracies and how the scores agree.</summary>
static class Supervised
{
    public static void Measure(int epochs, int runs)
    {
        var (images, labels) = FashionMnist.Load();
        var (test, testLabels) = FashionMnist.Load("t10k");
        int[] y = [.. labels.Select(l => (int)l)], testY = [.. testLabels.Select(l => (int)l)];
        var network = new ProxyOptions { Architecture = new ResNetOptions { Depth = 10, Width = .25, Stem = ResNetStem.Conv3Stride2 }, ImageSize = images.Size };
        var options = new SupervisedTrainerOptions { Epochs = epochs };

        var watch = Stopwatch.StartNew();
        using var classifier = Classifier.Create(network, 10, seed: 0);
        using var trainer = new SupervisedTrainer(images, y, classifier, options);
        Console.WriteLine("| epoch | training accuracy | test top-1 | test top-5 | test loss | images/s |\n|---|---|---|---|---|---|");
        double right = 0;
        foreach (var step in trainer.Run())
        {
            right += step.Accuracy / trainer.StepsPerEpoch;
            if (!step.EndsEpoch) continue;
            var accuracy = ClassifierAccuracy.Of(classifier, test, testY);
            Print($"| {step.Epoch} | {100 * right:F1} | {100 * accuracy.Top1:F1} | {100 * accuracy.Top5:F1} | {accuracy.Loss:F3} | {step.ImagesPerSecond:F0} |");
            right = 0;
        }
        var early = EarlyScores.Average(images, y, network, 10, options, new EarlyScoresOptions { Runs = runs, El2nEpoch = epochs / 10, GrandEpoch = epochs / 10, ExactGrand = true });
        var start = EarlyScores.Average(images, y, network, 10, options, new EarlyScoresOptions { Runs = runs, El2nEpoch = 0, ExactGrand = true });
        var scores = trainer.Scores() with { El2n = early.El2n, Grand = early.Grand, GrandLastLayer = early.GrandLastLayer, FinalConfidence = ImageScores.Confidence(classifier, images, y) };
        Print($"Never learned {scores.Learned!.Count(l => !l)}, never forgotten {scores.ForgettingEvents!.Where((e, j) => e == 0 && scores.Learned![j]).Count()} of {images.Count}; EL2N and GraNd after {epochs / 10} epochs, {runs} runs; {watch.Elapsed.TotalSeconds:F0} s");

        var columns = Enum.GetValues<SupervisedScore>().Select(s => (Name: s.ToString(), Values: scores.Values(s)!))
            .Append((Name: "Grand at first weights", Values: start.Grand!)).Append((Name: "GrandLastLayer at first weights", Values: start.GrandLastLayer!)).ToArray();
        Console.WriteLine($"| Spearman | {string.Join(" | ", columns.Select(c => c.Name))} |\n|---|{string.Concat(columns.Select(_ => "---|"))}");
        foreach (var (name, values) in columns) Print($"| {name} | {string.Join(" | ", columns.Select(c => RankCorrelation.Spearman(values, c.Values)?.ToString("F2", CultureInfo.InvariantCulture) ?? ""))} |");

        Console.WriteLine("| half, balanced over the classes, same number of steps | test top-1, seeds 0, 1 |\n|---|---|");
        foreach (var (name, order) in Halves(scores, y, images.Count))
        {
            var tops = new[] { 0, 1 }.Select(seed => Top1([.. order.Take(images.Count / 2)], seed));
            Print($"| {name} | {string.Join(", ", tops.Select(t => (100 * t).ToString("F1", CultureInfo.InvariantCulture)))} |");
        }

        double Top1(int[] subset, int seed)
        {
            using var fresh = Classifier.Create(network, 10, seed);
            using var again = new SupervisedTrainer(images, y, fresh, options with { Subset = subset, Steps = trainer.TotalSteps, Seed = seed });
            foreach (var _ in again.Run()) { }
            return ClassifierAccuracy.Of(fresh, test, testY).Top1;
        }
    }

    static IEnumerable<(string Name, IEnumerable<int> Order)> Halves(SupervisedScores scores, int[] labels, int count)
    {
        yield return ("random", RandomSelector.RankBalanced(LatentPartition.FromLabels(labels), seed: 0).Order);
        foreach (var score in (SupervisedScore[])[SupervisedScore.Forgetting, SupervisedScore.El2n, SupervisedScore.Grand, SupervisedScore.Confidence])
            foreach (var first in Enum.GetValues<DifficultyOrder>())
                yield return ($"{score}, {first}", scores.Order(score, first, labels));
    }

    static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
