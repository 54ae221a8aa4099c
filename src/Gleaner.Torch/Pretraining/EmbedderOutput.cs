namespace Gleaner.Torch;

/// <summary>Where an embedding is taken from.</summary>
public enum EmbedderOutput
{
    /// <summary>The encoder's output, what a probe is trained on.</summary>
    Encoder,

    /// <summary>The projection head's output, the space in which the loss compares views.</summary>
    Head,
}
