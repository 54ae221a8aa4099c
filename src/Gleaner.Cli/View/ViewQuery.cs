using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Gleaner.Cli;

/// <summary>What a page is asked for: a filter and the number of the page, as they stand in its address.</summary>
sealed record ViewQuery(PoolFilter Filter, int Page = 1)
{
    public const string Class = "class", State = "state", From = "from", To = "to", Text = "text", Sort = "sort", Order = "order", PageNumber = "page";

    /// <summary>What can be asked for, as an address and as the form says it.</summary>
    public static readonly (PoolState Value, string Name, string Text)[] States =
    [
        (PoolState.All, "all", "all"), (PoolState.Kept, "kept", "kept"), (PoolState.Dropped, "dropped", "dropped"), (PoolState.LeftOut, "left-out", "left out"), (PoolState.Marked, "marked", "marked"),
        (PoolState.MarkedKeep, "keep", "marked to keep"), (PoolState.MarkedExclude, "exclude", "marked to exclude"),
    ];

    /// <summary>The same for the order.</summary>
    public static readonly (PoolSort Value, string Name, string Text)[] Sorts =
    [
        (PoolSort.Rank, "rank", "rank"), (PoolSort.Index, "index", "order of the pool"), (PoolSort.Class, "class", "class"), (PoolSort.Gain, "gain", "gain"), (PoolSort.MeanSimilarity, "mean-similarity", "mean similarity"),
        (PoolSort.SimilaritySum, "similarity-sum", "similarity sum"), (PoolSort.NearestKeptSimilarity, "nearest-kept", "similarity to the nearest kept"),
    ];

    /// <summary>The same for its direction.</summary>
    public static readonly (bool Value, string Name, string Text)[] Directions = [(false, "ascending", "smallest first"), (true, "descending", "largest first")];

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
            IsDescending = Choice(Order, Directions),
        }, Whole(PageNumber, 1) ?? 1);

        string Value(string name) => values.TryGetValue(name, out var found) ? found[0] ?? "" : "";

        int? Whole(string name, int least) => Value(name) is not { Length: > 0 } text ? null
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least ? value
            : throw new BadHttpRequestException($"{name}: \"{text}\"; expected a whole number{(least > int.MinValue ? $" from {least}" : "")}.");

        T Choice<T>(string name, (T Value, string Name, string Text)[] known)
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
        if (Filter.State != PoolState.All) Append(State, States.Single(known => known.Value == Filter.State).Name);
        Add(From, Filter.FirstRank + 1);
        Add(To, Filter.LastRank + 1);
        if (Filter.Text.Length > 0) Append(Text, Filter.Text);
        if (Filter.Sort != PoolSort.Rank) Append(Sort, Sorts.Single(known => known.Value == Filter.Sort).Name);
        if (Filter.IsDescending) Append(Order, Directions.Single(known => known.Value).Name);
        if (Page > 1) Add(PageNumber, Page);
        return text.ToString();

        void Add(string name, int? value)
        {
            if (value is { } number) Append(name, Invariant.Text(number));
        }

        void Append(string name, string value) => text.Append(text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
    }
}
