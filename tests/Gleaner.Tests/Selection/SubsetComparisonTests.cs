using System.Globalization;
using CsCheck;
using Xunit;

namespace Gleaner.Tests.Selection;

public class SubsetComparisonTests
{
    public static TheoryData<int, int, int, int, int, double, double> Correlations =>
        [.. Lines("correlations.csv").Select(l => ((int)l[0], (int)l[1], (int)l[2], (int)l[3], (int)l[4], l[5], l[6]))];

    public static TheoryData<int, int, int, double, double> Hypergeometric => [.. Lines("hypergeometric.csv").Select(l => ((int)l[0], (int)l[1], (int)l[2], l[3], l[4]))];

    [Theory, MemberData(nameof(Correlations))]
    public void Correlations_are_those_of_scipy(int n, int factorX, int modulusX, int factorY, int modulusY, double spearman, double tau)
    {
        double[] x = Scores(n, factorX, modulusX), y = Scores(n, factorY, modulusY);

        Assert.Equal(spearman, RankCorrelation.Spearman(x, y)!.Value, 1e-12);
        Assert.Equal(tau, RankCorrelation.KendallTauB(x, y)!.Value, 1e-12);
        Assert.Equal(tau, RankCorrelation.KendallTauB(y, x)!.Value, 1e-12);
    }

    [Fact]
    public void Kendall_is_the_count_of_all_pairs() =>
        Gen.Int[0, 60].SelectMany(n => Gen.Select(Gen.Int[0, 9].Array[n], Gen.Int[0, 30].Array[n])).Sample((x, y) =>
        {
            long concordant = 0, discordant = 0, untiedX = 0, untiedY = 0;
            for (int i = 0; i < x.Length; i++)
                for (int j = 0; j < i; j++)
                {
                    int sign = Math.Sign(x[i] - x[j]) * Math.Sign(y[i] - y[j]);
                    if (sign > 0) concordant++;
                    if (sign < 0) discordant++;
                    if (x[i] != x[j]) untiedX++;
                    if (y[i] != y[j]) untiedY++;
                }
            double? expected = untiedX > 0 && untiedY > 0 ? (concordant - discordant) / Math.Sqrt((double)untiedX * untiedY) : null;

            double? tau = RankCorrelation.KendallTauB([.. x.Select(v => (double)v)], [.. y.Select(v => (double)v)]);

            Assert.Equal(expected is null, tau is null);
            if (expected is not null) Assert.Equal(expected.Value, tau!.Value, 1e-12);
        });

    [Fact]
    public void Orders_at_the_ends_are_1_and_minus_1_and_what_has_no_order_is_null()
    {
        double[] up = [.. Enumerable.Range(0, 1000).Select(i => (double)i)], down = [.. up.Reverse()];

        Assert.Equal((1, 1), (RankCorrelation.Spearman(up, up), RankCorrelation.KendallTauB(up, up)));
        Assert.Equal((-1, -1), (RankCorrelation.Spearman(up, down), RankCorrelation.KendallTauB(up, down)));
        foreach (double[] flat in new double[][] { [], [3], [3, 3, 3] })
            Assert.Equal((null, null), (RankCorrelation.Spearman(flat, [.. flat.Select((_, i) => (double)i)]), RankCorrelation.KendallTauB(flat, [.. flat.Select((_, i) => (double)i)])));
        Assert.Throws<ArgumentException>(() => RankCorrelation.Spearman([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => RankCorrelation.KendallTauB([1, 2], [1, double.NaN]));
    }

    [Theory, MemberData(nameof(Hypergeometric))]
    public void What_chance_gives_is_hypergeometric(int pool, int first, int second, double mean, double deviation)
    {
        int[] a = [.. Enumerable.Range(0, first)], b = [.. Enumerable.Range(0, second)];

        var chance = SubsetComparison.Of(a, b, pool).ByChance!;

        Assert.Equal(mean, chance.Mean, 1e-9 * Math.Max(1, mean));
        Assert.Equal(deviation, chance.StandardDeviation, 1e-9 * Math.Max(1, deviation));
        if (deviation > 0) Assert.Equal((Math.Min(first, second) - mean) / deviation, chance.DeviationsAbove!.Value, 1e-6);
        else Assert.Null(chance.DeviationsAbove);
    }

    [Fact]
    public void Random_subsets_overlap_as_chance_says_within_classes_too()
    {
        var classes = LatentPartition.FromLabels([.. Enumerable.Range(0, 400).Select(i => i < 300 ? 0 : 1)]);
        const int Trials = 400;
        double sum = 0, squares = 0;
        SubsetComparison comparison = null!;
        for (int trial = 0; trial < Trials; trial++)
        {
            comparison = SubsetComparison.Of(RandomSelector.RankBalanced(classes, 2 * trial).Take(Budget.Count(80)).Indices, RandomSelector.RankBalanced(classes, 2 * trial + 1).Take(Budget.Count(120)).Indices, 400, classes);
            sum += comparison.Overlap;
            squares += (double)comparison.Overlap * comparison.Overlap;
        }
        double mean = sum / Trials, deviation = Math.Sqrt(squares / Trials - mean * mean);

        // 60 of 300 with 90, and 20 of 100 with 30: 18 + 6. The mean of 400 trials is within 4 of its own deviations, 3.3 / 20 each.
        Assert.Equal(24, comparison.ByChanceWithinClasses!.Mean, 1e-9);
        Assert.Equal(24, mean, 0.7);
        Assert.Equal(comparison.ByChanceWithinClasses.StandardDeviation, deviation, 0.5);
        Assert.Equal([(0, 300, 60, 90), (1, 100, 20, 30)], comparison.Classes!.Select(k => (k.Label, k.Images, k.First, k.Second)));
        Assert.Equal(comparison.Overlap, comparison.Classes!.Sum(k => k.Both));
        Assert.Equal([18, 6], comparison.Classes!.Select(k => k.BothByChance));
    }

    [Fact]
    public void Overlap_order_and_prefixes_of_a_small_case_by_hand()
    {
        int[] a = [9, 4, 1, 7, 0, 3, 2, 8, 5, 6], b = [4, 9, 11, 12, 7, 13, 14, 15, 16, 1];

        var comparison = SubsetComparison.Of(a, b, 20);

        Assert.Equal(4, comparison.Overlap);
        Assert.Equal((0.4, 0.4, 0.25), (comparison.ShareOfFirst, comparison.ShareOfSecond, comparison.Jaccard));
        Assert.Equal(5, comparison.ByChance!.Mean);
        Assert.Equal([(1, 1, 0), (3, 3, 2), (5, 5, 3), (10, 10, 4)], comparison.Prefixes.Select(p => (p.First, p.Second, p.Both)));
        Assert.Equal(4, comparison.Order!.Images);         // 9 4 1 7 against 4 9 7 1: two of six pairs are the other way round
        Assert.Equal(2 / 6.0, comparison.Order.KendallTauB!.Value, 1e-12);
        Assert.Equal(1 - 6 * 4 / 60.0, comparison.Order.Spearman!.Value, 1e-12);
    }

    [Fact]
    public void Equal_disjoint_and_empty_lists_have_no_trap()
    {
        int[] some = [5, 1, 9, 2, 7];

        var equal = SubsetComparison.Of(some, some, 5);
        Assert.Equal((5, 1.0, 1.0), (equal.Overlap, equal.Jaccard, equal.Order!.Spearman));
        Assert.Equal((5.0, 0.0, (double?)null), (equal.ByChance!.Mean, equal.ByChance.StandardDeviation, equal.ByChance.DeviationsAbove));

        var disjoint = SubsetComparison.Of(some, [0, 3, 4], 20);
        Assert.Equal((0, 0.0, 0.0), (disjoint.Overlap, disjoint.Jaccard, disjoint.ShareOfSecond));
        Assert.Equal(new RankAgreement(0, null, null), disjoint.Order);

        var empty = SubsetComparison.Of([], [], 0);
        Assert.Equal((0, null, null), (empty.Overlap, empty.Jaccard, empty.ShareOfFirst));
        Assert.Equal(new SubsetComparison.Chance(0, 0, null), empty.ByChance);
        Assert.Equal(0.0, SubsetComparison.Of([], some, 20).ShareOfSecond);
    }

    [Fact]
    public void Repeated_images_count_once_and_are_told()
    {
        var comparison = SubsetComparison.Of([3, 3, 1, 2, 1], [1, 3], 10);

        Assert.Equal(new SubsetComparison.List(5, 3, false), comparison.First);
        Assert.Equal((2, 2.0 / 3), (comparison.Overlap, comparison.Jaccard));
        Assert.Equal(-1, comparison.Order!.KendallTauB);
    }

    [Fact]
    public void The_order_of_a_list_that_is_sorted_by_index_is_not_compared()
    {
        int[] sorted = [.. Enumerable.Range(0, 20)], ranked = [.. sorted.Reverse()];

        var comparison = SubsetComparison.Of(sorted, ranked);

        Assert.True(comparison.First.IsSortedByIndex);
        Assert.False(comparison.Second.IsSortedByIndex);
        Assert.Null(comparison.Order);
        Assert.Equal([1.0], comparison.Prefixes.Select(p => p.Share));
        Assert.False(SubsetComparison.Of([1, 2, 3, 4], ranked).First.IsSortedByIndex);  // too short to tell
        Assert.True(SubsetComparison.Of([1, 1, 2, 3, 3, 4, 5], ranked).First.IsSortedByIndex);
    }

    [Fact]
    public void Lists_of_another_pool_are_refused()
    {
        Assert.Contains("the two lists name 4 different ones", Assert.Throws<ArgumentException>(() => SubsetComparison.Of([0, 1, 2], [2, 3], 3)).Message);
        Assert.Contains("Image 3 is in a list; the latent classes cover 0 to 2", Assert.Throws<ArgumentException>(() => SubsetComparison.Of([0], [3], null, LatentPartition.Whole(3))).Message);
    }

    static double[] Scores(int n, int factor, int modulus) => [.. Enumerable.Range(0, n).Select(i => (double)(i * factor % 1009 % modulus))];

    static IEnumerable<double[]> Lines(string name) => File.ReadLines(TestData.InRepository("tests", "fixtures", "selection", name)).Skip(1)
        .Select(line => line.Split(',').Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray());
}
