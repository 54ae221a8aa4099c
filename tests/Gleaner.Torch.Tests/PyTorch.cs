using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

/// <summary>What PyTorch computed (tests/fixtures/torch/make_fixtures.py), and the inputs both sides make by the same formula.</summary>
static class PyTorch
{
    static readonly SafeTensors Fixtures = SafeTensorsFile.Read(Path.Combine(AppContext.BaseDirectory, "fixtures", "pytorch.safetensors"));

    public static float[] Numbers(string name) => MemoryMarshal.Cast<byte, float>(Fixtures.Tensors[name].Data.Span).ToArray();

    public static long Integer(string name) => MemoryMarshal.Cast<byte, long>(Fixtures.Tensors[name].Data.Span)[0];

    /// <summary>Element k, in C order, is scale x sin(12.9898 (k + 1) + offset).</summary>
    public static Tensor Formula(long[] shape, double offset, double scale = 1)
    {
        var values = new float[shape.Aggregate(1L, (n, axis) => n * axis)];
        for (int k = 0; k < values.Length; k++) values[k] = (float)(scale * Math.Sin(12.9898 * (k + 1) + offset));
        return tensor(values, shape);
    }

    public static void Fill(nn.Module module) => Fill(module.state_dict().Select(t => (t.Key, t.Value)));

    public static void Fill(IEnumerable<(string Name, Tensor Value)> tensors)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        int i = 0;
        foreach (var (name, t) in tensors.OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            if (name.EndsWith("num_batches_tracked", StringComparison.Ordinal)) t.fill_(7);
            else if (name.EndsWith("running_var", StringComparison.Ordinal) || t.dim() == 1 && name.EndsWith("weight", StringComparison.Ordinal))
                t.copy_(Formula(t.shape, i, 0.25).add(1));
            else t.copy_(Formula(t.shape, i, t.dim() == 1 ? 0.25 : Math.Sqrt(4.0 / t.shape.Skip(1).Aggregate(1L, (n, axis) => n * axis))));
            i++;
        }
    }

    public static float[] Values(Tensor t)
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(t.detach().contiguous().bytes).ToArray();
    }

    public static long[] Integers(Tensor t) => MemoryMarshal.Cast<byte, long>(Bytes(t)).ToArray();

    public static byte[] Bytes(Tensor t)
    {
        using var scope = NewDisposeScope();
        return t.detach().contiguous().bytes.ToArray();
    }

    /// <summary>The shape, and every number to a share of the largest one of what was computed in double precision.</summary>
    public static void AssertClose(Tensor expected, Tensor found, double tolerance)
    {
        Assert.Equal(expected.shape, found.shape);
        double error = (expected - found.to(float64)).abs().max().item<double>(), largest = expected.abs().max().item<double>();
        Assert.True(error <= tolerance * largest, $"{error / largest:E1} of the largest number");
    }

    /// <summary>Other processors and versions of libtorch order sums differently: a few float32 steps, relative to the largest number.</summary>
    public static void AssertClose(float[] expected, Tensor found, double tolerance = 2e-5)
    {
        float[] values = Values(found);
        Assert.Equal(expected.Length, values.Length);
        double largest = expected.Max(Math.Abs);
        for (int k = 0; k < values.Length; k++)
            Assert.True(Math.Abs(expected[k] - values[k]) <= tolerance * largest, $"[{k}] is {values[k]}; PyTorch has {expected[k]} (largest {largest}).");
    }
}
