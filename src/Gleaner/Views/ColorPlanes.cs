using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gleaner;

/// <summary>A square image as three planes of grey levels in [0, 255], and the operations of Pillow's ImageEnhance and torchvision on them.</summary>
/// <remarks>
/// Planes are padded to whole vectors, which the operations may fill with anything. Levels are never NaN, so minima and maxima are the
/// processor's own (...Native). Without 512-bit vectors .NET makes two of 256 bits of each.
/// Deviation: Pillow rounds or cuts to bytes after every operation; we keep floats and clamp where it clamps.
/// </remarks>
sealed class ColorPlanes
{
    static readonly int Lanes = Vector512<float>.Count;

    readonly SymmetricFilter _filter;
    float[] _red, _green, _blue, _spare;

    public ColorPlanes(int size)
    {
        Count = size * size;
        int padded = Count + ViewScratch.Padding;
        (_red, _green, _blue, _spare) = (new float[padded], new float[padded], new float[padded], new float[padded]);
        _filter = new SymmetricFilter(size);
    }

    /// <summary>How many pixels.</summary>
    public int Count { get; }

    /// <summary>The plane of a channel (0 red, 1 green, 2 blue), with its padding.</summary>
    public float[] this[int channel] => channel switch { 0 => _red, 1 => _green, _ => _blue };

    /// <summary>0 is black, 1 the image itself.</summary>
    public void AdjustBrightness(float factor)
    {
        Blend(_red, 0, factor);
        Blend(_green, 0, factor);
        Blend(_blue, 0, factor);
    }

    /// <summary>0 is a plane of the mean grey level, 1 the image itself.</summary>
    public void AdjustContrast(float factor)
    {
        ComputeGray();
        // Deviation: Pillow rounds the mean; at most half a level times |1 - factor|.
        float rest = TensorPrimitives.Sum<float>(_spare.AsSpan(0, Count)) / Count * (1 - factor);
        Blend(_red, rest, factor);
        Blend(_green, rest, factor);
        Blend(_blue, rest, factor);
    }

    /// <summary>0 is the grey image, 1 the image itself.</summary>
    public void AdjustSaturation(float factor)
    {
        ref float red = ref First(_red), green = ref First(_green), blue = ref First(_blue);
        var (f, rest) = (Vector512.Create(factor), Vector512.Create(1 - factor));
        for (int i = 0; i < Count; i += Lanes)
        {
            var (r, g, b) = (Load(ref red, i), Load(ref green, i), Load(ref blue, i));
            var gray = Luma(r, g, b) * rest;
            Store(Clamp(MultiplyAdd(r, f, gray)), ref red, i);
            Store(Clamp(MultiplyAdd(g, f, gray)), ref green, i);
            Store(Clamp(MultiplyAdd(b, f, gray)), ref blue, i);
        }
    }

    /// <summary>Turns the hue by <paramref name="turn"/> in [-0.5, 0.5] of the colour circle; saturation and value (HSV) stay.</summary>
    /// <remarks>
    /// With v = max(r,g,b), c = v - min(r,g,b) and the hue h in sixths of the circle, red lies at 0, green at 2, blue at -2, and each channel is
    /// v - c * clamp(d - 1, 0, 1), where d is the hue's distance to it on the circle. Everything is linear in c, so we compute c * h instead of h
    /// and never divide.
    /// Deviation: Pillow keeps hue and saturation in bytes, torchvision cuts the turn to 1/255; we do neither.
    /// </remarks>
    public void AdjustHue(float turn)
    {
        ref float red = ref First(_red), green = ref First(_green), blue = ref First(_blue);
        var sixths = Vector512.Create(turn * 6);
        for (int i = 0; i < Count; i += Lanes)
        {
            var (r, g, b) = (Load(ref red, i), Load(ref green, i), Load(ref blue, i));
            var v = Vector512.MaxNative(r, Vector512.MaxNative(g, b));
            var c = v - Vector512.MinNative(r, Vector512.MinNative(g, b));
            var (c2, c3, c6) = (c + c, c * 3, c * 6);
            var h = Vector512.ConditionalSelect(Vector512.Equals(v, r), g - b,
                Vector512.ConditionalSelect(Vector512.Equals(v, g), c2 + (b - r), r - g - c2));   // in [-3c, 3c]

            h = MultiplyAdd(sixths, c, h);
            h -= Vector512.ConditionalSelect(Vector512.GreaterThan(Vector512.Abs(h), c3), Vector512.CopySign(c6, h), Vector512<float>.Zero);
            var (dr, dg, db) = (Vector512.Abs(h), Vector512.Abs(h - c2), Vector512.Abs(h + c2));
            Store(v - Vector512.ClampNative(dr - c, Vector512<float>.Zero, c), ref red, i);
            Store(v - Vector512.ClampNative(Vector512.MinNative(dg, c6 - dg) - c, Vector512<float>.Zero, c), ref green, i);
            Store(v - Vector512.ClampNative(Vector512.MinNative(db, c6 - db) - c, Vector512<float>.Zero, c), ref blue, i);
        }
    }

    /// <summary>All three channels become L = 0.299 r + 0.587 g + 0.114 b (ITU-R 601-2).</summary>
    public void ToGray()
    {
        ComputeGray();
        _spare.CopyTo(_red, 0);
        _spare.CopyTo(_green, 0);
        _spare.CopyTo(_blue, 0);
    }

    /// <summary>A separable blur with these weights from the middle outwards: at most as many as the image is wide.</summary>
    public void Blur(ReadOnlySpan<float> weights)
    {
        Blur(ref _red, weights);
        Blur(ref _green, weights);
        Blur(ref _blue, weights);
    }

    /// <summary>Inverts every level at or above the threshold: Pillow's ImageOps.solarize.</summary>
    public void Solarize(float threshold)
    {
        Solarize(_red, threshold);
        Solarize(_green, threshold);
        Solarize(_blue, threshold);
    }

    /// <summary>Fills the spare plane with grey.</summary>
    void ComputeGray()
    {
        ref float red = ref First(_red), green = ref First(_green), blue = ref First(_blue), gray = ref First(_spare);
        for (int i = 0; i < Count; i += Lanes)
            Store(Luma(Load(ref red, i), Load(ref green, i), Load(ref blue, i)), ref gray, i);
    }

    void Blend(float[] plane, float rest, float factor)
    {
        ref float levels = ref First(plane);
        var (f, r) = (Vector512.Create(factor), Vector512.Create(rest));
        for (int i = 0; i < Count; i += Lanes)
            Store(Clamp(MultiplyAdd(Load(ref levels, i), f, r)), ref levels, i);
    }

    void Blur(ref float[] plane, ReadOnlySpan<float> weights)
    {
        _filter.Run(plane, _spare, weights);
        (plane, _spare) = (_spare, plane);
    }

    void Solarize(float[] plane, float threshold)
    {
        ref float levels = ref First(plane);
        var (least, white) = (Vector512.Create(threshold), Vector512.Create(255f));
        for (int i = 0; i < Count; i += Lanes)
        {
            var x = Load(ref levels, i);
            Store(Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, least), white - x, x), ref levels, i);
        }
    }

    static Vector512<float> Luma(Vector512<float> r, Vector512<float> g, Vector512<float> b)
        => MultiplyAdd(Vector512.Create(0.299f), r, MultiplyAdd(Vector512.Create(0.587f), g, Vector512.Create(0.114f) * b));

    static Vector512<float> Clamp(Vector512<float> x) => Vector512.ClampNative(x, Vector512<float>.Zero, Vector512.Create(255f));

    static Vector512<float> MultiplyAdd(Vector512<float> x, Vector512<float> y, Vector512<float> z) => Vector512.MultiplyAddEstimate(x, y, z);

    static ref float First(float[] plane) => ref MemoryMarshal.GetArrayDataReference(plane);

    static Vector512<float> Load(ref float first, int index) => Vector512.LoadUnsafe(ref first, (nuint)index);

    static void Store(Vector512<float> x, ref float first, int index) => x.StoreUnsafe(ref first, (nuint)index);
}
