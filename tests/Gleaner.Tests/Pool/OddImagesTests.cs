using System.Globalization;
using Xunit;

namespace Gleaner.Tests;

/// <summary>Every odd or broken image of the shared collection gets the verdict, the size and the mean colour that its manifest lists.</summary>
public sealed class OddImagesTests
{
    /// <summary>Why not 0: lossy files, for which the manifest states its own tolerance.</summary>
    static double MeanTolerance(string path) => path switch
    {
        "02_modes/cmyk.jpg" => 3,
        "01_valid/progressive.jpg" => 2,
        _ => path.EndsWith(".png", StringComparison.Ordinal) && !path.Contains("jpeg_named") || path.EndsWith(".bmp", StringComparison.Ordinal) ? 0.006 : 1,
    };

    /// <remarks>Where the manifest leaves the choice to us: a file that lacks only its end mark is rejected like any other that is not whole.</remarks>
    public static TheoryData<string, string, string, string> Rows()
    {
        var rows = new TheoryData<string, string, string, string>();
        if (TestData.Shared("odd", "manifest.csv") is not { } manifest) rows.Add("", "", "", "");
        else
        {
            foreach (string line in File.ReadLines(manifest).Skip(1))
                if (line.Replace("\"decode or reject, reported\"", "reject", StringComparison.Ordinal).Split(',') is var c) rows.Add(c[0], c[2], $"{c[3]} x {c[4]}", c[6]);
        }
        return rows;
    }

    [Theory, MemberData(nameof(Rows))]
    public void Has_the_verdict_of_the_manifest(string path, string expect, string size, string mean)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(TestData.SharedOrSkip("odd"), path));

        if (expect is "reject" or "skip" || path.EndsWith(".tiff", StringComparison.Ordinal) || path.EndsWith(".ppm", StringComparison.Ordinal))
        {
            string reason = Assert.Throws<InvalidDataException>(() => { ImageFile.Decode(file); }).Message;
            TestContext.Current.TestOutputHelper?.WriteLine(reason);
            Assert.Matches("^(is 0 bytes|starts with|PNG ends early|JPEG ends early|PNG is damaged|JPEG is damaged|declares)", reason);
            return;
        }

        var (rgb, width, height) = ImageFile.Decode(file);

        Assert.Equal(size, $"{width} x {height}");
        if (mean == "") return;   // the animated GIF, whose colours the manifest does not list
        double[] expected = [.. mean.Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
        double[] found = [.. Enumerable.Range(0, 3).Select(c => rgb.Where((_, i) => i % 3 == c).Average(v => (double)v))];
        for (int c = 0; c < 3; c++) Assert.Equal(expected[c], found[c], MeanTolerance(path));
    }
}
