using System.Runtime.CompilerServices;
using Gleaner.Tests.Selection;
using Xunit;

namespace Gleaner.Tests.Similarity;

public class CosineSimilarityTests
{
    public static TheoryData<int, int> Shapes => new() { { 1, 1 }, { 5, 3 }, { 16, 8 }, { 17, 16 }, { 63, 128 }, { 64, 5 }, { 130, 33 }, { 200, 64 }, { 90, 129 }, { 150, 300 } }; // strips of 64 rows, parts of 128 coordinates

    [Theory, MemberData(nameof(Shapes))]
    public void Rows_have_the_bits_of_a_plain_loop(int count, int dimension)
    {
        var embedding = RandomRows.Uniform(count, dimension);
        foreach (double? threshold in new double?[] { null, 0, 0.1, -0.2 })
        {
            var similarity = new CosineSimilarity(embedding, threshold);
            var row = new float[similarity.RowCapacity];

            for (int i = 0; i < count; i++)
            {
                similarity.Row(i, row);
                for (int j = 0; j < count; j++) Assert.Equal(Plain(embedding, i, j, threshold), row[j]);
                Assert.Equal(row[i], similarity.Self(i));
            }

            foreach (int some in new[] { 1, 3, 8, 13 })
            {
                int[] images = [.. Enumerable.Range(0, some).Select(r => r * 7 % count)];
                var rows = new float[some * row.Length];
                similarity.Rows(images, rows);
                for (int r = 0; r < some; r++)
                    for (int j = 0; j < count; j++) Assert.Equal(Plain(embedding, images[r], j, threshold), rows[r * row.Length + j]);
            }
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Sums_above_a_cover_are_exact(int count, int dimension)
    {
        var embedding = RandomRows.Uniform(count, dimension);
        foreach (double? threshold in new double?[] { null, 0, 0.1, -0.2 })
        {
            float[] covered = [.. Enumerable.Range(0, count).Select(j => j % 3 == 0 ? 0 : Math.Max(0, Plain(embedding, j, j * 5 % count, threshold)))];
            foreach (int threads in new[] { 1, 3 })
            {
                double[]? sums = new CosineSimilarity(embedding, threshold).SumsAbove(covered, threads, default);

                for (int i = 0; i < count; i++)
                    Assert.Equal(Enumerable.Range(0, count).Sum(j => Math.Max(0, (double)Plain(embedding, i, j, threshold) - covered[j])), sums![i]);
            }
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Parts_of_rows_are_parts_of_the_rows(int count, int dimension)
    {
        var cosine = new CosineSimilarity(RandomRows.Uniform(count, dimension), threshold: 0.1);
        foreach (SimilarityRows similarity in new SimilarityRows[] { cosine, cosine.Stored(), Kernels.Cosines(RandomRows.Uniform(count, dimension), threshold: null), NeighbourSimilarity.Of(cosine, 3) })
        {
            int[] images = [.. Enumerable.Range(0, Math.Min(count, 13)).Select(r => r * 7 % count)];
            var part = new float[images.Length * similarity.PartColumns];
            int done = 0;
            while (done < count)
            {
                int columns = similarity.PartOfRows(images, done, part);
                for (int r = 0; r < images.Length; r++)
                    Assert.Equal(Kernels.Row(similarity, images[r])[done..Math.Min(count, done + columns)], part.AsSpan(r * columns, Math.Min(columns, count - done)).ToArray());
                done += columns;
            }
        }
        for (int i = 0; i < count; i++) Assert.Equal(Kernels.Row(cosine, i), Kernels.Row(cosine.Stored(), i));
        Assert.Equal(cosine.RowSums(), cosine.Stored().RowSums());
    }

    [Theory, InlineData(1, 1), InlineData(7, 7), InlineData(64, 64), InlineData(64, 20), InlineData(300, 150)]
    public void Narrow_vectors_make_the_same_products_at_once_or_in_two_parts(int dimension, int part)
    {
        var rows = RandomRows.Uniform(48, dimension);
        var packed = PackedRows.Pack(rows.Values, 48, dimension);
        float[] tile = new float[8 * 48], narrow = new float[4 * 16], three = new float[4 * 24], x = rows.Values.ToArray();
        packed.MultiplyTiles(rows.Values[(8 * dimension)..(16 * dimension)], 8, 0, 3, tile);

        foreach (var coordinates in new[] { (0, part), (part, dimension) })
        {
            NarrowProducts.FourRows(ref x[8 * dimension], ref Panel(rows, 2), dimension, coordinates, ref narrow[0], 16);
            NarrowProducts.FourRows(ref x[8 * dimension], ref Panel(rows, 0), ref Unsafe.Add(ref Panel(rows, 0), 8), ref Panel(rows, 1), dimension, coordinates, ref three[0], 24);
        }

        for (int r = 0; r < 4; r++)
        {
            for (int c = 0; c < 16; c++) Assert.Equal(tile[r * 48 + 32 + c], narrow[r * 16 + c]);
            for (int c = 0; c < 24; c++) Assert.Equal(tile[r * 48 + c], three[r * 24 + c]);
        }
    }

    // One panel, packed by hand.
    static ref float Panel(EmbeddingMatrix rows, int panel)
    {
        var packed = new float[16 * rows.Dimension];
        for (int k = 0; k < rows.Dimension; k++)
            for (int c = 0; c < 16; c++) packed[k * 16 + c] = rows.Row(panel * 16 + c)[k];
        return ref packed[0];
    }

    [Theory, InlineData(1, 3), InlineData(100, 5), InlineData(130, 33), InlineData(70, 600)]
    public void The_nearest_row_is_the_first_of_the_largest_products(int count, int dimension)
    {
        var columns = RandomRows.Uniform(count, dimension, seed: 5);
        columns = columns.Select([.. Enumerable.Range(0, count), .. Enumerable.Range(0, count / 2)]); // every second one twice
        var rows = RandomRows.Uniform(77, dimension);
        float[] bias = [.. Enumerable.Range(0, columns.Count).Select(j => j % 4 / 16f)];
        var nearest = new int[77];
        var score = new float[77];

        new NearestRows(PackedRows.Pack(columns.Values, columns.Count, dimension), bias).Find(rows.Values, nearest, score);

        for (int i = 0; i < 77; i++)
        {
            int best = 0;
            for (int j = 1; j < columns.Count; j++)
                if (Dot(rows.Row(i), columns.Row(j)) - bias[j] > Dot(rows.Row(i), columns.Row(best)) - bias[best]) best = j;
            Assert.Equal((best, Dot(rows.Row(i), columns.Row(best)) - bias[best]), (nearest[i], score[i]));
        }
    }

    [Theory, InlineData(0, 1), InlineData(0, 3), InlineData(1, 5), InlineData(2, 5), InlineData(4, 5)]
    public void The_two_largest_are_those_of_the_panels_that_are_asked_for(int first, int endExcl)
    {
        const int Count = 70, Dimension = 21; // four panels and six rows of a fifth
        var columns = RandomRows.Uniform(Count, Dimension, seed: 5);
        columns = columns.Select([.. Enumerable.Range(0, Count).Select(j => j % 9 == 4 ? 2 : j)]); // some are equal
        var rows = RandomRows.Uniform(8, Dimension);
        float[] bias = [.. Enumerable.Range(0, Count).Select(j => j % 3 / 16f)];
        var found = new TwoLargest[8];

        new NearestRows(PackedRows.Pack(columns.Values, Count, Dimension), bias).FindTwo(rows.Values, (first, endExcl), found);

        for (int i = 0; i < 8; i++)
        {
            var scores = Enumerable.Range(first * 16, Math.Min(Count, endExcl * 16) - first * 16).Select(j => (Index: j, Score: Dot(rows.Row(i), columns.Row(j)) - bias[j])).OrderByDescending(s => s.Score).ToArray(); // stable
            Assert.Equal(new TwoLargest(scores[0].Index, scores[0].Score, scores[1].Score), found[i]);
        }
    }

    [Fact]
    public void The_only_row_has_no_second()
    {
        var one = RandomRows.Uniform(1, 4);
        var found = new TwoLargest[8];

        new NearestRows(PackedRows.Pack(one.Values, 1, 4)).FindTwo(RandomRows.Uniform(8, 4).Values, (0, 1), found);

        Assert.All(found, f => Assert.Equal((0, float.NegativeInfinity), (f.Index, f.Second)));
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Thresholded_sums_are_the_sums_of_the_thresholded_rows(int count, int dimension)
    {
        var embedding = RandomRows.Uniform(count, dimension);
        foreach (double threshold in new[] { 0, 0.1, -0.2 })
        {
            double[] sums = new CosineSimilarity(embedding, threshold).RowSums(threads: count % 3 + 1);

            for (int i = 0; i < count; i++)
            {
                double expected = 0;
                for (int j = 0; j < count; j++) expected += Plain(embedding, i, j, threshold);
                Assert.Equal(expected, sums[i]); // sums are exact
            }
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Sums_without_a_threshold_are_products_with_the_total(int count, int dimension)
    {
        var embedding = RandomRows.Uniform(count, dimension);

        double[] linear = new CosineSimilarity(embedding, threshold: null).RowSums();
        double[] pairwise = new CosineSimilarity(embedding, threshold: -2).RowSums();

        for (int i = 0; i < count; i++) Assert.Equal(pairwise[i], linear[i], 1e-6 * count); // float32 products against float64 ones
    }

    [Fact]
    public void Means_of_views_give_the_exact_expected_similarity()
    {
        const int Images = 12, Views = 5, Dimension = 7;
        var views = RandomRows.Uniform(Images * Views, Dimension);
        var means = new float[Images * Dimension];
        for (int i = 0; i < Images * Views; i++)
            for (int k = 0; k < Dimension; k++) means[i / Views * Dimension + k] += views.Row(i)[k] / Views;

        var similarity = new CosineSimilarity(EmbeddingMatrix.OfMeans(means, Images, Dimension), threshold: null);

        var row = new float[similarity.RowCapacity];
        for (int i = 0; i < Images; i++)
        {
            similarity.Row(i, row);
            for (int j = 0; j < Images; j++)
            {
                double expected = 0;
                for (int a = 0; a < Views * Views; a++) expected += Dot(views, i * Views + a / Views, j * Views + a % Views) / (double)(Views * Views);
                Assert.Equal(expected, row[j], 1e-6);
            }
        }
    }

    [Fact]
    public void Rows_that_are_no_means_of_unit_rows_are_refused()
    {
        Assert.Contains("Row 1 has length 2", Assert.Throws<ArgumentException>(() => EmbeddingMatrix.OfMeans([1, 0, 0, 2], 2, 2)).Message);
        Assert.Throws<ArgumentException>(() => KMeans.Partition(EmbeddingMatrix.OfMeans([1, 0, 0, 1], 2, 2), classes: 1));
    }

    [Fact]
    public void A_threshold_must_be_a_number() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSimilarity(RandomRows.Uniform(2, 2), double.NaN));

    [Fact]
    public void A_given_kernel_must_be_symmetric()
    {
        var error = Assert.Throws<ArgumentException>(() => new GivenSimilarity([1, 0.5f, 0.25f, 1], 2));

        Assert.Contains("s(1,0) = 0.25, s(0,1) = 0.5", error.Message);
        const int Count = 75; // whole squares, and what is left beside them
        var symmetric = new float[Count * Count];
        for (int i = 0; i < Count; i++)
            for (int j = 0; j < Count; j++) symmetric[i * Count + j] = Math.Min(i, j) + Count * Math.Max(i, j);
        _ = new GivenSimilarity(symmetric, Count);
        for (int at = 0; at < symmetric.Length; at++)
        {
            float before = symmetric[at];
            symmetric[at] = -1;
            if (at % (Count + 1) == 0) _ = new GivenSimilarity(symmetric, Count); // on the diagonal
            else Assert.Throws<ArgumentException>(() => new GivenSimilarity(symmetric, Count));
            symmetric[at] = before;
        }
    }

    [Theory, InlineData(1f), InlineData(1.9f), InlineData(0.3f), InlineData(300f), InlineData(1e-20f), InlineData(1e30f)]
    public void A_given_kernel_counts_in_steps_of_the_power_of_two_that_its_largest_number_reaches(float largest)
    {
        const int Count = 37;
        var random = new SplitMix64(5);
        var kernel = new float[Count * Count];
        for (int i = 0; i < Count; i++)
            for (int j = 0; j <= i; j++) kernel[i * Count + j] = kernel[j * Count + i] = i == j ? largest : largest * (float)(1.5 * random.NextDouble() - 0.5);
        double step = Math.Pow(2, Math.Floor(Math.Log2(largest)) - 26);

        var given = new GivenSimilarity([.. kernel], Count);

        for (int i = 0; i < Count; i++)
        {
            float[] row = Kernels.Row(given, i);
            for (int j = 0; j < Count; j++)
            {
                Assert.Equal(Math.Round(kernel[i * Count + j] / step) * step, row[j]);
                if (kernel[i * Count + j] >= largest / 4) Assert.Equal(kernel[i * Count + j], row[j]);
            }
            Assert.Equal(row[i], given.Self(i));
            Assert.Equal(row.Reverse().Sum(s => (double)s), given.RowSums()[i]); // exact in any order
        }
        Assert.Equal(Enumerable.Range(0, Count).Min(i => Kernels.Row(given, i).Min()), given.Least);
    }

    [Fact]
    public void A_given_kernel_must_be_finite()
    {
        Assert.Contains("NaN at (1,0)", Assert.Throws<ArgumentException>(() => new GivenSimilarity([1, float.NaN, float.NaN, 1], 2)).Message);
        Assert.Contains("holds Infinity", Assert.Throws<ArgumentException>(() => new GivenSimilarity([1, 0, 0, float.PositiveInfinity], 2)).Message);
        var large = new float[75 * 75];
        (large[3 * 75 + 9], large[9 * 75 + 3]) = (float.NegativeInfinity, float.NegativeInfinity);
        Assert.Contains("holds -Infinity", Assert.Throws<ArgumentException>(() => new GivenSimilarity(large, 75)).Message);
        (large[3 * 75 + 9], large[9 * 75 + 3]) = (float.NaN, float.NaN);
        Assert.Contains("NaN at (9,3)", Assert.Throws<ArgumentException>(() => new GivenSimilarity(large, 75)).Message);
        Assert.Equal(0, new GivenSimilarity([], 0).Least);
        Assert.Equal([0, 0], new GivenSimilarity(new float[4], 2).RowSums());
    }

    // What a product counts as: 0 below the threshold, otherwise to the nearest multiple of 2^-26.
    static float Plain(EmbeddingMatrix embedding, int i, int j, double? threshold)
    {
        float s = Dot(embedding, i, j);
        return s < (float?)threshold ? 0 : (float)(Math.Round(s * Math.Pow(2, 26)) / Math.Pow(2, 26));
    }

    static float Dot(EmbeddingMatrix embedding, int i, int j) => Dot(embedding.Row(i), embedding.Row(j));

    static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (int k = 0; k < a.Length; k++) sum = MathF.FusedMultiplyAdd(a[k], b[k], sum);
        return sum;
    }
}
