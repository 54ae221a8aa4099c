using System.Net;
using System.Xml.Linq;
using Xunit;

namespace Gleaner.Cli.Tests;

/// gleaner view on a folder of images.
public sealed class ViewTests(ViewTests.Viewed viewed) : IClassFixture<ViewTests.Viewed>
{
    const string Hostile = "<script>alert(1)</script>.png";

    static readonly XNamespace Html = RunningView.Html;

    RunningView View => viewed.View;

    /// A run on 150 images, 30 of them kept, and its pages.
    public sealed class Viewed : TempFolder, IDisposable
    {
        public Viewed()
        {
            string pool = WriteImages("pool", 150);
            Directory.CreateDirectory(At("pool", "<script>alert(1)<"));
            File.Move(Directory.EnumerateFiles(pool, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First(), At("pool", Hostile));
            File.WriteAllText(At("pool", "broken.png"), "no image");
            Tool.Run(Folder, "select", pool, "--count", "30", "--objective", "balanced", "--classes", "labels", "--image-size", "16", "--out", "run").Is(0);
            Rows = [.. File.ReadAllLines(At("run", "scores.csv")).Skip(1).Select(line => line.Split(','))];
            View = RunningView.Start(Folder, "run");
        }

        internal RunningView View { get; }

        /// index, key, class, rank, ..., kept at 7
        public string[][] Rows { get; }

        public string Path(params string[] parts) => At(parts);

        public string Root => Folder;

        public new void Dispose()
        {
            View.Dispose();
            base.Dispose();
        }
    }

    [Fact]
    public void A_page_shows_the_best_first_and_every_image_is_on_one_page()
    {
        int[] pages = [.. Enumerable.Range(1, 3).SelectMany(page => View.Images($"/?page={page}"))];

        Assert.Equal(viewed.Rows.OrderBy(row => Number(row[3])).Select(row => Number(row[0])), pages);
        Assert.Equal(60, View.Images("/").Length);
    }

    [Fact]
    public void Filters_narrow_and_stay_in_the_form()
    {
        var page = View.Page("/?state=kept&class=3&sort=index&order=descending&text=LABEL");

        Assert.Equal(viewed.Rows.Where(row => row[7] == "true" && row[2] == "3" && row[1].Contains("label", StringComparison.Ordinal)).Select(row => Number(row[0])).Reverse(), RunningView.Images(page));
        Assert.Equal(["3", "kept", "index", "descending"], page.Descendants(Html + "option").Where(option => option.Attribute("selected") is not null).Select(option => option.Attribute("value")!.Value));
        Assert.Equal("LABEL", page.Descendants(Html + "input").Single(input => input.Attribute("name")!.Value == "text").Attribute("value")!.Value);
        Assert.Equal(viewed.Rows.Where(row => row[3] is not "" && Number(row[3]) is >= 9 and < 20).Select(row => Number(row[0])).Order(), View.Images("/?from=10&to=20").Order());
    }

    [Fact]
    public void A_page_past_the_end_is_the_last_and_an_empty_result_says_so()
    {
        Assert.Equal(View.Images("/?page=3"), View.Images("/?page=99999"));
        Assert.Contains("No image is like that", View.Page("/?text=in-no-name").Root!.Value);
        Assert.Contains("0 images of 150", View.Page("/?text=in-no-name&page=7").Root!.Value);
        Assert.Empty(View.Images("/?class=77"));
    }

    [Theory]
    [InlineData("/?class=many", "class: \"many\"; expected a whole number")]
    [InlineData("/?page=0", "page: \"0\"; expected a whole number from 1")]
    [InlineData("/?from=-1", "expected a whole number from 1")]
    [InlineData("/?state=<b>", "state: \"<b>\"; expected one of all, kept, dropped")]
    [InlineData("/?sort=beauty", "expected one of rank, index")]
    public void A_wrong_address_is_told_in_words(string path, string says) => Assert.Contains(says, View.Page(path, HttpStatusCode.BadRequest).Root!.Value);

    [Theory]
    [InlineData("/nothing", "There is no such page")]
    [InlineData("/image/151", "There is no image 151; the pool has 0 to 150")]
    [InlineData("/image/x", "is followed by the index")]
    [InlineData("/image/-1", "is followed by the index")]
    [InlineData("/thumb/..%2f..%2fmanifest.json", "is followed by the index")]
    [InlineData("/../run/manifest.json", "There is no such page")]
    public void What_is_not_there_is_not_found(string path, string says) => Assert.Contains(says, View.Page(path, HttpStatusCode.NotFound).Root!.Value);

    [Fact]
    public void Hostile_names_are_shown_and_do_nothing()
    {
        int index = Number(viewed.Rows.Single(row => row[1] == Hostile)[0]);

        var (grid, image) = (View.Page("/?text=alert"), View.Page($"/image/{index}?text=%22%3E%3Cscript%3E"));

        Assert.Equal(Hostile, grid.Descendants(Html + "span").Single(span => span.Attribute("class")?.Value == "name").Value);
        Assert.Equal(Hostile, image.Descendants(Html + "h1").Single().Value);
        Assert.All(new[] { grid, image }, page => Assert.Equal(["/view.js"], page.Descendants(Html + "script").Select(script => script.Attribute("src")!.Value)));
    }

    [Fact]
    public void Pages_load_nothing_from_elsewhere_and_name_all_controls()
    {
        foreach (var page in new[] { View.Page("/"), View.Page("/image/3"), View.Page("/?text=in-no-name") })
        {
            Assert.All(page.Descendants().Attributes().Where(a => a.Name.LocalName is "src" or "href" or "action"), a => Assert.Matches("^(/|#|data:,$)", a.Value));
            Assert.DoesNotContain(page.Descendants().Attributes(), a => a.Name.LocalName == "style" || a.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
            Assert.All(page.Descendants().Where(e => e.Name.LocalName is "input" or "select" && e.Attribute("type")?.Value != "hidden"), input => Assert.Equal("label", input.Parent!.Name.LocalName));
            Assert.All(page.Descendants(Html + "img"), image => Assert.NotNull(image.Attribute("alt")));
            Assert.All(page.Descendants(Html + "button"), button => Assert.NotEqual("", button.Value));
            Assert.Single(page.Descendants(Html + "h1"));
            Assert.Single(page.Descendants(Html + "main"));
            string[] ids = [.. page.Descendants().Attributes("id").Select(id => id.Value)];
            Assert.Equal(ids.Distinct(), ids);
        }
    }

    [Fact]
    public void An_image_page_leads_to_the_images_before_and_after_in_the_filter()
    {
        int[] kept = View.Images("/?state=kept&sort=index");

        var (first, middle, other) = (View.Page($"/image/{kept[0]}?state=kept&sort=index"), View.Page($"/image/{kept[7]}?state=kept&sort=index"), View.Page($"/image/{View.Images("/?state=dropped")[0]}?state=kept&sort=index"));

        Assert.Null(Link(first, "prev"));
        Assert.Equal($"/image/{kept[1]}?state=kept&sort=index", Link(first, "next"));
        Assert.Equal($"/image/{kept[6]}?state=kept&sort=index", Link(middle, "prev"));
        Assert.Equal($"/?state=kept&sort=index#image-{kept[7]}", Link(middle, "up"));
        Assert.Contains("8 of 30", middle.Root!.Value);
        Assert.Null(Link(other, "next")); // a dropped image is not among the kept
        Assert.Contains("This way of choosing made no embedding", first.Root!.Value);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:1")]
    [InlineData("localhost.evil.example")]
    public void Another_name_for_this_machine_is_refused(string host)
    {
        foreach (string path in new[] { "/", "/thumb/3", "/report", "/style.css" })
            Assert.Equal(HttpStatusCode.BadRequest, View.Send(HttpMethod.Get, path, ("Host", host)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, View.Send(HttpMethod.Get, "/", ("Host", $"localhost:{View.Port}")).StatusCode);
    }

    [Fact]
    public void A_mark_that_does_not_come_from_our_page_is_refused()
    {
        string token = View.Token;
        (string, string)[] fields = [("token", token), ("keep", "3")], noToken = [("keep", "3")], wrong = [("token", new string('0', token.Length)), ("keep", "3")];

        Assert.Equal(HttpStatusCode.Forbidden, View.Post("/mark", noToken).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, View.Post("/mark", wrong).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, View.Send(HttpMethod.Post, "/mark", ("Origin", "http://evil.example"), fields).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, View.Send(HttpMethod.Post, "/mark", ("Origin", "null"), fields).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, View.Send(HttpMethod.Post, "/mark", ("Sec-Fetch-Site", "cross-site"), fields).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, View.Send(HttpMethod.Get, $"/mark?token={token}&keep=3", null).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, View.Post("/", fields).StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, View.Post("/mark").StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, View.Post("/mark", ("token", token), ("keep", "151")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, View.Post("/mark", ("token", token)).StatusCode);
        Assert.False(File.Exists(viewed.Path("run", "marks-keep.csv")));
    }

    [Fact]
    public void Marks_are_what_select_reads_and_outlive_the_process()
    {
        using (var view = RunningView.Start(viewed.Root, "run", "--marks", "mine"))
        {
            string token = view.Token;
            int hostile = Number(viewed.Rows.Single(row => row[1] == Hostile)[0]);
            foreach (int index in new[] { 90, hostile, 12 }) Assert.Equal(HttpStatusCode.SeeOther, view.Post("/mark", ("token", token), ("keep", $"{index}")).StatusCode);
            var reply = view.Send(HttpMethod.Post, "/mark", ("Origin", $"http://127.0.0.1:{view.Port}"), ("token", token), ("exclude", "40"), ("back", "image"), ("query", "?state=kept&page=2"));
            Assert.Equal("/image/40?state=kept", reply.Headers.Location!.OriginalString);
            reply = view.Post("/mark", ("token", token), ("clear", "12"), ("back", "pool"), ("query", "?state=kept&page=2"));
            Assert.Equal("/?state=kept&page=2#image-12", reply.Headers.Location!.OriginalString);
            Tool.Run(viewed.Root, "select", "pool", "--count", "30", "--objective", "balanced", "--classes", "labels", "--image-size", "16", "--keep", "mine-keep.csv", "--exclude", "mine-exclude.csv", "--out", "marked").Is(0);

            int[] kept = IntegersFile.ReadIndices(viewed.Path("marked", "subset.npy"));
            Assert.Equal([90, hostile], kept.Take(2));
            Assert.DoesNotContain(40, kept);
            Assert.Equal(0, view.Stop().Code);
        }

        using var again = RunningView.Start(viewed.Root, "run", "--marks", "mine");
        Assert.Equal([40, 90], again.Images("/?state=marked&sort=index").Where(index => index is 40 or 90 or 12).Order());
        Assert.Equal([40], again.Images("/?state=exclude"));
        var pressed = again.Page("/image/40").Descendants(Html + "button").Single(button => button.Attribute("aria-pressed")!.Value == "true");
        Assert.Equal(("Exclude", "clear"), (pressed.Value, pressed.Attribute("name")!.Value));
        Assert.Contains("--keep mine-keep.csv --exclude mine-exclude.csv", again.Page("/").Root!.Value);
    }

    [Fact]
    public void Small_pictures_are_the_decoded_images_and_are_not_sent_twice()
    {
        using var reply = View.Send(HttpMethod.Get, "/thumb/3", null);
        byte[] file = View.Bytes("/thumb/3");

        var (rgb, width, height) = ImageFile.Decode(file);
        using var run = SelectRun.Open(viewed.Path("run"));
        Assert.Equal(("image/png", 16, 16), (reply.Content.Headers.ContentType!.MediaType, width, height));
        Assert.Equal(run.Images!.Pixels(run.Scores.Index.IndexOf(3)), rgb);
        using var same = View.Send(HttpMethod.Get, "/thumb/3", ("If-None-Match", reply.Headers.ETag!.Tag));
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Equal(0, same.Content.ReadAsStream().Length);
        string address = View.Page("/image/3").Descendants(Html + "img").First().Attribute("src")!.Value.Replace("/picture/", "/thumb/", StringComparison.Ordinal);
        using var lasting = View.Send(HttpMethod.Get, address, null);
        Assert.True(lasting.Headers.CacheControl!.MaxAge > TimeSpan.Zero);
        Assert.True(reply.Headers.CacheControl!.NoCache); // without the run's mark, a browser asks again
    }

    [Fact]
    public void A_large_picture_is_the_file_of_the_pool_or_if_that_was_changed_what_was_decoded()
    {
        Assert.Equal(28, Width(View));

        string added = viewed.Path("pool", "zzz.png");
        File.Copy(viewed.Path("pool", Hostile), added);
        using (var view = RunningView.Start(viewed.Root, "run", "--marks", "other")) Assert.Equal(16, Width(view));
        File.Delete(added);
        Assert.Equal(28, Width(View));

        static int Width(RunningView view) => ImageFile.Decode(view.Bytes("/picture/3")).Width;
    }

    [Fact]
    public void The_report_is_the_one_that_gleaner_report_writes()
    {
        Tool.Run(viewed.Root, "report", "run", "--out", "report.html").Is(0);

        Assert.Equal(File.ReadAllBytes(viewed.Path("report.html")), View.Bytes("/report"));
    }

    [Fact]
    public void What_cannot_be_opened_is_refused_in_a_sentence()
    {
        var taken = Tool.Run(viewed.Root, "view", "run").Is(1);
        var port = Tool.Run(viewed.Root, "view", "run", "--marks", "third", "--port", $"{View.Port}").Is(1);
        var nothing = Tool.Run(viewed.Root, "view", "nowhere").Is(3);
        var pool = Tool.Run(viewed.Root, "view", "pool").Is(3);
        var range = Tool.Run(viewed.Root, "view", "run", "--port", "70000").Is(2);

        Assert.Contains("another gleaner view writes these marks", taken.Error);
        Assert.Contains($"--port {View.Port}: another program listens there", port.Error);
        Assert.Contains("--port 0", port.Error);
        Assert.Contains("nowhere: no such folder", nothing.Error);
        Assert.Contains("no manifest.json in it", pool.Error);
        Assert.Contains("--port 70000; expected 0 to 65535", range.Error);
    }

    static string? Link(XDocument page, string relation) => page.Descendants(Html + "a").SingleOrDefault(link => link.Attribute("rel")?.Value == relation)?.Attribute("href")!.Value;

    static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
