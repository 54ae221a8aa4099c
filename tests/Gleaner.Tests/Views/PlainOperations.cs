namespace Gleaner.Tests;

/// <summary>The operations of a view as plain loops over double pixels: the oracle of the vectorised ones.</summary>
static class PlainOperations
{
    public static float[] Resize(byte[] rgb, int size, CropBox box, bool flip, int viewSize, Interpolation interpolation)
    {
        var rows = new double[box.Height, viewSize, 3];
        for (int y = 0; y < box.Height; y++)
            for (int x = 0; x < viewSize; x++)
                for (int c = 0; c < 3; c++)
                    rows[y, x, c] = Sample(i => rgb[((box.Y + y) * size + box.X + i) * 3 + c], box.Width, viewSize, x, interpolation);

        var view = new float[viewSize * viewSize * 3];
        for (int y = 0; y < viewSize; y++)
            for (int x = 0; x < viewSize; x++)
                for (int c = 0; c < 3; c++)
                    view[(y * viewSize + (flip ? viewSize - 1 - x : x)) * 3 + c] = (float)Sample(i => rows[i, x, c], box.Height, viewSize, y, interpolation);
        return view;
    }

    /// <summary>The weighted mean of all inputs, most of which have weight 0.</summary>
    static double Sample(Func<int, double> input, int inputSize, int outputSize, int output, Interpolation interpolation)
    {
        double scale = inputSize / (double)outputSize, center = (output + 0.5) * scale, sum = 0, weights = 0;
        for (int i = 0; i < inputSize; i++)
        {
            double x = Math.Abs(i + 0.5 - center) / Math.Max(scale, 1);
            double weight = interpolation == Interpolation.Bilinear ? Math.Max(0, 1 - x)
                : x < 1 ? 1.5 * x * x * x - 2.5 * x * x + 1
                : x < 2 ? -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2
                : 0;
            (sum, weights) = (sum + weight * input(i), weights + weight);
        }
        return Math.Clamp(sum / weights, 0, 255);
    }

    public static float[] Brightness(byte[] rgb, double factor) => Each(rgb, (r, g, b) => (r * factor, g * factor, b * factor));

    public static float[] Contrast(byte[] rgb, double factor)
    {
        double mean = Enumerable.Range(0, rgb.Length / 3).Average(i => Luma(rgb[i * 3], rgb[i * 3 + 1], rgb[i * 3 + 2]));
        return Each(rgb, (r, g, b) => (Blend(mean, r, factor), Blend(mean, g, factor), Blend(mean, b, factor)));
    }

    public static float[] Saturation(byte[] rgb, double factor) => Each(rgb, (r, g, b) =>
        (Blend(Luma(r, g, b), r, factor), Blend(Luma(r, g, b), g, factor), Blend(Luma(r, g, b), b, factor)));

    public static float[] Gray(byte[] rgb) => Each(rgb, (r, g, b) => (Luma(r, g, b), Luma(r, g, b), Luma(r, g, b)));

    public static float[] Solarize(byte[] rgb, double threshold)
        => Each(rgb, (r, g, b) => (r < threshold ? r : 255 - r, g < threshold ? g : 255 - g, b < threshold ? b : 255 - b));

    /// <summary>The whole kernel over the whole reflected image, in two dimensions.</summary>
    public static float[] Blur(byte[] rgb, int size, int kernel, double sigma)
    {
        int radius = kernel / 2;
        double[] weight = [.. Enumerable.Range(0, radius + 1).Select(k => Math.Exp(-k * k / (2 * sigma * sigma)))];
        var result = new float[rgb.Length];
        for (int i = 0; i < rgb.Length; i++)
        {
            var (y, x, sum, weights) = (i / 3 / size, i / 3 % size, 0.0, 0.0);
            for (int dy = -radius; dy <= radius; dy++)
                for (int dx = -radius; dx <= radius; dx++)
                {
                    double w = weight[Math.Abs(dy)] * weight[Math.Abs(dx)];
                    sum += w * rgb[(Reflect(y + dy, size) * size + Reflect(x + dx, size)) * 3 + i % 3];
                    weights += w;
                }
            result[i] = (float)(sum / weights);
        }
        return result;
    }

    static int Reflect(int position, int size) => position < 0 ? -position : position < size ? position : 2 * (size - 1) - position;

    /// <summary>To HSV and back by the textbook (Foley and van Dam), as Python's colorsys.</summary>
    public static float[] Hue(byte[] rgb, double turn) => Each(rgb, (r, g, b) =>
    {
        double v = Math.Max(r, Math.Max(g, b)), chroma = v - Math.Min(r, Math.Min(g, b));
        if (chroma is 0)
            return (v, v, v);
        double h = v == r ? (g - b) / chroma : v == g ? 2 + (b - r) / chroma : 4 + (r - g) / chroma;
        h = ((h / 6 + turn) % 1 + 1) % 1 * 6;
        double f = h - Math.Floor(h), p = v - chroma, q = v - chroma * f, t = v - chroma * (1 - f);
        return ((int)h % 6) switch { 0 => (v, t, p), 1 => (q, v, p), 2 => (p, v, t), 3 => (p, q, v), 4 => (t, p, v), _ => (v, p, q) };
    });

    static double Luma(double r, double g, double b) => 0.299 * r + 0.587 * g + 0.114 * b;

    static double Blend(double degenerate, double level, double factor) => degenerate + factor * (level - degenerate);

    static float[] Each(byte[] rgb, Func<double, double, double, (double, double, double)> operation)
    {
        var result = new float[rgb.Length];
        for (int i = 0; i < rgb.Length; i += 3)
        {
            var (r, g, b) = operation(rgb[i], rgb[i + 1], rgb[i + 2]);
            (result[i], result[i + 1], result[i + 2]) = ((float)Math.Clamp(r, 0, 255), (float)Math.Clamp(g, 0, 255), (float)Math.Clamp(b, 0, 255));
        }
        return result;
    }
}
