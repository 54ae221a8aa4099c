using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Gleaner.Onnx;

/// <summary>An input or output of a model: its name, what its elements are, and its axes, -1 where any length will do.</summary>
sealed record OnnxTensor(string Name, TensorElementType Element, int[] Dimensions, string[] Symbols)
{
    public static OnnxTensor Of(KeyValuePair<string, NodeMetadata> node) => node.Value.IsTensor
        ? new(node.Key, node.Value.ElementDataType, node.Value.Dimensions, node.Value.SymbolicDimensions)
        : new(node.Key, TensorElementType.DataTypeMax, [], []);

    public bool IsReal => Element is TensorElementType.Float or TensorElementType.Float16 or TensorElementType.Double;

    /// <summary>float32, as everybody but this library calls it.</summary>
    public string Type => Element switch
    {
        TensorElementType.Float => "float32",
        TensorElementType.Double => "float64",
        TensorElementType.DataTypeMax => "no tensor",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>batch x 3 x 224 x 224</summary>
    public string Shape => Dimensions.Length == 0 ? "any shape" : string.Join(" x ", Dimensions.Select((length, axis) => length >= 0 ? Invariant(length) : Symbols[axis] is { Length: > 0 } name ? name : "?"));

    static string Invariant(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
