namespace Gleaner.Torch;

/// <summary>How often a classifier is right about plain images it is shown.</summary>
/// <param name="Images">How many images.</param>
/// <param name="Top1">Share whose class has the highest logit; of equal ones the lowest class counts.</param>
/// <param name="Top5">Share whose class is among the five highest.</param>
/// <param name="Loss">Mean cross entropy.</param>
/// <param name="ClassImages">How many images each class has.</param>
/// <param name="PerClass">Share of each class's images that are right; null for a class without images.</param>
public sealed record ClassifierAccuracy(int Images, double Top1, double Top5, double Loss, IReadOnlyList<int> ClassImages, IReadOnlyList<double?> PerClass)
{
    /// <summary>Classifies plain images in eval mode and without gradients; the classifier comes back in the mode it had, so this can be done between two steps of a training.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="images">The pool.</param>
    /// <param name="labels">The class of each image of the pool.</param>
    /// <param name="subset">Indices of the images to classify; null for all.</param>
    /// <param name="cancel">Asked before every block.</param>
    public static ClassifierAccuracy Of(Classifier classifier, DecodedImages images, IReadOnlyList<int> labels, IReadOnlyList<int>? subset = null, CancellationToken cancel = default)
    {
        int[] y = ClassLabels.Of(labels, images, subset, classifier);
        if (y.Length == 0) throw new ArgumentException("There are no images to classify; expected at least one.", nameof(images));
        int[] count = new int[classifier.Classes], right = new int[classifier.Classes];
        var p = new double[classifier.Classes];
        int five = 0;
        double loss = 0;
        foreach (var block in ClassifierPass.Over(classifier, images, subset, cancel))
            for (int j = 0; j < block.Count; j++)
            {
                var logits = block.Logits.AsSpan(j * p.Length, p.Length);
                int label = y[block.Start + j], place = Softmax.Place(logits, label);
                count[label]++;
                if (place == 0) right[label]++;
                if (place < 5) five++;
                loss += Softmax.CrossEntropy(logits, label);
            }
        double n = y.Length;
        return new ClassifierAccuracy(y.Length, right.Sum() / n, five / n, loss / n, count, [.. count.Select((c, k) => c == 0 ? (double?)null : (double)right[k] / c)]);
    }
}
