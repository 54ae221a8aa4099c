namespace Gleaner.Cli;

/// <summary>Embeds the pool with an encoder, whatever it runs on: its file has a row for each image of the listing.</summary>
sealed class EmbedStage(StageRunner stages, CancellationToken cancel)
{
    const int ShownRows = 5;

    public (EmbeddingMatrix Embedding, string Hash) Embed(PoolInput pool, EmbedWork work)
    {
        var record = stages.Make(work.Stage, work.Doing, work.Inputs, [work.Output], stage => Write(pool, work, stage));
        var stored = EmbeddingFile.Read(stages.Run[work.Output]);
        var rows = work.IsMeanOfViews
            ? EmbeddingMatrix.OfMeans(stored.Values, stored.Count, stored.Dimension)
            : EmbeddingMatrix.Normalize(stored.Values, stored.Count, stored.Dimension, out _);
        var embedding = pool.Members.Length == stored.Count ? rows : rows.Select(pool.Members);
        return (embedding, record.Outputs[work.Output].Hash);
    }

    // Rows of the whole listing, so that row i is image i; unreadable images are rows of zeros. Finished blocks are kept in raw form.
    void Write(PoolInput pool, EmbedWork work, StageWork stage)
    {
        var (embedder, owned) = work.Open(stage);
        using var _ = owned;
        var images = work.Images;
        int dimension = embedder.Dimension;
        var blocks = new BlockFile(Path.Combine(stage.UnfinishedFolder, "rows.f32"), embedder.BlockSize * dimension, images.Count * (long)dimension);
        long start = Environment.TickCount64, saved = start;
        int first = blocks.Whole, doneBefore = Math.Min(images.Count, first * embedder.BlockSize);
        foreach (var block in embedder.Blocks(images, first, cancel))
        {
            blocks.Append(block.Values);
            int done = block.Start + block.Count;
            stages.Terminal.Progress(() => ProgressText.Of(work.Stage, done, images.Count, done - doneBefore, Environment.TickCount64 - start, "images"));
            if (Environment.TickCount64 - saved < 5000) continue;
            saved = Environment.TickCount64;
            stage.Saved();
        }
        float[] compact = blocks.Read();
        EmbeddingMatrix.Normalize(work.IsMeanOfViews ? [.. compact] : compact, images.Count, dimension, out var bad);
        if (bad.Count > 0)
        {
            string shown = string.Join("\n", bad.Take(ShownRows).Select(row => $"  {pool.Key(pool.Members[row.Index])} {row.Reason}"));
            throw new InvalidDataException($"{work.Encoder}: {bad.Count} of {images.Count} images have no embedding. {work.Mend}\n{shown}{(bad.Count > ShownRows ? $"\n  and {bad.Count - ShownRows} more" : "")}");
        }
        AtomicFile.Write(stages.Run[work.Output], stream => NpyFile.Write(stream, AtTheirPlaces(compact, pool, dimension), pool.Count, dimension));
        stage.Facts["dimension"] = Invariant.Text(dimension);
        if (embedder.MultiplyAddsPerImage is { } each) stage.Facts[StageFacts.MultiplyAdds] = StageFacts.Work(images.Count * each);
    }

    static float[] AtTheirPlaces(float[] compact, PoolInput pool, int dimension)
    {
        if (pool.Members.Length == pool.Count) return compact;
        var all = new float[pool.Count * dimension];
        for (int m = 0; m < pool.Members.Length; m++)
            compact.AsSpan(m * dimension, dimension).CopyTo(all.AsSpan(pool.Members[m] * dimension));
        return all;
    }
}
