using System.Buffers.Binary;

namespace Gleaner;

/// <summary>
/// Images in a column of Parquet files, as Hugging Face datasets writes them (<c>image: struct{bytes, path}</c>) or as plain bytes. Pages are read when an image
/// of theirs is asked for, and the last ones are kept up to a bound, so memory does not grow with the pool. An image without bytes is read from its path, if that lies beside the file.
/// </summary>
/// <remarks>The key of an image is its file's name, '#' and its row. The fingerprint is that of the Parquet files; files that paths lead to are not part of it.</remarks>
public sealed class ParquetPool : EncodedPool
{
    /// <summary>Pages are a megabyte as a rule: as many as several threads read at a time, and as rows in the order of a ranking need.</summary>
    internal const long MostCachedBytes = 128 << 20;

    // An image needs more than this many bits, even if it repeats another.
    const int MostRowsPerByte = 64;

    readonly ParquetFile[] _files;
    readonly string[] _names;
    readonly int[] _firstRows;
    readonly ParquetColumn? _path, _label;
    readonly ParquetColumn _bytes;
    readonly Lazy<int[]?> _labels;

    ParquetPool((string Name, string Path)[] shards, ParquetFile[] files, RecentPages pages, string? column)
    {
        (_files, Pages) = (files, pages);
        _names = [.. shards.Select(shard => shard.Name)];
        var first = files[0].Footer;
        Features = DatasetFeatures.Of(first);
        string image = ImageColumn.Choose(first, Features, column, files[0].Path);
        (_bytes, _path) = ImageColumn.Parts(first, image);
        _label = LabelColumn(first, Features);
        LabelNames = _label is null ? null : Features?.NamesOf(_label.Name);
        _firstRows = new int[files.Length];
        long count = 0;
        for (int f = 0; f < files.Length; f++)
        {
            Check(files[f]);
            _firstRows[f] = (int)count;
            count += files[f].Rows;
            if (count > Array.MaxLength) throw new InvalidDataException($"{files[f].Path}: {count} images up to here; at most {Array.MaxLength} are read.");
        }
        if (count == 0) throw new InvalidDataException($"{files[0].Path}{(files.Length > 1 ? $" and {files.Length - 1} more" : "")}: no rows; expected at least one image.");
        Count = (int)count;
        _labels = new Lazy<int[]?>(ReadLabels);
        var fingerprint = new PoolFingerprint();
        for (int f = 0; f < files.Length; f++) files[f].AddTo(fingerprint, _names[f]);
        fingerprint.Add(image, 0, DateTime.MinValue);
        Fingerprint = fingerprint.ToString();
    }

    /// <summary>
    /// Opens one file, a folder of them, or a pattern such as <c>train-{00000..00003}-of-00004.parquet</c> or <c>*.parquet</c>. In a folder with several splits, named as
    /// Hugging Face names them, train is the pool. <paramref name="column"/> names the column of images where several could be meant.
    /// </summary>
    /// <exception cref="InvalidDataException">A file is damaged, has other columns than the first, or has no column of images.</exception>
    public static ParquetPool Open(string path, string? column = null) => Open(ShardFiles.OfSplit(ShardFiles.Find(path, ".parquet"), test: false), column);

    /// <summary>Opens the split test of a folder, or if there is none validation; null if there is neither.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static ParquetPool? OpenTest(string path, string? column = null) =>
        ShardFiles.OfSplit(ShardFiles.Find(path, ".parquet"), test: true) is { Length: > 0 } files ? Open(files, column) : null;

    /// <inheritdoc/>
    public override string Kind => Features is null ? "images in Parquet" : "images in Parquet (Hugging Face)";

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The column of labels is damaged, or holds what is no label.</exception>
    public override int[]? Labels => _labels.Value;

    /// <inheritdoc/>
    public override IReadOnlyList<string>? LabelNames { get; }

    /// <inheritdoc/>
    public override string Fingerprint { get; }

    /// <inheritdoc/>
    public override string Key(int index)
    {
        var (file, row) = Locate(index);
        return $"{_names[file]}#{row}";
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var file in _files) file.Dispose();
        base.Dispose();
    }

    /// <summary>Whether the file is Parquet with a column that could be the images, the named one if one is named; whatever is wrong with it otherwise is told when it is opened.</summary>
    internal static bool Recognises(string path, string? column = null)
    {
        if (!Path.GetExtension(path).Equals(".parquet", StringComparison.OrdinalIgnoreCase)) return false;
        try
        {
            using var file = ParquetFile.Open(path, new RecentPages(0));
            string[] candidates = ImageColumn.Candidates(file.Footer, DatasetFeatures.Of(file.Footer));
            return candidates.Length > 0 && (column is null || candidates.Contains(column));
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    internal RecentPages Pages { get; }

    internal DatasetFeatures? Features { get; }

    internal ParquetFooter Footer => _files[0].Footer;

    internal string ImageName => _bytes.Name;

    /// <summary>A value of an image's row as it is stored, and how much of the way to it is there.</summary>
    internal (byte Level, ReadOnlyMemory<byte>? Value) Cell(int index, ParquetColumn column)
    {
        var (file, row) = Locate(index);
        return _files[file].Cell(column, row);
    }

    private protected override ReadOnlyMemory<byte> Bytes(int index)
    {
        var (file, row) = Locate(index);
        if (_files[file].Value(_bytes, row) is { } bytes) return bytes;
        if (_path is null || _files[file].Value(_path, row) is not { } path) throw new InvalidDataException("is null");
        return WholeFile.Read(Beside(_files[file].Path, System.Text.Encoding.UTF8.GetString(path.Span)));
    }

    static ParquetPool Open((string Name, string Path)[] shards, string? column)
    {
        var pages = new RecentPages(MostCachedBytes);
        var files = new List<ParquetFile>();
        try
        {
            foreach (var (_, path) in shards) files.Add(ParquetFile.Open(path, pages));
            return new ParquetPool(shards, [.. files], pages, column);
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>A file that a row names, if it lies in the folder of its Parquet file: a data set may come from strangers.</summary>
    static string Beside(string parquet, string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(parquet))!;
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal)) throw new InvalidDataException("has no bytes, and a path that is none");
        string full = Path.GetFullPath(Path.Combine(folder, path));
        return full.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? full
            : throw new InvalidDataException($"has no bytes, and its path '{path}' leads out of the folder of the Parquet file");
    }

    void Check(ParquetFile file)
    {
        var columns = file.Footer.Columns;
        if (columns.Count != Footer.Columns.Count || !columns.Zip(Footer.Columns).All(pair => pair.First.Matches(pair.Second)))
            throw new InvalidDataException($"{file.Path}: its columns are {string.Join(", ", columns)}; expected those of {_files[0].Path}: {string.Join(", ", Footer.Columns)}.");
        foreach (var group in file.Footer.Groups)
        {
            long bytes = group.Chunks[_bytes.Index].Length + (_path is null ? 0 : group.Chunks[_path.Index].Length);
            if (group.Rows > MostRowsPerByte * bytes)
                throw new InvalidDataException($"{file.Path}: the row group from row {group.FirstRow} on claims {group.Rows} images in {bytes} bytes; expected what fits. It is damaged or made to exhaust memory.");
        }
    }

    static ParquetColumn? LabelColumn(ParquetFooter footer, DatasetFeatures? features)
    {
        var integers = footer.Columns.Where(column => column.IsInteger && column.Path.Length == 1).ToDictionary(column => column.Name);
        string[] classes = [.. (features?.OfType("ClassLabel") ?? []).Where(integers.ContainsKey)];
        return integers.GetValueOrDefault("label") ?? (classes.Length > 0 ? integers[classes[0]] : null) ?? integers.GetValueOrDefault("labels");
    }

    int[]? ReadLabels()
    {
        if (_label is null) return null;
        var labels = new int[Count];
        for (int i = 0; i < labels.Length; i++)
        {
            var (file, row) = Locate(i);
            try
            {
                long? label = _files[file].Value(_label, row) is { } value ? value.Length == sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(value.Span) : BinaryPrimitives.ReadInt64LittleEndian(value.Span) : null;
                labels[i] = label is null ? -1 : label is >= -1 and <= int.MaxValue ? (int)label : throw new InvalidDataException($"{label} is no label; expected a number from 0, or -1 or null for none");
            }
            catch (InvalidDataException e)
            {
                throw new InvalidDataException($"{_files[file].Path}: column {_label.Name}, row {row}: {e.Message}.", e);
            }
        }
        return labels;
    }

    (int File, int Row) Locate(int index)
    {
        CheckIndex(index);
        int file = Array.BinarySearch(_firstRows, index);
        if (file < 0) file = ~file - 1;
        while (_files[file].Rows == 0) file++;   // files without rows begin where the next one does
        return (file, index - _firstRows[file]);
    }
}
