using System.Globalization;

namespace Gleaner.Cli;

/// <summary>A page that says why there is no other.</summary>
static class ErrorPage
{
    public static void Write(HtmlWriter html, int status, string message) => new ViewPage(html, null).Write($"{status}", () =>
    {
        html.Element("p", status.ToString(CultureInfo.InvariantCulture), ("class", "eyebrow"));
        html.Element("h1", message);
    }, () =>
    {
        using (html.Element("p")) html.Element("a", "All images", ("href", "/"));
    });
}
