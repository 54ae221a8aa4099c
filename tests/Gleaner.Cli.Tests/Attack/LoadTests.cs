using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Gleaner.Cli.Tests.Attack;

/// Memory does not grow with the pool, or with time: with 4,000 files and for 150 epochs in every run of the tests, with 200,000 files and for 7,500 epochs in the long form.
public sealed class LoadTests : TempFolder
{
    /// What an image may cost for good: its name, its place in the listing, its scores.
    const double BytesAnImage = 3000;

    [Fact]
    public void Many_small_files_in_one_folder_are_listed_and_embedded_in_flat_memory()
    {
        int many = 4000 * Effort.Times, few = many / 4;
        string pool = WriteImages("pool", 200);
        string[] files = Directory.GetFiles(pool, "*.png", SearchOption.AllDirectories);
        string one = Directory.CreateDirectory(At("one")).FullName;
        for (int i = 0; i < few; i++) File.Copy(files[i % files.Length], Path.Combine(one, string.Create(CultureInfo.InvariantCulture, $"{i:0000000}.png")));
        Tool.Run(Folder, "pretrain", pool, "--image-size", "16", "--width", "0.125", "--epochs", "1", "--out", "trained").Is(0);
        string[] select = ["select", one, "--proxy", At("trained", "encoder.safetensors"), "--classes", "kmeans:40", "--fraction", "0.1", "--threads", "2", "--no-report", "--out"];

        Tool.Run(Folder, [.. select, "few"]).Is(0);
        for (int i = few; i < many; i++) File.Copy(files[i % files.Length], Path.Combine(one, string.Create(CultureInfo.InvariantCulture, $"{i:0000000}.png")));
        // On a busy machine the collector comes late at times; what an image costs for good is there every time.
        int least = int.MaxValue;
        for (int time = 0; time < 3 && !IsFlat(); time++)
        {
            var watch = Stopwatch.StartNew();
            Tool.Run(Folder, [.. select, $"many-{time}"]).Is(0);
            int peak = PeakMebibytes($"many-{time}");
            Effort.Tell($"{many} files, {many / watch.Elapsed.TotalSeconds:0} images/s, {peak} MiB at most");
            least = Math.Min(least, peak);
        }
        Assert.True(IsFlat(), $"{Growth():0} bytes an image: {PeakMebibytes("few")} MiB for {few} images, {least} MiB for {many}");

        double Growth() => (least - PeakMebibytes("few")) * 1048576.0 / (many - few);
        bool IsFlat() => Growth() < BytesAnImage || Effort.Times == 1 && least - PeakMebibytes("few") < 60;
    }

    [Fact]
    public async Task A_long_training_takes_no_more_memory_than_a_short_one()
    {
        string pool = WriteImages("pool", 200);
        var watch = Stopwatch.StartNew();
        var process = Tool.Start(Folder, "pretrain", pool, "--image-size", "16", "--width", "0.125", "--batch", "100", "--epochs", $"{150 * Effort.Times}", "--checkpoint-minutes", "0.05", "--threads", "1", "--out", "run");
        int id = process.Id;
        var ending = Task.Run(() => Tool.Finish(process)); // reads what it prints: in an hour that is more than a pipe holds
        var resident = new List<double>();
        while (await Task.WhenAny(ending, Task.Delay(200, TestContext.Current.CancellationToken)) != ending) if (File.Exists(At("run", "metrics.jsonl"))) resident.Add(ResidentMebibytes(id));
        (await ending).Is(0);
        resident.RemoveAll(value => value == 0);
        Assert.True(resident.Count >= 8, $"{resident.Count} readings: too fast to be seen");

        double early = resident[(resident.Count / 4)..(resident.Count / 2)].Max(), late = resident[(resident.Count * 3 / 4)..].Max();
        Effort.Tell($"{watch.Elapsed.TotalSeconds:0} s of training, {150 * Effort.Times} epochs: {early:0} MiB in the second quarter, {late:0} MiB in the last");
        Assert.True(late < early * 1.1 + 10, $"{early:0} MiB in the second quarter, {late:0} MiB in the last: {string.Join(' ', resident.Select(r => r.ToString("0", CultureInfo.InvariantCulture)))}");
    }

    int PeakMebibytes(string run)
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(At(run, "manifest.json")));
        return int.Parse(manifest.RootElement.GetProperty("machine").GetProperty("peak_memory_mib").GetString()!, CultureInfo.InvariantCulture);
    }

    static double ResidentMebibytes(int process)
    {
        try
        {
            using var running = Process.GetProcessById(process);
            return running.WorkingSet64 / 1048576.0;
        }
        catch (ArgumentException)
        {
            return 0; // it has just ended
        }
    }
}
