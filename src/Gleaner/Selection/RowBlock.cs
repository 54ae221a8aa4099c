namespace Gleaner;

/// <summary>Some rows of similarities that are made together, because many at once cost less than one by one.</summary>
internal sealed class RowBlock
{
    readonly SimilarityRows _similarity;
    readonly int[] _images;
    readonly float[] _rows;
    int _pending, _filled;

    /// <summary>Room for at least <paramref name="least"/> rows, more while they fit a megabyte of cache; for one where rows are only copied.</summary>
    public RowBlock(SimilarityRows similarity, int least)
    {
        _similarity = similarity;
        int width = Math.Max(1, similarity.RowCapacity);
        _images = new int[similarity is GivenSimilarity or NeighbourSimilarity ? 1 : Math.Clamp((1 << 18) / width / least, 1, 8) * least];
        _rows = new float[_images.Length * width];
    }

    public bool IsFull => _pending == _images.Length;

    public bool IsEmpty => _pending == 0;

    /// <summary>Notes an image whose row is wanted.</summary>
    public void Add(int image) => _images[_pending++] = image;

    /// <summary>Makes the wanted rows and says whose they are.</summary>
    public ReadOnlySpan<int> Fill()
    {
        var images = _images.AsSpan(0, _pending);
        _similarity.Rows(images, _rows);
        (_filled, _pending) = (_pending, 0);
        return images;
    }

    /// <summary>The r-th row that was made.</summary>
    public ReadOnlySpan<float> this[int r] => _rows.AsSpan(r * _similarity.RowCapacity, _similarity.Count);

    /// <summary>The row of an image: one that is here, or else a new one in place of all.</summary>
    public ReadOnlySpan<float> RowOf(int image)
    {
        int r = _images.AsSpan(0, _filled).IndexOf(image);
        if (r >= 0) return this[r];
        Add(image);
        Fill();
        return this[0];
    }
}
