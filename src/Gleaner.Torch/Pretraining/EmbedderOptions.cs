namespace Gleaner.Torch;

/// <summary>What an <see cref="Embedder"/> computes.</summary>
public sealed record EmbedderOptions
{
    /// <summary>
    /// 0: the network's output for the plain image, at the length it has. M from 1: the mean over M random views of the output scaled to unit length,
    /// z_i = mean_a f(a x_i), so that z_i . z_j is exactly the mean similarity of the views of i and j. Its length, at most 1, says how well the views of
    /// one image agree; scaling it to 1 (<see cref="EmbeddingMatrix.Normalize"/>) divides that similarity by both lengths.
    /// </summary>
    public int Views { get; init; }

    /// <summary>Which output.</summary>
    public EmbedderOutput Output { get; init; } = EmbedderOutput.Encoder;

    /// <summary>How views are made if <see cref="Views"/> is not 0; use the training's.</summary>
    public ViewRecipe Recipe { get; init; } = new();

    /// <summary>Decides the views.</summary>
    public int Seed { get; init; }
}
