namespace Gleaner.Torch;

/// <summary>The shape of an <see cref="MlpHead"/>; the default is the SAS authors' projection head, which is SimCLR's with BN.</summary>
public sealed record MlpHeadOptions
{
    /// <summary>Linear layers, from 1; between two of them is a ReLU.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Numbers between two layers; 0 means as many as come in.</summary>
    public int Hidden { get; init; }

    /// <summary>Numbers in the output; SimCLR's 128.</summary>
    public int Dimension { get; init; } = 128;

    /// <summary>BN after each layer but the last.</summary>
    public bool HiddenNorm { get; init; } = true;

    /// <summary>BN without scale and shift after the last layer. A layer without BN behind it has biases.</summary>
    public bool OutputNorm { get; init; } = true;
}
