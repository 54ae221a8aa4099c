using Xunit;

namespace Gleaner.Cli.Tests;

public sealed class ReportTests : TempFolder
{
    [Fact]
    public void A_selection_writes_its_report_unless_told_not_to()
    {
        string embedding = WriteEmbedding("e.npy", 300, 10);

        var first = Tool.Run(Folder, "select", embedding, "--count", "30", "--out", "run").Is(0);

        Assert.Contains("report.html", first.Output);
        Assert.Contains("Kept 30 of 300 images (10 %) by facility-location", File.ReadAllText(At("run", "report.html")));
        Assert.Contains("gain when it was ranked, logarithmic", File.ReadAllText(At("run", "report.html"))); // a few first picks gain tens, the others parts of one
        Assert.DoesNotContain("--objective", File.ReadAllText(At("run", "report.html"))); // the command in it leaves defaults out
        byte[] whole = File.ReadAllBytes(At("run", "report.html"));
        Assert.Equal("other.html", Tool.Run(Folder, "report", "run", "--out", "other.html").Is(0).Output.Trim());
        Assert.Equal(whole, File.ReadAllBytes(At("other.html")));

        var without = Tool.Run(Folder, "select", embedding, "--count", "40", "--out", "run", "--no-report").Is(0);

        Assert.DoesNotContain("report.html", without.Output);
        Assert.False(File.Exists(At("run", "report.html"))); // that of 30 images would be wrong now
        Assert.Equal(Path.Combine("run", "report.html"), Tool.Run(Folder, "report", "run").Is(0).Output.Trim());
        Assert.Contains("Kept 40 of 300", File.ReadAllText(At("run", "report.html")));
    }

    [Fact]
    public void A_report_reads_the_run_folder_and_nothing_else()
    {
        string pool = WriteImages("pool", 60);
        Tool.Run(Folder, "select", pool, "--count", "10", "--objective", "balanced", "--classes", "labels", "--image-size", "16", "--out", "run").Is(0);
        byte[] before = File.ReadAllBytes(At("run", "report.html"));
        Directory.Delete(pool, recursive: true);
        Directory.Move(At("run"), At("moved"));

        Tool.Run(Folder, "report", "moved", "--out", "report.html").Is(0);

        Assert.Equal(before, File.ReadAllBytes(At("report.html")));
    }

    [Fact]
    public void What_is_no_finished_run_is_refused_and_an_earlier_report_stays()
    {
        Directory.CreateDirectory(At("empty"));
        Assert.Contains("no such folder", Tool.Run(Folder, "report", "nowhere").Is(3).Error);
        Assert.Contains("no manifest.json and no comparison.json", Tool.Run(Folder, "report", "empty").Is(3).Error);
        Assert.Contains("this is a folder", Tool.Run(Folder, "report", "empty", "--out", "empty").Is(2).Error);

        Tool.Run(Folder, "select", WriteEmbedding("e.npy", 50, 10), "--count", "10", "--out", "run").Is(0);
        byte[] before = File.ReadAllBytes(At("run", "report.html"));
        string[] rows = File.ReadAllLines(At("run", "scores.csv"));
        File.WriteAllLines(At("run", "scores.csv"), rows[..^1]);

        Assert.Contains("scores.csv has 49 images", Tool.Run(Folder, "report", "run").Is(3).Error);
        Assert.Equal(before, File.ReadAllBytes(At("run", "report.html")));
    }
}
