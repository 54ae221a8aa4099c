namespace Gleaner;

/// <summary>
/// The sum of the rows of each class, kept up to date: only rows that change class are added and taken away. Coordinates are rounded to a grid on which sums are exact
/// (<see cref="RowArithmetic.AddOnGrid"/>), so these are the bits of a sum of all members, however they came together.
/// </summary>
sealed class ClassSums
{
    readonly EmbeddingMatrix _embedding;
    readonly ParallelOptions _parallel;
    readonly int[] _countedIn;  // the class whose sum holds a row, -1 at first
    readonly int[] _sizes;
    readonly double[] _sums;

    /// <summary>No row is in a class yet.</summary>
    public ClassSums(EmbeddingMatrix embedding, int classes, ParallelOptions parallel)
    {
        (_embedding, _parallel) = (embedding, parallel);
        (_countedIn, _sizes, _sums) = (new int[embedding.Count], new int[classes], new double[classes * embedding.Dimension]);
        Array.Fill(_countedIn, -1);
    }

    /// <summary>The sum of class k.</summary>
    public ReadOnlySpan<double> Sum(int k) => Slot(k);

    /// <summary>How many rows class k has.</summary>
    public int Size(int k) => _sizes[k];

    /// <summary>Every row is in the class that <paramref name="classOf"/> says now.</summary>
    public void Move(int[] classOf)
    {
        var (moves, starts) = Moves(classOf);
        Parallel.For(0, _sizes.Length, _parallel, k =>
        {
            foreach (int move in moves.AsSpan(starts[k]..starts[k + 1]))
                RowArithmetic.AddOnGrid(move >= 0 ? 1 : -1, _embedding.Row(move >= 0 ? move : ~move), Slot(k));
        });
        for (int i = 0; i < classOf.Length; i++)
        {
            if (_countedIn[i] == classOf[i]) continue;
            if (_countedIn[i] >= 0) _sizes[_countedIn[i]]--;
            _sizes[classOf[i]]++;
            _countedIn[i] = classOf[i];
        }
    }

    // The rows that class k gains, i, and loses, ~i, from starts[k] to starts[k + 1].
    (int[] Moves, int[] Starts) Moves(int[] classOf)
    {
        var starts = new int[_sizes.Length + 1];
        for (int i = 0; i < classOf.Length; i++)
        {
            if (_countedIn[i] == classOf[i]) continue;
            starts[classOf[i] + 1]++;
            if (_countedIn[i] >= 0) starts[_countedIn[i] + 1]++;
        }
        for (int k = 0; k < _sizes.Length; k++) starts[k + 1] += starts[k];
        var moves = new int[starts[^1]];
        int[] next = [.. starts];
        for (int i = 0; i < classOf.Length; i++)
        {
            if (_countedIn[i] == classOf[i]) continue;
            moves[next[classOf[i]]++] = i;
            if (_countedIn[i] >= 0) moves[next[_countedIn[i]]++] = ~i;
        }
        return (moves, starts);
    }

    Span<double> Slot(int k) => _sums.AsSpan(k * _embedding.Dimension, _embedding.Dimension);
}
