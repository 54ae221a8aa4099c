using Xunit;

namespace Gleaner.Tests.Report;

public sealed class KeptNeighboursTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void They_are_those_that_a_plain_loop_finds_for_kept_and_dropped_images()
    {
        using var run = SelectRun.Open(MadeRun.Write(_folder, readable: 300));
        var (scores, embedding) = (run.Scores, run.Embedding()!);
        var neighbours = KeptNeighbours.Open(run);

        for (int m = 0; m < 300; m++)
        {
            var found = neighbours.Of(m, 5);

            int[] candidates = [.. Enumerable.Range(0, 300).Where(other => other != m && scores.Kept[other] && scores.Class[other] == scores.Class[m])];
            double[] plain = [.. candidates.Select(other => Similarity(m, other)).OrderDescending().Take(5)];
            Assert.Equal(5, found.Length);
            Assert.Equal(5, found.Select(one => one.Index).Distinct().Count());
            Assert.All(found, one => Assert.Contains(one.Index, candidates));
            for (int k = 0; k < 5; k++)
            {
                Assert.Equal(plain[k], found[k].Similarity, 1e-7); // the rounding to float32
                Assert.Equal(Similarity(m, found[k].Index), found[k].Similarity, 1e-7);
            }
        }

        double Similarity(int m, int other)
        {
            double sum = 0;
            for (int k = 0; k < embedding.Dimension; k++) sum += (double)embedding.Row(scores.Index[m])[k] * embedding.Row(scores.Index[other])[k];
            return sum;
        }
    }

    [Fact]
    public void Equal_ones_come_in_the_order_of_the_pool_and_fewer_than_asked_are_all()
    {
        using var run = SelectRun.Open(MadeRun.Write(_folder, equalRows: true));

        var found = KeptNeighbours.Open(run).Of(0, 100);

        Assert.Equal([15, 30, 45], found.Select(one => one.Index)); // every fifth is kept, every third is of its class
    }
}
