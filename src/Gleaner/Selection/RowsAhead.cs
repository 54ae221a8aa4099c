namespace Gleaner;

/// <summary>
/// The rows of similarities of images that are picked one after the other by their gains. A row that is asked for is made together with those of the images that
/// come next if gains stay as they are, and these are kept until they are wanted, or until there is no place for them among better ones.
/// </summary>
sealed class RowsAhead
{
    /// <summary>Rows that a thread makes at once: four tiles share what is fetched for one.</summary>
    const int AtOnce = 4 * PackedRows.TileRows;

    /// <summary>Rows that are kept: of 5,000 images of one class one in twenty is then made a second time.</summary>
    const int Kept = 256;

    /// <summary>Where there are no more similarities, all rows are stored from the start.</summary>
    public const int AllOf = 1 << 20;

    /// <summary>float32 numbers an image, whatever the threads: the rows that are kept and half as many being made.</summary>
    public const int NumbersPerImage = Kept + Kept / 2;

    readonly SimilarityRows _similarity;
    readonly GivenSimilarity? _stored;
    readonly int _width, _threads;
    readonly float[] _rows, _made;
    readonly int[] _imageIn;  // place -> image, -1 where none was yet
    readonly int[] _placeOf;  // image -> place, -1 if its row is not here

    public RowsAhead(SimilarityRows similarity, int threads)
    {
        (_similarity, _width, _threads) = (similarity, similarity.RowCapacity, threads);
        int n = similarity.Count, atOnce = Math.Min(AtOnce * threads, Kept / 2);
        _stored = similarity as GivenSimilarity ?? (AreFew(similarity) ? similarity.Stored() : null);
        int places = _stored is null ? Kept : 0;
        _rows = LargeArray.Allocate<float>(checked(places * _width));
        _made = LargeArray.Allocate<float>(_stored is null ? atOnce * _width : _width);
        (_imageIn, _placeOf) = (new int[places], new int[n]);
        Array.Fill(_imageIn, -1);
        Array.Fill(_placeOf, -1);
    }

    /// <summary>Whether all rows are stored from the start.</summary>
    public static bool AreFew(SimilarityRows similarity) => (long)similarity.Count * similarity.RowCapacity <= AllOf;

    /// <summary>The row of an image. The gains tell which others are made with it: the largest; those that are taken have a gain of -infinity.</summary>
    public ReadOnlySpan<float> Of(int image, ReadOnlySpan<double> gains)
    {
        if (_stored is not null) return _stored.View(image, _made);
        if (_placeOf[image] < 0) Make(Next(image, gains), gains);
        return _rows.AsSpan(_placeOf[image] * _width, _width);
    }

    // The image, and those of largest gain whose rows are not here.
    int[] Next(int image, ReadOnlySpan<double> gains)
    {
        int others = _made.Length / _width - 1;
        var next = new PriorityQueue<int, double>();
        for (int i = 0; i < gains.Length; i++)
        {
            if (_placeOf[i] >= 0 || i == image || gains[i] == double.NegativeInfinity) continue;
            if (next.Count < others) next.Enqueue(i, gains[i]);
            else if (next.TryPeek(out _, out double least) && gains[i] > least) next.EnqueueDequeue(i, gains[i]);
        }
        return [image, .. next.UnorderedItems.Select(item => item.Element)];
    }

    // Rows go where none is, or one that is least likely to be wanted soon.
    void Make(int[] images, ReadOnlySpan<double> gains)
    {
        if (_threads == 1) _similarity.Rows(images, _made);
        else Parallel.For(0, (images.Length + AtOnce - 1) / AtOnce, new ParallelOptions { MaxDegreeOfParallelism = _threads }, t =>
            _similarity.Rows(images.AsSpan(t * AtOnce, Math.Min(AtOnce, images.Length - t * AtOnce)), _made.AsSpan(t * AtOnce * _width)));
        var worth = new double[_imageIn.Length];
        for (int p = 0; p < worth.Length; p++) worth[p] = _imageIn[p] < 0 ? double.NegativeInfinity : gains[_imageIn[p]];
        int[] places = [.. Enumerable.Range(0, worth.Length)];
        Array.Sort(worth, places);
        for (int r = 0; r < images.Length; r++)
        {
            int place = places[r];
            if (_imageIn[place] >= 0) _placeOf[_imageIn[place]] = -1;
            (_imageIn[place], _placeOf[images[r]]) = (images[r], place);
            _made.AsSpan(r * _width, _width).CopyTo(_rows.AsSpan(place * _width));
        }
    }
}
