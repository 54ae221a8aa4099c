namespace Gleaner;

/// <summary>Writes HTML that is well-formed XML too. All text and every attribute passes <see cref="HtmlText"/>; names of elements and attributes are the program's own.</summary>
sealed class HtmlWriter(TextWriter writer)
{
    readonly Stack<string> _open = new();

    /// <summary>The first line and nothing else.</summary>
    public void Doctype() => writer.Write("<!DOCTYPE html>\n");

    /// <summary>Begins an element; disposing of the answer ends it. Attributes without a value are left out.</summary>
    public IDisposable Element(string name, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Tag(name, attributes, ">");
        _open.Push(name);
        return new End(this);
    }

    /// <summary>An element that holds text only.</summary>
    public void Element(string name, string text, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Tag(name, attributes, ">");
        Text(text);
        writer.Write($"</{name}>");
        if (!IsInline(name)) writer.Write('\n');
    }

    /// <summary>An element that never holds anything, such as an image.</summary>
    public void Void(string name, params ReadOnlySpan<(string Name, string? Value)> attributes) => Tag(name, attributes, "/>");

    /// <summary>Text between the tags.</summary>
    public void Text(string text) => writer.Write(HtmlText.Encode(text));

    /// <summary>A style sheet of ours.</summary>
    public void Style(string css)
    {
        if (css.AsSpan().ContainsAny('<', '&', '\0')) throw new ArgumentException("A style sheet must do without < and &, which HTML and XML read differently.", nameof(css));
        writer.Write($"<style>{css}</style>\n");
    }

    void Tag(string name, ReadOnlySpan<(string Name, string? Value)> attributes, string end)
    {
        writer.Write('<');
        writer.Write(name);
        foreach (var (attribute, value) in attributes)
            if (value is not null) writer.Write($" {attribute}=\"{HtmlText.Encode(value)}\"");
        writer.Write(end);
    }

    static bool IsInline(string name) => name is "span" or "strong" or "code" or "a" or "tspan" or "td" or "th";

    void Close()
    {
        string name = _open.Pop();
        writer.Write($"</{name}>");
        if (!IsInline(name)) writer.Write('\n');
    }

    sealed class End(HtmlWriter html) : IDisposable
    {
        bool _done;

        public void Dispose()
        {
            if (!_done) html.Close();
            _done = true;
        }
    }
}
