namespace Gleaner.Torch;

/// <summary>Which images of a pool are learned from.</summary>
static class TrainingSubset
{
    /// <summary>The indices as an array, or all images of the pool for null.</summary>
    /// <exception cref="ArgumentException">An index is not of the pool, or there twice.</exception>
    public static int[] Of(IReadOnlyList<int>? subset, int images)
    {
        if (subset is null) return [.. Enumerable.Range(0, images)];
        foreach (int i in subset)
            if (i < 0 || i >= images)
                throw new ArgumentException($"The subset holds index {i}; expected 0 to {images - 1}, as the pool has {images} images.", nameof(subset));
        int different = subset.Distinct().Count();
        if (different != subset.Count) throw new ArgumentException($"The subset holds {subset.Count} indices, {different} of them different; expected each once.", nameof(subset));
        return [.. subset];
    }
}
