namespace Gleaner.Torch;

/// <summary>The labels of a pool's images, which must be classes of the classifier.</summary>
static class ClassLabels
{
    /// <summary>Checks the labels of <paramref name="subset"/>, or of all images, and gives them in its order.</summary>
    public static int[] Of(IReadOnlyList<int> labels, DecodedImages images, IReadOnlyList<int>? subset, Classifier classifier)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(classifier);
        if (labels.Count != images.Count) throw new ArgumentException($"There are {labels.Count} labels; expected {images.Count}, one for each image of the pool.", nameof(labels));
        if (images.Size != classifier.Options.ImageSize)
            throw new ArgumentException($"The images have {images.Size} px; expected {classifier.Options.ImageSize}, as the classifier's options say.", nameof(images));
        var chosen = new int[subset?.Count ?? images.Count];
        for (int j = 0; j < chosen.Length; j++)
        {
            int i = subset is null ? j : subset[j];
            if (i < 0 || i >= images.Count) throw new ArgumentException($"The subset holds index {i}; expected 0 to {images.Count - 1}, as the pool has {images.Count} images.", nameof(subset));
            if (labels[i] < 0 || labels[i] >= classifier.Classes)
                throw new ArgumentException($"Image {i} has label {labels[i]}; expected 0 to {classifier.Classes - 1}, as the classifier has {classifier.Classes} classes.", nameof(labels));
            chosen[j] = labels[i];
        }
        return chosen;
    }
}
