using Xunit;

namespace Gleaner.Tests.Similarity;

public class CosineSimilarityTests
{
    public static TheoryData<int, int> Shapes => new() { { 1, 1 }, { 5, 3 }, { 16, 8 }, { 17, 16 }, { 63, 128 }, { 64, 5 }, { 130, 33 }, { 200, 64 } };

    [Theory, MemberData(nameof(Shapes))]
    public void Rows_have_the_bits_of_a_plain_loop(int count, int dimension)
    {
        var embedding = RandomRows.Uniform(count, dimension);
        var similarity = new CosineSimilarity(embedding, threshold: null);
        var row = new float[similarity.RowCapacity];

        for (int i = 0; i < count; i++)
        {
            similarity.Row(i, row);
            for (int j = 0; j < count; j++) Assert.Equal(Dot(embedding, i, j), row[j]);
            Assert.Equal(row[i], similarity.Self(i));
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Thresholded_sums_are_the_sums_of_the_thresholded_rows(int count, int dimension)
    {
        var embedding = RandomRows.Uniform(count, dimension);
        foreach (double threshold in new[] { 0, 0.1, -0.2 })
        {
            double[] sums = new CosineSimilarity(embedding, threshold).RowSums();

            for (int i = 0; i < count; i++)
            {
                double expected = 0;
                for (int j = 0; j < count; j++)
                    if (Dot(embedding, i, j) is var s && s >= (float)threshold) expected += s;
                Assert.Equal(expected, sums[i], 1e-12 * count); // float64 sums of float32 products, in another order
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
    }

    static float Dot(EmbeddingMatrix embedding, int i, int j)
    {
        float sum = 0;
        for (int k = 0; k < embedding.Dimension; k++) sum = MathF.FusedMultiplyAdd(embedding.Row(i)[k], embedding.Row(j)[k], sum);
        return sum;
    }
}
