namespace Gleaner.Cli;

/// <summary>The form that asks for a part of the pool in an order. It is sent as an address, so that a page can be kept as a bookmark.</summary>
sealed class FilterForm(HtmlWriter html, ViewedPool pool)
{
    const int MostListedClasses = 200; // above that a list is longer than it helps

    public void Write(ViewQuery query)
    {
        var filter = query.Filter;
        using (html.Element("form", ("method", "get"), ("action", "/"), ("class", "filter"), ("role", "search"), ("aria-label", "Find images")))
        {
            Input("Text in the path", ViewQuery.Text, filter.Text, "search");
            Class(filter.Class);
            Choice("State", ViewQuery.State, ViewQuery.States.Select(state => (state.Name, state.Text, state.Value == filter.State)));
            Input("Rank from", ViewQuery.From, Text(filter.FirstRank + 1), "number", "1");
            Input("to", ViewQuery.To, Text(filter.LastRank + 1), "number", "1");
            Choice("Sort by", ViewQuery.Sort, ViewQuery.Sorts.Where(sort => pool.Search.Orders.Has(sort.Value) || sort.Value == filter.Sort || sort.Value == PoolSort.Rank).Select(sort => (sort.Name, sort.Text, sort.Value == filter.Sort)));
            Choice("Order", ViewQuery.Order, ViewQuery.Directions.Select(order => (order.Name, order.Text, order.Value == filter.IsDescending)));
            using (html.Element("p", ("class", "send")))
            {
                html.Element("button", "Show", ("type", "submit"));
                html.Element("a", "Clear", ("href", "/"));
            }
        }
    }

    void Class(int? label)
    {
        if (pool.Classes is [{ Key: ScoreTable.None }]) return;
        if (pool.Classes.Count > MostListedClasses) Input("Class", ViewQuery.Class, Text(label), "number");
        else
            Choice("Class", ViewQuery.Class, pool.Classes.Select(known => (Invariant.Text(known.Key), $"{(known.Key == ScoreTable.None ? "none" : pool.Run.ClassNames[known.Key])} ({ReportNumber.Images(known.Value)})", known.Key == label))
                .Prepend(("", "all", label is null)));
    }

    void Input(string text, string name, string value, string type, string? least = null)
    {
        using (html.Element("label", ("class", type)))
        {
            html.Element("span", text);
            html.Void("input", ("name", name), ("value", value), ("type", type), ("min", least), ("maxlength", type == "search" ? "500" : null));
        }
    }

    void Choice(string text, string name, IEnumerable<(string Value, string Text, bool IsChosen)> choices)
    {
        using (html.Element("label"))
        {
            html.Element("span", text);
            using (html.Element("select", ("name", name)))
                foreach (var choice in choices) html.Element("option", choice.Text, ("value", choice.Value), ("selected", choice.IsChosen ? "selected" : null));
        }
    }

    static string Text(int? value) => value is { } number ? Invariant.Text(number) : "";
}
