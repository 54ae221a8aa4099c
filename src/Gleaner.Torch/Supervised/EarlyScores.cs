namespace Gleaner.Torch;

/// <summary>EL2N and GraNd as their paper means them: early in training, averaged over trainings from different first weights.</summary>
/// <remarks>Paul et al. 2021, arXiv:2107.07075. A training stops after the last epoch that is asked for; its learning rate is that of the beginning of the whole training.</remarks>
public static class EarlyScores
{
    /// <summary>All runs after each other, and their mean.</summary>
    /// <param name="images">The pool.</param>
    /// <param name="labels">The class of each image of the pool.</param>
    /// <param name="network">The network that is trained.</param>
    /// <param name="classes">How many classes.</param>
    /// <param name="training">The whole training of which these are the first epochs; all seeds follow from its seed, and its checkpoint folder is not used.</param>
    /// <param name="options">When and how often.</param>
    /// <param name="progress">Told every step, with the run, from 0.</param>
    /// <param name="cancel">Asked before every step and block.</param>
    public static SupervisedScores Average(DecodedImages images, IReadOnlyList<int> labels, ProxyOptions network, int classes, SupervisedTrainerOptions training,
        EarlyScoresOptions? options = null, IProgress<(int Run, SupervisedStep Step)>? progress = null, CancellationToken cancel = default)
    {
        options ??= new();
        options.Validate();
        return SupervisedScores.Mean([.. Enumerable.Range(0, options.Runs).Select(run => OfRun(run, images, labels, network, classes, training, options, progress, cancel))]);
    }

    /// <summary>One run, whose seed follows from the training's and <paramref name="run"/> and is another for every two of them, for a caller that keeps what is done; <see cref="SupervisedScores.Mean"/> averages.</summary>
    /// <exception cref="ArgumentException">A score is asked for after the training's end.</exception>
    public static SupervisedScores OfRun(int run, DecodedImages images, IReadOnlyList<int> labels, ProxyOptions network, int classes, SupervisedTrainerOptions training,
        EarlyScoresOptions? options = null, IProgress<(int Run, SupervisedStep Step)>? progress = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(run);
        ArgumentNullException.ThrowIfNull(training);
        var o = options ?? new();
        o.Validate();
        int seed = SeedOf(training.Seed, run);
        using var classifier = Classifier.Create(network, classes, seed);
        using var trainer = new SupervisedTrainer(images, labels, classifier, training with { Seed = seed, CheckpointFolder = null });
        int last = Math.Max(o.El2nEpoch, o.GrandEpoch) * trainer.StepsPerEpoch;
        if (last > trainer.TotalSteps)
            throw new ArgumentException($"A score is asked for after {last / trainer.StepsPerEpoch} epochs; expected at most {trainer.TotalSteps / trainer.StepsPerEpoch}, as the training has.", nameof(options));

        var scores = new SupervisedScores { Images = trainer.Images };
        void Take(int epoch)
        {
            if (epoch == o.El2nEpoch) scores = scores with { El2n = ImageScores.El2n(classifier, images, labels, trainer.Images, cancel) };
            if (epoch != o.GrandEpoch) return;
            scores = scores with { GrandLastLayer = ImageScores.GrandLastLayer(classifier, images, labels, trainer.Images, cancel) };
            if (o.ExactGrand) scores = scores with { Grand = ImageScores.Grand(classifier, images, labels, trainer.Images, cancel) };
        }
        Take(0);
        foreach (var step in trainer.Run(cancel).Take(last))
        {
            progress?.Report((run, step));
            if (step.EndsEpoch) Take(step.Epoch);
        }
        return scores;
    }

    // Trainings of neighbouring seeds share no run.
    internal static int SeedOf(int seed, int run) => (int)(SplitMix64.Mix((ulong)(uint)seed << 32 | (uint)run) & int.MaxValue);
}
