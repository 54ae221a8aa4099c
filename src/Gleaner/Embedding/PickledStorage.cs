namespace Gleaner;

/// <summary>Numbers of a PyTorch file that tensors look at: which they are, how they are stored and how many there are.</summary>
/// <param name="Key">Its name within the file.</param>
/// <param name="Dtype">As in a .safetensors file: "F32".</param>
/// <param name="Elements">How many numbers, as the pickle claims; whoever reads them compares it with the file.</param>
sealed record PickledStorage(string Key, string Dtype, long Elements)
{
    /// <summary>Its bytes; null beyond 2^63.</summary>
    public long? Bytes => SafeTensorsHeader.BytesOf(Dtype, [Elements]);

    public int ElementBytes => (int)SafeTensorsHeader.BytesOf(Dtype, [])!.Value;
}
