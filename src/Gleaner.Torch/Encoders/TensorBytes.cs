using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>Tensors to and from the arrays of a .safetensors file, in C order whatever the tensor's strides.</summary>
static class TensorBytes
{
    public static SafeTensor Read(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return new SafeTensor(name, Dtype(tensor), tensor.shape, tensor.detach().cpu().contiguous().bytes.ToArray());
    }

    /// <summary>Overwrites the numbers and keeps the strides; shape and type must already have been checked.</summary>
    public static void Write(Tensor target, SafeTensor source)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var values = empty(target.shape, target.dtype);
        source.Data.Span.CopyTo(values.bytes);
        target.copy_(values);
    }

    /// <summary>Overwrites every tensor of <paramref name="targets"/>, after checking that <paramref name="file"/> has exactly these, except names that start with <paramref name="ignored"/>.</summary>
    public static void WriteAll(IReadOnlyCollection<(string Name, Tensor Value)> targets, SafeTensors file, string path, string what, string? ignored = null)
    {
        foreach (var (name, value) in targets)
        {
            if (!file.Tensors.TryGetValue(name, out var found))
                throw new InvalidDataException($"{path}: has no \"{name}\"; expected {Dtype(value)} {Text(value.shape)} for {what}. It is a file of something else, or incomplete.");
            if (found.Dtype != Dtype(value) || !found.Shape.AsSpan().SequenceEqual(value.shape))
                throw new InvalidDataException($"{path}: \"{name}\" is {found.Dtype} {Text(found.Shape)}; expected {Dtype(value)} {Text(value.shape)} for {what}.");
        }
        var expected = targets.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        if (file.Tensors.Keys.Where(k => !expected.Contains(k) && !(ignored is not null && k.StartsWith(ignored, StringComparison.Ordinal)))
                .Order(StringComparer.Ordinal).FirstOrDefault() is { } extra)
            throw new InvalidDataException($"{path}: has \"{extra}\", which {what} does not have. It is a file of something else.");
        foreach (var (name, value) in targets) Write(value, file.Tensors[name]);
    }

    static string Dtype(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Float32 => "F32",
        ScalarType.Float64 => "F64",
        ScalarType.Int64 => "I64",
        var other => throw new NotSupportedException($"A tensor of {other}; expected Float32, Float64 or Int64."),
    };

    static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";
}
