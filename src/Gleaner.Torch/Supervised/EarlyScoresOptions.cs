namespace Gleaner.Torch;

/// <summary>When, and over how many trainings, the scores of early training are taken.</summary>
public sealed record EarlyScoresOptions
{
    /// <summary>Trainings from different first weights and orders; the authors recommend at least 10 (github.com/mansheej/data_diet).</summary>
    public int Runs { get; init; } = 10;

    /// <summary>After how many epochs EL2N is taken, from 0; 20 of 200 is what was reproduced (Kirsch 2023, arXiv:2303.14753).</summary>
    public int El2nEpoch { get; init; } = 20;

    /// <summary>After how many epochs GraNd is taken, from 0, the first weights: the paper's claim, which was not reproduced, while later epochs were useful (Kirsch 2023).</summary>
    public int GrandEpoch { get; init; }

    /// <summary>Also take GraNd over all weights, which costs a backward pass for each image; that of the last layer is always taken.</summary>
    public bool ExactGrand { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Runs);
        ArgumentOutOfRangeException.ThrowIfNegative(El2nEpoch);
        ArgumentOutOfRangeException.ThrowIfNegative(GrandEpoch);
    }
}
