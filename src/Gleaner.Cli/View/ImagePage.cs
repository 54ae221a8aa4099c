namespace Gleaner.Cli;

/// <summary>The page of one image: as large as it is, all that is known of it, the kept images that are most similar, and the images before and after it in what was asked for.</summary>
sealed class ImagePage(HtmlWriter html, ViewedPool pool, ViewAccess access)
{
    const int MostNeighbours = 12;

    public void Write(int m, ViewQuery query)
    {
        int[] rows = pool.Search.Find(query.Filter);
        int place = Array.IndexOf(rows, m), index = pool.Scores.Index[m];
        string name = pool.Details.Names[m];
        new ViewPage(html, pool).Write(name, () =>
        {
            html.Element("p", $"Image {index} of {pool.Run.Manifest.Pool.Path}", ("class", "eyebrow"));
            html.Element("h1", name);
            Nearby(rows, place, query);
        }, () =>
        {
            using (html.Element("div", ("class", "one")))
            {
                using (html.Element("figure"))
                {
                    ImageCard.Picture(html, pool, m, name, "picture");
                    if (pool.Run.Manifest.Pool.Kind == "embeddings") html.Element("figcaption", "The pool is embeddings: there is no picture.");
                    else if (pool.Run.Images is null) html.Element("figcaption", "The decoded images are in another run folder (--pixels-from): a picture is shown only as long as the pool is where it was, and unchanged.");
                }
                using (html.Element("div"))
                {
                    using (MarkForm.Begin(html, access.Token, query, MarkForm.ToImage))
                    {
                        html.Element("p", pool.Marks[m] switch { ImageMark.Keep => "Marked to keep.", ImageMark.Exclude => "Marked to exclude.", _ => "Not marked." }, ("role", "status"));
                        ImageCard.Buttons(html, index, pool.Marks[m], "Keep", "Exclude", " this image");
                    }
                    Facts(m, query);
                }
            }
            Neighbours(m, query);
        });
    }

    void Nearby(int[] rows, int place, ViewQuery query)
    {
        using (html.Element("nav", ("class", "pages"), ("aria-label", "Images")))
        using (html.Element("ul"))
        {
            Link("Previous", place - 1, "prev");
            Link("Next", place < 0 ? -1 : place + 1, "next");
            var page = query with { Page = place < 0 ? 1 : place / PoolPage.PerPage + 1 };
            using (html.Element("li")) html.Element("a", place < 0 ? "All images" : $"{ReportNumber.Count(place + 1)} of {ReportNumber.Count(rows.Length)}", ("href", $"/{page}{(place < 0 ? "" : $"#image-{Invariant.Text(pool.Scores.Index[rows[place]])}")}"), ("rel", "up"));
        }

        void Link(string text, int at, string relation)
        {
            using (html.Element("li"))
                if (at >= 0 && at < rows.Length) html.Element("a", text, ("href", ImageCard.AddressOf(pool.Scores.Index[rows[at]], query)), ("rel", relation));
                else html.Element("span", text, ("class", "off"));
        }
    }

    void Facts(int m, ViewQuery query)
    {
        var (scores, details) = (pool.Scores, pool.Details);
        using (html.Element("dl"))
        {
            Fact("State", new ImageCard(html, pool, query).StateOf(m));
            Fact("Rank", scores.Rank[m] == ScoreTable.None ? "" : $"{ReportNumber.Count(scores.Rank[m] + 1)} of {ReportNumber.Count(scores.Count)}");
            if (scores.Class[m] != ScoreTable.None) Linked("Class", pool.Run.ClassNames[scores.Class[m]], "/" + new ViewQuery(new PoolFilter { Class = scores.Class[m] }));
            Fact("Gain", ReportNumber.Score(scores.Gain[m]));
            Fact("Mean similarity to its class", ReportNumber.Score(scores.MeanSimilarity[m]));
            Fact("Sum of similarities", ReportNumber.Score(details.SimilaritySum[m]));
            if (pool.Row(details.NearestKept[m]) is >= 0 and var kept) Linked("Nearest kept", $"{details.Names[kept]} ({ReportNumber.Score(details.NearestKeptSimilarity[m])})", ImageCard.AddressOf(details.NearestKept[m], query));
            if (pool.Row(scores.DuplicateOf[m]) is >= 0 and var original) Linked("Repeats", details.Names[original], ImageCard.AddressOf(scores.DuplicateOf[m], query));
        }
    }

    void Fact(string name, string value)
    {
        if (value.Length == 0) return;
        html.Element("dt", name);
        html.Element("dd", value);
    }

    void Linked(string name, string value, string address)
    {
        html.Element("dt", name);
        using (html.Element("dd")) html.Element("a", value, ("href", address));
    }

    void Neighbours(int m, ViewQuery query)
    {
        string which = pool.Scores.Class[m] == ScoreTable.None ? "Most similar kept images" : "Most similar kept images of its class";
        html.Element("h2", which, ("id", "nearest"));
        var nearest = pool.Neighbours.Of(m, MostNeighbours);
        if (nearest.Length == 0) html.Element("p", pool.Neighbours.WhyNone ?? "No other image of its class was kept.");
        var card = new ImageCard(html, pool, query);
        if (nearest.Length == 0) return;
        using (html.Element("ul", ("class", "cards"), ("aria-labelledby", "nearest")))
            foreach (var (row, similarity) in nearest) card.Write(row, $"{ReportNumber.Score(similarity)} similar");
    }
}
