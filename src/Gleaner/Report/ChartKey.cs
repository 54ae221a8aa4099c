namespace Gleaner;

/// <summary>What the marks of a chart mean: a list below it, each with a small drawing.</summary>
static class ChartKey
{
    public const string Stroke = "M2 8H42", Box = "M8 2H36V14H8Z", Dot = "M22 8h0", Cross = "M18 8h8M22 4v8";

    public static void Write(HtmlWriter html, params ReadOnlySpan<(string Css, string Drawing, string Meaning)> marks)
    {
        using (html.Element("ul", ("class", "key")))
            foreach (var (css, drawing, meaning) in marks)
                using (html.Element("li"))
                {
                    using (html.Element("svg", ("xmlns", "http://www.w3.org/2000/svg"), ("viewBox", "0 0 44 16"), ("aria-hidden", "true"))) html.Void("path", ("class", css), ("d", drawing));
                    html.Element("span", meaning);
                }
    }
}
