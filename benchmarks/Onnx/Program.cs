using System.Diagnostics;
using System.Globalization;
using Gleaner;
using Gleaner.Onnx;
using Microsoft.ML.OnnxRuntime;

// Images per second of a whole embedding (read, decode, resize, normalise, infer), beside ONNX Runtime alone on a tensor that is ready: the same model, batch and threads,
// in turns in one process. With the word accuracy instead, whether the pipeline feeds a classifier what it was trained with. README.md says how to run it.

if (args is ["accuracy", var classifier, var labelled, ..])
{
    Accuracy(classifier, labelled);
    return 0;
}
if (args is not [var model, var path, ..])
{
    Console.WriteLine("usage: MODEL.onnx POOL [IMAGES [PX]], or accuracy MODEL.onnx POOL");
    return 2;
}
const int rounds = 5, batch = 32;
int? size = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : null;
using var pool = ImagePools.Open(path);
int count = Math.Min(pool.Count, args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 2048) / batch * batch;
Console.WriteLine($"{Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(model)))}, {count} images of {pool.Kind}, {Environment.ProcessorCount} cores, .NET {Environment.Version}, ONNX Runtime {OnnxRuntime.Version}, batches of {batch}, {rounds} rounds");
Console.WriteLine("| px | threads | Gleaner, images/s | ONNX Runtime alone, images/s | ratio | the same by processor seconds |");
Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
foreach (int threads in (int[])[1, 2])
{
    using var encoder = OnnxEncoder.Open(model, new() { Threads = threads, ImageSize = size, BatchSize = batch });
    var images = new PoolImages(pool, encoder.ImageSize, [.. Enumerable.Range(0, count)]);
    using var bare = new Bare(model, encoder.Preprocessing.Size, batch, threads);

    Whole();
    bare.Run(1);
    var (ours, theirs) = (new List<(double Wall, double Cpu)>(), new List<(double Wall, double Cpu)>());
    for (int round = 0; round < rounds; round++)
    {
        ours.Add(Timed(Whole));
        theirs.Add(Timed(() => bare.Run(count / batch)));
    }
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {encoder.Preprocessing.Size} | {threads} | {Rate(ours)} | {Rate(theirs)} | {Median(theirs, t => t.Wall) / Median(ours, t => t.Wall):0.00} | {Median(theirs, t => t.Cpu) / Median(ours, t => t.Cpu):0.00} |"));

    void Whole()
    {
        foreach (var _ in encoder.Blocks(images)) { }
    }
}
return 0;

// The share of a pool's test images whose highest class score is that of their label.
static void Accuracy(string model, string path)
{
    using var test = ImagePools.OpenTest(path) ?? throw new InvalidDataException($"{path}: has no test images.");
    int[] labels = test.Labels ?? throw new InvalidDataException($"{path}: has no labels.");
    using var encoder = OnnxEncoder.Open(model, new() { Threads = 1 });
    int right = 0;
    foreach (var block in encoder.Blocks(new PoolImages(test, encoder.ImageSize)))
        for (int i = 0; i < block.Count; i++)
            if (System.Numerics.Tensors.TensorPrimitives.IndexOfMax(block.Values.AsSpan(i * encoder.Dimension, encoder.Dimension)) == labels[block.Start + i]) right++;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{right} of {test.Count} right, error {100.0 * (test.Count - right) / test.Count:0.00} %"));
}

string Rate(List<(double Wall, double Cpu)> times) =>
    string.Create(CultureInfo.InvariantCulture, $"{count / Median(times, t => t.Wall):N0} ({count / times.Max(t => t.Wall):N0}–{count / times.Min(t => t.Wall):N0})");

static double Median(List<(double Wall, double Cpu)> times, Func<(double Wall, double Cpu), double> of) => times.Select(of).Order().ElementAt(times.Count / 2);

static (double Wall, double Cpu) Timed(Action work)
{
    var (start, spent) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
    work();
    return (Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - spent).TotalSeconds);
}

/// <summary>A session and a tensor of noise that is ready, and nothing else.</summary>
sealed class Bare : IDisposable
{
    readonly InferenceSession _session;
    readonly OrtValue _pixels;
    readonly RunOptions _run = new();

    public Bare(string model, int size, int batch, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = new InferenceSession(model, options);
        var random = new Random(1);
        float[] pixels = [.. Enumerable.Range(0, batch * 3 * size * size).Select(_ => random.NextSingle() * 4 - 2)];
        _pixels = OrtValue.CreateTensorValueFromMemory(pixels, [batch, 3, size, size]);
    }

    public void Run(int times)
    {
        for (int i = 0; i < times; i++)
            using (_session.Run(_run, [_session.InputNames[0]], [_pixels], [_session.OutputNames[0]])) { }
    }

    public void Dispose()
    {
        _run.Dispose();
        _pixels.Dispose();
        _session.Dispose();
    }
}
