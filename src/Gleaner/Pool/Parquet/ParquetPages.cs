namespace Gleaner;

/// <summary>Where the pages of a column of a row group lie, and which row each begins with: found by reading their headers, once.</summary>
sealed class ParquetPages
{
    readonly List<ParquetPage> _pages = [];
    readonly List<int> _firstRows = [];

    /// <summary>Finds the pages of <paramref name="chunk"/>, which has a value for each of its row group's <paramref name="rows"/>, in <paramref name="file"/>.</summary>
    public ParquetPages(DataFile file, ParquetChunk chunk, int rows)
    {
        long at = chunk.Offset, end = chunk.Offset + chunk.Length;
        int seen = 0;
        while (seen < rows)
        {
            if (at >= end) throw new InvalidDataException($"a column has pages for {seen} of its {rows} rows");
            var page = ParquetPage.Read(file, at, end);
            at = page.End;
            if (page.Kind == ParquetPage.Content.Dictionary) Dictionary ??= page;
            if (!page.HoldsRows || page.Values == 0) continue;
            if (page.Values > rows - seen) throw new InvalidDataException($"a page at byte {page.Offset} claims {page.Values} values; {rows - seen} are left of its row group");
            _pages.Add(page);
            _firstRows.Add(seen);
            seen += page.Values;
        }
    }

    /// <summary>The page with the values that others point to; null if there is none.</summary>
    public ParquetPage? Dictionary { get; }

    /// <summary>The page that holds a row of the group, and the row's place in it.</summary>
    public (ParquetPage Page, int Place) Find(int row)
    {
        int found = _firstRows.BinarySearch(row);
        if (found < 0) found = ~found - 1;
        return (_pages[found], row - _firstRows[found]);
    }
}
