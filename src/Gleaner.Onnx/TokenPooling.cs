namespace Gleaner.Onnx;

/// <summary>How a row is made of an output that has a vector for each token of an image, (B, T, D).</summary>
public enum TokenPooling
{
    /// <summary>The first token, which transformers call the class token.</summary>
    ClassToken,

    /// <summary>
    /// The mean over the patches: over the last k x k tokens, k x k being the largest square that is not above T. What stands before them (a class token, registers) is left out:
    /// of 257 tokens the first is, of 261 the first five are, of 256 none is.
    /// </summary>
    PatchMean,
}
