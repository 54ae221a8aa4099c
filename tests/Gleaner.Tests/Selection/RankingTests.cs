using Xunit;

namespace Gleaner.Tests.Selection;

public class RankingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Balanced_random_counts_images_to_keep_for_their_class(int minPerClass)
    {
        var classes = LatentPartition.FromLabels([.. Enumerable.Range(0, 200).Select(i => i % 2)]);
        int[] keep = [.. Enumerable.Range(0, 8).Select(i => 2 * i)];

        var order = RandomSelector.RankBalanced(classes, seed: 3, minPerClass, keep).Order;

        Assert.Equal(keep, order.Take(8));
        Assert.Equal(10, order.Take(20).Count(i => i % 2 == 0));
        Assert.Equal(Enumerable.Range(0, 200), order.Order());
    }

    [Fact]
    public void A_ranking_of_part_of_a_pool_reads_back_from_its_file()
    {
        int[] images = [.. Enumerable.Range(0, 60).Where(i => i % 3 != 0)];
        var embedding = RandomRows.Uniform(60, 5);
        var classes = LatentPartition.FromLabels([.. Enumerable.Range(0, 60).Select(i => i % 5)]);
        var part = new SasSelector().Rank(embedding.Select(images), classes.Select(images)).Within(images, classes, 60);

        var read = WriteAndRead(part, classes);

        Assert.Equal(60, read.PoolSize);
        Assert.Equal(images, read.Order.Order());
        Assert.Equal(part.Order, read.Order);
        Assert.Equal(part.Gains, read.Gains); // NaN for those left out, in both
        Assert.True(double.IsNaN(read.Gains![0]) && double.IsFinite(read.Gains[1]));
        Assert.Equal(24, read.Take(Budget.Percent(40)).Count);
        Assert.Contains("40 are ranked", Assert.Throws<ArgumentException>(() => read.Take(Budget.Percent(70))).Message);
    }

    [Fact]
    public void A_ranking_of_another_pool_is_refused()
    {
        var classes = LatentPartition.Whole(10);
        var part = RandomSelector.Rank(9, seed: 1);

        Assert.Contains("ranks a pool of 9 images; the latent classes cover 10", Assert.Throws<InvalidDataException>(() => WriteAndRead(part, classes)).Message);
        Assert.Equal(part.Order, WriteAndRead(part with { PoolSize = 10 }, classes).Order);
    }

    [Fact]
    public void Random_rankings_take_images_to_keep_in_front_and_leave_the_rest_as_drawn()
    {
        var drawn = RandomSelector.Rank(50, seed: 3);

        var ranking = drawn.WithFirst([7, 3]);

        Assert.Equal([7, 3, .. drawn.Order.Where(i => i is not (3 or 7))], ranking.Order);
    }

    static Ranking WriteAndRead(Ranking ranking, LatentPartition classes)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("ranking.safetensors", "");
        using (var stream = File.Create(path)) RankingFile.Write(stream, ranking);
        return RankingFile.Read(path, classes);
    }
}
