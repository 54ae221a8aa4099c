namespace Gleaner.Cli;

/// <summary>The page of the whole pool: a form to find images, and a grid of what was found, so many at a time.</summary>
sealed class PoolPage(HtmlWriter html, ViewedPool pool, ViewAccess access)
{
    public const int PerPage = 60;

    public void Write(ViewQuery asked)
    {
        int[] rows = pool.Search.Find(asked.Filter);
        int pages = Math.Max(1, (rows.Length + PerPage - 1) / PerPage);
        var query = asked with { Page = Math.Min(asked.Page, pages) };
        var shown = rows.AsSpan((query.Page - 1) * PerPage);
        shown = shown[..Math.Min(PerPage, shown.Length)];
        var found = shown.ToArray();
        new ViewPage(html, pool).Write($"Gleaner view of {pool.Run.Manifest.Pool.Path}: page {query.Page}", Header, () =>
        {
            new FilterForm(html, pool).Write(query);
            html.Element("h2", $"{ReportNumber.Images(rows.Length)} of {ReportNumber.Count(pool.Scores.Count)}" + (pages > 1 ? $", page {ReportNumber.Count(query.Page)} of {ReportNumber.Count(pages)}" : ""), ("id", "found"));
            if (found.Length == 0) html.Element("p", "No image is like that. Ask for less.");
            else
            {
                Pages(query, pages, "Pages");
                var card = new ImageCard(html, pool, query);
                using (MarkForm.Begin(html, access.Token, query, MarkForm.ToPool))
                using (html.Element("ul", ("class", "cards"), ("aria-labelledby", "found")))
                    foreach (int m in found) card.Write(m, mayMark: true);
            }
            Pages(query, pages, "Pages, below");
        });
    }

    void Header()
    {
        var source = pool.Run.Manifest.Pool;
        html.Element("p", "Gleaner selection", ("class", "eyebrow"));
        html.Element("h1", SelectReport.Headline(pool.Run.Manifest));
        html.Element("p", $"The pool is {source.Path} ({source.Kind})."
            + (source.Unreadable > 0 ? $" {ReportNumber.Images(source.Unreadable)} more cannot be read." : "")
            + (source.Kind == "embeddings" ? " There are no pictures to show." : pool.Run.Images is null ? " The decoded images are in another run folder (--pixels-from), so there are no small pictures." : ""));
        using (html.Element("nav", ("aria-label", "Views")))
        using (html.Element("ul"))
            foreach (var (text, address) in new[]
            {
                ("All", "/"), ("Kept", "/?state=kept"), ("Dropped", "/?state=dropped"), ("Least similar", "/?sort=mean-similarity"), ("Marked", "/?state=marked"), ("Report", "/report"),
            })
                using (html.Element("li")) html.Element("a", text, ("href", address));
    }

    void Pages(ViewQuery query, int pages, string label)
    {
        if (pages == 1) return;
        using (html.Element("nav", ("class", "pages"), ("aria-label", label)))
        using (html.Element("ul"))
        {
            Link("First", 1, query.Page > 1, null);
            Link("Previous", query.Page - 1, query.Page > 1, "prev");
            Link("Next", query.Page + 1, query.Page < pages, "next");
            Link("Last", pages, query.Page < pages, null);
        }

        void Link(string text, int page, bool isThere, string? relation)
        {
            using (html.Element("li"))
                if (isThere) html.Element("a", text, ("href", "/" + (query with { Page = page })), ("rel", relation));
                else html.Element("span", text, ("class", "off"));
        }
    }
}
