using Xunit;

namespace Gleaner.Tests.Report;

public sealed class PoolSearchTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_found_is_what_a_plain_query_finds_in_the_same_order()
    {
        ScoreRow[] rows = Rows(700);
        var (scores, marks) = Open(rows);
        using var open = marks;
        foreach (int m in new[] { 3, 200, 201, 202 }) marks.Set(m, m % 2 == 0 ? ImageMark.Keep : ImageMark.Exclude);
        var search = new PoolSearch(scores, marks);
        var random = new Random(7);

        int found = 0;
        for (int t = 0; t < 2000; t++)
        {
            var filter = Draw(random);
            int[] expected = Plain(rows, marks, filter);
            Assert.Equal(expected, search.Find(filter));
            if (expected.Length is > 0 and < 700) found++;
        }
        Assert.True(found > 500, "the filters were too narrow or too wide to test anything");
    }

    [Fact]
    public void A_new_mark_is_seen_by_a_filter_that_was_asked_for_before()
    {
        var (scores, marks) = Open(Rows(50));
        using var open = marks;
        var search = new PoolSearch(scores, marks);
        var filter = new PoolFilter { State = PoolState.Marked };

        int before = search.Find(filter).Length;
        marks.Set(9, ImageMark.Keep);

        Assert.Equal(0, before);
        Assert.Equal([9], search.Find(filter));
    }

    [Fact]
    public void Filters_asked_for_lately_give_the_very_same_rows_and_many_others_push_them_out()
    {
        var (scores, marks) = Open(Rows(50));
        using var open = marks;
        var search = new PoolSearch(scores, marks);
        var filter = new PoolFilter { Class = 1 };
        int[] first = search.Find(filter);

        int[] again = search.Find(new PoolFilter { Class = 1 });
        for (int rank = 0; rank < 20; rank++) search.Find(new PoolFilter { FirstRank = rank });
        int[] later = search.Find(filter);

        Assert.Same(first, again);
        Assert.NotSame(first, later);
        Assert.Equal(first, later);
    }

    [Fact]
    public void A_score_that_no_image_has_is_known_to_be_missing()
    {
        var (scores, marks) = Open([.. Rows(20).Select(row => row with { Gain = null })]);
        using var open = marks;

        var orders = new PoolSearch(scores, marks).Orders;

        Assert.False(orders.Has(PoolSort.Gain));
        Assert.True(orders.Has(PoolSort.MeanSimilarity));
        Assert.Equal(Enumerable.Range(0, 20), orders.Rows(PoolSort.Gain, isDescending: true));
    }

    (ScoreTable Scores, ImageMarks Marks) Open(ScoreRow[] rows)
    {
        string file = Path.Combine(_folder.Path, "scores.csv");
        AtomicFile.Write(file, stream => ScoresFile.WriteCsv(stream, rows));
        var scores = ScoreTable.Read(file, withDetails: true);
        return (scores, ImageMarks.Open(Path.Combine(_folder.Path, "marks"), scores, 2 * rows.Length));
    }

    // Few values, so that there are many ties; some images were left out and have no scores.
    static ScoreRow[] Rows(int count)
    {
        var random = new Random(1);
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        return [.. order.Select((rank, m) =>
        {
            bool isOut = m % 11 == 5, isKept = !isOut && rank < count / 4;
            double? Score() => isOut ? null : random.Next(20) / 10.0;
            return new ScoreRow(2 * m, $"{"abc"[m % 3]}/{m}.png", isOut && m % 2 == 0 ? null : m % 4 - 1, isOut ? null : rank, Score(), Score(), Score(), isKept, isKept || isOut ? null : 0, isKept ? null : (float?)Score(), null, isOut ? "excluded" : null);
        })];
    }

    static PoolFilter Draw(Random random) => new()
    {
        Class = random.Next(3) == 0 ? random.Next(-1, 5) : null,
        State = random.Next(2) == 0 ? (PoolState)random.Next(7) : PoolState.All,
        FirstRank = random.Next(3) == 0 ? random.Next(700) : null,
        LastRank = random.Next(3) == 0 ? random.Next(700) : null,
        Text = random.Next(3) == 0 ? new[] { "a/", "B", "1", "22.PNG", "x" }[random.Next(5)] : "",
        Sort = (PoolSort)random.Next(7),
        IsDescending = random.Next(2) == 0,
    };

    static int[] Plain(ScoreRow[] rows, ImageMarks marks, PoolFilter filter)
    {
        var wanted = Enumerable.Range(0, rows.Length).Where(m => (filter.Class is null || (rows[m].Class ?? ScoreTable.None) == filter.Class)
            && (filter.FirstRank is null && filter.LastRank is null || rows[m].Rank >= (filter.FirstRank ?? 0) && rows[m].Rank <= (filter.LastRank ?? int.MaxValue))
            && rows[m].Key.Contains(filter.Text, StringComparison.OrdinalIgnoreCase)
            && filter.State switch
            {
                PoolState.Kept => rows[m].Kept,
                PoolState.Dropped => !rows[m].Kept && rows[m].Rank is not null,
                PoolState.LeftOut => rows[m].Rank is null,
                PoolState.Marked => marks[m] != ImageMark.None,
                PoolState.MarkedKeep => marks[m] == ImageMark.Keep,
                PoolState.MarkedExclude => marks[m] == ImageMark.Exclude,
                _ => true,
            }).ToArray();
        double? Value(int m) => filter.Sort switch
        {
            PoolSort.Index => rows[m].Index,
            PoolSort.Rank => rows[m].Rank,
            PoolSort.Class => rows[m].Class == ScoreTable.None ? null : rows[m].Class,
            PoolSort.Gain => rows[m].Gain,
            PoolSort.MeanSimilarity => rows[m].MeanSimilarity,
            PoolSort.SimilaritySum => rows[m].SimilaritySum,
            _ => rows[m].NearestKeptSimilarity,
        };
        int[] present = [.. wanted.Where(m => Value(m) is not null).OrderBy(Value).ThenBy(m => m)], missing = [.. wanted.Where(m => Value(m) is null)];
        return [.. filter.IsDescending ? present.Reverse() : present, .. missing];
    }
}
