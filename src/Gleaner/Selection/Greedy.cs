namespace Gleaner;

/// <summary>The exact greedy maximiser: always the image of largest gain, the lowest index among equals, negative gains too, until every image is ranked.</summary>
public static class Greedy
{
    /// <summary>Ranks all n images; O(n^2) gain look-ups and n calls of <see cref="SetObjective.Add"/>.</summary>
    public static IReadOnlyList<Pick> Rank(SetObjective objective, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        var left = new List<int>(Enumerable.Range(0, objective.Count));
        var picks = new List<Pick>(objective.Count);
        while (left.Count > 0)
        {
            cancel.ThrowIfCancellationRequested();
            int at = 0;
            double most = objective.Gain(left[0]);
            for (int k = 1; k < left.Count; k++)
            {
                double gain = objective.Gain(left[k]);
                if (gain > most) (at, most) = (k, gain);
            }
            picks.Add(new Pick(left[at], most));
            if (left.Count > 1) objective.Add(left[at]);
            left.RemoveAt(at);
            progress?.Report(picks.Count);
        }
        return picks;
    }
}
