using System.Numerics.Tensors;

namespace Gleaner.Onnx.Tests;

/// The mean over views by hand: each view is made an image of bytes again and embedded as a plain one.
sealed class OneView(DecodedImages images, OnnxEncoder plain)
{
    public float[] Rows(int views, int seed, int dimension)
    {
        var sum = new float[images.Count * dimension];
        var maker = new ViewMaker(new ViewRecipe(), images.Size, [0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f]);
        for (int v = 0; v < views; v++)
        {
            var pixels = new byte[images.Count * images.BytesPerImage];
            var view = new float[maker.ViewLength];
            for (int i = 0; i < images.Count; i++)
            {
                maker.Make(images.Pixels(i), new ViewSeed(seed, -1, i, v), view);
                for (int k = 0; k < view.Length; k++) pixels[i * view.Length + k] = (byte)Math.Clamp(view[k] + 0.5f, 0, 255);
            }
            using var made = new DecodedImages(pixels, images.Count, images.Size);
            float[] rows = plain.Embed(made);
            for (int i = 0; i < images.Count; i++)
            {
                float length = TensorPrimitives.Norm(rows.AsSpan(i * dimension, dimension));
                for (int d = 0; d < dimension; d++) sum[i * dimension + d] += rows[i * dimension + d] / length / views;
            }
        }
        return sum;
    }
}
