using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Gleaner.Cli;

/// <summary>What a page is asked for: a filter and the number of the page, as they stand in its address.</summary>
sealed record ViewQuery(PoolFilter Filter, int Page = 1)
{
    public const string Class = "class", State = "state", From = "from", To = "to", Text = "text", Sort = "sort", Order = "order", PageNumber = "page";

    static readonly (PoolState State, string Name)[] States =
    [
        (PoolState.All, "all"), (PoolState.Kept, "kept"), (PoolState.Dropped, "dropped"), (PoolState.LeftOut, "left-out"), (PoolState.Marked, "marked"), (PoolState.MarkedKeep, "keep"), (PoolState.MarkedExclude, "exclude"),
    ];

    static readonly (PoolSort Sort, string Name)[] Sorts =
    [
        (PoolSort.Rank, "rank"), (PoolSort.Index, "index"), (PoolSort.Class, "class"), (PoolSort.Gain, "gain"), (PoolSort.MeanSimilarity, "mean-similarity"), (PoolSort.SimilaritySum, "similarity-sum"),
        (PoolSort.NearestKeptSimilarity, "nearest-kept"),
    ];

    public static string NameOf(PoolState state) => States.Single(known => known.State == state).Name;

    public static string NameOf(PoolSort sort) => Sorts.Single(known => known.Sort == sort).Name;

    /// <summary>Ranks in an address count from 1, as people do.</summary>
    /// <exception cref="BadHttpRequestException">A value is none that can be; the message is for people.</exception>
    public static ViewQuery Parse(string query)
    {
        var values = QueryHelpers.ParseQuery(query);
        return new ViewQuery(new PoolFilter
        {
            Class = Whole(Class, int.MinValue),
            State = Choice(State, States),
            FirstRank = Whole(From, 1) - 1,
            LastRank = Whole(To, 1) - 1,
            Text = Value(Text),
            Sort = Choice(Sort, Sorts),
            IsDescending = Choice(Order, [(false, "ascending"), (true, "descending")]),
        }, Whole(PageNumber, 1) ?? 1);

        string Value(string name) => values.TryGetValue(name, out var found) ? found[0] ?? "" : "";

        int? Whole(string name, int least) => Value(name) is not { Length: > 0 } text ? null
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least ? value
            : throw new BadHttpRequestException($"{name}: \"{text}\"; expected a whole number{(least > int.MinValue ? $" from {least}" : "")}.");

        T Choice<T>(string name, (T Value, string Name)[] known)
        {
            string text = Value(name);
            int at = text.Length == 0 ? 0 : Array.FindIndex(known, choice => choice.Name == text);
            return at >= 0 ? known[at].Value : throw new BadHttpRequestException($"{name}: \"{text}\"; expected one of {string.Join(", ", known.Select(choice => choice.Name))}.");
        }
    }

    /// <summary>As an address ends, with its question mark; what stands at its default is left out.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Add(Class, Filter.Class);
        if (Filter.State != PoolState.All) Append(State, NameOf(Filter.State));
        Add(From, Filter.FirstRank + 1);
        Add(To, Filter.LastRank + 1);
        if (Filter.Text.Length > 0) Append(Text, Filter.Text);
        if (Filter.Sort != PoolSort.Rank) Append(Sort, NameOf(Filter.Sort));
        if (Filter.IsDescending) Append(Order, "descending");
        if (Page > 1) Add(PageNumber, Page);
        return text.ToString();

        void Add(string name, int? value)
        {
            if (value is { } number) Append(name, Invariant.Text(number));
        }

        void Append(string name, string value) => text.Append(text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
    }
}
