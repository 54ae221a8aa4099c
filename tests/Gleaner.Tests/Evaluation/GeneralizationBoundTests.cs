using System.Text.Json;
using CsCheck;
using Xunit;

namespace Gleaner.Tests.Evaluation;

public class GeneralizationBoundTests
{
    const double Angle = 0.01;
    const double Rounding = 1e-3; // sqrt(2 - 2 s) of a float32 s near 1

    // Two classes of two images on the circle, a right angle apart; the views of every image lie `Angle` to either side of its class.
    static readonly EmbeddingMatrix[] Four = [.. new[] { Angle, -Angle }.Select(turn => EmbeddingMatrix.Normalize(
        [.. new[] { 0, 0, Math.PI / 2, Math.PI / 2 }.SelectMany(a => new[] { (float)Math.Cos(a + turn), (float)Math.Sin(a + turn) })], 4, 2, out _))];

    static readonly LatentPartition TwoByTwo = LatentPartition.FromLabels([3, 3, 8, 8]);

    [Fact]
    public void Every_number_is_what_it_is_by_hand()
    {
        double epsilon = 2 * Math.Sin(Angle), rho = 2 * epsilon, deltaMu = Math.Pow(Math.Sin(Angle), 2);

        var found = GeneralizationBound.Evaluate(Four, TwoByTwo);

        Assert.Equal(epsilon, found.Epsilon, 1e-6);
        Assert.Equal((0.0, 1.0, 0.0, 0.5), (found.R, found.Sigma, found.Bound, found.SmallestShare));
        Assert.Equal(0, found.LipschitzDelta, Rounding); // both images of a class have the same views
        Assert.Equal(deltaMu, found.DeltaMu, 1e-6);
        Assert.Equal(rho, found.Rho, Rounding);
        Assert.Equal(1 - found.Rho - Math.Sqrt(2 * found.Rho) - deltaMu / 2, found.RightHandSide, 1e-6);
        Assert.Equal(epsilon * epsilon, found.Alignment, 1e-6);
        Assert.Equal(1, found.RByAlignment, 1e-3); // 1 / eps * sqrt(eps^2)
        Assert.Equal(0, found.LargestProduct, 1e-6);
        Assert.Equal(new CenterPair(3, 8, found.LargestProduct, found.RightHandSide, true), Assert.Single(found.Pairs));
        Assert.Equal((0.0, 0.0, 0.5), (found.MeasuredError, found.MeasuredErrorOfAnyView, found.ChanceError));
        Assert.True(found.Holds && found.HoldsStrictly && !found.IsVacuous);
        Assert.StartsWith("The bound holds", found.Verdict);
    }

    [Fact]
    public void An_epsilon_that_no_image_meets_leaves_the_bound_vacuous_by_R()
    {
        var found = GeneralizationBound.Evaluate(Four, TwoByTwo, new() { Epsilon = Angle, LipschitzDelta = 0.1 });

        Assert.Equal((1.0, 1.0, 1.0, 0.1), (found.R, found.RByAlignment, found.Sigma, found.LipschitzDelta));
        Assert.Equal(1 / 0.5 + 0.1 + 2 * Angle, found.Rho, 1e-9);
        Assert.Equal(found.Rho + 2, 1 - found.StrictRightHandSide - found.DeltaMu / 2 - Math.Sqrt(2 * (found.Rho + 2)), 1e-9);
        Assert.True(found.IsVacuous && !found.Holds && !found.IsLipschitzDeltaMeasured);
        Assert.StartsWith("R_eps", found.Terms[0].Name);
        Assert.Contains("fails for 1 of 1 pairs", found.Verdict);
        Assert.Equal(1 - found.RightHandSide, found.Terms.Take(5).Sum(term => term.Value) - Math.Max(0, found.LargestProduct) + found.Terms[5].Value, 1e-6);
    }

    [Fact]
    public void Tight_orthogonal_classes_have_a_bound_that_says_something()
    {
        var views = ManyViews.Orthogonal(200, 5, jitter: 0.005, views: 3);

        var found = GeneralizationBound.Evaluate(views, ManyViews.Classes(200, 5));

        Assert.True(found.Holds && !found.IsVacuous, found.Verdict);
        Assert.Equal((0.0, 0.0), (found.Bound, found.MeasuredError));
        Assert.Equal((10, 0), (found.PairCount, found.FailingPairs));
    }

    // Three images of class 0 look like class 1, and the views of four others stray: both are left out, and the bound pays for them.
    [Fact]
    public void Images_out_of_place_cost_their_share()
    {
        var views = ManyViews.Orthogonal(400, 2, jitter: 0.0005);
        float[][] values = [.. views.Select(view => view.Values.ToArray())];
        foreach (int i in new[] { 0, 2, 4 })
            foreach (float[] v in values) (v[2 * i], v[2 * i + 1]) = (0, 1);

        var found = GeneralizationBound.Evaluate([.. values.Select(v => EmbeddingMatrix.Normalize(v, 400, 2, out _))], ManyViews.Classes(400, 2));

        Assert.True(found.HoldsStrictly, found.Verdict);
        Assert.Equal(3 / 400.0, found.MeasuredErrorOfAnyView, 1e-9);
        Assert.InRange(found.Sigma, 0.98, 1 - 3 / 200.0);
        Assert.InRange(found.Bound, found.MeasuredErrorOfAnyView, 0.03);
    }

    [Fact]
    public void A_collapsed_embedding_fails_by_its_centers()
    {
        var collapsed = EmbeddingMatrix.Normalize([.. Enumerable.Repeat(1f, 40 * 4)], 40, 4, out _);

        var found = GeneralizationBound.Evaluate([collapsed, collapsed], ManyViews.Classes(40, 4));

        Assert.True(found.IsVacuous && !found.Holds);
        Assert.Equal(1, found.LargestProduct, 1e-6);
        Assert.StartsWith("the centers: mu_l . mu_k of classes 0 and", found.Terms[0].Name);
        Assert.Contains("vacuous", found.Verdict);
        Assert.Contains("the centers", found.Verdict);
        Assert.True(found.MeasuredError >= 0.7);
    }

    // Leaving all images but one of each class out would make main parts narrow and hide the cause.
    [Fact]
    public void Wide_classes_fail_by_their_width()
    {
        var found = GeneralizationBound.Evaluate(ManyViews.Clustered(300, 20, 3, spread: 1, jitter: 0.01), ManyViews.Classes(300, 3));

        Assert.False(found.Holds);
        Assert.StartsWith("L delta", found.Terms[0].Name);
        Assert.InRange(found.Sigma, 0.6, 1);
    }

    [Fact]
    public void Where_the_strict_premise_holds_the_bound_is_kept_and_alignment_bounds_R()
    {
        int held = 0;
        Gen.Select(Gen.Int[20, 150], Gen.Int[2, 3], Gen.Int[2, 3], Gen.Double[0, 0.02], Gen.ULong).Sample((n, classCount, m, jitter, seed) =>
        {
            var views = ManyViews.Orthogonal(n, classCount, jitter, m);
            float[][] values = [.. views.Select(view => view.Values.ToArray())];
            var random = new SplitMix64(seed);
            for (int k = 0; k < n / 40; k++)
            {
                int i = random.NextIndex(n), v = random.NextIndex(m);
                for (int c = 0; c < classCount; c++) values[v][i * classCount + c] = (float)random.NextDouble() - 0.5f;
            }

            var found = GeneralizationBound.Evaluate([.. values.Select(v => EmbeddingMatrix.Normalize(v, n, classCount, out _))], ManyViews.Classes(n, classCount));

            Assert.True(found.R <= found.RByAlignment + 1e-9);
            Assert.Equal(found.Holds, found.FailingPairs == 0);
            if (!found.HoldsStrictly) return;
            Interlocked.Increment(ref held);
            Assert.True(found.MeasuredErrorOfAnyView <= found.Bound + 1e-9, found.Verdict);
        }, iter: 60);
        Assert.InRange(held, 10, 60);
    }

    [Fact]
    public void Main_parts_are_as_wide_as_plain_loops_find_and_radii_bound_them()
    {
        var views = ManyViews.Clustered(150, 8, 2, spread: 1, jitter: 0.5, views: 3);
        var classes = ManyViews.Classes(150, 2);
        var rows = ViewRows.Checked(views, classes);
        var centers = ClassCenters.Centers(rows, classes);

        var exact = MainParts.Of(rows, classes, centers, new() { Threads = 2 }, default);
        var radii = MainParts.Of(rows, classes, centers, new() { MaxExactRows = 0 }, default);

        foreach (double sigma in new[] { 0.01, 0.3, 0.77, 1 })
        {
            int m = Math.Max(1, (int)Math.Ceiling(sigma * 75));
            double widest = 0, radius = 0;
            for (int k = 0; k < 2; k++)
            {
                var members = classes.Members(k).ToArray().Select(i => (Image: i, Radius: views.Min(v => Math.Sqrt(centers[k].Select((c, at) => (v.Row(i)[at] - c) * (v.Row(i)[at] - c)).Sum())))).OrderBy(p => p.Radius).Take(m).ToArray();
                foreach (var (i, _) in members)
                    foreach (var (j, _) in members)
                        widest = Math.Max(widest, views.Min(v => views.Min(w => ManyViews.Distance(v.Row(i), w.Row(j)))));
                radius = Math.Max(radius, m == 1 ? 0 : members[^1].Radius + members[^2].Radius);
            }
            Assert.Equal((m / 75.0, widest), (exact.At(sigma).Sigma, exact.At(sigma).Distance), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < Rounding);
            Assert.Equal(radius, radii.At(sigma).Distance, Rounding);
            Assert.True(exact.At(sigma).Distance <= radii.At(sigma).Distance + Rounding);
        }
        Assert.Equal(1, exact.SigmaWithin(2));
        Assert.Equal(1 / 75.0, exact.SigmaWithin(0), 1e-9);
    }

    [Fact]
    public void The_thread_count_changes_nothing_and_the_result_is_json()
    {
        var views = ManyViews.Clustered(500, 10, 3, spread: 1, jitter: 0.4);

        string one = JsonSerializer.Serialize(GeneralizationBound.Evaluate(views, ManyViews.Classes(500, 3), new() { Threads = 1 }));

        Assert.Equal(one, JsonSerializer.Serialize(GeneralizationBound.Evaluate(views, ManyViews.Classes(500, 3), new() { Threads = 4 })));
        Assert.Contains("\"IsVacuous\":true", one);
    }

    [Fact]
    public void One_view_or_one_class_is_refused()
    {
        var view = RandomRows.Uniform(6, 3);

        Assert.Contains("1 views; expected at least 2", Assert.Throws<ArgumentException>(() => GeneralizationBound.Evaluate([view], ManyViews.Classes(6, 2))).Message);
        Assert.Contains("1 classes; expected at least two", Assert.Throws<ArgumentException>(() => GeneralizationBound.Evaluate([view, view], ManyViews.Classes(6, 1))).Message);
    }
}
