using System.Text;
using Microsoft.AspNetCore.Http;

namespace Gleaner.Cli;

/// <summary>One reply, with the headers that keep a page from loading or sending anything elsewhere.</summary>
sealed class ViewReply(HttpContext context, string policy)
{
    /// <summary>A page, made whole before the first byte is sent, so that what fails on the way can still be said.</summary>
    public Task Page(Action<HtmlWriter> write, int status = StatusCodes.Status200OK)
    {
        var text = new StringWriter();
        write(new HtmlWriter(text));
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        return Send(Encoding.UTF8.GetBytes(text.ToString()), "text/html; charset=utf-8", policy);
    }

    /// <summary>Something that is the same each time; <paramref name="isLasting"/> if its address says of which run it is.</summary>
    public Task Bytes(byte[] bytes, string type, bool isLasting, string? otherPolicy = null)
    {
        string tag = $"\"{ContentHash.Of(bytes)}\"";
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = isLasting ? "private, max-age=86400" : "no-cache";
        if (context.Request.Headers.IfNoneMatch != tag) return Send(bytes, type, otherPolicy ?? policy);
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return Task.CompletedTask;
    }

    public void SeeOther(string address)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = address;
        context.Response.Headers.CacheControl = "no-store";
    }

    Task Send(byte[] bytes, string type, string contentPolicy)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = contentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin"; // with no-referrer browsers post forms with "Origin: null", as a stranger's
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.ContentType = type;
        headers.ContentLength = bytes.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(bytes).AsTask();
    }
}
