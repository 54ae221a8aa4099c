namespace Gleaner.Torch.Tests;

public sealed class PretrainingRecipeTests
{
    [Theory]
    [InlineData(2, 8, 32, 200)]
    [InlineData(2000, 28, 128, 50)]
    [InlineData(50_000, 32, 256, 20)]
    [InlineData(13_000, 96, 256, 20)]
    public void Small_pools_get_small_batches_and_more_epochs(int images, int size, int batch, int epochs)
    {
        var recipe = PretrainingRecipe.ForCpu(images, size);

        Assert.Equal((batch, epochs, size), (recipe.Training.BatchSize, recipe.Training.Epochs, recipe.Proxy.ImageSize));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(28)]
    [InlineData(64)]
    [InlineData(224)]
    public void The_default_network_works_at_every_size(int size)
    {
        using var pool = TestPool.Images(4, size);
        var recipe = PretrainingRecipe.ForCpu(4, size);
        using var proxy = Proxy.Create(recipe.Proxy, 0);
        using var method = recipe.Method.Create(proxy, 0);
        using var pretrainer = new Pretrainer(pool, method, recipe.Training with { Epochs = 1 });

        Assert.True(double.IsFinite(pretrainer.Run().Single().Loss));
        Assert.All(new Embedder(proxy).Embed(pool), v => Assert.True(float.IsFinite(v)));
    }
}
