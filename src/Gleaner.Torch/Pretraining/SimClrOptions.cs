namespace Gleaner.Torch;

/// <summary>Settings of <see cref="SimClr"/>.</summary>
public sealed record SimClrOptions
{
    /// <summary>t of the loss, above 0; 0.5 is SimCLR's for CIFAR-10 (appendix B.9) and the SAS authors'.</summary>
    public double Temperature { get; init; } = 0.5;
}
