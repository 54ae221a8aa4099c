namespace Gleaner;

/// <summary>A way to find a set of large value: takes one image after the other until as many as asked for are ranked.</summary>
public abstract class Maximizer
{
    /// <summary>Ranks images of <paramref name="objective"/>, which is at the empty set and ends at the set of all ranked images but perhaps the last.</summary>
    /// <param name="objective">Says what an image adds to the set so far.</param>
    /// <param name="keep">Images that are taken first, in this order; null for none.</param>
    /// <param name="count">How many images to rank, <paramref name="keep"/> included; null for all n.</param>
    /// <param name="progress">Told how many images are ranked.</param>
    /// <param name="cancel">Asked once a picked image.</param>
    public IReadOnlyList<Pick> Rank(SetObjective objective, IReadOnlyList<int>? keep = null, int? count = null, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        int[] first = Ranking.CheckKeep(keep, objective.Count);
        if (count is { } wanted && (wanted < first.Length || wanted > objective.Count))
            throw new ArgumentOutOfRangeException(nameof(count), $"{wanted} images asked for; expected {first.Length} (those to keep) to {objective.Count}.");

        var picks = new List<Pick>(count ?? objective.Count);
        var left = new bool[objective.Count];
        Array.Fill(left, true);
        void Take(Pick pick)
        {
            cancel.ThrowIfCancellationRequested();
            picks.Add(pick);
            left[pick.Index] = false;
            if (picks.Count < objective.Count) objective.Add(pick.Index);
            progress?.Report(picks.Count);
        }
        foreach (int e in first) Take(new Pick(e, objective.Gain(e)));
        Grow(objective, left, (count ?? objective.Count) - first.Length, Take);
        return picks;
    }

    /// <summary>Takes <paramref name="count"/> more images out of those that are <paramref name="left"/>; taking one adds it to the objective and crosses it off.</summary>
    protected abstract void Grow(SetObjective objective, bool[] left, int count, Action<Pick> take);
}
