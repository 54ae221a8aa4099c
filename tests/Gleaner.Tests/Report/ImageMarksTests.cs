using Xunit;

namespace Gleaner.Tests.Report;

public sealed class ImageMarksTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Marks_are_lists_that_select_reads_in_the_order_of_marking()
    {
        using var run = Run();
        using var marks = Open(run);

        foreach (int m in new[] { 7, 0, 3 }) marks.Set(m, ImageMark.Keep);
        marks.Set(5, ImageMark.Exclude);

        Assert.Equal([8, 0, 4], Listed(marks.KeepFile)); // image 1 is unreadable, so row 7 is image 8
        Assert.Equal([6], Listed(marks.ExcludeFile));
        Assert.Equal((3, 1), (marks.Kept, marks.Excluded));
        Assert.Contains("4,images/4.png", File.ReadAllLines(marks.KeepFile));
    }

    [Fact]
    public void An_image_is_in_one_list_at_most_and_can_leave_both()
    {
        using var run = Run();
        using var marks = Open(run);
        marks.Set(3, ImageMark.Keep);

        marks.Set(3, ImageMark.Exclude);
        var (keep, exclude) = (Listed(marks.KeepFile), Listed(marks.ExcludeFile));
        marks.Set(3, ImageMark.None);

        Assert.Empty(keep);
        Assert.Equal([4], exclude);
        Assert.Empty(Listed(marks.ExcludeFile));
        Assert.Equal(ImageMark.None, marks[3]);
    }

    [Fact]
    public void They_are_there_after_a_restart_with_names_that_hold_anything()
    {
        using var run = Run();
        using (var before = Open(run))
        {
            before.Set(2, ImageMark.Keep);
            before.Set(0, ImageMark.Keep); // the hostile name: commas, quotes, a line end
        }

        using var after = Open(run);
        after.Set(1, ImageMark.Keep);

        Assert.Equal([3, 0, 2], Listed(after.KeepFile));
        Assert.Equal(ImageMark.Keep, after[0]);
    }

    [Fact]
    public void Two_processes_cannot_have_them_open_and_the_second_is_told()
    {
        using var run = Run();
        using (Open(run))
        {
            var error = Assert.Throws<IOException>(() => Open(run));
            Assert.Contains("another gleaner view writes these marks", error.Message);
            Assert.Contains("--marks", error.Message);
        }
        Open(run).Dispose();
    }

    [Theory]
    [InlineData("marks-keep.csv", "index,key\n1,b.png\n", "image 1 cannot be read")]
    [InlineData("marks-keep.csv", "index,key\n99,b.png\n", "image 99; expected 0 to 60")]
    [InlineData("marks-keep.csv", "index,key\n4,\n4,\n", "is image 4, which is listed before")]
    [InlineData("marks-exclude.csv", "index,key\n2,\n", "image 2 is in ")]
    [InlineData("marks-exclude.csv", "a,b\n2,\n", "expected one named index or key")]
    public void A_list_that_cannot_be_is_refused_and_the_lock_is_given_back(string name, string content, string says)
    {
        using var run = Run();
        if (name != "marks-keep.csv") _folder.Write("run/marks-keep.csv", "index,key\n2,\n");
        _folder.Write("run/" + name, content);

        Assert.Contains(says, Assert.Throws<InvalidDataException>(() => Open(run)).Message);

        File.Delete(Path.Combine(run.Path, name));
        Open(run).Dispose();
    }

    [Fact]
    public void A_list_by_name_is_read_too()
    {
        using var run = Run();
        _folder.Write("run/marks-exclude.csv", "key\nimages/4.png\nimages/9.png\n");

        using var marks = Open(run);

        Assert.Equal((ImageMark.Exclude, ImageMark.Exclude, 2), (marks[3], marks[8], marks.Excluded));
    }

    [Fact]
    public void After_a_write_that_failed_the_same_mark_is_written_the_next_time()
    {
        using var run = Run();
        using var marks = Open(run);
        string inTheWay = Directory.CreateDirectory(marks.KeepFile + ".unfinished").FullName;

        Assert.ThrowsAny<Exception>(() => marks.Set(3, ImageMark.Keep));
        Directory.Delete(inTheWay);
        marks.Set(3, ImageMark.Keep);

        Assert.Equal([4], Listed(marks.KeepFile));
    }

    SelectRun Run() => SelectRun.Open(MadeRun.Write(_folder), withDetails: true);

    static ImageMarks Open(SelectRun run) => ImageMarks.Open(Path.Combine(run.Path, "marks"), run.Scores, run.Manifest.Pool.Count);

    // As select does.
    static int[] Listed(string file) => ImageList.Read(file).In(61, i => $"images/{i}.png");
}
