using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

public sealed class NtXentTests
{
    [Fact]
    public void Value_and_gradient_are_those_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        var z = PyTorch.Formula([10, 7], 0.25).requires_grad_();

        var loss = NtXent.Loss(z, 0.3);
        loss.backward();

        PyTorch.AssertClose(PyTorch.Numbers("ntxent.loss"), loss);
        PyTorch.AssertClose(PyTorch.Numbers("ntxent.grad"), z.grad!);
    }

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(4, 0.07)]
    [InlineData(9, 2)]
    public void Equals_the_two_loops_of_equation_1(int n, double t)
    {
        using var scope = NewDisposeScope();
        using var z = PyTorch.Formula([2 * n, 6], n);
        double Similarity(int i, int j) => nn.functional.cosine_similarity(z[i], z[j], 0).item<float>();

        double sum = 0;
        for (int i = 0; i < 2 * n; i++)
        {
            double others = 0;
            for (int k = 0; k < 2 * n; k++)
                if (k != i) others += Math.Exp(Similarity(i, k) / t);
            sum -= Math.Log(Math.Exp(Similarity(i, (i + n) % (2 * n)) / t) / others);
        }

        Assert.Equal(sum / (2 * n), NtXent.Loss(z, t).item<float>(), 1e-4);
    }

    [Fact]
    public void Equal_views_everywhere_cost_the_logarithm_of_the_choices()
    {
        using var scope = NewDisposeScope();

        Assert.Equal(Math.Log(15), NtXent.Loss(ones(16, 3), 0.5).item<float>(), 1e-5);
    }

    [Fact]
    public void Orthogonal_images_with_equal_views_have_a_closed_form()
    {
        using var scope = NewDisposeScope();
        double t = 0.5;

        var loss = NtXent.Loss(cat([eye(4), eye(4)], 0), t);

        Assert.Equal(Math.Log(Math.Exp(1 / t) + 6) - 1 / t, loss.item<float>(), 1e-5);
    }

    [Fact]
    public void Swapping_the_views_or_scaling_a_row_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var z = PyTorch.Formula([8, 5], 1);

        float loss = NtXent.Loss(z, 0.5).item<float>();

        Assert.Equal(loss, NtXent.Loss(z.roll(4, 0), 0.5).item<float>(), 1e-6);
        Assert.Equal(loss, NtXent.Loss(z * arange(1, 9).unsqueeze(1), 0.5).item<float>(), 1e-6);
    }

    [Fact]
    public void Difficult_pairs_have_a_temperature_of_their_own()
    {
        using var scope = NewDisposeScope();
        const int n = 6;
        const double t = 0.5, scale = 0.7;
        var z = PyTorch.Formula([2 * n, 5], 1);
        var similarity = new double[2 * n, 2 * n];
        var negatives = new List<double>();
        for (int i = 0; i < 2 * n; i++)
            for (int j = 0; j < 2 * n; j++)
            {
                similarity[i, j] = nn.functional.cosine_similarity(z[i], z[j], 0).item<float>();
                if (i != j && (i + n) % (2 * n) != j) negatives.Add(similarity[i, j]);
            }
        negatives.Sort((a, b) => b.CompareTo(a));
        double highest = negatives[12] + 1e-6, lowest = negatives[35] - 1e-6;      // 120 ordered pairs: a tenth skipped, the next fifth difficult

        double sum = 0;
        for (int i = 0; i < 2 * n; i++)
        {
            double others = 0;
            int partner = (i + n) % (2 * n);
            for (int k = 0; k < 2 * n; k++)
            {
                bool difficult = k != partner && similarity[i, k] <= highest && similarity[i, k] >= lowest;
                if (k != i) others += Math.Exp(similarity[i, k] / (difficult ? t * scale : t));
            }
            sum -= similarity[i, partner] / t - Math.Log(others);
        }

        var pairs = new DifficultPairs { TemperatureScale = scale, SkippedShare = 0.1, Share = 0.2 };
        Assert.Equal(sum / (2 * n), NtXent.Loss(z, t, pairs).item<float>(), 1e-4);
        Assert.NotEqual(NtXent.Loss(z, t).item<float>(), NtXent.Loss(z, t, pairs).item<float>());
        Assert.Equal(NtXent.Loss(z, t).item<float>(), NtXent.Loss(z, t, pairs with { TemperatureScale = 1 }).item<float>(), 1e-6);
    }

    [Fact]
    public void Leaves_nothing_behind()
    {
        using var scope = NewDisposeScope();
        using var z = PyTorch.Formula([8, 5], 1);
        int before = scope.DisposablesCount;

        NtXent.Loss(z, 0.5).Dispose();

        Assert.Equal(before, scope.DisposablesCount);
    }

    [Fact]
    public void Refuses_an_odd_number_of_rows()
    {
        using var scope = NewDisposeScope();

        Assert.Contains("7 rows; expected an even number", Assert.Throws<ArgumentException>(() => NtXent.Loss(ones(7, 2), 1)).Message);
    }
}
