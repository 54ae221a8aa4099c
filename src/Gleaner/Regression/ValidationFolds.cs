namespace Gleaner;

/// <summary>Which training images are held out. Every class is dealt on its own, and no class ever loses its last image, so that every class can always be learned.</summary>
static class ValidationFolds
{
    /// <param name="classOf">The class of every image, 0 to <paramref name="classes"/> - 1.</param>
    /// <param name="classes">How many classes.</param>
    /// <param name="folds">1: one part is held out; 2 or more: each of so many parts in turn.</param>
    /// <param name="share">With one fold, the share of every class that is held out.</param>
    /// <param name="seed">Fixes which images.</param>
    /// <returns>Pairs of images to fit and images held out, each ascending; a class of one image is always fitted and never held out. Empty if no image could be held out.</returns>
    public static List<(int[] Fit, int[] HeldOut)> Deal(int[] classOf, int classes, int folds, double share, int seed)
    {
        var foldOf = new int[classOf.Length];
        Array.Fill(foldOf, -1);
        var byClass = Enumerable.Range(0, classOf.Length).ToLookup(i => classOf[i]);
        int offset = 0;
        for (int k = 0; k < classes; k++)
        {
            var random = new SplitMix64(SplitMix64.Mix((ulong)(uint)seed) + (ulong)(uint)k * SplitMix64.Golden);
            int[] members = [.. byClass[k]];
            if (members.Length < 2) continue;
            random.Shuffle(members);
            if (folds == 1)
            {
                int heldOut = Math.Clamp((int)Math.Round(share * members.Length, MidpointRounding.AwayFromZero), 1, members.Length - 1);
                foreach (int i in members.AsSpan(0, heldOut)) foldOf[i] = 0;
                continue;
            }
            // Small classes begin where the one before ended, so that folds are of equal size over all classes.
            for (int j = 0; j < members.Length; j++) foldOf[members[j]] = (offset + j) % folds;
            offset = (offset + members.Length) % folds;
        }
        return [.. Enumerable.Range(0, folds).Where(foldOf.Contains).Select(fold => (Where(foldOf, f => f != fold), Where(foldOf, f => f == fold)))];
    }

    static int[] Where(int[] foldOf, Predicate<int> takes) => [.. Enumerable.Range(0, foldOf.Length).Where(i => takes(foldOf[i]))];
}
