namespace Gleaner.Torch.Tests;

public sealed class EpochOrderTests
{
    [Fact]
    public void Every_image_once_and_every_epoch_and_seed_another_order()
    {
        var orders = new[] { (1, 0), (1, 1), (2, 0), (-1, 0) }.Select(p => EpochOrder.Of(100, p.Item1, p.Item2)).ToArray();

        Assert.All(orders, o => Assert.Equal(Enumerable.Range(0, 100), o.Order()));
        Assert.Equal(4, orders.Select(o => string.Join(' ', o)).Distinct().Count());
        Assert.Equal(orders[0], EpochOrder.Of(100, 1, 0));
    }

    [Fact]
    public void Every_image_comes_to_every_place_equally_often()
    {
        var counts = new int[5, 5];
        for (int epoch = 0; epoch < 20_000; epoch++)
        {
            var order = EpochOrder.Of(5, seed: 7, epoch);
            for (int k = 0; k < 5; k++) counts[k, order[k]]++;
        }

        foreach (int c in counts) Assert.InRange(c, 4000 - 5 * 57, 4000 + 5 * 57);   // five standard deviations of a binomial
    }
}
