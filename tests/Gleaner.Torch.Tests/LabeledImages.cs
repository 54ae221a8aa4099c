namespace Gleaner.Torch.Tests;

/// <summary>Small images of a few classes, by formula.</summary>
static class LabeledImages
{
    public const int Classes = 3;

    /// <summary>Class k = i mod 3 has a bright square in a corner of its own, on noise.</summary>
    public static (DecodedImages Images, int[] Labels) Squares(int count = 30, int size = 8)
    {
        var random = new Random(4);
        var pixels = new byte[count * size * size * 3];
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % Classes)];
        for (int i = 0; i < count; i++)
            for (int p = 0; p < size * size; p++)
            {
                bool bright = labels[i] switch { 0 => p / size < 4 && p % size < 4, 1 => p / size >= 4 && p % size < 4, _ => p / size >= 4 && p % size >= 4 };
                for (int c = 0; c < 3; c++) pixels[(i * size * size + p) * 3 + c] = (byte)(random.Next(80) + (bright ? 150 : 0));
            }
        return (new DecodedImages(pixels, count, size), labels);
    }

    /// <summary>Seven images of five classes whose bytes tests/fixtures/torch/make_supervised.py makes too.</summary>
    public static (DecodedImages Images, int[] Labels) OfFixture()
    {
        const int count = 7, size = 8;
        var pixels = new byte[count * size * size * 3];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)((7919L * i + 104729L * (i / 13)) % 256);
        return (new DecodedImages(pixels, count, size), [.. Enumerable.Range(0, count).Select(i => i % 5)]);
    }

    public static Classifier Tiny(int classes = Classes, int seed = 1) => Classifier.Create(TestPool.Tiny(), classes, seed);
}
