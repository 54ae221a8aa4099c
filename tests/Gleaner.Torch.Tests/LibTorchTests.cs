using System.Runtime.InteropServices;

namespace Gleaner.Torch.Tests;

public sealed partial class LibTorchTests
{
    [Fact]
    public void Says_what_was_loaded_and_sets_the_threads()
    {
        var one = LibTorch.Load(1);
        var two = LibTorch.Load(2);

        Assert.StartsWith("2.10", two.LibTorch);
        Assert.Equal("0.107.0", two.TorchSharp);
        Assert.Equal((1, 2), (one.Threads, two.Threads));
        Assert.True(Directory.Exists(two.Folder));
    }

    [Fact]
    public void Waiting_threads_sleep_and_native_code_knows_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has one environment for both.");

        Assert.Equal("PASSIVE", Marshal.PtrToStringUTF8(GetEnv("OMP_WAIT_POLICY")));
    }

    [Fact]
    public void A_library_that_does_not_load_is_named_with_the_reason()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder["libtorch_cpu.so"], "no library");

        var error = Assert.Throws<DllNotFoundException>(() => LibTorch.Open(folder["libtorch_cpu.so"]));

        Assert.Contains(folder["libtorch_cpu.so"] + " was found but does not load", error.Message);
        Assert.Contains("Expected a library for", error.Message);
    }

    [Fact]
    public void A_missing_library_is_named_with_the_places_that_were_searched()
    {
        var error = Assert.Throws<DllNotFoundException>(() => LibTorch.Find("torch_xyz"));

        Assert.Contains("torch_xyz", error.Message);
        Assert.Contains(AppContext.BaseDirectory, error.Message);
        Assert.Contains("Install the tool again", error.Message);
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnv(string name);
}
