using System.Globalization;

namespace Gleaner;

/// <summary>Arms of a comparison that are no two ways to choose, in sentences.</summary>
static class AlikeArms
{
    // As far beyond chance as this, two arms chose nearly alike.
    const double NearlyAlike = 0.8;

    /// <summary>Which arms chose nearly the same images, so that what differs between them is hardly due to the choice.</summary>
    public static IEnumerable<string> Sentences(Comparison comparison)
    {
        foreach (var budget in comparison.Budgets)
        {
            var pairs = comparison.Overlaps.Where(pair => pair.Budget == budget.Text).ToArray();
            foreach (string[] group in Groups(comparison, [.. pairs.Where(pair => pair.BeyondChance(comparison.Pool.Count) >= NearlyAlike)]))
            {
                double least = pairs.Where(pair => group.Contains(pair.Arm) && group.Contains(pair.Other)).Min(pair => pair.Shared);
                string how = least >= 1 ? "the same images" : string.Create(CultureInfo.InvariantCulture, $"nearly the same images: {(group.Length > 2 ? "any two of them share at least" : "they share")} {Math.Floor(100 * least):0} %");
                yield return $"At {budget.Text}, {string.Join(", ", group[..^1])} and {group[^1]} chose {how}. What differs between them is hardly due to the choice.";
            }
        }
    }

    // Arms that are connected by pairs, in the recipe's order.
    static IEnumerable<string[]> Groups(Comparison comparison, SubsetOverlap[] pairs)
    {
        var groups = new List<HashSet<string>>();
        foreach (var pair in pairs)
        {
            var joined = groups.Where(group => group.Contains(pair.Arm) || group.Contains(pair.Other)).ToArray();
            groups.RemoveAll(joined.Contains);
            groups.Add([pair.Arm, pair.Other, .. joined.SelectMany(group => group)]);
        }
        return groups.Select(group => comparison.Arms.Select(arm => arm.Name).Where(group.Contains).ToArray());
    }
}
