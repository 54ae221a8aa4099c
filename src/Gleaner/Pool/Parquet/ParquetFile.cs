using System.Collections.Concurrent;

namespace Gleaner;

/// <summary>
/// A Parquet file whose values are read row by row, by several threads: a page is read and unpacked once and kept among the <see cref="RecentPages"/>.
/// Lists are not read. Errors name the file.
/// </summary>
/// <remarks>
/// Deviation: Parquet.Net, which reads embeddings, is not used for images. It reads a row group at once, does not tell a null inside a struct from an empty value,
/// can read on for ever behind a damaged footer, and writes over references where a damaged page claims another encoding.
/// </remarks>
sealed class ParquetFile : IDisposable
{
    readonly DataFile _file;
    readonly RecentPages _recent;
    readonly ConcurrentDictionary<(int Group, int Column), Lazy<ParquetPages>> _pages = [];
    readonly int[] _firstRows;

    ParquetFile(DataFile file, ParquetFooter footer, RecentPages recent)
    {
        (_file, Footer, _recent) = (file, footer, recent);
        _firstRows = [.. footer.Groups.Select(group => group.FirstRow)];
    }

    public ParquetFooter Footer { get; }

    public string Path => _file.Path;

    public int Rows => Footer.Rows;

    /// <exception cref="InvalidDataException">It is no Parquet file, or damaged.</exception>
    public static ParquetFile Open(string path, RecentPages recent) => DataFile.Open([path], files =>
    {
        try
        {
            return new ParquetFile(files[0], ParquetFooter.Read(files[0]), recent);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}.", e);
        }
    });

    /// <summary>The value of a row; null where there is none.</summary>
    /// <exception cref="InvalidDataException">The part of the file that holds it is damaged; the message is the reason, without the file's name.</exception>
    public ReadOnlyMemory<byte>? Value(ParquetColumn column, int row)
    {
        var (values, place) = Find(column, row);
        return values[place];
    }

    /// <summary>As <see cref="Value"/>, with how much of the way to it is there.</summary>
    public (byte Level, ReadOnlyMemory<byte>? Value) Cell(ParquetColumn column, int row)
    {
        var (values, place) = Find(column, row);
        return (values.Level(place), values[place]);
    }

    public void AddTo(PoolFingerprint fingerprint, string name) => _file.AddTo(fingerprint, name);

    public void Dispose() => _file.Dispose();

    (ParquetValues Values, int Place) Find(ParquetColumn column, int row)
    {
        int g = Array.BinarySearch(_firstRows, row);
        if (g < 0) g = ~g - 1;
        var group = Footer.Groups[g];
        var chunk = group.Chunks[column.Index];
        var pages = _pages.GetOrAdd((g, column.Index), _ => new Lazy<ParquetPages>(() => new ParquetPages(_file, chunk, group.Rows))).Value;
        var (page, place) = pages.Find(row - group.FirstRow);
        var values = _recent.Get(this, page.Offset, ParquetValues.Weight(page), () =>
        {
            var dictionary = pages.Dictionary is { } words
                ? _recent.Get(this, words.Offset, ParquetValues.Weight(words), () => ParquetValues.ReadDictionary(_file, words, chunk.Codec, column)) : null;
            return ParquetValues.Read(_file, page, chunk.Codec, column, dictionary);
        });
        return (values, place);
    }
}
