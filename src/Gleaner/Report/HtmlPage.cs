namespace Gleaner;

/// <summary>What all our pages have: a head for any screen, a way past the header for the keyboard, and landmarks.</summary>
static class HtmlPage
{
    /// <param name="html">Where to.</param>
    /// <param name="title">In the browser's title.</param>
    /// <param name="head">What else is in the head: how it looks.</param>
    /// <param name="skip">What the way past the header is called.</param>
    /// <param name="header">The headline and what follows under it.</param>
    /// <param name="contents">Between the header and the main part; null for nothing.</param>
    /// <param name="main">The main part.</param>
    /// <param name="foot">At the end.</param>
    public static void Write(HtmlWriter html, string title, Action head, string skip, Action header, Action? contents, Action main, Action foot)
    {
        html.Doctype();
        using (html.Element("html", ("xmlns", "http://www.w3.org/1999/xhtml"), ("lang", "en")))
        {
            using (html.Element("head"))
            {
                html.Void("meta", ("charset", "utf-8"));
                html.Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
                html.Element("title", title);
                head();
            }
            using (html.Element("body"))
            {
                html.Element("a", skip, ("class", "skip"), ("href", "#main"));
                using (html.Element("header")) header();
                contents?.Invoke();
                using (html.Element("main", ("id", "main"))) main();
                using (html.Element("footer")) foot();
            }
        }
    }
}
