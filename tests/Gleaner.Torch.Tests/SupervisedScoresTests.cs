using System.Text;

namespace Gleaner.Torch.Tests;

public sealed class SupervisedScoresTests
{
    [Theory]
    [InlineData("1111", 0, true)]
    [InlineData("0111", 0, true)]       // learned, never forgotten
    [InlineData("1000", 1, true)]       // wrong again and again is forgotten once
    [InlineData("0101011", 2, true)]
    [InlineData("1010", 2, true)]
    [InlineData("0000", 0, false)]      // nothing to forget
    public void Forgetting_counts_right_then_wrong(string presentations, int events, bool learned)
    {
        using var dynamics = new TrainingDynamics(2);
        foreach (char c in presentations)
        {
            dynamics.Add(1, c == '1', 0.5);
            dynamics.Add(0, true, 0.5);                                       // another image does not matter
        }

        var scores = dynamics.Scores([40, 41]);

        Assert.Equal([0, events], scores.ForgettingEvents!);
        Assert.Equal([true, learned], scores.Learned!);
        Assert.Equal([0, learned ? events : double.PositiveInfinity], scores.Values(SupervisedScore.Forgetting)!);
    }

    [Fact]
    public void Confidence_and_variability_are_mean_and_standard_deviation()
    {
        double[] p = [.. Enumerable.Range(0, 50).Select(k => 0.5 + 0.4 * Math.Sin(k))];
        using var dynamics = new TrainingDynamics(1);
        foreach (double x in p) dynamics.Add(0, true, x);

        var scores = dynamics.Scores([0]);

        Assert.Equal(p.Average(), scores.Confidence![0], 1e-12);
        Assert.Equal(Math.Sqrt(p.Select(x => x * x).Average() - p.Average() * p.Average()), scores.Variability![0], 1e-12);
    }

    [Fact]
    public void There_are_no_scores_before_every_image_was_seen()
    {
        using var dynamics = new TrainingDynamics(2);
        dynamics.Add(0, true, 1);

        Assert.Null(dynamics.Scores([0, 1]).Confidence);
    }

    static readonly SupervisedScores Some = new()
    {
        Images = [10, 3, 7, 5],
        ForgettingEvents = [0, 2, 0, 2], Learned = [false, true, true, true], Confidence = [0.2, 0.9, 0.9, 0.5], El2n = [1, 0.1, 0.3, 0.2],
    };

    [Fact]
    public void Orders_put_hard_or_easy_images_first_and_ties_to_the_lowest_index()
    {
        Assert.Equal([10, 3, 5, 7], Some.Order(SupervisedScore.Forgetting));               // never learned, then twice forgotten
        Assert.Equal([7, 3, 5, 10], Some.Order(SupervisedScore.Forgetting, DifficultyOrder.EasyFirst));
        Assert.Equal([10, 5, 3, 7], Some.Order(SupervisedScore.Confidence));
        Assert.Equal([3, 7, 5, 10], Some.Order(SupervisedScore.Confidence, DifficultyOrder.EasyFirst));
        Assert.Equal([10, 7, 5, 3], Some.Order(SupervisedScore.El2n));
    }

    [Fact]
    public void With_labels_every_prefix_is_balanced()
    {
        const int count = 60;
        var random = new Random(1);
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % 3 * 5)];
        var scores = new SupervisedScores { Images = [.. Enumerable.Range(0, count)], El2n = [.. labels.Select(k => k + random.NextDouble())] };   // class 10 is hardest

        int[] order = scores.Order(SupervisedScore.El2n, DifficultyOrder.HardFirst, labels);

        Assert.Equal(Enumerable.Range(0, count), order.Order());
        for (int n = 1; n <= count; n++)
            foreach (int k in (int[])[0, 5, 10]) Assert.InRange(order.Take(n).Count(i => labels[i] == k), n / 3, (n + 2) / 3);
        foreach (int k in (int[])[0, 5, 10]) Assert.Equal(scores.Order(SupervisedScore.El2n).Where(i => labels[i] == k), order.Where(i => labels[i] == k));
    }

    [Fact]
    public void What_was_not_computed_has_no_order()
    {
        Assert.Null(Some.Values(SupervisedScore.Grand));
        Assert.Contains("Grand was not computed", Assert.Throws<InvalidOperationException>(() => Some.Order(SupervisedScore.Grand)).Message);
        Assert.Contains("El2n of image 3 is not a number", Assert.Throws<InvalidOperationException>(() => (Some with { El2n = [1, double.NaN, 0, 0] }).Order(SupervisedScore.El2n)).Message);
    }

    [Fact]
    public void The_mean_keeps_what_all_runs_have()
    {
        var other = Some with { ForgettingEvents = [0, 0, 1, 2], Learned = [true, true, false, true], El2n = null };

        var mean = SupervisedScores.Mean([Some, other]);

        Assert.Equal([0, 1, 0.5, 2], mean.ForgettingEvents!);
        Assert.Equal([false, true, false, true], mean.Learned!);
        Assert.Equal(Some.Confidence, mean.Confidence);
        Assert.Null(mean.El2n);
        Assert.Throws<ArgumentException>(() => SupervisedScores.Mean([]));
        Assert.Throws<ArgumentException>(() => SupervisedScores.Mean([Some, Some with { Images = [1, 2, 3, 4] }]));
    }

    [Fact]
    public void The_csv_has_a_row_per_image_and_leaves_out_what_was_not_computed()
    {
        using var stream = new MemoryStream();
        var scores = Some with { Images = [2, 0], ForgettingEvents = [3, 0.5], Learned = [true, false], Confidence = [0.25, 1], El2n = [0.1, 2] };

        SupervisedScoresFile.WriteCsv(stream, scores, i => i == 2 ? "a,b.png" : $"{i}.png", [7, 8, 9]);

        Assert.Equal(
            "index,key,label,forgetting_events,learned,el2n,grand,grand_last_layer,confidence,variability,final_confidence\n" +
            "2,\"a,b.png\",9,3,true,0.1,,,0.25,,\n" +
            "0,0.png,7,0.5,false,2,,,1,,\n", Encoding.UTF8.GetString(stream.ToArray()));
    }
}
