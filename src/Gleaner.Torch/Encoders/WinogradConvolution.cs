using System.Runtime.Intrinsics;

namespace Gleaner.Torch;

/// <summary>3x3 convolutions of stride 1 and padding 1 over images (N, H, W, C) by F(4x4, 3x3): a quarter of the multiplications of the plain sum.</summary>
/// <remarks>
/// Lavin and Gray 2015 (arXiv:1509.09308), algorithm 1: tiles of 6x6 pixels and the weights are transformed, multiplied as 36 matrix products, and
/// transformed back. Blocks of tiles stay in the cache from the first transform to the last. Every tile's numbers depend on that tile alone.
/// </remarks>
sealed unsafe class WinogradConvolution(int images, int height, int width, int inputs, int outputs, int threads)
{
    const int Lanes = WinogradTransforms.Lanes;

    readonly int _across = (width + 3) / 4, _down = (height + 3) / 4;

    /// <summary>Whether the processor and the shape suit it; with 16 channels, or where half of every tile lies outside, a plain convolution is as fast.</summary>
    public static bool Suits(long height, long width, long inputs, long outputs) =>
        Vector256.IsHardwareAccelerated && inputs % Lanes == 0 && outputs % Lanes == 0 && Math.Min(inputs, outputs) >= 32 && 2 * height * width >= (height + 3) / 4 * 4 * ((width + 3) / 4 * 4);

    int Tiles => images * _down * _across;

    /// <summary>y = x * w.</summary>
    /// <param name="x">(N, H, W, C).</param>
    /// <param name="weights">(C, 3, 3, K).</param>
    /// <param name="y">(N, H, W, K).</param>
    public void Forward(float* x, float* weights, float* y) => Convolve(x, inputs, weights, 1, y, outputs);

    /// <summary>dx, the gradient of the images.</summary>
    /// <param name="dy">(N, H, W, K).</param>
    /// <param name="weights">(K, 3, 3, C).</param>
    /// <param name="dx">(N, H, W, C).</param>
    public void BackwardImages(float* dy, float* weights, float* dx) => Convolve(dy, outputs, weights, -1, dx, inputs);

    /// <summary>dw, the gradient of the weights: each number's sum runs over blocks of tiles in ascending order, whoever adds it up.</summary>
    /// <param name="x">(N, H, W, C).</param>
    /// <param name="dy">(N, H, W, K).</param>
    /// <param name="dw">(C, 3, 3, K).</param>
    public void BackwardWeights(float* x, float* dy, float* dw)
    {
        int block = BlockOf(inputs, outputs), blocks = (Tiles + block - 1) / block, many = Math.Min(blocks, threads == 1 ? 1 : 2 * threads), panel = Panels.Width(outputs);
        nint plane = Plane(inputs, outputs), vs = Plane(block, inputs), ns = Plane(block, outputs);
        using NativeFloats sums = new(36 * plane), v = new(36 * vs * many), n = new(36 * ns * many);   // (36, K / panel, C, panel), then (36, T, C) and (36, K / panel, T, panel) for each block
        for (int from = 0; from < blocks; from += many)
        {
            int together = Math.Min(many, blocks - from);
            Shares.Each(together, threads, i =>
            {
                int first = (from + i) * block, count = Math.Min(block, Tiles - first);
                ReadInputs(x, inputs, first, count, v.Start + i * 36 * vs, vs);
                ReadGradients(dy, first, count, n.Start + i * 36 * ns, block, panel, ns);
            });
            Shares.Each(36, threads, xi =>
            {
                for (int i = 0; i < together; i++)
                    for (int p = 0; p < outputs / panel; p++)
                        for (int c = 0; c < inputs; c += TileProducts.Rows)
                            TileProducts.Multiply(v.Start + (i * 36 + xi) * vs + c, 1, inputs, n.Start + (i * 36 + xi) * ns + (nint)p * block * panel, panel, Math.Min(block, Tiles - (from + i) * block),
                                sums.Start + xi * plane + ((nint)p * inputs + c) * panel, panel, add: from + i > 0);
            });
        }
        for (int c = 0; c < inputs; c++)
            for (int k = 0; k < outputs; k += Lanes)
                WinogradTransforms.WeightGradient(sums.Start + ((nint)(k / panel) * inputs + c) * panel + k % panel, plane, dw + (nint)c * 9 * outputs + k, outputs);
    }

    void Convolve(float* x, int from, float* weights, int direction, float* y, int to)
    {
        int block = BlockOf(from, to), blocks = (Tiles + block - 1) / block, parts = Math.Min(threads, blocks), panel = Panels.Width(to);
        nint plane = Plane(from, to), vs = Plane(block, from), ms = Plane(block, to);
        using var u = new NativeFloats(36 * plane);   // (36, K / panel, C, panel)
        for (int c = 0; c < from; c++)
            for (int k = 0; k < to; k += Lanes)
                WinogradTransforms.Weights(weights + (nint)c * 9 * to + k + (direction < 0 ? 8 * to : 0), direction * to, u.Start + ((nint)(k / panel) * from + c) * panel + k % panel, plane);
        float* products = u.Start;
        Shares.Each(parts, threads, part =>
        {
            using NativeFloats v = new(36 * vs), m = new(36 * ms);   // (36, T, C) and (36, K / panel, T, panel)
            for (int at = part; at < blocks; at += parts)
            {
                int first = at * block, count = Math.Min(block, Tiles - first);
                ReadInputs(x, from, first, count, v.Start, vs);
                for (int xi = 0; xi < 36; xi++)
                    for (int p = 0; p < to / panel; p++)
                        for (int t = 0; t < count; t += TileProducts.Rows)
                            TileProducts.Multiply(v.Start + xi * vs + (nint)t * from, from, 1, products + xi * plane + (nint)p * from * panel, panel, from,
                                m.Start + xi * ms + ((nint)p * block + t) * panel, panel, add: false);
                WriteOutputs(m.Start, block, panel, ms, y, to, first, count);
            }
        });
    }

    void ReadInputs(float* x, int channels, int first, int count, float* v, nint plane)
    {
        using var zero = new NativeFloats(channels, clear: true);
        float** pixels = stackalloc float*[36];
        for (int t = 0; t < count; t++)
        {
            Tile(first + t, out int image, out int top, out int left);
            for (int i = 0; i < 36; i++)
            {
                int row = top - 1 + i / 6, column = left - 1 + i % 6;
                bool inside = (uint)row < (uint)height && (uint)column < (uint)width;
                pixels[i] = inside ? x + (((nint)image * height + row) * width + column) * channels : zero.Start;
            }
            for (int c = 0; c < channels; c += Lanes)
                WinogradTransforms.Input(pixels, c, v + (nint)t * channels + c, plane);
        }
    }

    void ReadGradients(float* dy, int first, int count, float* n, int block, int panel, nint plane)
    {
        using var zero = new NativeFloats(outputs, clear: true);
        float** pixels = stackalloc float*[16];
        for (int t = 0; t < count; t++)
        {
            Outputs(dy, outputs, first + t, zero.Start, pixels);
            for (int k = 0; k < outputs; k += Lanes)
                WinogradTransforms.OutputGradient(pixels, k, n + ((nint)(k / panel) * block + t) * panel + k % panel, plane);
        }
    }

    void WriteOutputs(float* m, int block, int panel, nint plane, float* y, int channels, int first, int count)
    {
        using var nowhere = new NativeFloats(channels);
        float** pixels = stackalloc float*[16];
        for (int t = 0; t < count; t++)
        {
            Outputs(y, channels, first + t, nowhere.Start, pixels);
            for (int k = 0; k < channels; k += Lanes)
                WinogradTransforms.Output(m + ((nint)(k / panel) * block + t) * panel + k % panel, plane, pixels, k);
        }
    }

    void Outputs(float* y, int channels, int tile, float* outside, float** pixels)
    {
        Tile(tile, out int image, out int top, out int left);
        for (int i = 0; i < 16; i++)
        {
            int row = top + i / 4, column = left + i % 4;
            pixels[i] = row < height && column < width ? y + (((nint)image * height + row) * width + column) * channels : outside;
        }
    }

    void Tile(int tile, out int image, out int top, out int left)
    {
        (int row, int column) = Math.DivRem(tile, _across);
        (image, row) = Math.DivRem(row, _down);
        (top, left) = (4 * row, 4 * column);
    }

    /// <summary>Numbers between two of the 36 matrices: not a power of two, or all of them would lie in the same lines of the cache.</summary>
    static nint Plane(int rows, int columns) => (nint)rows * columns + Lanes;

    /// <summary>Tiles in a block: as many as keep both sides of the products in a megabyte of cache, but enough to be worth reading large weights for.</summary>
    static int BlockOf(int from, int to) => Math.Clamp((1 << 20) / (36 * sizeof(float) * (from + to)) / TileProducts.Rows * TileProducts.Rows, 48, 128);
}
