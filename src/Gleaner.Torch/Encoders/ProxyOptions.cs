namespace Gleaner.Torch;

/// <summary>What a proxy is and what it wants to be fed; stored in its file.</summary>
public sealed record ProxyOptions
{
    /// <summary>The encoder.</summary>
    public ResNetOptions Architecture { get; init; } = new();

    /// <summary>Width and height in pixels of the images it was trained with.</summary>
    public int ImageSize { get; init; } = 32;

    /// <summary>Subtracted from each channel (red, green, blue, each 0 to 1) before the encoder; the default maps to -1 … 1.</summary>
    public (float R, float G, float B) Mean { get; init; } = (0.5f, 0.5f, 0.5f);

    /// <summary>Divides each channel after the subtraction.</summary>
    public (float R, float G, float B) Std { get; init; } = (0.5f, 0.5f, 0.5f);

    /// <summary>The projection head.</summary>
    public MlpHeadOptions Head { get; init; } = new();

    /// <summary>What trained it, for people and manifests: <c>SimCLR, 60 epochs of 2000 images, seed 0</c>.</summary>
    public string TrainedBy { get; init; } = "";
}
