using CsCheck;
using Xunit;

namespace Gleaner.Tests.Selection;

public class NearDuplicatesTests
{
    static readonly DuplicateRule[] Rules = Enum.GetValues<DuplicateRule>();

    // float32 products against float64 ones: a pair this near to the threshold may fall on either side, so no test puts one there.
    const double Rounding = 1e-6;

    [Fact]
    public void Copies_that_were_planted_are_all_found()
    {
        var some = RandomRows.Clustered(270, 32, 6, 1);
        int[] pool = [.. Enumerable.Range(0, 270), .. Enumerable.Range(0, 30).Select(i => i * 9)]; // 30 copies in 300 images
        var embedding = some.Select(pool);
        var classes = KMeans.Partition(embedding, classes: 6, seed: 1);

        foreach (var found in new[] { NearDuplicates.Exact(embedding), NearDuplicates.Semantic(embedding, classes, new NearDuplicateOptions { Epsilon = 0 }) })
        {
            Assert.Equal(Enumerable.Range(270, 30), found.Removed.Select(d => d.Image));
            Assert.Equal(Enumerable.Range(0, 30).Select(i => i * 9), found.Removed.Select(d => d.DuplicateOf));
            Assert.All(found.Removed, d => Assert.Equal(1, d.Similarity));
            Assert.Equal(Enumerable.Range(0, 270), found.Retained);
            Assert.Equal(300, found.PoolSize);
        }
    }

    [Fact]
    public void A_row_of_zeros_is_like_none()
    {
        var rows = EmbeddingMatrix.Normalize([0, 0, 1, 0, 1, 0], 3, 2, out var bad);
        Assert.Single(bad);

        var found = NearDuplicates.Semantic(rows, LatentPartition.Whole(3), new NearDuplicateOptions { Epsilon = 0.05, Rule = DuplicateRule.LowestIndex });

        Assert.Equal([0, 1], found.Retained);
        Assert.Equal((2, 1, 1f), Assert.Single(found.Removed) is var one ? (one.Image, one.DuplicateOf, (float)one.Similarity) : default);
    }

    // Blocks of the implementation hold 240 rows: sizes on both sides of it, and several blocks.
    [Fact]
    public void It_is_what_brute_force_finds() =>
        Gen.Select(Gen.Int[1, 600], Gen.Int[1, 4], Gen.Double[0.02, 0.6], Gen.ULong, Gen.Int[0, 2]).Sample((n, clusters, epsilon, seed, rule) =>
        {
            var embedding = RandomRows.Clustered(n, 6, clusters, 0.7, seed);
            var classes = LatentPartition.FromLabels([.. Enumerable.Range(0, n).Select(i => i % Math.Min(n, 3))]);
            int[] keep = [.. Enumerable.Range(0, n).Where(i => i % 17 == 5)];

            var found = NearDuplicates.Semantic(embedding, classes, new NearDuplicateOptions { Epsilon = epsilon, Rule = Rules[rule], Threads = 1 }, keep);

            var (retained, removed) = BruteForce(embedding, classes, epsilon, Rules[rule], keep, upperTriangle: false);
            if (retained is null) return; // too close to say
            Assert.Equal(retained, found.Retained);
            Assert.Equal(removed!.Select(d => d.Image), found.Removed.Select(d => d.Image));
            foreach (var (expected, actual) in removed!.Zip(found.Removed))
            {
                Assert.Equal(expected.Similarity, actual.Similarity, 1e-5);
                Assert.Equal(expected.Similarity, Cosine(embedding, actual.Image, actual.DuplicateOf), 1e-5);
            }
        }, iter: 60);

    [Fact]
    public void No_two_that_stay_are_near_and_every_removed_one_has_a_witness() =>
        Gen.Select(Gen.Int[1, 300], Gen.Double[0, 0.9], Gen.ULong).Sample((n, epsilon, seed) =>
        {
            var embedding = RandomRows.Clustered(n, 5, 3, 0.5, seed);
            var classes = LatentPartition.FromLabels([.. Enumerable.Range(0, n).Select(i => i % 2)]);

            var found = NearDuplicates.Semantic(embedding, classes, new NearDuplicateOptions { Epsilon = epsilon, Threads = 2 });

            var stays = found.Retained.ToHashSet();
            Assert.Equal(Enumerable.Range(0, n), found.Retained.Concat(found.Removed.Select(d => d.Image)).Order());
            foreach (int i in stays)
                foreach (int j in stays)
                    if (i < j && classes.ClassOf(i) == classes.ClassOf(j)) Assert.True(Cosine(embedding, i, j) < 1 - epsilon + Rounding);
            foreach (var (image, of, similarity) in found.Removed)
            {
                Assert.Contains(of, stays);
                Assert.Equal(classes.ClassOf(image), classes.ClassOf(of));
                Assert.True(similarity >= 1 - epsilon - 2 * Rounding);
            }
        }, iter: 60);

    [Fact]
    public void What_is_removed_SemDeDup_removes_too_but_not_the_other_way_round()
    {
        int fewer = 0;
        Gen.ULong.Sample(seed =>
        {
            var embedding = RandomRows.Clustered(80, 4, 2, 0.6, seed);
            var classes = LatentPartition.FromLabels(new int[80]);
            var (retained, theirs) = BruteForce(embedding, classes, 0.1, DuplicateRule.FarthestFromCentroid, [], upperTriangle: true);
            if (retained is null) return;

            var ours = NearDuplicates.Semantic(embedding, classes, new NearDuplicateOptions { Epsilon = 0.1, Threads = 1 });

            Assert.Subset(theirs!.Select(d => d.Image).ToHashSet(), ours.Removed.Select(d => d.Image).ToHashSet());
            fewer += theirs!.Count - ours.Removed.Count;
        }, iter: 20, threads: 1);
        Assert.True(fewer > 0);
    }

    [Fact]
    public void A_chain_loses_its_middle_only_and_the_rule_says_where_it_begins()
    {
        // Directions at 0, 10, 20 and 90 degrees; 10 degrees are a similarity of 0.985.
        float[] values = [.. new[] { 0, 10, 20, 90 }.SelectMany(angle => new[] { MathF.Cos(angle * MathF.PI / 180), MathF.Sin(angle * MathF.PI / 180) })];
        var embedding = EmbeddingMatrix.Normalize(values, 4, 2, out _);

        int[] Removed(DuplicateRule rule, params int[] keep) =>
            [.. NearDuplicates.Semantic(embedding, LatentPartition.Whole(4), new NearDuplicateOptions { Epsilon = 0.02, Rule = rule }, keep).Removed.Select(d => d.Image)];

        Assert.Equal([1], Removed(DuplicateRule.FarthestFromCentroid)); // 90, then 0: 10 repeats it, 20 does not
        Assert.Equal([1], Removed(DuplicateRule.LowestIndex));
        Assert.Equal([1], Removed(DuplicateRule.NearestToCentroid));    // the centroid is at 28 degrees: 20, then 10 repeats it, then 0
        Assert.Equal([0, 2], Removed(DuplicateRule.LowestIndex, 1));
        Assert.Equal([], Removed(DuplicateRule.LowestIndex, 2, 1, 0));
    }

    [Theory, InlineData(DuplicateRule.FarthestFromCentroid, 0), InlineData(DuplicateRule.NearestToCentroid, 2), InlineData(DuplicateRule.LowestIndex, 0)]
    public void The_rule_says_which_of_a_pair_stays(DuplicateRule rule, int stays)
    {
        // 0 and 2 are near; the centroid is on the side of 2.
        float[] values = [.. new[] { 0, 60, 5 }.SelectMany(angle => new[] { MathF.Cos(angle * MathF.PI / 180), MathF.Sin(angle * MathF.PI / 180) })];
        var embedding = EmbeddingMatrix.Normalize(values, 3, 2, out _);

        var found = NearDuplicates.Semantic(embedding, LatentPartition.Whole(3), new NearDuplicateOptions { Epsilon = 0.02, Rule = rule });

        Assert.Equal([stays == 0 ? 0 : 1, stays == 0 ? 1 : 2], found.Retained);
        Assert.Equal(stays, Assert.Single(found.Removed).DuplicateOf);
    }

    [Fact]
    public void Permuting_the_images_permutes_what_is_removed() =>
        Gen.ULong.Sample(seed =>
        {
            var embedding = RandomRows.Clustered(300, 6, 4, 0.5, seed);
            int[] labels = [.. Enumerable.Range(0, 300).Select(i => i % 4)], permutation = [.. Enumerable.Range(0, 300)];
            new SplitMix64(seed).Shuffle(permutation);

            var straight = NearDuplicates.Semantic(embedding, LatentPartition.FromLabels(labels));
            var permuted = NearDuplicates.Semantic(embedding.Select(permutation), LatentPartition.FromLabels([.. permutation.Select(i => labels[i])]));

            Assert.NotEmpty(straight.Removed);
            Assert.Equal(straight.Removed, permuted.Removed.Select(d => new Duplicate(permutation[d.Image], permutation[d.DuplicateOf], d.Similarity)).OrderBy(d => d.Image));
        }, iter: 20);

    [Fact]
    public void Threads_do_not_change_the_result()
    {
        var embedding = RandomRows.Clustered(900, 16, 5, 0.6);
        var classes = KMeans.Partition(embedding, classes: 5, seed: 1);

        var one = NearDuplicates.Semantic(embedding, classes, new NearDuplicateOptions { Epsilon = 0.2, Threads = 1 });

        Assert.NotEmpty(one.Removed);
        Assert.Equal(one.Removed, NearDuplicates.Semantic(embedding, classes, new NearDuplicateOptions { Epsilon = 0.2, Threads = 4 }).Removed);
    }

    // In 4,096 numbers of one size every step of a float32 sum rounds the same way: their product with themselves is not within 1e-6 of 1.
    [Theory, InlineData(1), InlineData(3), InlineData(512), InlineData(4096)]
    public void Epsilon_0_removes_equal_rows_of_any_dimension_and_nothing_else(int dimension)
    {
        float[] values = new float[4 * dimension];
        for (int k = 0; k < dimension; k++) (values[k], values[dimension + k], values[2 * dimension + k], values[3 * dimension + k]) = (0.1f, 0.1f, k % 2 == 0 ? 0.1f : -0.1f, k == 0 ? -9f : 0.1f);
        var embedding = EmbeddingMatrix.Normalize(values, 4, dimension, out _);

        var found = NearDuplicates.Semantic(embedding, LatentPartition.Whole(4), new NearDuplicateOptions { Epsilon = 0, Rule = DuplicateRule.LowestIndex });

        Assert.Equal(dimension == 1 ? [new Duplicate(1, 0, 1), new Duplicate(2, 0, 1)] : [new Duplicate(1, 0, 1)], found.Removed);
    }

    [Fact]
    public void Directions_count_and_not_the_lengths_of_means()
    {
        float[] values = [0.9f, 0, 0.3f, 0, 0, 0.5f];
        var means = EmbeddingMatrix.OfMeans(values, 3, 2);

        Assert.Equal([new Duplicate(1, 0, 1)], NearDuplicates.Semantic(means, LatentPartition.Whole(3), new NearDuplicateOptions { Epsilon = 0, Rule = DuplicateRule.LowestIndex }).Removed);
        Assert.Empty(NearDuplicates.Exact(means).Removed);
    }

    [Fact]
    public void Exact_copies_of_a_kept_image_go_and_kept_images_never()
    {
        UInt128[] content = [7, 8, 7, 9, 7, 8];

        Assert.Equal([new Duplicate(2, 0, 1), new Duplicate(4, 0, 1), new Duplicate(5, 1, 1)], NearDuplicates.Exact(6, i => content[i]).Removed);
        Assert.Equal([new Duplicate(0, 4, 1), new Duplicate(1, 5, 1)], NearDuplicates.Exact(6, i => content[i], keep: [4, 5, 2]).Removed);
        Assert.Equal([], NearDuplicates.Exact(0, _ => 0).Removed);
    }

    [Fact]
    public void Kept_images_stay_even_if_they_repeat_one_another() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 40]).Sample((seed, kept) =>
        {
            var embedding = RandomRows.Clustered(100, 4, 2, 0.3, seed);
            int[] keep = [.. Enumerable.Range(0, 100)];
            new SplitMix64(seed).Shuffle(keep);
            keep = keep[..kept];

            var found = NearDuplicates.Semantic(embedding, LatentPartition.Whole(100), new NearDuplicateOptions { Epsilon = 0.2 }, keep);

            Assert.Subset(found.Retained.ToHashSet(), keep.ToHashSet());
        }, iter: 20);

    [Fact]
    public void What_cannot_be_is_refused()
    {
        var embedding = RandomRows.Uniform(3, 3);

        Assert.Contains("cover 2 images; the embedding has 3", Assert.Throws<ArgumentException>(() => NearDuplicates.Semantic(embedding, LatentPartition.Whole(2))).Message);
        foreach (double epsilon in new[] { -0.1, 1, double.NaN })
            Assert.Throws<ArgumentOutOfRangeException>(() => NearDuplicates.Semantic(embedding, LatentPartition.Whole(3), new NearDuplicateOptions { Epsilon = epsilon }));
        Assert.Throws<ArgumentException>(() => NearDuplicates.Exact(embedding, keep: [3]));
        Assert.Throws<OperationCanceledException>(() => NearDuplicates.Semantic(embedding, LatentPartition.Whole(3), cancel: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Duplicates_are_read_as_they_were_written()
    {
        using var folder = new TemporaryFolder();
        using var stream = new MemoryStream();
        var found = new Deduplication([0, 2], [new Duplicate(1, 0, 0.97f), new Duplicate(3, 2, 1)]);
        DuplicatesFile.Write(stream, found);

        var read = DuplicatesFile.Read(folder.Write("duplicates.safetensors", stream.ToArray()));

        Assert.Equal(found.Retained, read.Retained);
        Assert.Equal(found.Removed, read.Removed);
    }

    static double Cosine(EmbeddingMatrix embedding, int i, int j)
    {
        double product = 0, a = 0, b = 0;
        for (int k = 0; k < embedding.Dimension; k++)
        {
            product += (double)embedding.Row(i)[k] * embedding.Row(j)[k];
            a += (double)embedding.Row(i)[k] * embedding.Row(i)[k];
            b += (double)embedding.Row(j)[k] * embedding.Row(j)[k];
        }
        return product / Math.Sqrt(a * b);
    }

    // All pairs in float64. Null if a pair is so near to the threshold, or two images are so equally far from the centroid (of two always), that float32
    // may decide otherwise.
    static (int[]? Retained, List<Duplicate>? Removed) BruteForce(EmbeddingMatrix embedding, LatentPartition classes, double epsilon, DuplicateRule rule, int[] keep, bool upperTriangle)
    {
        var retained = new List<int>();
        var removed = new List<Duplicate>();
        for (int k = 0; k < classes.Classes; k++)
        {
            int[] members = classes.Members(k).ToArray(), first = [.. members.Where(keep.Contains)];
            double ToCentroid(int i) => members.Sum(j => Enumerable.Range(0, embedding.Dimension).Sum(c => (double)embedding.Row(i)[c] * embedding.Row(j)[c]));
            var rest = members.Except(first).ToArray();
            double[] apart = [.. rest.Select(ToCentroid).Order()];
            if (rule != DuplicateRule.LowestIndex && apart.Zip(apart.Skip(1)).Any(pair => pair.Second - pair.First < members.Length * Rounding)) return (null, null);
            rest = rule switch
            {
                DuplicateRule.FarthestFromCentroid => [.. rest.OrderBy(ToCentroid)],
                DuplicateRule.NearestToCentroid => [.. rest.OrderByDescending(ToCentroid)],
                _ => rest,
            };
            var here = new List<int>();
            var gone = new List<int>();
            foreach (int i in first.Concat(rest))
            {
                double[] similarities = [.. (upperTriangle ? here.Concat(gone) : here).Select(j => Cosine(embedding, i, j))];
                if (similarities.Any(s => Math.Abs(s - (1 - epsilon)) < 3 * Rounding)) return (null, null);
                if (!first.Contains(i) && similarities.Any(s => s >= 1 - epsilon)) gone.Add(i);
                else here.Add(i);
            }
            retained.AddRange(here);
            foreach (int i in gone)
            {
                int of = here.MaxBy(j => Cosine(embedding, i, j));
                removed.Add(new Duplicate(i, of, (float)Cosine(embedding, i, of)));
            }
        }
        return ([.. retained.Order()], [.. removed.OrderBy(d => d.Image)]);
    }
}
