using System.Numerics.Tensors;

namespace Gleaner.Onnx;

/// <summary>Classes that are known by their names alone: for each a direction in CLIP's space, the mean of what the text model makes of sentences about it.</summary>
/// <remarks>Radford et al. 2021, arXiv:2103.00020, section 3.1.4: the embeddings of a class's sentences are scaled to unit length, averaged, and scaled to unit length again.</remarks>
public sealed class ZeroShotClasses
{
    const int SentencesAtATime = 256;

    // float32 sums of other lengths; rows of a text model that works differ in the second digit.
    const double SameDirection = 1 - 1e-6;

    ZeroShotClasses(IReadOnlyList<string> names, EmbeddingMatrix directions, int tooLong) => (Names, Directions, TooLong) = (names, directions, tooLong);

    /// <summary>Asks a text model about each name in each sentence.</summary>
    /// <param name="text">The text model.</param>
    /// <param name="names">One for each class.</param>
    /// <param name="templates">Sentences with {} where the name goes; null for <see cref="ClipPrompts.Templates"/>.</param>
    /// <param name="progress">How many classes are done.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="InvalidDataException">The model makes of a sentence no numbers, or of all classes the same.</exception>
    public static ZeroShotClasses Ask(ClipText text, IReadOnlyList<string> names, IReadOnlyList<string>? templates = null, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(names);
        templates ??= ClipPrompts.Templates;
        ArgumentOutOfRangeException.ThrowIfZero(names.Count, nameof(names));
        ArgumentOutOfRangeException.ThrowIfZero(templates.Count, nameof(templates));

        int d = text.Dimension, done = 0, tooLong = 0;
        var directions = new float[checked(names.Count * d)];
        foreach (string[] some in names.Chunk(Math.Max(1, SentencesAtATime / templates.Count)))
        {
            string[] sentences = [.. some.SelectMany(name => ClipPrompts.About(name, templates))];
            tooLong += sentences.Count(sentence => text.Tokenizer.Encode(sentence).Length > text.Length);
            float[] rows = text.Embed(sentences, cancel);
            var unit = EmbeddingMatrix.Normalize(rows, sentences.Length, d, out var bad);
            if (bad.Count > 0) throw new InvalidDataException($"{text.Path}: the embedding of '{sentences[bad[0].Index]}' {bad[0].Reason}. A float16 model may overflow: use its float32 form.");
            for (int k = 0; k < some.Length; k++)
                for (int t = 0; t < templates.Count; t++)
                    TensorPrimitives.Add(directions.AsSpan((done + k) * d, d), unit.Row(k * templates.Count + t), directions.AsSpan((done + k) * d, d));
            done += some.Length;
            progress?.Report(done);
        }
        var classes = EmbeddingMatrix.Normalize(directions, names.Count, d, out var none);
        if (none.Count > 0) throw new InvalidDataException($"{text.Path}: the mean of the sentences about '{names[none[0].Index]}' {none[0].Reason}. Use other sentences.");
        if (names.Count > 1 && Enumerable.Range(1, names.Count - 1).All(k => TensorPrimitives.Dot(classes.Row(0), classes.Row(k)) >= SameDirection))
            throw new InvalidDataException($"{text.Path}: makes the same of all {names.Count} classes, so it does not see the text. Its end token may be another than {text.Tokenizer.EndId}, that of {text.Tokenizer.Files[0]}; take the tokenizer that came with the model.");
        return new(names, classes, tooLong);
    }

    /// <summary>What the classes are called.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>K x d: a row of unit length for each class.</summary>
    public EmbeddingMatrix Directions { get; }

    /// <summary>How many sentences had more tokens than the model reads.</summary>
    public int TooLong { get; }

    /// <summary>Gives each image the class with the largest cosine, the first of equals. Takes n K d multiply-adds.</summary>
    /// <param name="images">Embeddings by the image model that belongs to the text model; their length does not matter.</param>
    /// <param name="threads">0 means one for each processor.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ArgumentException">The embeddings have another dimension, so they are of another model.</exception>
    public ZeroShotAssignment Assign(EmbeddingMatrix images, int threads = 0, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        if (images.Dimension != Directions.Dimension)
            throw new ArgumentException($"The images' embeddings have {images.Dimension} numbers, the sentences' {Directions.Dimension}; expected the image model that belongs to the text model.", nameof(images));

        var classOf = new int[images.Count];
        float[] similarities = new float[images.Count], margins = new float[images.Count];
        Parallel.For(0, images.Count, new ParallelOptions { MaxDegreeOfParallelism = threads == 0 ? Environment.ProcessorCount : threads, CancellationToken = cancel }, i =>
        {
            var image = images.Row(i);
            float best = float.NegativeInfinity, second = float.NegativeInfinity;
            for (int k = 0; k < Names.Count; k++)
            {
                float product = TensorPrimitives.Dot(image, Directions.Row(k));
                if (product > best) (classOf[i], best, second) = (k, product, best);
                else if (product > second) second = product;
            }
            float length = TensorPrimitives.Norm(image);
            (similarities[i], margins[i]) = (best / length, (best - second) / length);
        });
        return new(Names, classOf, Mean(similarities), Names.Count > 1 ? Mean(margins) : double.NaN);
    }

    static double Mean(float[] values) => values.Length == 0 ? double.NaN : values.Sum(value => (double)value) / values.Length;
}
