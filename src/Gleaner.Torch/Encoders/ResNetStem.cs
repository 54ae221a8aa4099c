namespace Gleaner.Torch;

/// <summary>The layers between the pixels and a ResNet's first stage; each halving of the sides makes everything after it four times cheaper.</summary>
public enum ResNetStem
{
    /// <summary>3x3, stride 1, no pooling: the usual choice for 32 px (SimCLR, appendix B.9; the SAS authors).</summary>
    Conv3Stride1,

    /// <summary>3x3, stride 2, no pooling: a quarter of the work.</summary>
    Conv3Stride2,

    /// <summary>3x3, stride 2, then max-pool 3x3, stride 2: a sixteenth of the work.</summary>
    Conv3Stride2Pool,

    /// <summary>7x7, stride 2, then max-pool 3x3, stride 2: torchvision's, for 224 px.</summary>
    Conv7Stride2Pool,
}
