using System.Diagnostics;
using System.Globalization;
using Gleaner;

// Views per second on one core, from decoded bytes to normalised floats: Gleaner and, when a Python is named, torchvision on PIL images,
// taking turns in one run on the same pixels. Seconds are the process's processor seconds, so that other work on the machine matters less.
// README.md says how to run it.

const int rounds = 7, count = 512, views = 2;
string? python = args is ["--python", _, ..] ? args[1] : null;

Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}, vectors of {(System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated ? 512 : 256)} bits, one thread");
foreach (int size in new[] { 32, 96 })
foreach (var (name, recipes) in new[] { ("sas", ViewRecipes.Sas(size)), ("moco", Resized(ViewRecipes.MoCoV2(224), size)), ("byol", Resized(ViewRecipes.Byol(224), size)) })
{
    byte[] pixels = Photos(count, size);
    using var images = new DecodedImages(pixels, count, size);
    ViewMaker[] makers = [.. new[] { recipes.First, recipes.Second }.Select(r => new ViewMaker(r, size, [0.4914f, 0.4822f, 0.4465f], [0.2470f, 0.2435f, 0.2616f]))];
    int[] indices = [.. Enumerable.Range(0, count)];
    var batch = new float[count * makers[0].ViewLength];
    var file = Path.Combine(Path.GetTempPath(), $"gleaner-views-{Environment.ProcessId}.bin");
    File.WriteAllBytes(file, pixels);

    Gleaners(seconds: 1);   // the tiered compiler is done after this
    var (ours, theirs) = (new List<double>(), new List<double>());
    for (int round = 0; round < rounds; round++)
    {
        ours.Add(Gleaners(seconds: 1));
        if (python is not null)
            theirs.Add(Torchvision(file, size, name));
    }
    File.Delete(file);

    Console.WriteLine($"\n{name}, {size} x {size}, two views of each image, {rounds} rounds");
    Print("Gleaner", ours);
    if (python is not null)
    {
        Print("torchvision on PIL", theirs);
        Console.WriteLine($"{"ratio of medians",-20} {Median(ours) / Median(theirs),10:F1}");
    }

    double Gleaners(double seconds)
    {
        long made = 0;
        TimeSpan start = Environment.CpuUsage.TotalTime, spent = default;
        for (int epoch = 0; spent.TotalSeconds < seconds; epoch++)
        {
            for (int view = 0; view < views; view++, made += count)
                makers[view].MakeBatch(images, indices, seed: 1, epoch, view, batch, threads: 1);
            spent = Environment.CpuUsage.TotalTime - start;
        }
        return made / spent.TotalSeconds;
    }
}

double Torchvision(string file, int size, string recipe)
{
    var start = new ProcessStartInfo(python!) { RedirectStandardOutput = true, ArgumentList = { Path.Combine(AppContext.BaseDirectory, "views_torchvision.py"), file, $"{count}", $"{size}", recipe } };
    using Process process = Process.Start(start)!;
    string output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return double.Parse(output, CultureInfo.InvariantCulture);
}

// The recipes of large images also at 32 pixels, where they would leave out the blur that is to be measured.
static ViewRecipePair Resized(ViewRecipePair recipes, int size) => new(recipes.First with { Size = size }, recipes.Second with { Size = size });

static void Print(string name, List<double> perSecond)
    => Console.WriteLine($"{name,-20} {Median(perSecond),10:F0} views/s (median; {perSecond.Min():F0} to {perSecond.Max():F0}), {1e6 / Median(perSecond):F1} us a view");

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

// Smooth colours with some noise: what a view costs does not depend on the pixels, but Python should not be given an easy all-grey image either.
static byte[] Photos(int count, int size)
{
    var random = new Random(1);
    var pixels = new byte[count * size * size * 3];
    for (int i = 0; i < pixels.Length; i++)
        pixels[i] = (byte)(128 + 90 * Math.Sin(i * 0.0071 + i % 3) + random.Next(-30, 30));
    return pixels;
}
