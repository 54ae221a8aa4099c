namespace Gleaner.Torch.Tests;

public sealed class LearningRateTests
{
    [Fact]
    public void Rises_in_a_line_and_falls_along_half_a_cosine()
    {
        double At(int step) => LearningRate.At(step, totalSteps: 110, highest: 2, warmupShare: 10 / 110.0);

        Assert.Equal(0.2, At(0), 1e-12);
        Assert.Equal(2, At(9), 1e-12);
        Assert.Equal(2, At(10), 1e-12);
        Assert.Equal(1, At(60), 1e-12);
        Assert.InRange(At(109), 0, 0.001);
    }

    [Fact]
    public void One_step_has_the_highest_rate() => Assert.Equal(3, LearningRate.At(0, 1, 3, 0.05));
}
