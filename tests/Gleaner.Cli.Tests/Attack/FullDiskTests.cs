using System.Diagnostics;
using Xunit;

namespace Gleaner.Cli.Tests.Attack;

/// A run folder on a disk that is full, and on one that cannot be written. Needs a small tmpfs, which only root may mount.
public sealed class FullDiskTests : TempFolder
{
    [Theory]
    [InlineData("64k")]
    [InlineData("300k")]
    [InlineData("600k")]
    public void A_full_disk_is_said_and_with_room_the_same_command_ends_as_if_nothing_had_been(string room)
    {
        WriteEmbedding("pool.npy", 4000, 16);
        string[] Select(string run) => ["select", "pool.npy", "--out", run];
        Tool.Run(Folder, Select("whole")).Is(0);
        using var disk = Disk.Mount(At("disk"), room);

        var full = Tool.Run(Folder, Select("disk/run")).Is(1);
        Assert.Contains("No space left on device", full.Error);
        Assert.DoesNotContain("should not happen", full.Error);
        Assert.Single(full.Error.Split('\n'), line => line.StartsWith("gleaner: ", StringComparison.Ordinal));
        disk.Remount("size=20m");
        Tool.Run(Folder, Select("disk/run")).Is(0);

        Assert.Equal(Bytes(At("whole")), Bytes(At("disk", "run")));
    }

    [Fact]
    public void A_disk_that_cannot_be_written_is_said_and_what_is_on_it_can_still_be_read()
    {
        WriteEmbedding("pool.npy", 400, 16);
        using var disk = Disk.Mount(At("disk"), "20m");
        Tool.Run(Folder, "select", "pool.npy", "--out", "disk/run").Is(0);
        disk.Remount("ro");

        foreach (string[] command in new string[][] { ["select", "pool.npy", "--out", "disk/run"], ["select", "pool.npy", "--out", "disk/other"], ["report", "disk/run"] })
        {
            var refused = Tool.Run(Folder, command).Is(1);
            Assert.Contains("Read-only file system", refused.Error);
            Assert.Contains("disk/", refused.Error);
        }
        Tool.Run(Folder, "report", "disk/run", "--out", "report.html").Is(0);
        Tool.Run(Folder, "diff", "disk/run", "disk/run").Is(0);
    }

    sealed class Disk : IDisposable
    {
        readonly string _path;

        Disk(string path) => _path = path;

        public static Disk Mount(string path, string room)
        {
            Directory.CreateDirectory(path);
            Assert.SkipUnless(OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=" + room, "tmpfs", path), "needs to mount a small tmpfs, which is not allowed here");
            return new Disk(path);
        }

        public void Remount(string option) => Assert.True(Run("mount", "-o", "remount," + option, _path));

        public void Dispose() => Run("umount", _path);

        static bool Run(string program, params string[] args)
        {
            using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
    }
}
