namespace Gleaner.Onnx;

/// <summary>How an ONNX model is used as an encoder. What is null is read from the model, or from <c>preprocessor_config.json</c> beside it.</summary>
public sealed record OnnxEncoderOptions
{
    /// <summary>Name of the output that is the embedding; null for the only one, or one of a known name (<c>image_embeds</c>, <c>pooler_output</c>, ...).</summary>
    public string? Output { get; init; }

    /// <summary>How tokens become a row; null for the class token if there is one, else the mean over the patches.</summary>
    public TokenPooling? Pooling { get; init; }

    /// <summary>The axes of the input; null for where the model has 3 channels.</summary>
    public OnnxLayout? Layout { get; init; }

    /// <summary>Width and height in pixels of what the model sees; needed where neither the model nor the file beside it says so.</summary>
    public int? ImageSize { get; init; }

    /// <summary>Subtracted from each channel (red, green, blue, each 0 to 1); null for the file's, or ImageNet's.</summary>
    public (float R, float G, float B)? Mean { get; init; }

    /// <summary>Divides each channel after the subtraction; null for the file's, or ImageNet's.</summary>
    public (float R, float G, float B)? Std { get; init; }

    /// <summary>Images that run at a time; a model with a fixed batch has its own.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>What to compute on.</summary>
    public OnnxProvider Provider { get; init; }

    /// <summary>Threads for decoding and for batches side by side; 0 means one for each processor.</summary>
    public int Threads { get; init; }

    /// <summary>0: the output for the plain image, at the length it has. M from 1: the mean over M random views of the output scaled to unit length (the expected similarity, as Gleaner.Torch's Embedder has it).</summary>
    public int Views { get; init; }

    /// <summary>How views are made if <see cref="Views"/> is not 0; their size is the model's.</summary>
    public ViewRecipe Recipe { get; init; } = new();

    /// <summary>Decides the views.</summary>
    public int Seed { get; init; }
}
