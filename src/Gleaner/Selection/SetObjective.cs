namespace Gleaner;

/// <summary>A value of sets of images within one latent class, grown one image at a time.</summary>
public abstract class SetObjective
{
    /// <summary>n, how many images can be chosen.</summary>
    public abstract int Count { get; }

    /// <summary>F(S + e) - F(S) for the set S added so far; may be negative.</summary>
    public abstract double Gain(int e);

    /// <summary>S becomes S + e.</summary>
    public abstract void Add(int e);
}
