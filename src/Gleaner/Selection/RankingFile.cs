using System.Runtime.InteropServices;

namespace Gleaner;

/// <summary>Keeps a ranking in a .safetensors file: order (int64) and, where there are any, gain, similarity_sum and mean_similarity (float64, by image), and pool_size if images were left out.</summary>
public static class RankingFile
{
    /// <summary>Writes the ranking; its latent classes are kept elsewhere.</summary>
    public static void Write(Stream stream, Ranking ranking)
    {
        ArgumentNullException.ThrowIfNull(ranking);
        var tensors = new List<SafeTensor> { Tensor("order", "I64", ranking.Order.Select(i => (long)i).ToArray()) };
        if (ranking.PoolSize != ranking.Order.Count) tensors.Add(Tensor("pool_size", "I64", [(long)ranking.PoolSize]));
        if (ranking.Gains is { } gains) tensors.Add(Tensor("gain", "F64", gains.ToArray()));
        if (ranking.SimilaritySums is { } sums) tensors.Add(Tensor("similarity_sum", "F64", sums.ToArray()));
        if (ranking.MeanSimilarities is { } means) tensors.Add(Tensor("mean_similarity", "F64", means.ToArray()));
        SafeTensorsFile.Write(stream, tensors);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or ranks a pool of another size than <paramref name="classes"/> cover.</exception>
    public static Ranking Read(string path, LatentPartition? classes)
    {
        var tensors = SafeTensorsFile.Read(path).Tensors;
        int[] order = [.. Values<long>(tensors, "order")?.Select(i => (int)i) ?? throw new InvalidDataException($"{path}: no tensor named order. Delete the file and run again.")];
        int poolSize = Values<long>(tensors, "pool_size") is [var size] ? (int)size : order.Length;
        if (classes is not null && classes.Count != poolSize)
            throw new InvalidDataException($"{path}: ranks a pool of {poolSize} images; the latent classes cover {classes.Count}. Delete the file and run again.");
        return new Ranking
        {
            Order = order,
            PoolSize = poolSize,
            Classes = classes,
            Gains = Values<double>(tensors, "gain"),
            SimilaritySums = Values<double>(tensors, "similarity_sum"),
            MeanSimilarities = Values<double>(tensors, "mean_similarity"),
        };
    }

    static SafeTensor Tensor<T>(string name, string dtype, T[] values) where T : unmanaged =>
        new(name, dtype, [values.Length], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    static T[]? Values<T>(IReadOnlyDictionary<string, SafeTensor> tensors, string name) where T : unmanaged =>
        tensors.TryGetValue(name, out var tensor) ? MemoryMarshal.Cast<byte, T>(tensor.Data.Span).ToArray() : null;
}
