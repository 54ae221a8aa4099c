using System.Diagnostics;
using System.Net;
using System.Xml.Linq;
using Xunit;

namespace Gleaner.Cli.Tests;

/// gleaner view as a process, and a browser that follows nothing by itself.
sealed class RunningView : IDisposable
{
    public static readonly XNamespace Html = "http://www.w3.org/1999/xhtml";

    readonly Process _process;

    RunningView(Process process, string address) => (_process, Client) = (process, new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(address) });

    public HttpClient Client { get; }

    public int Port => Client.BaseAddress!.Port;

    public static RunningView Start(string folder, string run, params string[] more)
    {
        var process = Tool.Start(folder, ["view", run, "--port", "0", .. more]);
        string? address = process.StandardOutput.ReadLine();
        if (address is null) Tool.Finish(process).Is(0);
        return new RunningView(process, address!);
    }

    public XDocument Page(string path, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var reply = Client.GetAsync(path).Result;
        string text = reply.Content.ReadAsStringAsync().Result;
        Assert.True(reply.StatusCode == status, $"{path}: {reply.StatusCode}\n{text}");
        Assert.Contains("default-src 'none'", reply.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", reply.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", reply.Headers.GetValues("Referrer-Policy").Single()); // no-referrer would make browsers post marks with "Origin: null", which is refused
        return XDocument.Parse(text, LoadOptions.PreserveWhitespace); // every page is well-formed XML
    }

    public byte[] Bytes(string path) => Client.GetByteArrayAsync(path).Result;

    /// The images on a page, in order.
    public int[] Images(string path) => Images(Page(path));

    public static int[] Images(XDocument page) => [.. page.Descendants(Html + "a").Attributes("id").Select(id => int.Parse(id.Value["image-".Length..], System.Globalization.CultureInfo.InvariantCulture))];

    public string Token => Page("/").Descendants(Html + "input").First(input => input.Attribute("name")!.Value == "token").Attribute("value")!.Value;

    public HttpResponseMessage Post(string path, params (string Name, string Value)[] fields) => Send(HttpMethod.Post, path, null, fields);

    public HttpResponseMessage Send(HttpMethod method, string path, (string Name, string Value)? header, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(method, path);
        if (fields.Length > 0) request.Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        if (header is { } one) request.Headers.TryAddWithoutValidation(one.Name, one.Value);
        return Client.Send(request);
    }

    /// As Ctrl+C: what the process says at its end.
    public Tool.Outcome Stop()
    {
        Client.Dispose();
        using (Process.Start("kill", ["-TERM", $"{_process.Id}"])) { } // SIGINT is ignored in a process that was started in the background
        return Tool.Finish(_process);
    }

    /// SIGKILL.
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        try
        {
            Stop();
        }
        catch (InvalidOperationException) { } // stopped already
    }
}
