using Xunit;

namespace Gleaner.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    readonly string _path = Directory.CreateTempSubdirectory("gleaner-run-").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void A_stage_is_made_once_while_nothing_changes()
    {
        int made = 0;
        for (int k = 0; k < 3; k++)
        {
            using var run = RunFolder.Open(_path);
            run.Make("embed", Inputs("a"), ["out.txt"], _ => File.WriteAllText(run["out.txt"], $"{++made}"));
        }

        Assert.Equal("1", File.ReadAllText(Path.Combine(_path, "out.txt")));
    }

    [Fact]
    public void What_changed_is_said_with_both_values()
    {
        using var run = RunFolder.Open(_path);
        Assert.Equal("it was not made yet", run.WhyStale("embed", Inputs("20")));
        run.Make("embed", Inputs("20"), ["out.txt"], _ => File.WriteAllText(run["out.txt"], "x"));

        Assert.Null(run.WhyStale("embed", Inputs("20")));
        Assert.Equal("epochs was 20 and is 30", run.WhyStale("embed", Inputs("30")));
        Assert.Equal("seed is new", run.WhyStale("embed", new Dictionary<string, string> { ["epochs"] = "20", ["seed"] = "1" }));
        Assert.Equal("epochs was 20 and is not given", run.WhyStale("embed", new Dictionary<string, string>()));
    }

    [Fact]
    public void A_missing_or_changed_file_is_made_again_and_a_touched_one_is_not()
    {
        using var run = RunFolder.Open(_path);
        run.Make("embed", Inputs("a"), ["out.txt"], _ => File.WriteAllText(run["out.txt"], "x"));

        File.SetLastWriteTimeUtc(run["out.txt"], new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Null(run.WhyStale("embed", Inputs("a")));
        File.WriteAllText(run["out.txt"], "y");
        Assert.Equal("out.txt was changed", run.WhyStale("embed", Inputs("a")));
        File.Delete(run["out.txt"]);
        Assert.Equal("out.txt is missing", run.WhyStale("embed", Inputs("a")));
    }

    [Fact]
    public void A_damaged_record_means_making_it_again()
    {
        using var run = RunFolder.Open(_path);
        run.Make("embed", Inputs("a"), [], _ => { });
        File.WriteAllText(run["cache/embed.json"], "{ \"stage\": ");

        Assert.Equal("it was not made yet", run.WhyStale("embed", Inputs("a")));
    }

    [Fact]
    public void An_interrupted_stage_finds_what_it_left_and_another_one_does_not()
    {
        using var run = RunFolder.Open(_path);
        Assert.Throws<OperationCanceledException>(() => run.Make("embed", Inputs("a"), [], work =>
        {
            File.WriteAllText(Path.Combine(work.UnfinishedFolder, "half"), "done");
            work.Saved();
            throw new OperationCanceledException();
        }));

        Assert.Equal("it was interrupted", run.WhyStale("embed", Inputs("a")));
        bool continues = false;
        var record = run.Make("embed", Inputs("a"), [], work => continues = work.Continues && File.Exists(Path.Combine(work.UnfinishedFolder, "half")));
        Assert.True(continues);
        Assert.True(record.Seconds > 0);

        run.Make("embed", Inputs("b"), [], work => Assert.Empty(Directory.GetFiles(work.UnfinishedFolder)));
        Assert.Empty(Directory.GetDirectories(run["cache"]));
    }

    [Fact]
    public void A_folder_that_is_read_gives_its_stages_to_many_and_takes_none()
    {
        Assert.Throws<DirectoryNotFoundException>(() => RunFolder.OpenToRead(_path));
        using (var run = RunFolder.Open(_path)) run.Make("embed", Inputs("a"), [], work => work.Facts["n"] = "1");

        using var one = RunFolder.OpenToRead(_path);
        using var other = RunFolder.OpenToRead(_path);

        Assert.Equal("1", one.Make("embed", Inputs("a"), [], _ => Assert.Fail("it is there")).Facts["n"]);
        Assert.Equal("1", other.Find("embed")!.Facts["n"]);
        Assert.Contains("open to be read only", Assert.Throws<InvalidOperationException>(() => other.Make("embed", Inputs("b"), [], _ => { })).Message);
    }

    [Fact]
    public void Two_processes_do_not_share_a_run_folder()
    {
        using var run = RunFolder.Open(_path);

        var error = Assert.Throws<IOException>(() => RunFolder.Open(_path));

        Assert.Contains("another process works in this run folder", error.Message);
        Assert.False(RunFolder.IsFree(_path));
        run.Dispose();
        Assert.True(RunFolder.IsFree(_path));
        Assert.True(RunFolder.IsFree(Path.Combine(_path, "nowhere")));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        string file = Path.Combine(_path, "file");
        File.WriteAllText(file, "");

        Assert.StartsWith(file, Assert.Throws<IOException>(() => RunFolder.Open(Path.Combine(file, "run"))).Message);
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file()
    {
        string path = Path.Combine(_path, "a.txt");
        File.WriteAllText(path, "old");

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));

        Assert.Equal("old", File.ReadAllText(path));
    }

    static Dictionary<string, string> Inputs(string epochs) => new() { ["epochs"] = epochs };
}
