using System.Text;
using Xunit;

namespace Gleaner.Tests.Runs;

public sealed class EventFileTests : IDisposable
{
    const long Start = 1_700_000_000;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// A training that was killed after step 5 and goes on after step 3 (tests/fixtures/events/make_events.py).
    [Fact]
    public void A_continued_training_reads_as_what_PyTorch_writes()
    {
        string first = Write(Start, resumedAt: 0, from: 0, to: 5), second = Write(Start + 100, resumedAt: 3, from: 4, to: 6);

        Assert.Equal(Fixture(Start), EventReader.Read(first));
        Assert.Equal(Fixture(Start + 100), EventReader.Read(second));
    }

    [Fact]
    public void The_steps_that_are_made_again_are_forgotten_and_the_others_are_not()
    {
        Write(Start, resumedAt: 0, from: 0, to: 5);
        Write(Start + 100, resumedAt: 3, from: 4, to: 6);

        Assert.Equal([0, 1, 2, 3, 4, 5, 6], Shown().Select(e => (int)e.Step));
        Assert.Equal([0, 0, 0, 0, 100, 100, 100], Shown().Select(e => (int)(e.WallTime - Start)));
    }

    [Fact]
    public void A_training_from_the_beginning_forgets_everything_that_is_there()
    {
        Write(Start, resumedAt: 0, from: 0, to: 5);
        Write(Start + 100, resumedAt: 0, from: 0, to: 1);

        Assert.Equal([0, 1], Shown().Select(e => (int)e.Step));
    }

    [Fact]
    public void Files_sort_in_the_order_of_their_making_whatever_the_clock_says()
    {
        string[] made = [Write(Start, 0, 0, 1), Write(Start, 1, 2, 2), Write(Start - 500, 2, 3, 3)];

        Assert.Equal(made, Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal));
        Assert.Equal("events.out.tfevents.1700000002.gleaner", Path.GetFileName(made[2]));
    }

    [Fact]
    public void A_file_can_be_read_while_it_is_written()
    {
        using var file = new EventFile(_folder.Path, 0, new Clock(Start));
        file.Write(1, ("loss", 2));

        Assert.Contains(new ReadEvent(Start + 0.25, 1, "loss", 2), EventReader.Read(file.FullName));
    }

    [Theory]
    [InlineData("123456789", 0xe3069283)]                                              // the check value of every catalogue of CRCs
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 0x8a9136aa)]   // RFC 3720, B.4: 32 zeros
    [InlineData("", 0)]
    public void Checksums_are_those_of_the_standard(string text, uint expected) => Assert.Equal(expected, RecordFraming.Crc32C(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Long_names_and_large_steps_survive()
    {
        string name = new('n', 300);
        using var file = new EventFile(_folder.Path, 0, new Clock(Start));
        file.Write(int.MaxValue, (name, -1e30), ("größe", double.PositiveInfinity));

        Assert.Equal([new ReadEvent(Start + 0.25, int.MaxValue, name, -1e30f), new ReadEvent(Start + 0.25, int.MaxValue, "größe", float.PositiveInfinity)], EventReader.Read(file.FullName)[2..]);
    }

    string Write(long seconds, int resumedAt, int from, int to)
    {
        using var file = new EventFile(_folder.Path, resumedAt, new Clock(seconds));
        for (int step = from; step <= to; step++)
            file.Write(step, ("loss", 5.25 - step / 3.0 + (resumedAt > 0 ? 0.001 : 0)), ("collapse/spread", step == 2 ? double.NaN : 1.0 / (step + 1)));
        return file.FullName;
    }

    /// What TensorBoard shows of one tag: a START after the first drops what was read of its step and later ones (plugin_event_accumulator.py).
    List<ReadEvent> Shown()
    {
        var shown = new List<ReadEvent>();
        int starts = 0;
        foreach (var e in Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal).SelectMany(EventReader.Read))
        {
            if (e.Tag == "START" && starts++ > 0) shown.RemoveAll(s => s.Step >= e.Step);
            else if (e.Tag == "loss") shown.Add(e);
        }
        return shown;
    }

    /// PyTorch repeats the file's version before START.
    static List<ReadEvent> Fixture(long seconds)
    {
        var events = EventReader.Read(TestData.InRepository("tests", "fixtures", "events", $"events.out.tfevents.{seconds}.torch"));
        Assert.Equal("brain.Event:2", events[1].Tag);
        events.RemoveAt(1);
        return events;
    }

    sealed class Clock(long seconds) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(seconds * 1000 + 250);
    }
}
