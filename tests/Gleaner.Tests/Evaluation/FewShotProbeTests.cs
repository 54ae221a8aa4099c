using System.Text.Json;
using Xunit;

namespace Gleaner.Tests.Evaluation;

public class FewShotProbeTests
{
    [Fact]
    public void Draws_take_their_share_of_every_class_and_at_least_one()
    {
        int[] labels = [.. Enumerable.Repeat(0, 500).Concat(Enumerable.Repeat(1, 260)).Concat(Enumerable.Repeat(2, 3))];
        var classes = LatentPartition.FromLabels(labels);

        int[][] draws = [.. Enumerable.Range(0, 4).Select(draw => FewShotProbe.Draw(classes, 0.01, seed: 5, draw))];

        foreach (int[] draw in draws)
        {
            Assert.Equal([5, 3, 1], Enumerable.Range(0, 3).Select(k => draw.Count(i => labels[i] == k)));
            Assert.Equal(draw.Distinct().Order(), draw);
        }
        Assert.Equal(4, draws.Select(draw => string.Join(',', draw)).Distinct().Count());
        Assert.Equal(draws[2], FewShotProbe.Draw(classes, 0.01, seed: 5, 2));
        Assert.NotEqual(draws[2], FewShotProbe.Draw(classes, 0.01, seed: 6, 2));
    }

    [Fact]
    public void Mean_and_spread_are_those_of_the_draws_and_each_draw_is_a_linear_probe()
    {
        var training = Oracles.Clustered(600, 12, 6, spread: 3);
        var test = Oracles.Clustered(120, 12, 6, spread: 3);
        var options = new FewShotOptions { Draws = 3, Shares = [0.03, 0.2], Seed = 2 };
        var seen = new List<FewShotDraw>();

        var scores = FewShotProbe.Evaluate(training, test, options, new Seen(seen));

        Assert.Equal(scores.SelectMany(score => score.Draws), seen);
        Assert.Equal([(0.03, 18), (0.2, 120)], scores.Select(score => (score.Share, score.Images)));
        foreach (var score in scores)
        {
            double[] top1 = [.. score.Draws.Select(draw => draw.Probe.Test.Top1)];
            Assert.Equal(top1.Average(), score.Mean, 1e-12);
            Assert.Equal(Math.Sqrt(top1.Sum(v => (v - top1.Average()) * (v - top1.Average())) / 2), score.StandardDeviation!.Value, 1e-12);
            int[] images = FewShotProbe.Draw(LatentPartition.FromLabels(training.Labels.Span), score.Share, seed: 2, draw: 1);
            var probe = LinearProbe.Evaluate(training.Select(images), test, options.Probe with { Seed = 1 });
            Assert.Equal(JsonSerializer.Serialize(probe), JsonSerializer.Serialize(score.Draws[1].Probe));
        }
        Assert.True(scores[1].Mean > scores[0].Mean);
    }

    [Fact]
    public void One_image_a_class_is_learned_from_and_the_result_says_what_was_not_chosen()
    {
        var training = Oracles.Clustered(100, 12, 5, spread: 0.5);

        var score = FewShotProbe.Evaluate(training, training, new() { Shares = [0.01], Draws = 1 }).Single();

        Assert.Equal((5, (double?)null), (score.Images, score.StandardDeviation));
        Assert.False(score.Draws[0].Probe.IsChosenByValidation);
        Assert.True(score.Mean > 0.9);
    }

    [Fact]
    public void A_share_of_nothing_is_refused() =>
        Assert.Contains("Share 0;", Assert.Throws<ArgumentException>(() => FewShotProbe.Evaluate(Oracles.Rows(9, 2, 3), Oracles.Rows(9, 2, 3), new() { Shares = [0] })).Message);

    sealed class Seen(List<FewShotDraw> draws) : IProgress<FewShotDraw>
    {
        public void Report(FewShotDraw value) => draws.Add(value);
    }
}
