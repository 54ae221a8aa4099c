using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>What is remembered of each image while a classifier learns from it; part of the checkpoint.</summary>
/// <remarks>
/// Forgetting: Toneva et al. 2019, arXiv:1812.05159: an event is a presentation that is wrong where the one before was right. Confidence and variability:
/// Swayamdipta et al. 2020, arXiv:2009.10795: mean and standard deviation (divided by E) over the E epochs of the probability of the true class. Both are read from
/// the forward pass of the training itself, as in the authors' codes: BN with the batch's statistics, a random view, before the step.
/// </remarks>
sealed class TrainingDynamics : IDisposable
{
    const int Seen = 0, Right = 1, Events = 2, Learned = 3, Mean = 0, Squares = 1;

    readonly Tensor _counts, _moments;
    readonly int _images;

    public TrainingDynamics(int images)
    {
        _images = images;
        _counts = zeros([4, images], ScalarType.Int64).DetachFromDisposeScope();
        _moments = zeros([2, images], ScalarType.Float64).DetachFromDisposeScope();
    }

    /// <summary>What a checkpoint holds.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => [("dynamics.counts", _counts), ("dynamics.moments", _moments)];

    /// <summary>An image was presented: was it classified rightly, and how probable was its class?</summary>
    public void Add(int image, bool right, double probability)
    {
        ref long seen = ref Count(Seen, image), before = ref Count(Right, image);
        if (before == 1 && !right) Count(Events, image)++;
        if (right) Count(Learned, image) = 1;
        before = right ? 1 : 0;
        seen++;
        // Welford 1962: the sum of squared deviations without subtracting large numbers.
        ref double mean = ref Moment(Mean, image);
        double deviation = probability - mean;
        mean += deviation / seen;
        Moment(Squares, image) += deviation * (probability - mean);
    }

    /// <summary>The scores of <paramref name="images"/>, whose order the numbers of <see cref="Add"/> follow; none as long as an image was not presented.</summary>
    public SupervisedScores Scores(IReadOnlyList<int> images)
    {
        int[] all = [.. Enumerable.Range(0, _images)];
        if (all.Any(i => Count(Seen, i) == 0)) return new SupervisedScores { Images = images };
        return new SupervisedScores
        {
            Images = images,
            ForgettingEvents = Array.ConvertAll(all, i => (double)Count(Events, i)),
            Learned = Array.ConvertAll(all, i => Count(Learned, i) == 1),
            Confidence = Array.ConvertAll(all, i => Moment(Mean, i)),
            Variability = Array.ConvertAll(all, i => Math.Sqrt(Moment(Squares, i) / Count(Seen, i))),
        };
    }

    public void Dispose()
    {
        _counts.Dispose();
        _moments.Dispose();
    }

    ref long Count(int row, int image) => ref MemoryMarshal.Cast<byte, long>(_counts.bytes)[row * _images + image];

    ref double Moment(int row, int image) => ref MemoryMarshal.Cast<byte, double>(_moments.bytes)[row * _images + image];
}
