namespace Gleaner.Torch;

/// <summary>Which end of a <see cref="SupervisedScore"/> comes first.</summary>
public enum DifficultyOrder
{
    /// <summary>Hard images first: what the papers keep.</summary>
    HardFirst,

    /// <summary>Easy images first.</summary>
    EasyFirst,
}
