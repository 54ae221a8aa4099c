using Microsoft.Playwright;
using Xunit;

namespace Gleaner.Cli.Tests.Browser;

/// The pages of gleaner view in a real browser.
public sealed class ViewInBrowserTests(Chromium chromium, ViewedRun viewed) : IClassFixture<Chromium>, IClassFixture<ViewedRun>
{
    public static TheoryData<string, int, ColorScheme> Looks => new(from path in new[] { "", "?state=kept&sort=mean-similarity", "?text=no+such+name", "image/3", "image/999999" }
                                                                  from look in new[] { (400, ColorScheme.Light), (1600, ColorScheme.Dark) }
                                                                  select (path, look.Item1, look.Item2));

    [Theory, MemberData(nameof(Looks))]
    public async Task Pages_fit_and_are_accessible(string path, int width, ColorScheme scheme)
    {
        await using var watched = await Open(path, width, scheme);

        await watched.FitsItsWidth();
        await watched.IsAccessible();
        Assert.True(await watched.Page.EvaluateAsync<bool>("[...document.images].filter(image => image.loading !== 'lazy').every(image => image.complete && image.naturalWidth > 0)"));
        if (!path.Contains("999", StringComparison.Ordinal)) watched.IsFine(Origin); // a browser complains of an answer 404
    }

    [Fact]
    public async Task An_image_is_found_seen_and_marked_without_a_mouse()
    {
        await using var watched = await Open("");
        var page = watched.Page;

        await page.GetByLabel("Text in the path").FillAsync("copy");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#found", new() { HasText = "1 image of" }).WaitForAsync(); // what is seen, and not a navigation, which may be over before it is waited for
        Assert.Contains("text=copy", page.Url);
        Assert.Equal(1, await page.Locator(".cards > li").CountAsync());
        await page.Locator(".cards a").First.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("h1", new() { HasText = "copy.png" }).WaitForAsync();
        Assert.Contains("/image/", page.Url);
        await page.Locator("figure img").EvaluateAsync("image => image.decode()"); // a polled condition would be evaluated from a string, which the page forbids

        await page.Keyboard.PressAsync("x");
        await page.GetByText("Marked to exclude.").WaitForAsync();
        Assert.Contains("copy.png", File.ReadAllText(viewed.Marks("exclude")));
        await page.Keyboard.PressAsync("k");
        await page.GetByText("Marked to keep.").WaitForAsync();
        Assert.DoesNotContain("copy.png", File.ReadAllText(viewed.Marks("exclude")));
        Assert.Contains("copy.png", File.ReadAllText(viewed.Marks("keep")));
        watched.IsFine(Origin);
    }

    [Fact]
    public async Task A_hostile_name_is_text_and_the_report_is_there()
    {
        await using var watched = await Open("?text=onerror");
        Assert.Contains(ReportedRuns.Hostile, await watched.Page.Locator(".cards").InnerTextAsync());
        Assert.Equal(0, await watched.Page.Locator("img[src=x]").CountAsync());

        await watched.Page.GetByRole(AriaRole.Link, new() { Name = "Report" }).ClickAsync();

        await watched.Page.GetByRole(AriaRole.Heading, new() { Name = "Kept and dropped images" }).WaitForAsync();
        Assert.NotEqual("rgba(0, 0, 0, 0)", await watched.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor")); // its style is let through
        watched.IsFine(Origin);
    }

    string Origin => viewed.View.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

    async Task<WatchedPage> Open(string path, int width = 1280, ColorScheme scheme = ColorScheme.Light) => await chromium.Open($"{Origin}/{path}", width, scheme);
}
