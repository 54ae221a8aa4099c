using CsCheck;
using Gleaner.Tests.Evaluation;
using Xunit;

namespace Gleaner.Tests.LatentClasses;

public class PartitionAgreementTests
{
    const double Rounding = 1e-12; // of sums of some hundred terms of order 1

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public void It_is_what_scikit_learn_computes(int fixture)
    {
        var oracle = Oracles.Of("agreement", fixture);
        int n = oracle.Integer("n"), a = oracle.Integer("a"), b = oracle.Integer("b");

        var found = PartitionAgreement.Of([.. Enumerable.Range(0, n).Select(i => i * i % a)], [.. Enumerable.Range(0, n).Select(i => (i * i + (i % 4 == 0 ? i : 0)) % b)]);

        Assert.Equal(oracle.Number("purity"), found.Purity, Rounding);
        Assert.Equal(oracle.Number("nmi"), found.MutualInformation, Rounding);
        Assert.Equal(oracle.Number("ari"), found.AdjustedRand, Rounding);
        Assert.Equal(oracle.Number("matched"), found.MatchedAccuracy, Rounding);
        Assert.Equal(n, found.Images);
    }

    static readonly Gen<(int[] Classes, int[] Labels)> Two = Gen.Select(Gen.Int[2, 40], Gen.Int[1, 6], Gen.Int[1, 6]).SelectMany((n, a, b) => Gen.Select(Gen.Int[0, a - 1].Array[n], Gen.Int[-3, b - 4].Array[n]));

    [Fact]
    public void The_adjusted_Rand_index_is_what_counting_every_pair_gives() => Two.Sample((classes, labels) =>
    {
        double both = 0, first = 0, second = 0, pairs = 0;
        for (int i = 0; i < classes.Length; i++)
            for (int j = 0; j < i; j++)
            {
                bool inClass = classes[i] == classes[j], inLabel = labels[i] == labels[j];
                (both, first, second, pairs) = (both + (inClass && inLabel ? 1 : 0), first + (inClass ? 1 : 0), second + (inLabel ? 1 : 0), pairs + 1);
            }
        double chance = first * second / pairs, most = (first + second) / 2;

        Assert.Equal(most == chance ? 1 : (both - chance) / (most - chance), PartitionAgreement.Of(classes, labels).AdjustedRand, Rounding);
    });

    [Fact]
    public void The_matching_is_the_best_of_all_permutations() => Two.Sample((classes, labels) =>
    {
        int[] a = [.. classes.Distinct()], b = [.. labels.Distinct()];
        var (few, many, ofFew, ofMany) = a.Length <= b.Length ? (a, b, classes, labels) : (b, a, labels, classes);

        int best = Ordered(many, few.Length).Max(chosen => Enumerable.Range(0, classes.Length).Count(i => chosen[Array.IndexOf(few, ofFew[i])] == ofMany[i]));

        Assert.Equal((double)best / classes.Length, PartitionAgreement.Of(classes, labels).MatchedAccuracy, Rounding);

        static IEnumerable<int[]> Ordered(int[] from, int count) => count == 0 ? [[]] : from.SelectMany(first => Ordered([.. from.Where(v => v != first)], count - 1).Select(rest => (int[])[first, .. rest]));
    }, iter: 100);

    [Fact]
    public void Names_of_classes_order_of_images_and_which_comes_first_change_nothing_but_purity() => Two.Sample((classes, labels) =>
    {
        var one = PartitionAgreement.Of(classes, labels);
        var renamed = PartitionAgreement.Of([.. classes.Select(k => 100 - 7 * k).Reverse()], [.. labels.Select(k => k * k * k).Reverse()]);
        var swapped = PartitionAgreement.Of(labels, classes);

        foreach (var (expected, found) in new[] { (one.Purity, renamed.Purity), (one.MutualInformation, renamed.MutualInformation), (one.AdjustedRand, renamed.AdjustedRand), (one.MatchedAccuracy, renamed.MatchedAccuracy),
            (one.MutualInformation, swapped.MutualInformation), (one.AdjustedRand, swapped.AdjustedRand), (one.MatchedAccuracy, swapped.MatchedAccuracy) }) Assert.Equal(expected, found, Rounding);
        Assert.True(one.MatchedAccuracy <= one.Purity + Rounding);
    });

    [Fact]
    public void Equal_divisions_score_1_and_a_class_for_each_image_is_pure_and_worth_nothing()
    {
        int[] labels = [.. Enumerable.Range(0, 90).Select(i => i % 3)];

        var same = PartitionAgreement.Of([.. labels.Select(k => 5 - k)], labels);
        var apart = PartitionAgreement.Of([.. Enumerable.Range(0, 90)], labels);
        var whole = PartitionAgreement.Of(new int[90], labels);

        Assert.Equal((1, 1, 1, 1), (same.Purity, Math.Round(same.MutualInformation, 12), same.AdjustedRand, same.MatchedAccuracy));
        Assert.Equal((1, 0), (apart.Purity, apart.AdjustedRand));
        Assert.Equal((1.0 / 3, 0, 0), (whole.Purity, whole.MutualInformation, whole.AdjustedRand));
        Assert.Equal((1, 1), (PartitionAgreement.Of([4], [7]).MutualInformation, PartitionAgreement.Of([4], [7]).AdjustedRand));
    }

    [Fact]
    public void Lists_that_do_not_fit_are_refused()
    {
        Assert.Contains("2 labels for 3 images", Assert.Throws<ArgumentException>(() => PartitionAgreement.Of([1, 2, 3], [1, 2])).Message);
        Assert.Contains("No images", Assert.Throws<ArgumentException>(() => PartitionAgreement.Of([], [])).Message);
    }
}
