namespace Gleaner.Torch;

/// <summary>A method's settings; from them follow the method, the head it wants, and how its paper trains it.</summary>
public abstract record MethodOptions
{
    /// <summary>What people call it.</summary>
    public abstract string Name { get; }

    /// <summary>What an image costs in a step, in forward passes of the encoder; a backward pass counts as two.</summary>
    public abstract int EncoderPasses { get; }

    /// <summary>The paper's projection head, narrower where the encoder is narrower than the standard one.</summary>
    public abstract MlpHeadOptions Head(ResNetOptions encoder);

    /// <summary>The paper's training for images of this size: optimiser, learning rate, batch, epochs and views.</summary>
    public abstract PretrainerOptions Training(int imageSize);

    /// <summary>The method itself, with fresh weights for what it adds to the proxy.</summary>
    public abstract ContrastiveMethod Create(Proxy proxy, int seed);

    /// <summary>Numbers that belong to a ResNet of width 1, for a narrower one.</summary>
    internal static int Scaled(int numbers, ResNetOptions encoder) => Math.Max(16, (int)Math.Round(numbers * Math.Min(1, encoder.Width)));
}
