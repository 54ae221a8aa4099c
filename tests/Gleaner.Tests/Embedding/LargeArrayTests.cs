using System.Globalization;
using System.Runtime.InteropServices;
using Xunit;

namespace Gleaner.Tests.Embedding;

public class LargeArrayTests
{
    [Theory, InlineData(0), InlineData(1000), InlineData(3_000_000)]
    public void An_array_has_the_length_and_keeps_what_is_written(int length)
    {
        var array = LargeArray.Allocate<float>(length);

        for (int i = 0; i < length; i++) array[i] = i;

        Assert.Equal(length, array.Length);
        Assert.All(Enumerable.Range(0, length / 1000), i => Assert.Equal(i * 1000, array[i * 1000]));
    }

    [Fact]
    public void Linux_is_asked_for_huge_pages()
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists("/sys/kernel/mm/transparent_hugepage")) Assert.Skip("no huge pages to ask for");
        var array = LargeArray.Allocate<long>(2 << 20);

        Assert.Contains(" hg", FlagsAt((ulong)Marshal.UnsafeAddrOfPinnedArrayElement(array, 1 << 20)));

        GC.KeepAlive(array);
    }

    // What /proc/self/smaps says of the mapping that an address is in.
    static string FlagsAt(ulong address)
    {
        bool inside = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            string[] range = line.Split(' ')[0].Split('-');
            if (range.Length == 2 && ulong.TryParse(range[0], NumberStyles.HexNumber, null, out ulong from) && ulong.TryParse(range[1], NumberStyles.HexNumber, null, out ulong to))
                inside = from <= address && address < to;
            else if (inside && line.StartsWith("VmFlags:", StringComparison.Ordinal)) return line;
        }
        return "";
    }
}
