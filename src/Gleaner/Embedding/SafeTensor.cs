namespace Gleaner;

/// <summary>One named array of a <c>.safetensors</c> file: little-endian numbers in C order.</summary>
/// <param name="Name">The key, for encoders the name of the parameter ("layer1.0.conv1.weight").</param>
/// <param name="Dtype">The format's name of the number type: "F32", "F16", "BF16", "F64", "I64", "U8", "BOOL", …</param>
/// <param name="Shape">The length of each axis; empty for a single number.</param>
/// <param name="Data">The bytes, as many as <paramref name="Dtype"/> and <paramref name="Shape"/> ask for.</param>
public sealed record SafeTensor(string Name, string Dtype, long[] Shape, ReadOnlyMemory<byte> Data);
