namespace Gleaner;

/// <summary>Which training images are held out. Every class is dealt on its own, and no class ever loses its last image, so that every class can always be learned.</summary>
static class ValidationFolds
{
    /// <summary>Pairs of images to fit and images held out, each ascending; a class of one image is always fitted and never held out. Empty if no image could be held out.</summary>
    public static List<(int[] Fit, int[] HeldOut)> Deal(LatentPartition classes, LinearProbeOptions options)
    {
        var foldOf = new int[classes.Count];
        Array.Fill(foldOf, -1);
        int offset = 0;
        for (int k = 0; k < classes.Classes; k++)
        {
            var random = new SplitMix64(SplitMix64.Mix((ulong)(uint)options.Seed) + (ulong)(uint)k * SplitMix64.Golden);
            int[] members = classes.Members(k).ToArray();
            if (members.Length < 2) continue;
            random.Shuffle(members);
            if (options.Folds == 1)
            {
                int heldOut = Math.Clamp((int)Math.Round(options.ValidationShare * members.Length, MidpointRounding.AwayFromZero), 1, members.Length - 1);
                foreach (int i in members.AsSpan(0, heldOut)) foldOf[i] = 0;
                continue;
            }
            // Small classes begin where the one before ended, so that folds are of equal size over all classes.
            for (int j = 0; j < members.Length; j++) foldOf[members[j]] = (offset + j) % options.Folds;
            offset = (offset + members.Length) % options.Folds;
        }
        return [.. Enumerable.Range(0, options.Folds).Where(foldOf.Contains).Select(fold => (Where(foldOf, f => f != fold), Where(foldOf, f => f == fold)))];
    }

    static int[] Where(int[] foldOf, Predicate<int> takes) => [.. Enumerable.Range(0, foldOf.Length).Where(i => takes(foldOf[i]))];
}
