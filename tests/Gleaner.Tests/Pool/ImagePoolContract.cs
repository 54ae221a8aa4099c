using Xunit;

namespace Gleaner.Tests;

/// <summary>What every pool promises, whatever it is read from.</summary>
public abstract class ImagePoolContract : IDisposable
{
    private protected readonly TemporaryFolder Folder = new();

    /// <summary>Writes a pool of a few readable images into the folder.</summary>
    protected abstract void WritePool();

    protected abstract ImagePool OpenFolder();

    /// <summary>Opens what the test wrote, or else the usual few images.</summary>
    private protected ImagePool Open()
    {
        if (!Directory.EnumerateFileSystemEntries(Folder.Path).Any()) WritePool();
        return OpenFolder();
    }

    [Fact]
    public void Keys_are_unique_and_there_is_a_label_for_each()
    {
        using var pool = Open();

        string[] keys = [.. Enumerable.Range(0, pool.Count).Select(pool.Key)];

        Assert.NotEmpty(keys);
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.True(pool.Labels is null || pool.Labels.Length == pool.Count);
    }

    [Fact]
    public void Opening_again_gives_the_same_keys_pixels_and_fingerprint()
    {
        using ImagePool first = Open(), second = Open();

        Assert.Equal(first.Fingerprint, second.Fingerprint);
        Assert.Matches("^[0-9a-f]{32}$", first.Fingerprint);
        for (int i = 0; i < first.Count; i++)
        {
            Assert.Equal(first.Key(i), second.Key(i));
            Assert.Equal(Pixels(first, i, 16), Pixels(second, i, 16));
        }
    }

    [Theory]
    [InlineData(1), InlineData(7), InlineData(32), InlineData(130)]
    public void Any_size_is_filled(int size)
    {
        using var pool = Open();

        byte[] rgb = Pixels(pool, 0, size);

        Assert.Contains(rgb, value => value > 0);
    }

    [Fact]
    public void Several_threads_read_what_one_reads()
    {
        using var pool = Open();
        byte[][] alone = [.. Enumerable.Range(0, pool.Count).Select(i => Pixels(pool, i, 9))], together = new byte[pool.Count * 8][];

        Parallel.For(0, together.Length, i => together[i] = Pixels(pool, i % pool.Count, 9));

        for (int i = 0; i < together.Length; i++) Assert.Equal(alone[i % pool.Count], together[i]);
    }

    [Fact]
    public void Wrong_arguments_are_the_callers_fault()
    {
        using var pool = Open();

        foreach (int index in new[] { -1, pool.Count })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => pool.Key(index));
            Assert.Throws<ArgumentOutOfRangeException>(() => pool.Read(index, 2, new byte[12]));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Read(0, 0, []));
        Assert.Throws<ArgumentException>(() => pool.Read(0, 2, new byte[11]));
        Assert.Throws<ArgumentException>(() => pool.Read(0, 40_000, new byte[12]));
    }

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    internal static byte[] Pixels(ImagePool pool, int index, int size)
    {
        var rgb = new byte[size * size * 3];
        pool.Read(index, size, rgb);
        return rgb;
    }
}
