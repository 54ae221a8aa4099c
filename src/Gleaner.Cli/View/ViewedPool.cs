namespace Gleaner.Cli;

/// <summary>A finished selection as the pages see it: its images by their index in the pool, what is found among them, their marks and their pictures.</summary>
sealed class ViewedPool
{
    const int ThumbnailPixels = 96, MostThumbnailBytes = 64 << 20;

    readonly int[] _rowOf;
    readonly OriginalPool _original;
    readonly RecentBytes _thumbnails = new(MostThumbnailBytes);
    readonly DateTime _made;

    public ViewedPool(SelectRun run, ImageMarks marks, OriginalPool original)
    {
        (Run, Marks, _original) = (run, marks, original);
        _rowOf = new int[run.Manifest.Pool.Count];
        Array.Fill(_rowOf, ScoreTable.None);
        for (int m = 0; m < run.Scores.Count; m++) _rowOf[run.Scores.Index[m]] = m;
        Search = new PoolSearch(run.Scores, marks);
        Neighbours = KeptNeighbours.Open(run);
        Classes = [.. run.Scores.Class.CountBy(label => label).OrderBy(pair => pair.Key)];
        _made = ManifestTime();
        Version = ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(Path.GetFullPath(run.Path) + run.Manifest.ToJson()))[..12];
    }

    public SelectRun Run { get; }
    public ScoreTable Scores => Run.Scores;
    public ScoreDetails Details => Run.Scores.Details!;
    public ImageMarks Marks { get; }
    public PoolSearch Search { get; }
    public KeptNeighbours Neighbours { get; }

    /// <summary>Labels of the latent classes, ascending, and how many images each has.</summary>
    public IReadOnlyList<KeyValuePair<int, int>> Classes { get; }

    /// <summary>In the addresses of pictures, so that a browser does not take those of another run at this address.</summary>
    public string Version { get; }

    /// <summary>Whether the selection was made again since it was opened.</summary>
    public bool IsOutdated => ManifestTime() != _made;

    /// <summary>The row of image <paramref name="index"/>; none if it cannot be read or is not of this pool.</summary>
    public int Row(int index) => index >= 0 && index < _rowOf.Length ? _rowOf[index] : ScoreTable.None;

    /// <summary>Null if there are no images to show.</summary>
    public (byte[] Bytes, string Type)? Thumbnail(int m) => Run.Images is { } images ? _thumbnails.Get(m, row => Gleaner.Thumbnail.Encode(images.Pixels(row), images.Size, ThumbnailPixels)) : null;

    /// <summary>From the pool if it can be had, or else as the run decoded it.</summary>
    public async Task<(byte[] Bytes, string Type)?> Picture(int m) =>
        await _original.Picture(Scores.Index[m], Run.Images?.Size ?? 0).ConfigureAwait(false) ?? (Run.Images is { } images ? Gleaner.Thumbnail.Encode(images.Pixels(m), images.Size, images.Size) : null);

    DateTime ManifestTime() => File.GetLastWriteTimeUtc(Path.Combine(Run.Path, "manifest.json"));
}
