using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace Gleaner.Cli.Tests.Browser;

/// A page of a browser and what it complained about.
public sealed class WatchedPage : IAsyncDisposable
{
    readonly List<string> _complaints = [];
    readonly HashSet<string> _origins = [];

    public WatchedPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) => { if (message.Type is "error" or "warning") _complaints.Add(message.Text); };
        page.PageError += (_, error) => _complaints.Add(error);
        page.RequestFailed += (_, request) => _complaints.Add($"{request.Url} failed");
        page.Request += (_, request) => _origins.Add(new Uri(request.Url).GetLeftPart(UriPartial.Authority));
    }

    public IPage Page { get; }

    /// Nothing went wrong so far, and nothing was asked of anybody but `origin` (data: addresses lie in the page itself).
    public void IsFine(string origin)
    {
        Assert.Empty(_complaints);
        Assert.Equal([origin], _origins.Where(o => o != "data:" && !o.StartsWith("data:", StringComparison.Ordinal)));
    }

    /// Every rule of axe-core, WCAG and best practices.
    public async Task IsAccessible()
    {
        var result = await Page.RunAxe();
        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(v => $"{v.Id}: {v.Help}: {string.Join(" | ", v.Nodes.Take(3).Select(node => node.Html))}")));
        Assert.True(result.Passes.Length > 10); // it did look
    }

    /// The page itself does not scroll sideways.
    public async Task FitsItsWidth() =>
        Assert.Equal(0, await Page.EvaluateAsync<int>("document.scrollingElement.scrollWidth - document.documentElement.clientWidth"));

    public async ValueTask DisposeAsync() => await Page.CloseAsync();
}
