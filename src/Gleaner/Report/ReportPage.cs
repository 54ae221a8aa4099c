namespace Gleaner;

/// <summary>What all reports have: one file with its own style, a headline, a table of contents, sections, and a foot that says where it comes from.</summary>
sealed class ReportPage(HtmlWriter html)
{
    /// <param name="kind">What kind of run it is of, above the headline.</param>
    /// <param name="headline">The result in a sentence.</param>
    /// <param name="lead">What follows under the headline.</param>
    /// <param name="sections">Their names and what they hold.</param>
    /// <param name="foot">Where it comes from.</param>
    public void Write(string kind, string headline, Action lead, IReadOnlyList<(string Name, Action Content)> sections, string foot) => HtmlPage.Write(html, $"{kind}: {headline}", () => html.Style(ReportStyle.Css), "Skip to the results", () =>
    {
        html.Element("p", kind, ("class", "eyebrow"));
        html.Element("h1", headline);
        lead();
    }, () =>
    {
        using (html.Element("nav", ("aria-label", "Sections")))
        using (html.Element("ul"))
            for (int s = 0; s < sections.Count; s++)
                using (html.Element("li")) html.Element("a", sections[s].Name, ("href", $"#section-{s}"));
    }, () =>
    {
        for (int s = 0; s < sections.Count; s++)
            using (html.Element("section", ("aria-labelledby", $"section-{s}")))
            {
                html.Element("h2", sections[s].Name, ("id", $"section-{s}"));
                sections[s].Content();
            }
    }, () => html.Element("p", foot));

    /// <summary>A paragraph that must not be overlooked.</summary>
    public void Note(params IEnumerable<string> paragraphs)
    {
        using (html.Element("div", ("class", "note"), ("role", "note")))
            foreach (string text in paragraphs) html.Element("p", text);
    }

    /// <summary>What can be opened.</summary>
    public void Details(string summary, Action content)
    {
        using (html.Element("details"))
        {
            html.Element("summary", summary);
            content();
        }
    }

    /// <summary>A figure with its caption above a chart.</summary>
    public void Figure(string caption, Action content)
    {
        using (html.Element("figure", ("class", "chart")))
        {
            html.Element("figcaption", caption);
            content();
        }
    }

    /// <summary>A table that scrolls by itself on a narrow screen. A column whose name begins with # holds numbers; the first column names its row.</summary>
    public void Table(string caption, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        using (html.Element("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", caption)))
        using (html.Element("table"))
        {
            html.Element("caption", caption);
            using (html.Element("thead"))
            using (html.Element("tr"))
                foreach (string column in columns) html.Element("th", column.TrimStart('#'), ("scope", "col"), ("class", IsNumber(column) ? "number" : null));
            using (html.Element("tbody"))
                foreach (var row in rows)
                    using (html.Element("tr"))
                        for (int c = 0; c < row.Count; c++)
                        {
                            if (c == 0) html.Element("th", row[c], ("scope", "row"), ("class", IsNumber(columns[c]) ? "number" : null));
                            else html.Element("td", row[c], ("class", IsNumber(columns[c]) ? "number" : "text"));
                        }
        }
    }

    static bool IsNumber(string column) => column.StartsWith('#');
}
