using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Gleaner.Tests.Runs;

public sealed class MetricsLogTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string File => Path.Combine(_folder.Path, "metrics.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_line_is_one_JSON_object_with_the_step_first()
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "minus" } };
        try
        {
            using var log = new MetricsLog(File);
            log.Write(1, ("loss", -5.25), ("lr", 1e-7), ("spread", double.NaN), ("rate", double.PositiveInfinity), ("a\"b", 3));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        Assert.Equal("""{"step":1,"loss":-5.25,"lr":1E-07,"spread":null,"rate":null,"a\u0022b":3}""" + "\n", Text);
    }

    [Fact]
    public void Lines_can_be_read_while_the_file_is_written()
    {
        using var log = new MetricsLog(File);
        log.Write(1, ("loss", 0.1));
        log.Write(2, ("loss", 0.2));

        using var reader = new StreamReader(new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));

        Assert.Equal("{\"step\":1,\"loss\":0.1}\n{\"step\":2,\"loss\":0.2}\n", reader.ReadToEnd());
    }

    [Fact]
    public void A_training_killed_at_any_byte_goes_on_without_gap_or_repetition()
    {
        string whole = string.Concat(Enumerable.Range(0, 6).Select(Line));
        for (int written = 0; written <= whole.Length; written++)
        {
            _folder.Write("metrics.jsonl", whole[..written]);
            int last = whole[..written].Count(c => c == '\n') - 1, resumedAt = Math.Clamp(last, 0, 3);   // the checkpoint is of step 3, or of the last line

            using (var log = new MetricsLog(File, resumedAt))
                for (int step = resumedAt == 0 ? 0 : resumedAt + 1; step < 6; step++) log.Write(step, ("loss", step / 8.0));

            Assert.Equal(whole, Text);
        }
    }

    [Fact]
    public void From_the_beginning_nothing_is_kept()
    {
        _folder.Write("metrics.jsonl", Line(0) + Line(1) + Line(2));

        new MetricsLog(File).Dispose();

        Assert.Equal("", Text);
    }

    [Fact]
    public void Going_on_after_the_last_line_leaves_the_file_alone()
    {
        _folder.Write("metrics.jsonl", Line(1) + Line(2));
        System.IO.File.SetLastWriteTimeUtc(File, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        new MetricsLog(File, resumedAt: 7).Dispose();

        Assert.Equal(2020, System.IO.File.GetLastWriteTimeUtc(File).Year);
    }

    [Fact]
    public void No_step_is_written_twice()
    {
        _folder.Write("metrics.jsonl", Line(1) + Line(2));
        using var log = new MetricsLog(File, resumedAt: 2);

        Assert.Contains("a step above 2", Assert.Throws<ArgumentOutOfRangeException>(() => log.Write(2, ("loss", 1))).Message);
        log.Write(4, ("loss", 1));
        Assert.Contains("a step above 4", Assert.Throws<ArgumentOutOfRangeException>(() => log.Write(3, ("loss", 1))).Message);
    }

    [Theory, InlineData("loss"), InlineData("step")]
    public void No_name_is_written_twice(string name)
    {
        using var log = new MetricsLog(File);

        Assert.Contains($"\"{name}\" is there twice", Assert.Throws<ArgumentException>(() => log.Write(1, ("loss", 1), (name, 2))).Message);
        Assert.Equal("", Text);
    }

    [Theory]
    [InlineData("notes of mine\n", "line 1 is \"notes of mine\"")]
    [InlineData("{\"step\":1}\n{\"loss\":1,\"step\":2}\n", "line 2")]
    [InlineData("{\"step\":2}\n{\"step\":1}\n", "line 2")]
    [InlineData("{\"step\":\"1\"}\n", "line 1")]
    [InlineData("{\"step\":1\n{\"step\":2}\n", "line 1")]
    public void A_file_of_something_else_is_refused_and_left_as_it_was(string text, string expected)
    {
        _folder.Write("metrics.jsonl", text);

        var error = Assert.Throws<InvalidDataException>(() => new MetricsLog(File, resumedAt: 5));

        Assert.StartsWith(File, error.Message);
        Assert.Contains(expected, error.Message);
        Assert.Equal(text, Text);
    }

    [Fact]
    public void Every_float_comes_back_as_it_was()
    {
        double[] values = [0.1f, 1 / 3.0, double.Epsilon, double.MaxValue, -0.0, 123456789.125];
        using (var log = new MetricsLog(File))
            for (int step = 0; step < values.Length; step++) log.Write(step, ("x", values[step]));

        Assert.Equal(values, System.IO.File.ReadLines(File).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("x").GetDouble()));
    }

    static string Line(int step) => string.Create(CultureInfo.InvariantCulture, $"{{\"step\":{step},\"loss\":{step / 8.0}}}\n");

    string Text => System.IO.File.ReadAllText(File);
}
