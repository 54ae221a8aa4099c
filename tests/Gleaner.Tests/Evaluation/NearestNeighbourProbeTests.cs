using System.Text.Json;
using CsCheck;
using Xunit;

namespace Gleaner.Tests.Evaluation;

public class NearestNeighbourProbeTests
{
    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public void Plain_votes_are_those_of_scikit_learn(int fixture)
    {
        var oracle = Oracles.Of("neighbours", fixture);
        var training = Oracles.Rows(90, 6, 4);
        var asked = Oracles.Rows(40, 6, 4, offset: 1);
        double[] predicted = oracle.Numbers("predicted");

        // Labelled as scikit-learn names them, every image must be right.
        var result = NearestNeighbourProbe.Evaluate(training, new LabeledRows(asked.Values, 6, Array.ConvertAll(predicted, p => (int)p)), new() { Neighbours = oracle.Integer("k"), Temperature = null });

        Assert.Equal(1, result.Test.Top1);
        Assert.Equal(oracle.Integer("k"), result.Neighbours);
    }

    [Fact]
    public void Votes_are_those_of_a_plain_loop() =>
        Gen.Select(Gen.Int[2, 60], Gen.Int[1, 12], Gen.Int[1, 8], Gen.Int[1, 70], Gen.Bool, Gen.Bool, Gen.ULong).Sample((n, d, classes, k, weighted, same, seed) =>
        {
            var training = Tied(n, d, Math.Min(classes, n), seed);
            var test = same ? training : Tied(20, d, Math.Min(classes, n), seed + 1);
            double? temperature = weighted ? 0.1 : null;

            var options = new NearestNeighbourOptions { Neighbours = k, Temperature = temperature, Threads = 2 };
            var found = same ? NearestNeighbourProbe.LeaveOneOut(training, options) : NearestNeighbourProbe.Evaluate(training, test, options);

            int[] places = [.. Enumerable.Range(0, test.Count).Select(i => PlaceByPlainLoop(training, test, i, k, temperature, same))];
            Assert.Equal(places.Count(p => p == 0) / (double)test.Count, found.Test.Top1);
            if (found.Test.Top5 is { } top5) Assert.Equal(places.Count(p => p < 5) / (double)test.Count, top5);
            Assert.Equal(found.Test.Top5 is not null, found.Test.Classes.Count > 5);
            Assert.Equal(test.Count, found.Test.Classes.Sum(c => c.Images));
        }, iter: 60);

    [Fact]
    public void The_temperature_decides_between_one_near_and_two_far_neighbours()
    {
        var training = new LabeledRows(new float[] { 1, 0, 0.6f, 0.8f, 0.6f, -0.8f }, 2, new[] { 1, 2, 2 });
        var test = new LabeledRows(new float[] { 3, 0 }, 2, new[] { 1 });

        Assert.Equal(0, NearestNeighbourProbe.Evaluate(training, test, new() { Neighbours = 3, Temperature = null }).Test.Top1);
        Assert.Equal(0, NearestNeighbourProbe.Evaluate(training, test, new() { Neighbours = 3, Temperature = 0.7 }).Test.Top1); // 2 exp(-0.4 / 0.7) = 1.13
        Assert.Equal(1, NearestNeighbourProbe.Evaluate(training, test, new() { Neighbours = 3, Temperature = 0.5 }).Test.Top1); // 2 exp(-0.4 / 0.5) = 0.90
        Assert.Equal(1, NearestNeighbourProbe.Evaluate(training, test, new() { Neighbours = 3, Temperature = 0.0001 }).Test.Top1);
    }

    [Fact]
    public void The_thread_count_changes_nothing_and_the_result_is_json()
    {
        var rows = Oracles.Clustered(700, 16, 7, spread: 3);

        string one = JsonSerializer.Serialize(NearestNeighbourProbe.LeaveOneOut(rows, new() { Threads = 1 }));

        Assert.Equal(one, JsonSerializer.Serialize(NearestNeighbourProbe.LeaveOneOut(rows, new() { Threads = 5 })));
        Assert.Contains("\"Neighbours\":20,\"Temperature\":0.07", one);
    }

    // Small integers, so that many cosines are equal.
    static LabeledRows Tied(int n, int d, int classes, ulong seed)
    {
        var random = new SplitMix64(seed);
        var values = new float[n * d];
        foreach (ref float v in values.AsSpan()) v = random.NextIndex(3) - 1;
        return new LabeledRows(values, d, Enumerable.Range(0, n).Select(i => i % classes).ToArray());
    }

    static int PlaceByPlainLoop(LabeledRows training, LabeledRows test, int i, int k, double? temperature, bool same)
    {
        var unit = EmbeddingMatrix.Normalize(training.Values.ToArray(), training.Count, training.Dimension, out _);
        var asked = EmbeddingMatrix.Normalize(test.Values.ToArray(), test.Count, test.Dimension, out _);
        var nearest = Enumerable.Range(0, training.Count).Where(j => !same || j != i).Select(j => (Index: j, Cosine: Dot(asked.Row(i), unit.Row(j))))
            .OrderByDescending(p => p.Cosine).ThenBy(p => p.Index).Take(k).ToArray();
        var votes = new double[training.Labels.ToArray().Distinct().Count()];
        foreach (var (j, s) in nearest) votes[training.Labels.Span[j]] += temperature is { } t ? Math.Exp(((double)s - nearest[0].Cosine) / t) : 1;
        int own = test.Labels.Span[i];
        return votes[own] == 0 ? int.MaxValue : Enumerable.Range(0, votes.Length).Count(c => votes[c] > votes[own] || votes[c] == votes[own] && c < own);
    }

    static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (int c = 0; c < a.Length; c++) sum = MathF.FusedMultiplyAdd(a[c], b[c], sum);
        return sum;
    }
}
