namespace Gleaner.Cli;

/// <summary>An image in a grid: its picture, its name, what became of it, and buttons to mark it.</summary>
sealed class ImageCard(HtmlWriter html, ViewedPool pool, ViewQuery query)
{
    const int MostLetters = 48;

    /// <param name="m">The row of the scores.</param>
    /// <param name="fact">A further line.</param>
    /// <param name="mayMark">Whether there is a form around it for the buttons.</param>
    public void Write(int m, string? fact = null, bool mayMark = false)
    {
        var scores = pool.Scores;
        int index = scores.Index[m];
        string name = pool.Details.Names[m];
        var mark = pool.Marks[m];
        using (html.Element("li", ("class", "card " + StateClass(m))))
        {
            using (html.Element("a", ("href", AddressOf(index, query)), ("id", "image-" + Invariant.Text(index)))) // after a mark the browser goes on here, focus and all
            {
                Picture(html, pool, m, name, "thumb");
                html.Element("span", name.Length > MostLetters ? "…" + name[^(MostLetters - 1)..] : name, ("class", "name"), ("title", name));
            }
            string state = StateOf(m);
            html.Element("span", scores.Rank[m] == ScoreTable.None ? state : $"{state}, rank {ReportNumber.Count(scores.Rank[m] + 1)}", ("class", "state"));
            string @class = scores.Class[m] == ScoreTable.None ? "" : $"class {pool.Run.ClassNames[scores.Class[m]]}", similarity = double.IsNaN(scores.MeanSimilarity[m]) ? "" : "similarity " + ReportNumber.Score(scores.MeanSimilarity[m]);
            if (@class.Length + similarity.Length > 0) html.Element("span", @class.Length > 0 && similarity.Length > 0 ? $"{@class}, {similarity}" : @class + similarity, ("class", "fact"));
            if (fact is not null) html.Element("span", fact, ("class", "fact"));
            if (mayMark) Buttons(html, index, mark, "Keep", "Exclude", $" image {index}");
            else if (mark != ImageMark.None) html.Element("span", mark == ImageMark.Keep ? "marked: keep" : "marked: exclude", ("class", "fact"));
        }
    }

    public static string AddressOf(int index, ViewQuery query) => $"/image/{Invariant.Text(index)}{query with { Page = 1 }}";

    /// <summary>kept, dropped, or why it was left out.</summary>
    public string StateOf(int m) => pool.Scores.Kept[m] ? "kept" : pool.Scores.Rank[m] != ScoreTable.None ? "dropped" : pool.Details.LeftOut[m] is { Length: > 0 } why ? $"left out ({why})" : "left out";

    string StateClass(int m) => pool.Scores.Kept[m] ? "is-kept" : pool.Scores.Rank[m] != ScoreTable.None ? "is-dropped" : "is-left-out";

    /// <summary>A picture, or in its place a word that there is none.</summary>
    public static void Picture(HtmlWriter html, ViewedPool pool, int m, string name, string kind)
    {
        if (pool.Run.Images is not { } images && (kind == "thumb" || pool.Run.Manifest.Pool.Kind == "embeddings")) html.Element("span", "no picture", ("class", "no-picture " + kind));
        else
            html.Void("img", ("src", $"/{kind}/{Invariant.Text(pool.Scores.Index[m])}?v={pool.Version}"), ("alt", kind == "thumb" ? "" : name), ("class", pool.Run.Images?.Size <= 32 ? kind + " small" : kind),
                ("loading", kind == "thumb" ? "lazy" : null), ("decoding", "async")); // the name stands under a thumbnail, so its alt is empty
    }

    /// <summary>To be in a form that posts to /mark. A second press takes the mark away.</summary>
    public static void Buttons(HtmlWriter html, int index, ImageMark mark, string keep, string exclude, string of)
    {
        using (html.Element("span", ("class", "marks")))
            foreach (var (kind, name, text) in new[] { (ImageMark.Keep, "keep", keep), (ImageMark.Exclude, "exclude", exclude) })
                html.Element("button", text, ("name", mark == kind ? "clear" : name), ("value", Invariant.Text(index)), ("class", "mark-" + name), ("aria-pressed", mark == kind ? "true" : "false"), ("aria-label", text + of));
    }
}
