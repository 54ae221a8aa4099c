using System.Text;

namespace Gleaner;

/// <summary>A chart as inline SVG: axes with ticks, then whatever is drawn, from back to front. How a class of marks looks is up to <see cref="ReportStyle"/>.</summary>
sealed class SvgChart : IDisposable
{
    public const int Width = 520, Height = 320;
    const int Left = 62, Right = 26, Top = 16, Bottom = 52;

    readonly HtmlWriter _html;
    readonly ChartAxis _x, _y;
    readonly IDisposable _svg;

    /// <param name="html">Where to.</param>
    /// <param name="id">Unique on the page.</param>
    /// <param name="title">What it shows, for those who cannot see it too.</param>
    /// <param name="description">What can be seen in it.</param>
    /// <param name="x">The horizontal axis and its name.</param>
    /// <param name="y">The vertical axis and its name.</param>
    public SvgChart(HtmlWriter html, string id, string title, string description, (ChartAxis Axis, string Name) x, (ChartAxis Axis, string Name) y)
    {
        (_html, _x, _y) = (html, x.Axis, y.Axis);
        _svg = html.Element("svg", ("xmlns", "http://www.w3.org/2000/svg"), ("viewBox", $"0 0 {Width} {Height}"), ("role", "img"), ("aria-labelledby", $"{id}-title {id}-desc"));
        html.Element("title", title, ("id", id + "-title"));
        html.Element("desc", description, ("id", id + "-desc"));
        foreach (var (value, label) in _x.Ticks)
        {
            Line("tick", X(value), Height - Bottom, X(value), Height - Bottom + 5);
            Label(label, X(value), Height - Bottom + 19, "middle");
        }
        foreach (var (value, label) in _y.Ticks)
        {
            Line("grid", Left, Y(value), Width - Right, Y(value));
            Label(label, Left - 8, Y(value) + 4.5, "end");
        }
        Line("axis", Left, Height - Bottom, Width - Right, Height - Bottom);
        Label(x.Name, (Left + Width - Right) / 2.0, Height - 10, "middle");
        html.Element("text", y.Name, ("text-anchor", "middle"), ("transform", $"translate(14 {ReportNumber.Place((Top + Height - Bottom) / 2.0)}) rotate(-90)"));
    }

    /// <summary>Where a value of the horizontal axis is drawn.</summary>
    public double X(double value) => Left + _x.Share(value) * (Width - Left - Right);

    /// <summary>Where a value of the vertical axis is drawn.</summary>
    public double Y(double value) => Height - Bottom - _y.Share(value) * (Height - Top - Bottom);

    /// <summary>A bar from <paramref name="low"/> to <paramref name="high"/> that is <paramref name="value"/> high; its title is shown by pointing at it.</summary>
    public void Bar(string css, double low, double high, double value, string title)
    {
        double left = X(low), top = Y(value);
        using (_html.Element("rect", ("class", css), ("x", ReportNumber.Place(left)), ("y", ReportNumber.Place(top)), ("width", ReportNumber.Place(X(high) - left)), ("height", ReportNumber.Place(Y(_y.Low) - top))))
            _html.Element("title", title);
    }

    /// <summary>A line through places of the drawing.</summary>
    public void Path(string css, IEnumerable<(double X, double Y)> places, string? dash = null)
    {
        var d = new StringBuilder();
        foreach (var (x, y) in places) d.Append(d.Length == 0 ? 'M' : 'L').Append(ReportNumber.Place(x)).Append(' ').Append(ReportNumber.Place(y));
        _html.Void("path", ("class", css), ("d", d.ToString()), ("stroke-dasharray", dash));
    }

    /// <summary>The same mark at many places, as one path, because a map has thousands.</summary>
    public void Marks(string css, string mark, IEnumerable<(double X, double Y)> places, string? title = null)
    {
        var d = new StringBuilder();
        foreach (var (x, y) in places) d.Append('M').Append(ReportNumber.Place(x)).Append(' ').Append(ReportNumber.Place(y)).Append(mark);
        using (_html.Element("path", ("class", css), ("d", d.ToString())))
            if (title is not null) _html.Element("title", title);
    }

    /// <summary>A dashed vertical line with words at its upper end.</summary>
    public void Rule(double value, string words)
    {
        double x = X(value);
        Line("rule", x, Top - 4, x, Height - Bottom);
        bool isRight = x > (Left + Width - Right) / 2.0;
        Label(words, isRight ? x - 5 : x + 5, Top + 6, isRight ? "end" : "start", "rule-label");
    }

    /// <inheritdoc/>
    public void Dispose() => _svg.Dispose();

    void Line(string css, double x1, double y1, double x2, double y2) =>
        _html.Void("line", ("class", css), ("x1", ReportNumber.Place(x1)), ("y1", ReportNumber.Place(y1)), ("x2", ReportNumber.Place(x2)), ("y2", ReportNumber.Place(y2)));

    void Label(string text, double x, double y, string anchor, string? css = null) =>
        _html.Element("text", text, ("x", ReportNumber.Place(x)), ("y", ReportNumber.Place(y)), ("text-anchor", anchor), ("class", css));
}
