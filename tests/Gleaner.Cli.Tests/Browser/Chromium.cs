using Microsoft.Playwright;
using Xunit;

namespace Gleaner.Cli.Tests.Browser;

/// Debian's chromium, started once for all tests of a class; tests are skipped, visibly, where it is not installed.
public sealed class Chromium : IAsyncLifetime
{
    static readonly string? Program = new[] { Environment.GetEnvironmentVariable("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    IPlaywright? _playwright;
    IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Program is null) return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// A page that keeps what went wrong: errors, warnings, requests for anything but itself.
    public async Task<WatchedPage> Open(string address, int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        Assert.SkipWhen(_browser is null, "needs chromium (Debian: apt-get install chromium; elsewhere set CHROMIUM to its path)");
        var page = await _browser!.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme });
        var watched = new WatchedPage(page);
        await page.GotoAsync(address);
        return watched;
    }
}
