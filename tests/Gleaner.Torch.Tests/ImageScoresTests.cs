namespace Gleaner.Torch.Tests;

public sealed class ImageScoresTests
{
    // float32 through ten layers, in another order of sums.
    const double Tolerance = 1e-4;

    [Fact]
    public void Scores_are_those_PyTorch_computes_image_by_image()
    {
        using var classifier = SupervisedFixture.Classifier(lastLayerScale: 0.05);
        var (images, labels) = LabeledImages.OfFixture();

        SupervisedFixture.AssertClose("confidence", ImageScores.Confidence(classifier, images, labels), Tolerance);
        SupervisedFixture.AssertClose("el2n", ImageScores.El2n(classifier, images, labels), Tolerance);
        SupervisedFixture.AssertClose("grand", ImageScores.Grand(classifier, images, labels), Tolerance);
        SupervisedFixture.AssertClose("grand.fc", ImageScores.GrandLastLayer(classifier, images, labels), Tolerance);   // the closed form against the exact gradient of fc alone
    }

    [Fact]
    public void The_gradient_of_the_last_layer_is_no_longer_than_that_of_all()
    {
        using var classifier = LabeledImages.Tiny();
        var (images, labels) = LabeledImages.Squares();

        var all = ImageScores.Grand(classifier, images, labels);
        var last = ImageScores.GrandLastLayer(classifier, images, labels);

        Assert.All(all.Zip(last), g => Assert.InRange(g.Second, 0.01, g.First));
    }

    [Fact]
    public void A_subset_has_the_scores_of_its_images_in_its_order()
    {
        using var classifier = LabeledImages.Tiny();
        var (images, labels) = LabeledImages.Squares();
        int[] subset = [7, 3, 29];

        Assert.Equal(subset.Select(i => ImageScores.Grand(classifier, images, labels)[i]), ImageScores.Grand(classifier, images, labels, subset));
        var (all, some) = (ImageScores.El2n(classifier, images, labels), ImageScores.El2n(classifier, images, labels, subset));
        Assert.All(subset.Zip(some), s => Assert.Equal(all[s.First], s.Second, 1e-5));   // another block size, so other roundings
    }

    [Fact]
    public void Early_scores_are_the_mean_of_runs_stopped_at_their_epochs()
    {
        var (images, labels) = LabeledImages.Squares();
        var training = new SupervisedTrainerOptions { Epochs = 5, BatchSize = 10, LearningRate = 0.01, Seed = 3, Subset = [.. Enumerable.Range(5, 20)] };
        var options = new EarlyScoresOptions { Runs = 2, El2nEpoch = 2, GrandEpoch = 0, ExactGrand = true };

        var found = EarlyScores.Average(images, labels, TestPool.Tiny(), 3, training, options);

        double[][] el2n = new double[2][], grand = new double[2][], last = new double[2][];
        for (int run = 0; run < 2; run++)
        {
            using var classifier = Classifier.Create(TestPool.Tiny(), 3, EarlyScores.SeedOf(3, run));
            grand[run] = ImageScores.Grand(classifier, images, labels, training.Subset);
            last[run] = ImageScores.GrandLastLayer(classifier, images, labels, training.Subset);
            using var trainer = new SupervisedTrainer(images, labels, classifier, training with { Seed = EarlyScores.SeedOf(3, run) });
            foreach (var step in trainer.Run())
                if (step.Step == 2 * trainer.StepsPerEpoch) break;
            el2n[run] = ImageScores.El2n(classifier, images, labels, training.Subset);
        }
        Assert.Equal(training.Subset, found.Images);
        Assert.Equal(el2n[0].Zip(el2n[1], (a, b) => (a + b) / 2), found.El2n);
        Assert.Equal(grand[0].Zip(grand[1], (a, b) => (a + b) / 2), found.Grand);
        Assert.Equal(last[0].Zip(last[1], (a, b) => (a + b) / 2), found.GrandLastLayer);
        Assert.NotEqual(el2n[0], el2n[1]);
    }

    [Fact]
    public void Early_scores_of_neighbouring_seeds_share_no_training() =>
        Assert.Equal(200, (from seed in Enumerable.Range(0, 20) from run in Enumerable.Range(0, 10) select EarlyScores.SeedOf(seed, run)).Distinct().Count());

    [Fact]
    public void Early_scores_after_the_end_are_refused()
    {
        var (images, labels) = LabeledImages.Squares();

        var error = Assert.Throws<ArgumentException>(() => EarlyScores.Average(images, labels, TestPool.Tiny(), 3, new() { Epochs = 5 }, new() { El2nEpoch = 6 }));

        Assert.Contains("after 6 epochs; expected at most 5", error.Message);
    }
}
