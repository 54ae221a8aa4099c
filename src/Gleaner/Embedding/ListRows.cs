using Parquet.Schema;

namespace Gleaner;

/// <summary>Turns a Parquet list column into the rows of a matrix; rows without numbers, and numbers that are null, are NaN.</summary>
/// <remarks>Dremel levels: repetition 0 begins a row; a definition below the element's own says that there is no element.</remarks>
sealed class ListRows(DataField column, long count, long numberLimit, string where)
{
    readonly int _whole = column.MaxDefinitionLevel;
    readonly int _element = column.MaxDefinitionLevel - (column.IsNullable ? 1 : 0);

    float[] _values = [];
    int _dimension;
    int _row = -1;
    int _filled;

    /// <summary>Adds a row group.</summary>
    /// <param name="values">The numbers that are not null, without gaps.</param>
    /// <param name="repetition">A level for each number and each row without one.</param>
    /// <param name="definition">As many.</param>
    public void Add(ReadOnlySpan<float> values, ReadOnlySpan<int> repetition, ReadOnlySpan<int> definition)
    {
        if (_dimension == 0) Allocate(repetition, definition);

        int next = 0;
        for (int i = 0; i < definition.Length; i++)
        {
            if (repetition[i] == 0) BeginRow();
            if (definition[i] < _element) continue;
            if (_row < 0 || _filled >= _dimension) throw Ragged(_filled + 1);
            if (definition[i] == _whole) _values[_row * _dimension + _filled] = values[next++];
            _filled++;
        }
    }

    public EmbeddingFile.Matrix ToMatrix()
    {
        EndRow();
        if (_row + 1 != count)
            throw new InvalidDataException($"{where}: {_row + 1} rows; expected {count}. The file is damaged.");
        if (_dimension == 0)
            throw new InvalidDataException($"{where}: {count} rows without a number; expected an embedding per row.");
        return new EmbeddingFile.Matrix(_values, (int)count, _dimension);
    }

    void BeginRow()
    {
        EndRow();
        _row++;
        _filled = 0;
        if (_row >= count)
            throw new InvalidDataException($"{where}: more than {count} rows; expected that many. The file is damaged.");
    }

    void EndRow()
    {
        if (_row >= 0 && _filled != 0 && _filled != _dimension) throw Ragged(_filled);
    }

    /// <summary>The first row with numbers says how many all must have.</summary>
    void Allocate(ReadOnlySpan<int> repetition, ReadOnlySpan<int> definition)
    {
        int start = 0;
        while (start < definition.Length && definition[start] < _element) start++;
        if (start == definition.Length) return;
        int end = start + 1;
        while (end < definition.Length && repetition[end] != 0) end++;

        var (rows, dimension) = EmbeddingFile.MatrixShape([count, end - start], where);
        if ((long)rows * dimension > numberLimit)
            throw new InvalidDataException($"{where}: {rows} rows of {dimension} numbers, nearly all null; expected an embedding per row.");
        _dimension = dimension;
        _values = LargeArray.Allocate<float>(rows * dimension);
        Array.Fill(_values, float.NaN);
    }

    InvalidDataException Ragged(int found) =>
        new($"{where}: row {_row} has {found}{(found > _dimension ? " or more" : "")} numbers; expected {_dimension}, as in the rows before it.");
}
