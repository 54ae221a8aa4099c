using System.Numerics.Tensors;

namespace Gleaner;

/// <summary>
/// Resizes RGB bytes so that the shorter side fits, and crops the middle: torchvision's Resize and CenterCrop.
/// The filter is a triangle that is widened when shrinking (antialiased), as Pillow's BILINEAR is; results are within 1 of Pillow's.
/// </summary>
static class Resampler
{
    /// <summary>Fills <paramref name="target"/>, <paramref name="size"/> x <paramref name="size"/> x 3 bytes. Exact if nothing has to be resized.</summary>
    public static void ResizeAndCrop(ReadOnlySpan<byte> source, int width, int height, int size, Span<byte> target)
    {
        if (width == size && height == size)
        {
            source.CopyTo(target);
            return;
        }

        int shorter = Math.Min(width, height);
        var columns = Weights(width, shorter, size);
        var rows = height == width ? columns : Weights(height, shorter, size);

        int firstRow = rows[0].First, rowCount = rows[^1].First + rows[^1].Weights.Length - firstRow;
        var narrow = new float[rowCount * size * 3];   // already resized across, not yet down
        for (int y = 0; y < rowCount; y++)
            Across(source.Slice((firstRow + y) * width * 3, width * 3), columns, narrow.AsSpan(y * size * 3, size * 3));

        var sum = new float[size * 3];
        for (int y = 0; y < size; y++)
        {
            Array.Clear(sum);
            for (int k = 0; k < rows[y].Weights.Length; k++)
            {
                float weight = rows[y].Weights[k];
                var row = narrow.AsSpan((rows[y].First - firstRow + k) * size * 3, size * 3);
                TensorPrimitives.MultiplyAdd(row, weight, sum, sum);   // not fused: the plain loop's bits
            }
            for (int x = 0; x < sum.Length; x++) target[y * size * 3 + x] = (byte)(sum[x] + 0.5f);
        }
    }

    static void Across(ReadOnlySpan<byte> row, (int First, float[] Weights)[] columns, Span<float> target)
    {
        for (int x = 0; x < columns.Length; x++)
        {
            float red = 0, green = 0, blue = 0;
            int at = columns[x].First * 3;
            foreach (float weight in columns[x].Weights)
            {
                red += weight * row[at];
                green += weight * row[at + 1];
                blue += weight * row[at + 2];
                at += 3;
            }
            (target[3 * x], target[3 * x + 1], target[3 * x + 2]) = (red, green, blue);
        }
    }

    /// <summary>For each of the <paramref name="size"/> pixels kept along one side: the first pixel of that side it depends on, and how much on it and its followers.</summary>
    static (int First, float[] Weights)[] Weights(int length, int shorter, int size)
    {
        long resized = (long)size * length / shorter;
        double cropped = Math.Round((resized - size) / 2.0);
        double scale = length / (double)resized, support = Math.Max(scale, 1);

        var pixels = new (int, float[])[size];
        for (int i = 0; i < size; i++)
        {
            double center = (cropped + i + 0.5) * scale;
            int first = (int)Math.Max(0, center - support + 0.5);
            int endExcl = (int)Math.Min(length, center + support + 0.5);

            var weights = new double[endExcl - first];
            for (int k = 0; k < weights.Length; k++)
                weights[k] = Math.Max(0, 1 - Math.Abs((first + k + 0.5 - center) / support));
            double sum = weights.Sum();
            pixels[i] = (first, Array.ConvertAll(weights, w => (float)(w / sum)));
        }
        return pixels;
    }
}
