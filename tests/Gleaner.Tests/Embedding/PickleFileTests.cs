using System.Diagnostics;
using System.Security.Cryptography;
using Xunit;

namespace Gleaner.Tests;

public sealed class PickleFileTests
{
    [Theory]
    [InlineData("short", new[] { 0, 255, 256, 65535, 65536, int.MaxValue, -1 })]
    [InlineData("empty", new int[0])]
    [InlineData("one", new[] { 7824 })]
    public void A_short_list_is_the_bytes_of_Python(string fixture, int[] values) =>
        Assert.Equal(EmbeddingFixture.Bytes($"list-{fixture}.pkl"), Written(values));

    [Fact]
    public void A_list_of_several_batches_is_the_bytes_of_Python() =>
        Assert.Equal(EmbeddingFixture.Bytes("list-long.pkl"), Written([.. Enumerable.Range(0, 2001).Select(i => i * 37 % 50021)]));

    [Fact]
    public void A_list_of_several_frames_is_the_bytes_of_Python()
    {
        // sha256 of pickle.dumps(list(range(200000)), protocol=4), Python 3.11
        const string Expected = "fdeab9825ef355cfd47eba5fecfc206aea947a8c260cd47aa5a5bc4cfdf8e840";

        Assert.Equal(Expected, Convert.ToHexStringLower(SHA256.HashData(Written([.. Enumerable.Range(0, 200_000)]))));
    }

    [Fact]
    public void Python_reads_what_is_written()
    {
        int[] values = [.. Enumerable.Range(0, 50_000).Select(i => i * 7919 % 60_013 - 5)];
        using var folder = new TemporaryFolder();
        string path = folder.Write("list.pkl", Written(values));

        string printed = Python($"import pickle, sys; a = pickle.load(open(sys.argv[1], 'rb')); print(type(a).__name__, len(a), sum(i * v for i, v in enumerate(a)))", path);

        Assert.Equal($"list {values.Length} {values.Select((v, i) => (long)i * v).Sum()}", printed.Trim());
    }

    static string Python(string program, string argument)
    {
        try
        {
            using var python = Process.Start(new ProcessStartInfo("python3", ["-c", program, argument]) { RedirectStandardOutput = true })!;
            return python.StandardOutput.ReadToEnd();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("python3 is not installed.");
            throw;
        }
    }

    static byte[] Written(int[] values)
    {
        using var stream = new MemoryStream();
        PickleFile.WriteIntList(stream, values);
        return stream.ToArray();
    }
}
