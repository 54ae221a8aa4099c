using System.Diagnostics;
using Xunit;

namespace Gleaner.Tests;

public sealed class ImageFolderPoolTests : ImagePoolContract
{
    static readonly byte[] Picture = MadeImages.Png(40, 30);

    protected override void WritePool() => Put("b/2.png", "a/1.PNG", "3.png");

    protected override ImagePool OpenFolder() => ImageFolderPool.Open(Folder.Path);

    [Fact]
    public void Lists_images_in_ordinal_order_and_leaves_junk_out()
    {
        Put("b.png", "a/z.png", "a.JPG", "Z.webp", "a/Z.gif", "a/deep/er/x.bmp", "é.jpeg", ".hidden.png", "._a.jpg", ".git/x.png", "Thumbs.db", "notes.txt", "no_extension");

        using var pool = ImageFolderPool.Open(Folder.Path);

        Assert.Equal(["Z.webp", "a.JPG", "a/Z.gif", "a/deep/er/x.bmp", "a/z.png", "b.png", "é.jpeg"], Keys(pool));
        Assert.Equal(3, pool.SkippedCount);
        Assert.Null(pool.Shape);
        Assert.Equal(Path.Combine(Folder.Path, "a", "z.png"), pool.FileOf(4));
    }

    [Fact]
    public void Parent_folders_are_labels_if_asked_for()
    {
        Put("train/cat/1.png", "val/cat/2.png", "ant/3.png", "loose.png");

        using ImageFolderPool labeled = ImageFolderPool.Open(Folder.Path, classFromFolder: true), unlabeled = ImageFolderPool.Open(Folder.Path);

        Assert.Equal(["ant", "cat"], labeled.LabelNames);
        Assert.Equal([0, -1, 1, 1], labeled.Labels!);   // ant/3.png loose.png train/cat/1.png val/cat/2.png
        Assert.Null(unlabeled.Labels);
        Assert.Null(unlabeled.LabelNames);
    }

    [Fact]
    public void Odd_names_are_names()
    {
        string[] names = ["-rf.png", "new\nline.png", "tab\t.png", "q\"uo'te.png", "😀.png", "e\u0301.png", "\u00e9.png", "a b.png", "%20.png", new string('x', 251) + ".png"];
        Put(names);

        using var pool = Open();

        Assert.Equal(names.Order(StringComparer.Ordinal), Keys(pool));
        for (int i = 0; i < pool.Count; i++) Assert.NotEmpty(Pixels(pool, i, 8));
    }

    [Fact]
    public void The_fingerprint_changes_with_the_listing_a_size_or_a_time()
    {
        Put("1.png", "2.png");
        var found = new List<string> { Fingerprint() };

        File.SetLastWriteTimeUtc(Path.Combine(Folder.Path, "1.png"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        found.Add(Fingerprint());
        Folder.Write("2.png", Picture.Append((byte)0).ToArray());
        found.Add(Fingerprint());
        File.Move(Path.Combine(Folder.Path, "1.png"), Path.Combine(Folder.Path, "3.png"));
        found.Add(Fingerprint());
        Put("notes.txt");

        Assert.Equal(4, found.Distinct().Count());
        Assert.Equal(found[^1], Fingerprint());
    }

    [Fact]
    public void Links_are_followed_once_and_never_in_circles()
    {
        using var elsewhere = new TemporaryFolder();
        elsewhere.Write("far.png", Picture);
        Put("a/1.png", "z/2.png");
        Link("a/up", "..");
        Link("a/self", ".");
        Link("again", "z");
        Link("outside", elsewhere.Path);
        Link("twice", elsewhere.Path);
        Link("z/one.png", "../a/1.png");
        Link("nowhere.png", "missing");
        Link("circle.png", "circle.png");
        Directory.CreateSymbolicLink(Path.Combine(elsewhere.Path, "back"), Folder.Path);

        using var pool = Open();

        Assert.Equal(["a/1.png", "circle.png", "nowhere.png", "outside/far.png", "z/2.png", "z/one.png"], Keys(pool));
        Assert.Equal(Pixels(pool, 0, 8), Pixels(pool, 5, 8));
        foreach (int broken in new[] { 1, 2 })
            Assert.Equal("is a link that leads to no file", Assert.Throws<InvalidDataException>(() => Pixels(pool, broken, 8)).Message);
    }

    [Fact]
    public void A_pool_reached_through_a_link_is_the_same_pool()
    {
        Put("x/1.png");
        using var elsewhere = new TemporaryFolder();
        string link = Path.Combine(elsewhere.Path, "link");
        Directory.CreateSymbolicLink(link, Path.Combine(Folder.Path, "x"));
        Link("x/round", link);

        using ImageFolderPool direct = ImageFolderPool.Open(Path.Combine(Folder.Path, "x")), linked = ImageFolderPool.Open(link);

        Assert.Equal(Keys(direct), Keys(linked));
        Assert.Equal(direct.Fingerprint, linked.Fingerprint);
    }

    [Fact]
    public void A_pipe_is_not_opened()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes in folders");
        Put("a.png");
        Shell("mkfifo \"$1/pipe.jpg\"");

        using var pool = Open();

        Assert.Equal(["a.png", "pipe.jpg"], Keys(pool));
        Assert.Equal("is 0 bytes (or no regular file)", Assert.Throws<InvalidDataException>(() => Pixels(pool, 1, 8)).Message);
    }

    [Fact]
    public void Names_that_are_not_valid_text_are_unreadable_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux allows such names");
        Put("a.png");
        Shell("cp \"$1/a.png\" \"$1/$(printf 'b\\377.png')\"; cp \"$1/a.png\" \"$1/$(printf 'b\\376.png')\"");

        using var pool = Open();

        string[] keys = Keys(pool);
        string reason = Assert.Throws<InvalidDataException>(() => Pixels(pool, 1, 8)).Message;
        Shell("rm \"$1\"/b*");   // .NET cannot delete what it cannot name

        Assert.Equal(["a.png", "b\ufffd.png"], keys);
        Assert.StartsWith("is gone, or has a name", reason);
    }

    [Fact]
    public void A_file_that_vanishes_is_unreadable_with_a_reason()
    {
        Put("a.png");
        using var pool = Open();
        File.Delete(Path.Combine(Folder.Path, "a.png"));

        Assert.StartsWith("is gone", Assert.Throws<InvalidDataException>(() => Pixels(pool, 0, 8)).Message);
    }

    [Fact]
    public void Sixty_levels_are_no_problem()
    {
        string deep = string.Concat(Enumerable.Repeat("d/", 60)) + "x.png";
        Put(deep);

        using var pool = Open();

        Assert.Equal([deep], Keys(pool));
    }

    [Fact]
    public void A_folder_without_images_says_what_was_looked_for()
    {
        Put("notes.txt", "sub/table.csv");

        string reason = Assert.Throws<InvalidDataException>(Open).Message;

        Assert.StartsWith($"{Folder.Path}: no image (.png .jpg .jpeg .webp .gif .bmp) here or in the folders below; 2 other files, such as 'notes.txt'.", reason);
        Assert.Throws<InvalidDataException>(() => ImageFolderPool.Open(Path.Combine(Folder.Path, "missing")));
    }

    [Fact]
    public void The_shorter_side_is_resized_and_the_middle_kept()
    {
        // 60 x 20: red, green and blue thirds; the middle square is the green one.
        byte[] thirds = [.. Enumerable.Range(0, 20).SelectMany(_ => Enumerable.Range(0, 60)).SelectMany(x => new[] { x / 20 == 0, x / 20 == 1, x / 20 == 2 }).Select(on => on ? (byte)255 : (byte)0)];
        Folder.Write("flag.png", MadeImages.Png(thirds, 60, 20));
        using var pool = Open();

        Assert.Equal(thirds.Skip(20 * 3).Take(20 * 3), Pixels(pool, 0, 20).Take(20 * 3));
        Assert.Equal([0, 255, 0], Pixels(pool, 0, 5).Skip(12 * 3).Take(3));
    }

    [Fact]
    public void Real_photographs_are_all_read()
    {
        using var pool = ImageFolderPool.Open(TestData.SharedOrSkip("odd", "04_exif"));

        for (int i = 1; i < pool.Count; i++)   // all ten show the same picture, whatever their orientation
            Assert.True(Pixels(pool, 0, 48).Zip(Pixels(pool, i, 48), (a, b) => Math.Abs(a - b)).Average() < 1.5, pool.Key(i));
    }

    string Fingerprint()
    {
        using var pool = Open();
        return pool.Fingerprint;
    }

    void Put(params string[] names)
    {
        foreach (string name in names) Folder.Write(name, Picture);
    }

    void Shell(string script) => Process.Start("sh", ["-c", script, "sh", Folder.Path]).WaitForExit();

    void Link(string name, string target) => File.CreateSymbolicLink(Path.Combine(Folder.Path, name), target);

    static string[] Keys(ImagePool pool) => [.. Enumerable.Range(0, pool.Count).Select(pool.Key)];
}
