namespace Gleaner;

/// <summary>The two objectives that go by the name SAS. They share only about half of a 40 % subset, so a result says which one made it.</summary>
public enum SasObjective
{
    /// <summary>The paper's objective, <see cref="Gleaner.GraphCut"/>.</summary>
    GraphCut,

    /// <summary>What the authors' released code computes, <see cref="Gleaner.Modular"/>.</summary>
    Modular,
}
