namespace Gleaner;

/// <summary>Small images of each latent class: those kept first and last, those dropped first, and the least similar. Every group is a rule, nothing is picked by hand.</summary>
sealed class SelectSheets(SelectRun run, HtmlWriter html, ReportPage page)
{
    // 960 images of 64 pixels are some 4 MB of text; noise is twice that.
    const int PerGroup = 8, ShownClasses = 12, MostImages = 960;

    readonly ScoreTable _scores = run.Scores;

    public void Write()
    {
        if (run.Images is not { } images)
        {
            html.Element("p", run.Manifest.Pool.Kind == "embeddings" ? "The pool is embeddings: there are no images to show." : "The decoded images are in another run folder (--pixels-from), so none are shown here.");
            return;
        }
        var classes = Sheets();
        var keys = _scores.Keys(classes.SelectMany(sheet => sheet.Groups).SelectMany(group => group.Rows).ToHashSet());
        html.Element("p", "Kept images have a solid green line above them, dropped ones a double orange line. Point at an image, or move to it with the tab key, to see its name and its scores.");
        foreach (var sheet in classes.Take(ShownClasses)) Class(sheet, images, keys);
        if (classes.Count > ShownClasses)
            page.Details($"{classes.Count - ShownClasses} smaller classes", () =>
            {
                foreach (var sheet in classes.Skip(ShownClasses)) Class(sheet, images, keys);
            });
        int all = _scores.Class.Distinct().Count();
        if (classes.Count < all) html.Element("p", $"{ReportNumber.Count(all - classes.Count)} still smaller classes are not shown, so that this file stays small; scores.csv has every image.");
    }

    // The largest classes first, as many as there is room for.
    List<Sheet> Sheets()
    {
        var sheets = new List<Sheet>();
        int images = 0;
        foreach (var members in Enumerable.Range(0, _scores.Count).GroupBy(m => _scores.Class[m]).OrderByDescending(group => group.Count()).ThenBy(group => group.Key))
        {
            var sheet = SheetOf(members.Key, [.. members]);
            images += sheet.Groups.Sum(group => group.Rows.Length);
            if (images > MostImages) break;
            sheets.Add(sheet);
        }
        return sheets;
    }

    Sheet SheetOf(int label, int[] members)
    {
        int[] ranked = [.. members.Where(m => _scores.Rank[m] != ScoreTable.None).OrderBy(m => _scores.Rank[m])];
        int[] kept = [.. ranked.Where(m => _scores.Kept[m])], dropped = [.. ranked.Where(m => !_scores.Kept[m])];
        int[] similar = [.. members.Where(m => !double.IsNaN(_scores.MeanSimilarity[m])).OrderBy(m => _scores.MeanSimilarity[m]).ThenBy(m => m).Take(PerGroup)];
        Group[] groups =
        [
            new("Kept first", true, [.. kept.Take(PerGroup)]), new("Kept last", true, [.. kept.Skip(Math.Max(PerGroup, kept.Length - PerGroup))]),
            new("Dropped first", false, [.. dropped.Take(PerGroup)]), new($"Least similar to the class ({similar.Count(m => _scores.Kept[m])} kept)", similar.Length > 0 && similar.All(m => _scores.Kept[m]), similar),
        ];
        string title = label == ScoreTable.None ? "The whole pool" : $"Class {run.ClassNames[label]}";
        return new Sheet($"{title}: {ReportNumber.Count(members.Count(m => _scores.Kept[m]))} of {ReportNumber.Images(members.Length)} kept", [.. groups.Where(group => group.Rows.Length > 0)]);
    }

    void Class(Sheet sheet, DecodedImages images, Dictionary<int, string> keys)
    {
        html.Element("h3", sheet.Title);
        using (html.Element("div", ("class", "groups")))
            foreach (var group in sheet.Groups)
                using (html.Element("figure", ("class", group.IsKept ? "sheet is-kept" : "sheet")))
                {
                    html.Element("figcaption", group.Title);
                    using (html.Element("ul", ("class", images.Size <= 32 ? "thumbs small" : "thumbs")))
                        foreach (int m in group.Rows)
                            using (html.Element("li"))
                            {
                                string about = About(m, keys[m]);
                                html.Void("img", ("src", Thumbnail.DataUri(images.Pixels(m), images.Size)), ("alt", about), ("tabindex", "0"));
                                html.Element("span", about, ("class", "tip"), ("aria-hidden", "true"));
                            }
                }
    }

    string About(int m, string key)
    {
        string place = _scores.Rank[m] == ScoreTable.None ? "left out of the ranking" : $"{(_scores.Kept[m] ? "kept" : "dropped")}, rank {ReportNumber.Count(_scores.Rank[m] + 1)}";
        string gain = double.IsNaN(_scores.Gain[m]) ? "" : $", gain {ReportNumber.Score(_scores.Gain[m])}";
        string similarity = double.IsNaN(_scores.MeanSimilarity[m]) ? "" : $", mean similarity {ReportNumber.Score(_scores.MeanSimilarity[m])}";
        return $"{key}\nimage {_scores.Index[m]}: {place}{gain}{similarity}";
    }

    sealed record Sheet(string Title, Group[] Groups);

    sealed record Group(string Title, bool IsKept, int[] Rows);
}
