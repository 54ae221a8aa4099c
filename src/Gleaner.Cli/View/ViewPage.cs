namespace Gleaner.Cli;

/// <summary>What all pages of a view have: the report's look, a headline, the way back, and a foot that says where marks go.</summary>
sealed class ViewPage(HtmlWriter html, ViewedPool? pool)
{
    public void Write(string title, Action header, Action main)
    {
        html.Doctype();
        using (html.Element("html", ("xmlns", "http://www.w3.org/1999/xhtml"), ("lang", "en")))
        {
            using (html.Element("head"))
            {
                html.Void("meta", ("charset", "utf-8"));
                html.Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
                html.Element("title", title);
                html.Void("link", ("rel", "icon"), ("href", "data:,"));
                html.Void("link", ("rel", "stylesheet"), ("href", ViewStyle.Address));
                html.Element("script", "", ("src", ViewScript.Address), ("defer", "defer"));
            }
            using (html.Element("body"))
            {
                html.Element("a", "Skip to the images", ("class", "skip"), ("href", "#main"));
                using (html.Element("header")) header();
                using (html.Element("main", ("id", "main")))
                {
                    if (pool is { IsOutdated: true })
                        using (html.Element("div", ("class", "note"), ("role", "note"))) html.Element("p", "The selection in this run folder was made again since gleaner view started. These pages show the earlier one: end gleaner view and start it again.");
                    main();
                }
                using (html.Element("footer")) Foot();
            }
        }
    }

    void Foot()
    {
        if (pool is null) return;
        var (marks, manifest) = (pool.Marks, pool.Run.Manifest);
        html.Element("p", $"Marked: {ReportNumber.Images(marks.Kept)} to keep, {ReportNumber.Count(marks.Excluded)} to exclude.");
        if (marks.Kept + marks.Excluded > 0)
        {
            html.Element("p", "The same selection with them; add --out to keep this one:");
            var options = new SortedDictionary<string, string>(manifest.Options, StringComparer.Ordinal);
            if (marks.Kept > 0) options["keep"] = marks.KeepFile;
            if (marks.Excluded > 0) options["exclude"] = marks.ExcludeFile;
            html.Element("pre", SelectCommandLine.Of(manifest with { Options = options }), ("tabindex", "0"));
            foreach (var (option, file, isUsed) in new[] { ("keep", marks.KeepFile, marks.Kept > 0), ("exclude", marks.ExcludeFile, marks.Excluded > 0) })
                if (isUsed && manifest.Options.GetValueOrDefault(option, "none") is var before && before != "none" && before != file) html.Element("p", $"This selection was made with --{option} {before}; the list of marks takes its place, so add to it what must stay.");
        }
        using (html.Element("p", ("class", "keys")))
            html.Text("Keys: k keep, x exclude, u no mark, arrow left and right for the image before and after, g all images.");
    }
}
