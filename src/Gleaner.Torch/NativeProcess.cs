using System.Globalization;
using System.Runtime.InteropServices;

namespace Gleaner.Torch;

/// <summary>Settings that the native side reads once, when libtorch is loaded.</summary>
static partial class NativeProcess
{
    // glibc's malloc.h.
    const int TrimThreshold = -1, MmapThreshold = -3;

    static bool _keepsMemory;

    public static void Prepare(int threads)
    {
        // Threads that spin at barriers make two threads slower than one as soon as anything else runs.
        Set("OMP_WAIT_POLICY", "PASSIVE");
        Set("OMP_NUM_THREADS", threads.ToString(CultureInfo.InvariantCulture));
        Set("MKL_NUM_THREADS", threads.ToString(CultureInfo.InvariantCulture));

        // By default glibc returns every large activation to the system and pays page faults for it in the next step: a third of the time.
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _keepsMemory = MallOpt(MmapThreshold, 1 << 30) == 1 & MallOpt(TrimThreshold, int.MaxValue) == 1;
        }
        catch (EntryPointNotFoundException)   // musl has no mallopt; it is only speed
        {
        }
    }

    /// <summary>
    /// Returns to the system what <see cref="Prepare"/> makes glibc keep: at the end of a training. Every few steps the wrappers of tensors go (<see cref="CollectionPause.CollectBetween"/>), and glibc uses
    /// their memory again; after some hundred steps it needs no more (600 MB where a step needs 500). Given back then, all of it would have to be touched anew in the next step.
    /// </summary>
    public static void ReturnMemory()
    {
        CollectionPause.CollectBetween();
        if (_keepsMemory) MallocTrim(0);
    }

    /// <summary>Sets what the user has not set. .NET keeps a copy of the environment on Unix, so native code sees only what libc is told.</summary>
    static void Set(string name, string value)
    {
        if (OperatingSystem.IsWindows())
        {
            if (Environment.GetEnvironmentVariable(name) is null) Environment.SetEnvironmentVariable(name, value);
        }
        else
        {
            SetEnv(name, value, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallOpt(int parameter, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nint keep);
}
