namespace Gleaner.Torch;

/// <summary>What each output of a sliding window sees of images (N, H, W, C): taps down x taps across x C numbers, zero outside the image; and blocks of them as <see cref="TileProducts"/> takes them.</summary>
/// <remarks>
/// Where rows of windows fill tiles, a block is the lines of one image that some rows of windows see, with a margin: a patch is then a piece of each of taps down lines, and neighbours share numbers. Elsewhere (a few windows in a row, or one tap)
/// a block is any windows, each with a patch of its own, in one piece.
/// </remarks>
readonly unsafe record struct Patches
{
    const int Tile = TileProducts.Rows;

    readonly int _height, _width, _channels, _tapsDown, _tapsAcross, _step, _top, _left, _rowsInBlock, _blocksInImage;
    readonly bool _lines;

    /// <param name="images">Height, width and channels.</param>
    /// <param name="taps">Rows and columns of the window.</param>
    /// <param name="step">Pixels from one window to the next.</param>
    /// <param name="start">Row and column of the image where the first window begins; may be negative.</param>
    /// <param name="windows">Windows in a column and in a row of an image.</param>
    /// <param name="outputs">Numbers that come of each patch, for the size of blocks.</param>
    public Patches((int Height, int Width, int Channels) images, (int Down, int Across) taps, int step, (int Top, int Left) start, (int Down, int Across) windows, int outputs)
    {
        (_height, _width, _channels) = images;
        ((_tapsDown, _tapsAcross), _step, (_top, _left), (Down, Across)) = (taps, step, start, windows);
        ArePixels = (taps, step, start) == ((1, 1), 1, (0, 0)) && windows == (_height, _width);
        _lines = taps != (1, 1) && 4 * Across >= 3 * Whole(Across);
        Stride = ArePixels ? _channels : _lines ? step * _channels : Spread(Length);
        Pieces = _lines ? _tapsDown : 1;
        Piece = Length / Pieces;
        // A quarter of a megabyte, and not so few windows that large weights are read for nothing.
        int most = Math.Clamp((1 << 16) / (outputs + (_lines ? step * step * _channels : Stride)) / Tile * Tile, 48, 1024);
        _rowsInBlock = Math.Min(Down, Math.Max(1, most / Across));
        _blocksInImage = (Down + _rowsInBlock - 1) / _rowsInBlock;
        Line = _lines ? Spread(((Whole(Across) - 1) * step + _tapsAcross) * _channels) : 0;
        Most = _lines ? _rowsInBlock * Whole(Across) : most;
        Numbers = _lines ? ((_rowsInBlock - 1) * step + _tapsDown) * (long)Line + Tile : (long)most * Stride;
    }

    /// <summary>Windows in a column of an image.</summary>
    public int Down { get; }

    /// <summary>Windows in a row of an image.</summary>
    public int Across { get; }

    /// <summary>Numbers in a patch.</summary>
    public int Length => _tapsDown * _tapsAcross * _channels;

    /// <summary>Whether each patch is a pixel, in the images' order: then the images are the patches.</summary>
    public bool ArePixels { get; }

    /// <summary>Pieces of a patch in a block.</summary>
    public int Pieces { get; }

    /// <summary>Numbers in a piece.</summary>
    public int Piece { get; }

    /// <summary>Numbers from a patch to the next of the same run.</summary>
    public int Stride { get; }

    /// <summary>Numbers from a piece of a patch to its next.</summary>
    public int Line { get; }

    /// <summary>Numbers of a block.</summary>
    public long Numbers { get; }

    /// <summary>Windows of a block, runs rounded up to whole tiles.</summary>
    public int Most { get; }

    /// <summary>Blocks that hold all windows of some images.</summary>
    public int Blocks(long images) => _lines ? checked((int)images * _blocksInImage) : checked((int)((images * Down * Across + Most - 1) / Most));

    /// <summary>A block's first window; its runs of windows that lie <see cref="Stride"/> apart, and the numbers from one run to the next.</summary>
    public (long First, int Runs, int Windows, int NextRun) Block(int block, long images)
    {
        if (!_lines) return ((long)block * Most, 1, (int)Math.Min(Most, images * Down * Across - (long)block * Most), 0);
        var (image, part) = Math.DivRem(block, _blocksInImage);
        return (((long)image * Down + part * _rowsInBlock) * Across, Math.Min(_rowsInBlock, Down - part * _rowsInBlock), Across, _step * Line);
    }

    /// <summary>Image, row and column of a window among all.</summary>
    public (nint Image, int Row, int Column) At(long window)
    {
        var (line, column) = Math.DivRem(window, Across);
        var (image, row) = Math.DivRem(line, Down);
        return ((nint)image, (int)row, (int)column);
    }

    /// <summary>Writes a block's numbers.</summary>
    public void Read(float* images, int block, long count, float* into)
    {
        var (first, runs, windows, _) = Block(block, count);
        var (image, row, column) = At(first);
        if (_lines)
        {
            for (int i = 0; i < (runs - 1) * _step + _tapsDown; i++) ReadLine(images, image, row * _step + _top + i, _left, Line / _channels, into + (nint)i * Line);
            return;
        }
        for (int t = 0; t < windows; t++, into += Stride)
        {
            for (int i = 0; i < _tapsDown; i++) ReadLine(images, image, row * _step + _top + i, column * _step + _left, _tapsAcross, into + i * _tapsAcross * _channels);
            if (++column < Across) continue;
            column = 0;
            if (++row < Down) continue;
            row = 0;
            image++;
        }
        new Span<float>(into, (Whole(windows) - windows) * Stride).Clear();
    }

    // Some pixels of a row, zero outside the image.
    void ReadLine(float* images, nint image, int row, int left, int pixels, float* into)
    {
        int from = Math.Max(0, -left), to = Math.Min(pixels, _width - left);
        bool inside = (uint)row < (uint)_height && from < to;
        if (!inside || to - from < pixels) new Span<float>(into, pixels * _channels).Clear();
        if (inside) new ReadOnlySpan<float>(images + ((image * _height + row) * _width + left + from) * _channels, (to - from) * _channels).CopyTo(new Span<float>(into + from * _channels, pixels * _channels));
    }

    /// <summary>Rounded up to whole tiles.</summary>
    public static int Whole(int windows) => (windows + Tile - 1) / Tile * Tile;

    /// <summary>Rounded up to an odd number of cache lines, so that numbers so far apart do not lie in the same few lines of the cache.</summary>
    static int Spread(int numbers) => ((numbers + 15) / 16 | 1) * 16;
}
