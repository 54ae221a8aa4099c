using static TorchSharp.torch;

namespace Gleaner.Torch;

/// <summary>The Euclidean length of a float32 tensor, summed by one thread: libtorch's norm of more than 32,768 numbers has other bytes at every number of threads.</summary>
static class Length
{
    public static unsafe float Of(Tensor x)
    {
        using var scope = NewDisposeScope();
        return System.Numerics.Tensors.TensorPrimitives.Norm(new ReadOnlySpan<float>(ChannelsLast.Start(ChannelsLast.Rows(x)), checked((int)x.numel())));
    }
}
