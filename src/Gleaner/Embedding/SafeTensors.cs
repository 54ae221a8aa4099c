namespace Gleaner;

/// <summary>What a <c>.safetensors</c> file holds.</summary>
/// <param name="Tensors">The arrays by name.</param>
/// <param name="Metadata">The free text of the key <c>__metadata__</c>; empty if the file has none.</param>
public sealed record SafeTensors(IReadOnlyDictionary<string, SafeTensor> Tensors, IReadOnlyDictionary<string, string> Metadata);
