using System.Globalization;
using Gleaner.Benchmarks.Training;
using Gleaner.Torch;

// steps <threads> <depth,width,stem,px,batch> …   milliseconds of a step
// convolutions <threads> <images,side,channels,outputs,kernel,stride> …   milliseconds of one convolution, forward + backward
// worker <threads> <pixels>   step.py's other side
// quality <threads> <name=value,…> …         trains each configuration and reports nearest-neighbour accuracy
// supervised <threads> <epochs> <runs>       trains classifiers and reports their accuracy and how the scores of the images agree
int threads = int.Parse(args[1], CultureInfo.InvariantCulture);
Console.Error.WriteLine(LibTorch.Load(threads));
if (args[0] == "worker")
{
    StepWorker.Serve(File.ReadAllBytes(args[2]));
    return;
}
if (args[0] == "convolutions")
{
    Console.WriteLine("| images | side | channels | outputs | kernel | stride | libtorch ms | Gleaner ms | ratio |");
    foreach (int[] c in args.Skip(2).Select(c => c.Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray()))
        ConvolutionTimes.Run(c[0], c[1], c[2], c[3], c[4], c[5]);
    return;
}
if (args[0] == "steps")
{
    Console.WriteLine("| depth | width | stem | px | batch | channels | threads | ms | forward | backward | views/s | cpu ms |");
    string[] chosen = [.. args.Skip(2)];
    if (chosen.Length == 0)
        chosen = ["10,.25,Conv3Stride1,28,128", "10,.25,Conv3Stride2,28,128", "18,.25,Conv3Stride2,28,128", "10,.5,Conv3Stride2,28,128", "10,.25,Conv3Stride2,32,128"];
    foreach (string[] c in chosen.Select(c => c.Split(',')))
        foreach (bool channelsLast in new[] { true, false })
            StepTimes.Run(int.Parse(c[0], CultureInfo.InvariantCulture), double.Parse(c[1], CultureInfo.InvariantCulture), Enum.Parse<ResNetStem>(c[2]),
                int.Parse(c[3], CultureInfo.InvariantCulture), int.Parse(c[4], CultureInfo.InvariantCulture), channelsLast);
    return;
}

if (args[0] == "supervised")
{
    Supervised.Measure(int.Parse(args[2], CultureInfo.InvariantCulture), int.Parse(args[3], CultureInfo.InvariantCulture));
    return;
}

var (images, labels) = FashionMnist.Load();
var raw = new float[images.Count * images.BytesPerImage];
for (int i = 0; i < images.Count; i++)
    for (int k = 0; k < images.BytesPerImage; k++) raw[i * images.BytesPerImage + k] = images.Pixels(i)[k];
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"Raw pixels: 5-NN {100 * NearestNeighbours.Accuracy(raw, images.BytesPerImage, labels, 5):F1}, 20-NN {100 * NearestNeighbours.Accuracy(raw, images.BytesPerImage, labels, 20):F1}"));
Console.WriteLine(Quality.Header);
foreach (string setting in args.Skip(2))
{
    object run = new Quality.Run();
    foreach (string pair in setting.Split(',', StringSplitOptions.RemoveEmptyEntries))
    {
        var property = typeof(Quality.Run).GetProperty(pair.Split('=')[0]) ?? throw new ArgumentException(pair);
        string value = pair.Split('=')[1];
        property.SetValue(run, property.PropertyType.IsEnum ? Enum.Parse(property.PropertyType, value) : Convert.ChangeType(value, property.PropertyType, CultureInfo.InvariantCulture));
    }
    Quality.Measure((Quality.Run)run, images, labels);
}
