namespace Gleaner.Torch;

/// <summary>A way to say how hard an image is for a classifier.</summary>
public enum SupervisedScore
{
    /// <summary>Forgetting events; more is harder, an image that was never learned is hardest (Toneva et al. 2019).</summary>
    Forgetting,

    /// <summary>The length of the error vector; longer is harder (Paul et al. 2021).</summary>
    El2n,

    /// <summary>The length of the gradient of all weights; longer is harder (Paul et al. 2021).</summary>
    Grand,

    /// <summary>The length of the gradient of the last layer; longer is harder.</summary>
    GrandLastLayer,

    /// <summary>The mean probability of the true class over the epochs; less is harder (Swayamdipta et al. 2020).</summary>
    Confidence,

    /// <summary>The spread of that probability over the epochs; more is more ambiguous, which counts as harder here (Swayamdipta et al. 2020).</summary>
    Variability,

    /// <summary>The probability of the true class of the plain image after the training; less is harder.</summary>
    FinalConfidence,
}
