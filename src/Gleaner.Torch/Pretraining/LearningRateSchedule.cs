namespace Gleaner.Torch;

/// <summary>What the learning rate does after its warm-up.</summary>
public enum LearningRateSchedule
{
    /// <summary>Falls along half a cosine to 0.</summary>
    Cosine,

    /// <summary>Stays, as the SAS authors' does.</summary>
    Constant,
}
