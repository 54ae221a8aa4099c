using System.Text.Json;
using CsCheck;
using Xunit;

namespace Gleaner.Tests.Evaluation;

public class LinearProbeTests
{
    static readonly LinearProbeOptions Exact = new() { Tolerance = 1e-7, MaxIterations = 5000, Threads = 1 }; // about float32's rounding of the gradient

    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public void Weights_and_probabilities_are_those_of_scikit_learn(int fixture)
    {
        var oracle = Oracles.Of("logistic", fixture);
        int n = oracle.Integer("n"), d = oracle.Integer("d"), classes = oracle.Integer("classes");
        var rows = Oracles.Rows(n, d, classes);
        int[] all = [.. Enumerable.Range(0, n)];

        var fit = Fit(rows, oracle.Number("weightDecay"), Exact with { Tolerance = 5e-6 });

        Assert.True(fit.Converged);
        int stride = Standardization.Of(rows.Features, all).Stride;
        double[] weights = [.. Enumerable.Range(0, classes).SelectMany(k => fit.Parameters[(k * stride)..(k * stride + d)])];
        double[] intercepts = fit.Parameters[(classes * stride)..];
        double tolerance = 5e-6 / oracle.Number("weightDecay"); // what a gradient of 5e-6 can hide
        AssertClose(oracle.Numbers("weights"), weights, tolerance);
        AssertClose(oracle.Numbers("intercepts"), intercepts, tolerance);
        AssertClose(oracle.Numbers("probabilities"), Probabilities(rows, all, fit.Parameters, classes)[..(5 * classes)], 2e-4);
        var (_, loss) = fit.Judge(rows.Features, all, rows.Labels.ToArray(), 1, default);
        Assert.Equal(oracle.Number("logLoss"), loss / n, 1e-5);
    }

    [Fact]
    public void The_gradient_is_that_of_the_loss() => Gen.Select(Gen.Int[1, 150], Gen.Int[1, 40], Gen.Int[2, 20], Gen.ULong).Sample((n, d, classes, seed) =>
    {
        var rows = RandomRows.Uniform(n, d, seed);
        int stride = WeightedSums.RoundUp(d, WeightedSums.Coordinates);
        var padded = new float[n * stride];
        for (int i = 0; i < n; i++) rows.Row(i).CopyTo(padded.AsSpan(i * stride));
        var random = new SplitMix64(seed);
        int[] classOf = [.. Enumerable.Range(0, n).Select(i => i % classes)];
        var regression = new SoftmaxRegression(padded, stride, classOf, classes, threads: 2);
        double[] x = new double[regression.Parameters], gradient = new double[x.Length], numeric = new double[x.Length];
        for (int k = 0; k < x.Length; k++) x[k] = k >= classes * stride || k % stride < d ? 2 * random.NextDouble() - 1 : 0;

        double value = regression.Evaluate(x, 0.3, gradient, default);

        Assert.Equal(PlainLoss(padded, stride, classOf, classes, x, 0.3), value, 1e-6);
        for (int k = 0; k < x.Length; k += 29)
        {
            if (k < classes * stride && k % stride >= d) continue; // filled up with zeros
            double at = x[k];
            const double H = 1e-5;
            x[k] = at + H;
            double above = PlainLoss(padded, stride, classOf, classes, x, 0.3);
            x[k] = at - H;
            double below = PlainLoss(padded, stride, classOf, classes, x, 0.3);
            x[k] = at;
            Assert.Equal((above - below) / (2 * H), gradient[k], 2e-6);
        }
    }, iter: 20);

    [Fact]
    public void Lbfgs_finds_the_minimum_of_a_quadratic_and_of_Rosenbrock_s_valley()
    {
        double[] scales = [1, 10, 100, 1e4];
        var quadratic = new Lbfgs((x, g) =>
        {
            double sum = 0;
            for (int k = 0; k < x.Length; k++) (g[k], sum) = (scales[k] * (x[k] - k), sum + scales[k] / 2 * (x[k] - k) * (x[k] - k));
            return sum;
        }).Minimize([5, -3, 8, 1], 200, 1e-9);
        var valley = new Lbfgs((x, g) =>
        {
            double a = 1 - x[0], b = x[1] - x[0] * x[0];
            (g[0], g[1]) = (-2 * a - 400 * x[0] * b, 200 * b);
            return a * a + 100 * b * b;
        }).Minimize([-1.2, 1], 200, 1e-8);

        Assert.True(quadratic.Converged && valley.Converged);
        AssertClose([0, 1, 2, 3], quadratic.X, 1e-8);
        AssertClose([1, 1], valley.X, 1e-7);
        Assert.InRange(valley.Iterations, 10, 60);
    }

    // With one constant feature the weights stay 0, so the intercepts alone must give the classes' shares: the closed form.
    [Fact]
    public void Without_information_the_probabilities_are_the_classes_shares()
    {
        int[] labels = [.. Enumerable.Repeat(0, 50).Concat(Enumerable.Repeat(1, 30)).Concat(Enumerable.Repeat(2, 20))];
        var rows = new LabeledRows(Enumerable.Repeat(3.7f, 100).ToArray(), 1, labels);

        var fit = Fit(rows, 1e-3, Exact);

        AssertClose([0.5, 0.3, 0.2], Probabilities(rows, [0], fit.Parameters, 3), 1e-6);
        AssertClose(new double[3], [fit.Parameters[0], fit.Parameters[32], fit.Parameters[64]], 1e-12);
    }

    [Fact]
    public void Scaling_and_shifting_a_feature_changes_nothing()
    {
        var rows = Oracles.Rows(200, 6, 4);
        float[] scaled = [.. rows.Values.ToArray().Select((v, at) => at % 6 == 2 ? 1024 * v : at % 6 == 4 ? v - 8 : v)];

        var one = Evaluate(rows, Oracles.Rows(100, 6, 4, offset: 1));
        var other = Evaluate(new LabeledRows(scaled, 6, rows.Labels), Transform(Oracles.Rows(100, 6, 4, offset: 1)));

        Assert.Equal(one.WeightDecay, other.WeightDecay);
        Assert.Equal(one.Test.Top1, other.Test.Top1, 0.011); // one image of 100 may lie on an edge
        for (int g = 0; g < one.Grid.Count; g++) Assert.Equal(one.Grid[g].ValidationLoss!.Value, other.Grid[g].ValidationLoss!.Value, 1e-3);

        static LabeledRows Transform(LabeledRows test) => new(test.Values.ToArray().Select((v, at) => at % 6 == 2 ? 1024 * v : at % 6 == 4 ? v - 8 : v).ToArray(), 6, test.Labels);
        static LinearProbeResult Evaluate(LabeledRows training, LabeledRows test) => LinearProbe.Evaluate(training, test, Exact with { Tolerance = 1e-6, WeightDecays = [1e-3, 1e-2, 0.1] });
    }

    [Fact]
    public void Permuted_rows_and_renamed_classes_give_the_same_fit()
    {
        var rows = Oracles.Rows(150, 5, 3);
        int[] order = [.. Enumerable.Range(0, 150)];
        new SplitMix64(4).Shuffle(order);
        var permuted = rows.Select(order);
        var renamed = new LabeledRows(permuted.Values, 5, permuted.Labels.ToArray().Select(label => 7 - label).ToArray());

        double[] one = Fit(rows, 0.01, Exact with { Tolerance = 1e-6 }).Parameters, other = Fit(renamed, 0.01, Exact with { Tolerance = 1e-6 }).Parameters;

        int stride = one.Length / 3 - 1;
        for (int k = 0; k < 3; k++)
            AssertClose(one[(k * stride)..((k + 1) * stride)], other[((2 - k) * stride)..((3 - k) * stride)], 1e-4);
    }

    [Fact]
    public void Separable_classes_are_told_apart_and_labels_may_be_any_integers()
    {
        var training = Oracles.Clustered(300, 20, 7, spread: 0.3);
        var test = Oracles.Clustered(140, 20, 7, spread: 0.3);

        var result = LinearProbe.Evaluate(training, test);

        Assert.Equal((1.0, 1.0, 1.0), (result.Test.Top1, result.Test.Top5!.Value, result.TrainingAccuracy));
        Assert.Equal([10, 20, 30, 40, 50, 60, 70], result.Test.Classes.Select(k => k.Label));
        Assert.All(result.Test.Classes, k => Assert.Equal((20, 20, 1.0), (k.Images, k.Correct, k.Accuracy!.Value)));
        Assert.Equal(300, result.TrainingImages);
        Assert.InRange(result.ValidationImages, 28, 32);
        Assert.True(result.Converged);
    }

    [Fact]
    public void The_thread_count_changes_nothing()
    {
        var training = Oracles.Clustered(900, 20, 6, spread: 2);
        var test = Oracles.Clustered(300, 20, 6, spread: 2, seed: 1);

        string[] results = [.. new[] { 1, 2, 5 }.Select(threads => JsonSerializer.Serialize(LinearProbe.Evaluate(training, test, new() { Threads = threads })))];

        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
        Assert.Contains("\"Top1\":", results[0]);
    }

    [Fact]
    public void Nothing_but_the_score_depends_on_the_test_images()
    {
        var training = Oracles.Rows(200, 6, 4);
        var test = Oracles.Rows(80, 6, 4, offset: 1);
        var poisoned = new LabeledRows(test.Values.ToArray().Select(v => -1000 * v).ToArray(), 6, test.Labels);

        var one = LinearProbe.Evaluate(training, test);
        var other = LinearProbe.Evaluate(training, poisoned);

        Assert.NotEqual(one.Test.Top1, other.Test.Top1);
        Assert.Equal(Learned(one), Learned(other));

        static string Learned(LinearProbeResult r) => JsonSerializer.Serialize(r with { Test = new ProbeScore(0, 0, null, []) });
    }

    [Fact]
    public void The_weight_decay_is_the_best_of_the_grid_on_held_out_images_and_an_edge_is_said()
    {
        var training = Oracles.Clustered(400, 30, 4, spread: 4);
        var test = Oracles.Clustered(100, 30, 4, spread: 4);

        var result = LinearProbe.Evaluate(training, test, new() { Folds = 4 });
        var edge = LinearProbe.Evaluate(training, test, new() { Folds = 4, WeightDecays = [1e-5, 1e-6] });

        Assert.Equal(400, result.ValidationImages);
        Assert.Equal(result.Grid.Max(trial => trial.ValidationAccuracy), result.Grid.Single(trial => trial.WeightDecay == result.WeightDecay).ValidationAccuracy);
        Assert.Equal(result.Grid.OrderBy(trial => trial.WeightDecay), result.Grid);
        Assert.Equal(edge.WeightDecay == 1e-6 ? "smallest" : "largest", Assert.Single(edge.Remarks).Split(' ')[5]);
        Assert.True(edge.IsAtGridEdge);
    }

    [Theory, InlineData(1), InlineData(3)]
    public void Held_out_images_are_stratified_and_no_class_loses_its_last(int folds)
    {
        int[] labels = [.. Enumerable.Range(0, 97).Select(i => i % 2), 5, 6, 6];
        var classes = LatentPartition.FromLabels(labels);

        var dealt = ValidationFolds.Deal([.. Enumerable.Range(0, 100).Select(classes.ClassOf)], classes.Classes, folds, share: 0.2, seed: 3);

        foreach (var (fit, heldOut) in dealt)
        {
            Assert.Equal(Enumerable.Range(0, 100), fit.Concat(heldOut).Order());
            Assert.Equal(4, fit.Select(classes.ClassOf).Distinct().Count());
            Assert.DoesNotContain(97, heldOut);
            Assert.InRange(heldOut.Count(i => labels[i] == 0) - heldOut.Count(i => labels[i] == 1), -1, 1);
        }
        if (folds == 3) Assert.Equal(99, dealt.SelectMany(fold => fold.HeldOut).Distinct().Count());
        else Assert.Equal(10 + 10 + 1, dealt.Single().HeldOut.Length);
    }

    [Fact]
    public void Classes_of_one_image_leave_nothing_to_choose_by_and_the_result_says_so()
    {
        var training = Oracles.Clustered(4, 8, 4, spread: 0.1);

        var result = LinearProbe.Evaluate(training, training);

        Assert.False(result.IsChosenByValidation);
        Assert.Equal(0.01, result.WeightDecay);
        Assert.Contains("middle of the grid", result.Remarks[0]);
        Assert.All(result.Grid, trial => Assert.Null(trial.ValidationAccuracy));
        Assert.Equal(1, result.Test.Top1);
    }

    [Fact]
    public void Bad_input_is_refused_in_words()
    {
        var rows = Oracles.Rows(20, 3, 2);
        var stranger = new LabeledRows(new float[3], 3, new[] { 9 });

        Assert.Contains("Test image 0 has label 9", Assert.Throws<ArgumentException>(() => LinearProbe.Evaluate(rows, stranger)).Message);
        Assert.Contains("4 numbers, training rows 3", Assert.Throws<ArgumentException>(() => LinearProbe.Evaluate(rows, Oracles.Rows(20, 4, 2))).Message);
        Assert.Contains("at least two classes", Assert.Throws<ArgumentException>(() => LinearProbe.Evaluate(Oracles.Rows(20, 3, 1), rows)).Message);
        Assert.Contains("Row 1 holds a number", Assert.Throws<ArgumentException>(() => new LabeledRows(new[] { 1, float.NaN }, 1, new[] { 0, 1 })).Message);
        Assert.Contains("5 numbers for 2 labels", Assert.Throws<ArgumentException>(() => new LabeledRows(new float[5], 2, new[] { 0, 1 })).Message);
    }

    [Fact]
    public void It_can_be_watched_and_stopped()
    {
        var rows = Oracles.Rows(60, 5, 3);
        using var source = new CancellationTokenSource();
        var steps = new List<LinearProbeStep>();

        Assert.ThrowsAny<OperationCanceledException>(() => LinearProbe.Evaluate(rows, rows, new() { Threads = 1 }, new Watch(step =>
        {
            steps.Add(step);
            if (step.Fit == 3) source.Cancel();
        }), source.Token));

        Assert.Equal(10, steps[0].Fits);
        Assert.Equal(100, steps[0].WeightDecay);
        Assert.Equal(3, steps[^1].Fit);
    }

    sealed class Watch(Action<LinearProbeStep> seen) : IProgress<LinearProbeStep>
    {
        public void Report(LinearProbeStep value) => seen(value);
    }

    static LinearFit Fit(LabeledRows rows, double weightDecay, LinearProbeOptions options)
    {
        int[] all = [.. Enumerable.Range(0, rows.Count)];
        var classes = LatentPartition.FromLabels(rows.Labels.Span);
        return LinearFit.Of(rows.Features, all, Array.ConvertAll(all, classes.ClassOf), classes.Classes, Standardization.Of(rows.Features, all), weightDecay, null, options.Fit, null, default);
    }

    static double[] Probabilities(LabeledRows rows, int[] images, double[] parameters, int classes)
    {
        var standardization = Standardization.Of(rows.Features, [.. Enumerable.Range(0, rows.Count)]);
        var x = standardization.Apply(rows.Features, images);
        int stride = standardization.Stride;
        var logits = new double[images.Length * classes];
        SoftmaxRegression.Logits(x, SoftmaxRegression.Pack(parameters, stride, classes), parameters.AsSpan(classes * stride), images.Length, logits);
        return [.. logits.Chunk(classes).SelectMany(row => row.Select(v => Math.Exp(v) / row.Sum(Math.Exp)))];
    }

    static double PlainLoss(float[] rows, int stride, int[] classOf, int classes, double[] x, double decay)
    {
        double loss = 0;
        for (int i = 0; i < classOf.Length; i++)
        {
            double[] z = [.. Enumerable.Range(0, classes).Select(k => Enumerable.Range(0, stride).Sum(c => x[k * stride + c] * rows[i * stride + c]) + x[classes * stride + k])];
            loss += Math.Log(z.Sum(Math.Exp)) - z[classOf[i]];
        }
        return loss / classOf.Length + decay / 2 * x.Take(classes * stride).Sum(w => w * w);
    }

    static void AssertClose(double[] expected, double[] found, double tolerance)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++) Assert.True(Math.Abs(expected[i] - found[i]) <= tolerance, $"{i}: expected {expected[i]}, found {found[i]}");
    }
}
