namespace Gleaner;

/// <summary>One training and its judgement: one arm at one budget with one seed.</summary>
public sealed record Trial
{
    /// <summary>How the images were chosen: the name of a <see cref="ComparisonArm"/>.</summary>
    public required string Arm { get; init; }

    /// <summary>The budget as the recipe says it, <c>10 %</c>: the text of a <see cref="ComparisonBudget"/>.</summary>
    public required string Budget { get; init; }

    /// <summary>How many images the subset holds.</summary>
    public required int Images { get; init; }

    /// <summary>The seed of the training; trials of two arms with the same seed are a pair.</summary>
    public required int Seed { get; init; }

    /// <summary>Accuracy on the test images by measure, 0 to 1: <c>linear</c> and <c>knn</c> without labels, <c>accuracy</c> with.</summary>
    public required IReadOnlyDictionary<string, double> Scores { get; init; }

    /// <summary>Steps of the optimiser.</summary>
    public required long Steps { get; init; }

    /// <summary>Times that each image of the subset was seen.</summary>
    public required double Epochs { get; init; }

    /// <summary>Seconds of the training.</summary>
    public required double PretrainSeconds { get; init; }

    /// <summary>Seconds of the judgement.</summary>
    public required double EvaluateSeconds { get; init; }

    /// <summary>Multiply-adds of the training, which do not depend on the machine.</summary>
    public required double PretrainMultiplyAdds { get; init; }

    /// <summary>The subset's <see cref="ContentHash"/>.</summary>
    public required string SubsetHash { get; init; }

    /// <summary>The encoder's hash.</summary>
    public required string EncoderHash { get; init; }
}
