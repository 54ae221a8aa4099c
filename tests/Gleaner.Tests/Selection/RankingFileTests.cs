using Xunit;

namespace Gleaner.Tests.Selection;

public class RankingFileTests
{
    [Fact]
    public void A_ranking_of_some_images_keeps_the_size_of_its_pool()
    {
        int[] left = [1, 2, 4, 5];
        var classes = LatentPartition.FromLabels([0, 0, 1, 1, 0, 1]);
        var ranking = new SasSelector().Rank(RandomRows.Uniform(6, 3).Select(left), classes.Select(left)).Within(left, classes, 6);

        var read = WrittenAndRead(ranking, classes);

        Assert.Equal(6, read.PoolSize);
        Assert.Equal(ranking.Order, read.Order);
        Assert.Equal(ranking.Gains!, read.Gains!);
        Assert.Equal(3, read.Take(Budget.Percent(50)).Count);
        Assert.Contains("ranks a pool of 6 images", Assert.Throws<InvalidDataException>(() => WrittenAndRead(ranking, classes.Select(left))).Message);
    }

    [Fact]
    public void A_ranking_of_all_images_says_nothing_of_a_pool()
    {
        using var stream = new MemoryStream();

        RankingFile.Write(stream, RandomSelector.Rank(6, seed: 1));

        Assert.DoesNotContain("pool_size", System.Text.Encoding.Latin1.GetString(stream.ToArray()));
        Assert.Equal(6, WrittenAndRead(RandomSelector.Rank(6, seed: 1), null).PoolSize);
    }

    static Ranking WrittenAndRead(Ranking ranking, LatentPartition? classes)
    {
        using var folder = new TemporaryFolder();
        using var stream = new MemoryStream();
        RankingFile.Write(stream, ranking);
        return RankingFile.Read(folder.Write("ranking.safetensors", stream.ToArray()), classes);
    }
}
