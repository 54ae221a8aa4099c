namespace Gleaner;

/// <summary>A value of sets of images within one latent class, grown one image at a time.</summary>
public abstract class SetObjective
{
    /// <summary>n, how many images can be chosen.</summary>
    public abstract int Count { get; }

    /// <summary>F(S + e) - F(S) for the set S added so far; may be negative.</summary>
    public abstract double Gain(int e);

    /// <summary>Writes the gains of many images, the same bits as <see cref="Gain"/>; for some objectives this costs less than one by one.</summary>
    public virtual void Gains(ReadOnlySpan<int> images, Span<double> gains)
    {
        for (int r = 0; r < images.Length; r++) gains[r] = Gain(images[r]);
    }

    /// <summary>How many gains are worth asking for at once where <paramref name="e"/>'s is needed; 1 if others would cost as much again.</summary>
    public virtual int GainsAtOnce(int e) => 1;

    /// <summary>The gains of all images, of those in S too (they are 0), where the objective keeps them up to date; otherwise empty.</summary>
    internal virtual ReadOnlySpan<double> Standing => [];

    /// <summary>S becomes S + e.</summary>
    public abstract void Add(int e);

    /// <summary>Whether gains can only fall as the set grows (submodular): what lazy maximisers rely on.</summary>
    public abstract bool IsSubmodular { get; }
}
