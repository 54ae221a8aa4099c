namespace Gleaner.Cli;

/// <summary>What all pages of a view have: the report's look, a headline, the way back, and a foot that says where marks go.</summary>
sealed class ViewPage(HtmlWriter html, ViewedPool? pool)
{
    public void Write(string title, Action header, Action main) => HtmlPage.Write(html, title, () =>
    {
        html.Void("link", ("rel", "icon"), ("href", "data:,"));
        html.Void("link", ("rel", "stylesheet"), ("href", ViewStyle.Address));
        html.Element("script", "", ("src", ViewScript.Address), ("defer", "defer"));
    }, "Skip to the images", header, null, () =>
    {
        if (pool is { IsOutdated: true }) new ReportPage(html).Note("The selection in this run folder was made again since gleaner view started. These pages show the earlier one: end gleaner view and start it again.");
        main();
    }, Foot);

    void Foot()
    {
        if (pool is null) return;
        var (marks, manifest) = (pool.Marks, pool.Run.Manifest);
        html.Element("p", $"Marked: {ReportNumber.Images(marks.Kept)} to keep, {ReportNumber.Count(marks.Excluded)} to exclude.");
        if (marks.Kept + marks.Excluded > 0)
        {
            html.Element("p", "The same selection with them, in the same run folder; another --out keeps this one:");
            var options = new SortedDictionary<string, string>(manifest.Options, StringComparer.Ordinal);
            if (marks.Kept > 0) options["keep"] = marks.KeepFile;
            if (marks.Excluded > 0) options["exclude"] = marks.ExcludeFile;
            html.Element("pre", SelectCommandLine.Of(manifest with { Options = options }) + " --out " + SelectCommandLine.Quote(pool.Run.Path), ("tabindex", "0"));
            foreach (var (option, file, isUsed) in new[] { ("keep", marks.KeepFile, marks.Kept > 0), ("exclude", marks.ExcludeFile, marks.Excluded > 0) })
                if (isUsed && manifest.Options.GetValueOrDefault(option, "none") is var before && before != "none" && before != file) html.Element("p", $"This selection was made with --{option} {before}; the list of marks takes its place, so add to it what must stay.");
        }
        using (html.Element("p", ("class", "keys")))
            html.Text("Keys: k keep, x exclude, u no mark, arrow left and right for the image before and after, g all images.");
    }
}
