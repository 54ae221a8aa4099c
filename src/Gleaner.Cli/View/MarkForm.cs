namespace Gleaner.Cli;

/// <summary>The form around buttons that mark images: it brings the token that other sites cannot know, and says where to go on.</summary>
static class MarkForm
{
    public const string Address = "/mark", Token = "token", Query = "query", Back = "back", ToImage = "image", ToPool = "pool";

    /// <summary>Begins the form; disposing of the answer ends it.</summary>
    public static IDisposable Begin(HtmlWriter html, string token, ViewQuery query, string back)
    {
        var form = html.Element("form", ("method", "post"), ("action", Address));
        html.Void("input", ("type", "hidden"), ("name", Token), ("value", token));
        html.Void("input", ("type", "hidden"), ("name", Query), ("value", query.ToString()));
        html.Void("input", ("type", "hidden"), ("name", Back), ("value", back));
        return form;
    }
}
