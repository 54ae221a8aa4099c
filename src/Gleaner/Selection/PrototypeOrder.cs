namespace Gleaner;

/// <summary>Which end of the distances to the prototypes comes first.</summary>
public enum PrototypeOrder
{
    /// <summary>Far from the prototype first: what helps while data is plentiful for what is to be learnt.</summary>
    HardFirst,

    /// <summary>Near the prototype first: what helps when data is scarce.</summary>
    EasyFirst,
}
