using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Gleaner.Cli;

/// <summary>Answers requests: which page, which picture, which mark. No path of a request ever becomes the path of a file.</summary>
sealed class ViewSite(ViewedPool pool, ViewAccess access)
{
    const string OwnPages = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    static readonly string StaticReport = $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(ReportStyle.Css)))}'; img-src data:; base-uri 'none'; frame-ancestors 'none'";

    readonly Lazy<byte[]> _report = new(() =>
    {
        using var stream = new MemoryStream();
        SelectReport.Write(pool.Run.Path, stream);
        return stream.ToArray();
    }, LazyThreadSafetyMode.ExecutionAndPublication);

    public async Task Answer(HttpContext context)
    {
        var reply = new ViewReply(context, OwnPages);
        try
        {
            if (!access.IsHere(context.Request)) throw new BadHttpRequestException($"The address of these pages is http://127.0.0.1:{access.Port}/ and no other.");
            await Answer(context.Request, reply).ConfigureAwait(false);
        }
        catch (BadHttpRequestException error)
        {
            await reply.Page(html => ErrorPage.Write(html, error.StatusCode, error.Message), error.StatusCode).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException && !context.RequestAborted.IsCancellationRequested)
        {
            await reply.Page(html => ErrorPage.Write(html, StatusCodes.Status500InternalServerError, error.Message), StatusCodes.Status500InternalServerError).ConfigureAwait(false);
        }
    }

    Task Answer(HttpRequest request, ViewReply reply)
    {
        string path = request.Path.Value ?? "/";
        if (path == MarkForm.Address) return Mark(request, reply);
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)) throw new BadHttpRequestException($"{request.Method}: this page is only read.", StatusCodes.Status405MethodNotAllowed);
        return path switch
        {
            "/" => reply.Page(html => new PoolPage(html, pool, access).Write(ViewQuery.Parse(request.QueryString.Value ?? ""))),
            "/report" => reply.Bytes(_report.Value, "text/html; charset=utf-8", isLasting: false, StaticReport),
            ViewStyle.Address => reply.Bytes(Encoding.UTF8.GetBytes(ViewStyle.Css), "text/css; charset=utf-8", isLasting: false),
            ViewScript.Address => reply.Bytes(Encoding.UTF8.GetBytes(ViewScript.Text), "text/javascript; charset=utf-8", isLasting: false),
            _ when Row(path, "/image/") is { } m => reply.Page(html => new ImagePage(html, pool, access).Write(m, ViewQuery.Parse(request.QueryString.Value ?? ""))),
            _ when Row(path, "/thumb/") is { } m => Picture(request, reply, pool.Thumbnail(m)),
            _ when Row(path, "/picture/") is { } m => Picture(m, request, reply),
            _ => throw NotFound("There is no such page."),
        };
    }

    async Task Picture(int m, HttpRequest request, ViewReply reply) => await Picture(request, reply, await pool.Picture(m).ConfigureAwait(false)).ConfigureAwait(false);

    Task Picture(HttpRequest request, ViewReply reply, (byte[] Bytes, string Type)? picture) => picture is { } found
        ? reply.Bytes(found.Bytes, found.Type, isLasting: request.Query["v"] == pool.Version) : throw NotFound("There is no picture of this image.");

    async Task Mark(HttpRequest request, ViewReply reply)
    {
        if (!HttpMethods.IsPost(request.Method)) throw new BadHttpRequestException("Marks are posted.", StatusCodes.Status405MethodNotAllowed);
        if (!request.HasFormContentType) throw new BadHttpRequestException("A mark is a form.", StatusCodes.Status415UnsupportedMediaType);
        var form = await request.ReadFormAsync(request.HttpContext.RequestAborted).ConfigureAwait(false);
        if (!access.MayChange(request, form[MarkForm.Token])) throw new BadHttpRequestException("This mark does not come from a page of this gleaner view. If it was started again, load the page again.", StatusCodes.Status403Forbidden);
        (string Name, ImageMark Mark)[] marks = [("keep", ImageMark.Keep), ("exclude", ImageMark.Exclude), ("clear", ImageMark.None)];
        var (name, mark) = marks.FirstOrDefault(known => form.ContainsKey(known.Name));
        if (name is null || !Invariant.TryParse(form[name].ToString(), out int index) || pool.Row(index) is not (>= 0 and var m)) throw new BadHttpRequestException("keep, exclude or clear; expected one of them with the index of an image.");
        var query = ViewQuery.Parse(form[MarkForm.Query].ToString());
        pool.Marks.Set(m, mark);
        reply.SeeOther(form[MarkForm.Back] == MarkForm.ToImage ? ImageCard.AddressOf(index, query) : $"/{query}#image-{Invariant.Text(index)}");
    }

    // Null if the path is another one.
    int? Row(string path, string start)
    {
        if (!path.StartsWith(start, StringComparison.Ordinal)) return null;
        if (!Invariant.TryParse(path[start.Length..], out int index)) throw NotFound($"{start} is followed by the index of an image.");
        return pool.Row(index) is >= 0 and var m ? m
            : throw NotFound(index < pool.Run.Manifest.Pool.Count ? $"Image {index} cannot be read; unreadable.csv says why." : $"There is no image {index}; the pool has 0 to {pool.Run.Manifest.Pool.Count - 1}.");
    }

    static BadHttpRequestException NotFound(string message) => new(message, StatusCodes.Status404NotFound);
}
