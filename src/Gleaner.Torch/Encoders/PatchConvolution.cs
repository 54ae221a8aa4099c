using System.Runtime.InteropServices;

namespace Gleaner.Torch;

/// <summary>Convolutions of any kernel, stride and padding over images (N, H, W, C), as products of patches and weights; with a kernel of 1x1 products of matrices.</summary>
/// <remarks>
/// Chellapilla, Puri and Simard 2006, a block of outputs at a time, small enough for the cache. Every number is one sum in ascending order, whoever adds it up, so that no byte depends on the number of threads.
/// The gradient of the images is a convolution of the outputs' gradients for each of stride x stride phases: the pixels that the same taps of the kernel meet.
/// </remarks>
sealed unsafe class PatchConvolution
{
    const int Tile = TileProducts.Rows;

    readonly int _height, _width, _inputs, _down, _across, _outputs, _kernelHeight, _kernelWidth, _stride, _padding, _threads;
    readonly long _images;

    /// <summary>For images of shape (N, H, W, C) and weights of shape (K, C, kernel height, kernel width).</summary>
    public PatchConvolution(ReadOnlySpan<long> images, ReadOnlySpan<long> weights, int stride, int padding, int threads)
    {
        (_images, _height, _width, _inputs) = (images[0], (int)images[1], (int)images[2], (int)images[3]);
        (_outputs, _kernelHeight, _kernelWidth) = ((int)weights[0], (int)weights[2], (int)weights[3]);
        (_stride, _padding, _threads) = (stride, padding, threads);
        (_down, _across) = ((_height + 2 * padding - _kernelHeight) / stride + 1, (_width + 2 * padding - _kernelWidth) / stride + 1);
    }

    /// <summary>(N, H', W', K).</summary>
    public long[] OutputShape => [_images, _down, _across, _outputs];

    Patches Seen => new((_height, _width, _inputs), (_kernelHeight, _kernelWidth), _stride, (-_padding, -_padding), (_down, _across), _outputs);

    /// <summary>y = x * w.</summary>
    /// <param name="x">(N, H, W, C).</param>
    /// <param name="weights">(kernel height, kernel width, C, K).</param>
    /// <param name="y">(N, H', W', K).</param>
    public void Forward(float* x, float* weights, float* y)
    {
        var seen = Seen;
        using var panels = new NativeFloats(Panels.Count(seen.Length, _outputs));
        for (int row = 0; row < seen.Length; row++) Panels.Write(weights + (nint)row * _outputs, row, seen.Length, _outputs, panels.Start);
        Multiply(seen, x, panels.Start, _outputs, y, (_down, _across, 0, 0, 1));
    }

    /// <summary>dx, the gradient of the images.</summary>
    /// <param name="dy">(N, H', W', K).</param>
    /// <param name="weights">(kernel height, kernel width, K, C).</param>
    /// <param name="dx">(N, H, W, C).</param>
    public void BackwardImages(float* dy, float* weights, float* dx)
    {
        if (_stride > Math.Min(_kernelHeight, _kernelWidth)) NativeMemory.Clear(dx, (nuint)(_images * _height * _width * _inputs) * sizeof(float));   // what no tap meets
        for (int a = 0; a < Math.Min(_stride, _height); a++)
            for (int b = 0; b < Math.Min(_stride, _width); b++)
            {
                // Row a + i stride meets tap k where (a + i stride + padding - k) / stride is a row of the outputs: k = first, first + stride, ... with ever earlier rows.
                var (top, firstDown, down) = Taps(a, _kernelHeight);
                var (left, firstAcross, across) = Taps(b, _kernelWidth);
                if (down == 0 || across == 0) continue;
                var seen = new Patches((_down, _across, _outputs), (down, across), 1, (top, left), ((_height - a + _stride - 1) / _stride, (_width - b + _stride - 1) / _stride), _inputs);
                using var panels = new NativeFloats(Panels.Count(seen.Length, _inputs));
                for (int i = 0; i < down; i++)
                    for (int j = 0; j < across; j++)
                        for (int k = 0; k < _outputs; k++)
                        {
                            int tap = (firstDown + (down - 1 - i) * _stride) * _kernelWidth + firstAcross + (across - 1 - j) * _stride;
                            Panels.Write(weights + ((nint)tap * _outputs + k) * _inputs, (i * across + j) * _outputs + k, seen.Length, _inputs, panels.Start);
                        }
                Multiply(seen, dy, panels.Start, _inputs, dx, (_height, _width, a, b, _stride));
            }
    }

    (int Start, int First, int Count) Taps(int phase, int kernel)
    {
        int first = (phase + _padding) % _stride, count = Math.Max(0, (kernel - first + _stride - 1) / _stride);
        return ((phase + _padding - first) / _stride - (count - 1), first, count);
    }

    /// <summary>dw, the gradient of the weights: the sum over outputs of patch x gradient.</summary>
    /// <param name="x">(N, H, W, C).</param>
    /// <param name="dy">(N, H', W', K).</param>
    /// <param name="dw">(kernel height, kernel width, C, K).</param>
    public void BackwardWeights(float* x, float* dy, float* dw)
    {
        var seen = Seen;
        int panel = Panels.Width(_outputs), panels = Panels.Of(_outputs), tiles = Patches.Whole(seen.Piece) / Tile, blocks = seen.Blocks(_images);
        bool patchesInPlace = seen.ArePixels && seen.Piece % Tile == 0, gradientsInPlace = _outputs == panel;
        nint patches = (nint)seen.Numbers, gradients = (nint)panels * seen.Most * panel, sum = (nint)tiles * Tile * panel;
        int together = _threads == 1 ? 1 : (int)Math.Min(blocks, Math.Max(_threads, (1 << 20) / (patches + gradients)));
        using NativeFloats a = new(patchesInPlace ? 0 : together * patches, clear: true), b = new(gradientsInPlace ? 0 : together * gradients), sums = new(panels * seen.Pieces * sum);
        for (int from = 0; from < blocks; from += together)
        {
            int count = Math.Min(together, blocks - from);
            Shares.Each(count, _threads, i =>
            {
                if (!patchesInPlace) seen.Read(x, from + i, _images, a.Start + i * patches);
                if (gradientsInPlace) return;
                var (first, runs, windows, _) = seen.Block(from + i, _images);
                for (int t = 0; t < runs * windows; t++) Panels.Write(dy + (nint)(first + t) * _outputs, t, seen.Most, _outputs, b.Start + i * gradients);
            });
            Shares.Each(seen.Pieces * tiles, _threads, job =>
            {
                var (piece, tile) = Math.DivRem(job, tiles);
                for (int i = 0; i < count; i++)
                {
                    var (first, runs, windows, next) = seen.Block(from + i, _images);
                    float* left = (patchesInPlace ? x + (nint)first * seen.Piece : a.Start + i * patches) + (nint)piece * seen.Line + tile * Tile;
                    for (int p = 0; p < panels; p++)
                    {
                        float* right = gradientsInPlace ? dy + (nint)first * _outputs : b.Start + i * gradients + (nint)p * seen.Most * panel;
                        for (int run = 0; run < runs; run++)
                            TileProducts.Multiply(left + (nint)run * next, 1, seen.Stride, right + (nint)run * windows * panel, panel, windows, sums.Start + (p * seen.Pieces + piece) * sum + (nint)tile * Tile * panel, panel, add: from + i + run > 0);
                    }
                }
            });
        }
        for (int row = 0; row < seen.Length; row++)
        {
            var (piece, at) = Math.DivRem(row, seen.Piece);
            for (int p = 0; p < panels; p++) Copy(sums.Start + (p * seen.Pieces + piece) * sum + (nint)at * panel, dw + (nint)row * _outputs + p * panel, Math.Min(panel, _outputs - p * panel));
        }
    }

    // Patches times panels, into the pixels (row + i step, column + j step) of images of a height and a width.
    void Multiply(Patches seen, float* source, float* weights, int outputs, float* target, (int Height, int Width, int Row, int Column, int Step) into)
    {
        int panel = Panels.Width(outputs), panels = Panels.Of(outputs);
        Shares.Each(seen.Blocks(_images), _threads, block =>
        {
            var (first, runs, windows, next) = seen.Block(block, _images);
            int whole = Patches.Whole(windows);
            bool inPlace = seen.ArePixels && whole == windows, contiguous = into.Step == 1 && outputs == panels * panel && whole == windows;
            using NativeFloats patches = new(inPlace ? 0 : seen.Numbers), products = new(contiguous ? 0 : (long)runs * whole * panels * panel);
            float* a = inPlace ? source + (nint)first * seen.Length : patches.Start, c = contiguous ? target + (nint)first * outputs : products.Start;
            if (!inPlace) seen.Read(source, block, _images, a);
            for (int p = 0; p < panels; p++)
                for (int run = 0; run < runs; run++)
                    for (int t = 0; t < whole; t += Tile)
                        for (int piece = 0; piece < seen.Pieces; piece++)
                            TileProducts.Multiply(a + (nint)run * next + (nint)piece * seen.Line + (nint)t * seen.Stride, seen.Stride, 1, weights + ((nint)p * seen.Length + piece * seen.Piece) * panel, panel, seen.Piece,
                                c + (nint)(run * whole + t) * panels * panel + p * panel, panels * panel, add: piece > 0);
            if (contiguous) return;
            for (int run = 0; run < runs; run++)
                for (int t = 0; t < windows; t++)
                {
                    var (image, row, column) = seen.At(first + run * windows + t);
                    Copy(c + (nint)(run * whole + t) * panels * panel, target + ((image * into.Height + into.Row + row * into.Step) * into.Width + into.Column + column * into.Step) * outputs, outputs);
                }
        });
    }

    static void Copy(float* from, float* to, int count) => new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));
}
