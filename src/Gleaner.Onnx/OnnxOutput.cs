namespace Gleaner.Onnx;

/// <summary>Finds the output of a model that is the embedding.</summary>
static class OnnxOutput
{
    // As Hugging Face's and OpenCLIP's exporters name them, the most specific first.
    static readonly string[] Known = ["image_embeds", "image_embeddings", "image_features", "embeddings", "embedding", "sentence_embedding", "pooler_output", "features", "last_hidden_state"];

    /// <exception cref="InvalidDataException">None is, or several may be; the message shows them.</exception>
    /// <exception cref="ArgumentException">There is no output of the given name.</exception>
    public static OnnxTensor Find(OnnxModel model, string? name)
    {
        if (name is not null)
        {
            var named = model.Outputs.FirstOrDefault(output => output.Name == name)
                ?? throw new ArgumentException($"{model.Path}: has no output {name} (--proxy-output). It has\n{model.Table}");
            return named.IsReal ? named : throw new ArgumentException($"{model.Path}: the output {name} is {named.Type}; expected numbers of a floating type.\n{model.Table}");
        }
        OnnxTensor[] real = [.. model.Outputs.Where(output => output.IsReal)];
        if (real is [var only]) return only;
        return Known.Select(known => real.FirstOrDefault(output => output.Name == known)).FirstOrDefault(found => found is not null)
            ?? throw new InvalidDataException($"{model.Path}: {(real.Length == 0 ? "none" : $"{real.Length}")} of its outputs can be the embedding, and none has a name that says so. Choose with --proxy-output.\n{model.Table}");
    }
}
