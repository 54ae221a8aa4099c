using Microsoft.Playwright;
using Xunit;

namespace Gleaner.Cli.Tests.Browser;

/// Reports as their readers see them: opened from disk in a real browser.
public sealed class ReportInBrowserTests(Chromium chromium, ReportedRuns runs) : IClassFixture<Chromium>, IClassFixture<ReportedRuns>
{
    public static TheoryData<string, int, ColorScheme> Looks => new(from kind in new[] { "selection", "comparison" }
                                                                  from width in new[] { 400, 1600 }
                                                                  from scheme in new[] { ColorScheme.Light, ColorScheme.Dark }
                                                                  select (kind, width, scheme));

    [Theory, MemberData(nameof(Looks))]
    public async Task Opens_without_errors_fits_and_is_accessible(string kind, int width, ColorScheme scheme)
    {
        await using var watched = await Open(kind, width, scheme);

        Assert.True(await watched.Page.EvaluateAsync<bool>("[...document.images].every(image => image.complete && image.naturalWidth > 0)"));
        await watched.FitsItsWidth();
        foreach (var details in await watched.Page.QuerySelectorAllAsync("details > summary")) await details.ClickAsync(); // what is closed is not looked at
        await watched.IsAccessible();
        await watched.FitsItsWidth();
        watched.IsFine("file://");
    }

    [Fact]
    public async Task Names_and_scores_are_shown_by_pointing_and_by_the_keyboard()
    {
        await using var watched = await Open("selection");
        var (page, image) = (watched.Page, watched.Page.Locator("img").First);
        var tip = page.Locator("img + .tip").First;
        Assert.False(await tip.IsVisibleAsync());

        await image.HoverAsync();
        Assert.True(await tip.IsVisibleAsync());
        Assert.Contains("rank", await tip.InnerTextAsync());

        await page.Locator("h1").HoverAsync();
        Assert.False(await tip.IsVisibleAsync());
        await image.FocusAsync();
        Assert.True(await tip.IsVisibleAsync());
        await page.Keyboard.PressAsync("Tab");
        Assert.False(await tip.IsVisibleAsync());
        Assert.True(await page.Locator("img + .tip").Nth(1).IsVisibleAsync());
    }

    [Fact]
    public async Task Details_and_sections_are_reached_by_the_keyboard()
    {
        await using var watched = await Open("selection");
        var page = watched.Page;

        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the results", await page.EvaluateAsync<string>("document.activeElement.textContent"));
        await page.Keyboard.PressAsync("Enter");
        Assert.EndsWith("#main", page.Url);
        await page.Locator("nav a").Last.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        Assert.True(await page.EvaluateAsync<bool>("Math.abs(document.querySelector(location.hash).getBoundingClientRect().top) < innerHeight"));

        var table = page.Locator("details table").Filter(new() { HasText = "Latent classes, largest first" });
        Assert.False(await table.IsVisibleAsync());
        await page.Locator("summary", new() { HasText = "All classes" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        Assert.True(await table.IsVisibleAsync());
    }

    [Fact]
    public async Task A_name_is_text_whatever_it_looks_like()
    {
        bool asked = false;
        await using var watched = await Open("selection");
        watched.Page.Dialog += (_, dialog) =>
        {
            asked = true;
            _ = dialog.DismissAsync();
        };
        await watched.Page.ReloadAsync();

        Assert.Contains(ReportedRuns.Hostile, await watched.Page.EvaluateAsync<string>("document.documentElement.innerText + [...document.images].map(image => image.alt).join()"));
        Assert.Equal(0, await watched.Page.Locator("img[src=x]").CountAsync());
        Assert.False(asked);
        watched.IsFine("file://");
    }

    [Theory, InlineData("selection"), InlineData("comparison")]
    public async Task Prints_what_it_shows_on_white(string kind)
    {
        await using var watched = await Open(kind, scheme: ColorScheme.Dark);
        await watched.Page.EmulateMediaAsync(new() { Media = Media.Print });

        Assert.False(await watched.Page.Locator("nav").IsVisibleAsync());
        Assert.Equal("rgb(255, 255, 255)", await watched.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        Assert.InRange((await watched.Page.PdfAsync()).Length, 10_000, 50_000_000);
    }

    async Task<WatchedPage> Open(string kind, int width = 1280, ColorScheme scheme = ColorScheme.Light) =>
        await chromium.Open(new Uri(Path.Combine(kind == "selection" ? runs.Selection : runs.Comparison, "report.html")).AbsoluteUri, width, scheme);
}
