using System.Globalization;

namespace Gleaner;

/// <summary>
/// A picture of what a ranking did, one row a latent class: the images kept first, dropped images spread evenly over the ranking, and the
/// dropped images least similar to their class. Images that were left out of the ranking are not shown. Every group is a rule, nothing is picked by hand.
/// </summary>
public static class ContactSheet
{
    const int PerGroup = 8, MaxClasses = 12, Tile = 56, Gap = 4, GroupGap = 28, Margin = 16, Header = 44, ClassColumn = 64;

    static readonly (byte, byte, byte) Paper = (255, 255, 255), Ink = (40, 40, 40), Kept = (27, 120, 55), Dropped = (178, 24, 43);

    /// <summary>Draws the sheet; the largest classes if there are more than 12. Image i of <paramref name="images"/> is image i of <paramref name="ranking"/>.</summary>
    public static void Write(Stream stream, DecodedImages images, Ranking ranking, Subset subset)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(ranking);
        ArgumentNullException.ThrowIfNull(subset);
        bool[] isKept = subset.Mask();
        var classes = ranking.Classes ?? LatentPartition.Whole(ranking.PoolSize);
        int[] shown = [.. Enumerable.Range(0, classes.Classes).OrderByDescending(classes.Size).Take(MaxClasses).Order()];
        var ordered = ranking.Order.ToLookup(classes.ClassOf);

        (string Title, (byte, byte, byte) Color)[] groups = ranking.MeanSimilarities is null
            ? [("KEPT FIRST", Kept), ("DROPPED, EVENLY SPREAD", Dropped)]
            : [("KEPT FIRST", Kept), ("DROPPED, EVENLY SPREAD", Dropped), ("DROPPED, LEAST SIMILAR", Dropped)];
        int groupWidth = PerGroup * (Tile + Gap);
        var canvas = new Canvas(2 * Margin + ClassColumn + groups.Length * groupWidth + (groups.Length - 1) * GroupGap, Margin + Header + shown.Length * (Tile + Gap) + Margin, Paper);
        for (int g = 0; g < groups.Length; g++)
        {
            int left = GroupLeft(g);
            canvas.Write(groups[g].Title, left, Margin, scale: 2, groups[g].Color);
            canvas.Fill(left, Margin + 22, groupWidth - Gap, 4, groups[g].Color);
        }
        for (int row = 0; row < shown.Length; row++)
        {
            int top = Margin + Header + row * (Tile + Gap);
            if (ranking.Classes is not null) canvas.Write(classes.Labels[shown[row]].ToString(CultureInfo.InvariantCulture), Margin, top + Tile / 2 - 7, scale: 2, Ink);
            int[] kept = [.. ordered[shown[row]].Where(i => isKept[i])], dropped = [.. ordered[shown[row]].Where(i => !isKept[i])];
            DrawGroup(0, kept.Take(PerGroup));
            DrawGroup(1, Spread(dropped));
            if (ranking.MeanSimilarities is { } means) DrawGroup(2, dropped.OrderBy(i => means[i]).ThenBy(i => i).Take(PerGroup));

            void DrawGroup(int g, IEnumerable<int> members)
            {
                int left = GroupLeft(g);
                foreach (int i in members)
                {
                    canvas.Draw(images.Pixels(i), images.Size, left, top, Tile);
                    left += Tile + Gap;
                }
            }
        }
        ImageFile.EncodePng(stream, canvas.Pixels, canvas.Width, canvas.Height);

        int GroupLeft(int g) => Margin + ClassColumn + g * (groupWidth + GroupGap);
    }

    static IEnumerable<int> Spread(int[] members) =>
        members.Length <= PerGroup ? members : Enumerable.Range(0, PerGroup).Select(k => members[(2 * k + 1) * members.Length / (2 * PerGroup)]);
}
