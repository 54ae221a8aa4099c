using Xunit;

namespace Gleaner.Tests.Selection;

public class PrototypeTests
{
    static readonly EmbeddingMatrix Embedding = RandomRows.Clustered(200, 9, 4, 1);
    static readonly LatentPartition Classes = LatentPartition.FromLabels([.. Enumerable.Range(0, 200).Select(i => i % 4 == 3 && i > 20 ? 0 : i % 4)]); // sizes 95, 50, 50, 5

    [Fact]
    public void Hard_first_is_the_distance_to_the_class_centroid_over_the_whole_pool()
    {
        var ranking = new PrototypeSelector().Rank(Embedding, Classes);

        double[] distance = [.. Enumerable.Range(0, 200).Select(i => 1 - Cosine(i))];
        Assert.Equal(Enumerable.Range(0, 200).OrderByDescending(i => distance[i]), ranking.Order);
        for (int i = 0; i < 200; i++) Assert.Equal(distance[i], ranking.Gains![i], 1e-12);
    }

    [Fact]
    public void Easy_first_is_the_reverse_on_data_without_ties()
    {
        var hard = new PrototypeSelector().Rank(Embedding, Classes);
        var easy = new PrototypeSelector(new PrototypeOptions { Order = PrototypeOrder.EasyFirst }).Rank(Embedding, Classes);

        Assert.Equal(hard.Order.Reverse(), easy.Order);
        for (int i = 0; i < 200; i++) Assert.Equal(1, hard.Gains![i] + easy.Gains![i], 1e-12);
    }

    [Theory, InlineData(PrototypeOrder.HardFirst), InlineData(PrototypeOrder.EasyFirst)]
    public void Balanced_gives_each_class_its_share_and_the_same_order_inside(PrototypeOrder order)
    {
        var whole = new PrototypeSelector(new PrototypeOptions { Order = order }).Rank(Embedding, Classes);
        var balanced = new PrototypeSelector(new PrototypeOptions { Order = order, Balanced = true }).Rank(Embedding, Classes);

        for (int k = 0; k < 4; k++)
        {
            Assert.Equal(whole.Order.Where(i => Classes.ClassOf(i) == k), balanced.Order.Where(i => Classes.ClassOf(i) == k));
            for (int m = 1; m <= 200; m++)
                Assert.InRange(balanced.Order.Take(m).Count(i => Classes.ClassOf(i) == k), m * Classes.Size(k) / 200, (m * Classes.Size(k) + 199) / 200);
        }
    }

    [Fact]
    public void A_floor_per_class_comes_first_and_kept_images_count_for_it()
    {
        var ranking = new PrototypeSelector(new PrototypeOptions { Order = PrototypeOrder.EasyFirst, MinPerClass = 3 }).Rank(Embedding, Classes, keep: [0, 1]);

        Assert.Equal([0, 1], ranking.Order.Take(2));
        Assert.Equal([3, 3, 3, 3], Enumerable.Range(0, 4).Select(k => ranking.Order.Take(12).Count(i => Classes.ClassOf(i) == k)));
    }

    [Fact]
    public void Similarities_are_those_of_the_class()
    {
        var ranking = new PrototypeSelector().Rank(Embedding, Classes);
        var sas = new SasSelector(new SasOptions { Threshold = null }).Rank(Embedding, Classes);

        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(sas.SimilaritySums![i], ranking.SimilaritySums![i], 1e-6); // summed in float32 blocks there
            Assert.Equal(sas.MeanSimilarities![i], ranking.MeanSimilarities![i], 1e-6); // s_ii in float32 there
        }
    }

    [Fact]
    public void Ties_go_to_the_lowest_index()
    {
        var twice = RandomRows.Uniform(10, 4).Select([.. Enumerable.Range(0, 20).Select(i => i % 10)]);

        var order = new PrototypeSelector().Rank(twice, LatentPartition.Whole(20)).Order;

        for (int place = 0; place < 20; place += 2) Assert.Equal(order[place] + 10, order[place + 1]);
    }

    static double Cosine(int i)
    {
        int[] members = Classes.Members(Classes.ClassOf(i)).ToArray();
        double[] sum = [.. Enumerable.Range(0, 9).Select(k => members.Sum(j => (double)Embedding.Row(j)[k]))];
        double[] row = [.. Embedding.Row(i).ToArray().Select(v => (double)v)];
        return row.Zip(sum, (a, b) => a * b).Sum() / Math.Sqrt(sum.Sum(v => v * v) * row.Sum(v => v * v));
    }
}
