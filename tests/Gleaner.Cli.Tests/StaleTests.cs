using Xunit;

namespace Gleaner.Cli.Tests;

/// What is kept in a run folder is used only while all that it depends on is what it was.
public sealed class StaleTests : TempFolder
{
    static readonly string[] Quick = ["--image-size", "16", "--threads", "1"];

    [Fact]
    public void Another_array_of_the_same_file_is_another_embedding()
    {
        WriteEmbedding("a.npy", 60, 8);
        WriteEmbedding("b.npy", 60, 8, values => values.AsSpan().Reverse());
        using (var archive = System.IO.Compression.ZipFile.Open(At("both.npz"), System.IO.Compression.ZipArchiveMode.Create))
            foreach (string name in new[] { "a.npy", "b.npy" }) System.IO.Compression.ZipFileExtensions.CreateEntryFromFile(archive, At(name), name);
        int[] Chosen(string array, string run)
        {
            Tool.Run(Folder, "select", "both.npz", "--array", array, "--count", "12", "--classes", "kmeans:5", "--out", run).Is(0);
            return IntegersFile.Read(At(run, "subset.npy"));
        }

        int[] a = Chosen("a", "run"), b = Chosen("b", "run");

        Assert.NotEqual(a, b);
        Assert.Equal(Chosen("b", "fresh"), b);
    }

    [Fact]
    public void Scores_follow_what_stands_in_them_also_where_the_subset_stays()
    {
        WriteEmbedding("e.npy", 60, 8);
        File.WriteAllLines(At("given.txt"), Enumerable.Range(0, 60).Select(i => i % 2 == 0 ? "0" : "1"));
        string[] Column(int column) => [.. File.ReadLines(At("run", "scores.csv")).Skip(1).Select(line => line.Split(',')[column]).Distinct().Order()];
        void Select(params string[] more) => Tool.Run(Folder, ["select", "e.npy", "--count", "12", "--out", "run", .. more]).Is(0);
        Select("--classes", "given:given.txt");
        int place = Array.IndexOf(File.ReadLines(At("run", "scores.csv")).First().Split(','), "class");
        Assert.Equal(["0", "1"], Column(place));

        File.WriteAllLines(At("given.txt"), Enumerable.Range(0, 60).Select(i => i % 2 == 0 ? "5" : "7")); // the same classes under other numbers
        Select("--classes", "given:given.txt");
        Assert.Equal(["5", "7"], Column(place));

        Select("--classes", "kmeans:5", "--objective", "hierarchical"); // whose order knows no classes
        Select("--classes", "kmeans:10", "--objective", "hierarchical");
        Assert.Equal(10, Column(place).Length);
    }

    [Fact]
    public void A_contact_sheet_shows_the_images_as_they_are_decoded()
    {
        string pool = WriteImages("pool", 40);
        void Select(string size) => Tool.Run(Folder, "select", pool, "--objective", "random", "--count", "10", "--image-size", size, "--out", "run").Is(0);
        Select("16");
        string small = ContentHash.OfFile(At("run", "contact-sheet.png"));

        Select("28");

        Assert.NotEqual(small, ContentHash.OfFile(At("run", "contact-sheet.png")));
    }

    [Fact]
    public void Labels_of_a_list_are_looked_at_again_when_they_change()
    {
        WriteImages("images", 60);
        string[] files = [.. Directory.GetFiles(At("images"), "*.png", SearchOption.AllDirectories).OrderBy(Path.GetFileName)];
        void Write(Func<int, string> label) => File.WriteAllLines(At("pool.csv"), files.Select((file, i) => $"{file},{label(i)}").Prepend("path,label"));
        string[] select = ["select", "pool.csv", "--objective", "balanced", "--classes", "given:given.txt", "--count", "10", "--agreement", "labels", "--export", "folder", "--out", "run", .. Quick],
            supervised = ["supervised", "pool.csv", "--epochs", "1", "--width", "0.125", "--out", "trained", .. Quick];
        File.WriteAllLines(At("given.txt"), Enumerable.Range(0, 60).Select(i => i % 2 == 0 ? "0" : "1"));
        string Purity() => File.ReadAllText(At("run", "cache", "agree.json"));
        Write(i => i % 2 == 0 ? "even" : "odd");
        Tool.Run(Folder, select).Is(0);
        Tool.Run(Folder, supervised).Is(0);
        string before = Purity(), exported = File.ReadAllText(At("run", "export", "kept.csv"));

        Write(i => i % 3 == 0 ? "even" : "odd");
        Tool.Run(Folder, select).Is(0);

        Assert.NotEqual(before, Purity());
        Assert.NotEqual(exported, File.ReadAllText(At("run", "export", "kept.csv")));
        Assert.Contains("labels is", Tool.Run(Folder, supervised).Is(2).Error);
    }

    [Fact]
    public void An_order_that_is_gone_is_written_again()
    {
        string[] supervised = ["supervised", WriteImages("pool", 40), "--epochs", "1", "--width", "0.125", "--batch", "20", "--out", "run", .. Quick];
        Tool.Run(Folder, supervised).Is(0);
        string order = Directory.GetFiles(At("run", "orders")).Order(StringComparer.Ordinal).First();
        byte[] bytes = File.ReadAllBytes(order);
        File.Delete(order);

        Tool.Run(Folder, supervised).Is(0);

        Assert.Equal(bytes, File.ReadAllBytes(order));
    }

    /// As after a failure of a network drive: the file has not changed, and can be read the next time.
    [Fact]
    public void An_image_that_could_not_be_opened_is_tried_again()
    {
        string pool = WriteImages("pool", 40);
        string[] select = ["select", pool, "--objective", "random", "--count", "10", "--out", "run", .. Quick];
        using (new FileStream(Directory.GetFiles(pool, "*.png", SearchOption.AllDirectories)[0], FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            Tool.Run(Folder, select).Is(0);
        Assert.Equal(1, RunManifest.Read(At("run", "manifest.json")).Pool.Unreadable);

        Assert.Contains("can be read now", Tool.Run(Folder, select).Is(0).Error);

        Assert.Equal(0, RunManifest.Read(At("run", "manifest.json")).Pool.Unreadable);
        Assert.Contains("read     as before", Tool.Run(Folder, select).Is(0).Error);
    }

    [Fact]
    public void A_report_is_not_made_of_files_that_the_manifest_does_not_speak_of()
    {
        string pool = WriteImages("pool", 60);
        string[] select = ["select", pool, "--proxy-epochs", "1", "--proxy-width", "0.125", "--count", "12", "--out", "run", .. Quick];
        Tool.Run(Folder, select).Is(0);
        Tool.Run(Folder, "report", "run").Is(0);
        Directory.CreateDirectory(At("taken"));
        File.WriteAllText(At("taken", "mine.txt"), "");
        Tool.Run(Folder, [.. select, "--objective", "herding", "--copy-to", "taken"]).Is(2); // what is in the run folder belongs together all the same
        Assert.Contains("by herding", File.ReadAllText(At("run", "report.html")));
        Tool.Run(Folder, "report", "run").Is(0);
        Tool.Run(Folder, select).Is(0);
        string manifest = File.ReadAllText(At("run", "manifest.json"));

        Tool.Run(Folder, [.. select, "--objective", "k-center"]).Is(0);
        File.WriteAllText(At("run", "manifest.json"), manifest); // as if it had been killed before it was written

        Assert.Contains("is not the one that manifest.json speaks of", Tool.Run(Folder, "report", "run").Is(3).Error);
        Tool.Run(Folder, select).Is(0);
        Tool.Run(Folder, "report", "run").Is(0);
    }
}
