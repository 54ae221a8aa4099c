using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gleaner.Torch;

namespace Gleaner.Benchmarks.Training;

/// <summary>Trains some steps for each line of standard input ("depth width stem batch steps", 32 px) and answers with the time of each and of the views alone.</summary>
static class StepWorker
{
    const int Size = 32, WarmUp = 2;

    public static void Serve(byte[] pixels)
    {
        while (Console.ReadLine() is { } line)
        {
            string[] c = line.Split(' ');
            int batch = int.Parse(c[3], CultureInfo.InvariantCulture), steps = int.Parse(c[4], CultureInfo.InvariantCulture) + WarmUp;
            var architecture = new ResNetOptions { Depth = int.Parse(c[0], CultureInfo.InvariantCulture), Width = double.Parse(c[1], CultureInfo.InvariantCulture), Stem = Enum.Parse<ResNetStem>(c[2]) };
            using var images = new DecodedImages(pixels[..(batch * Size * Size * 3)], batch, Size);
            using var proxy = Proxy.Create(new ProxyOptions { Architecture = architecture, ImageSize = Size }, 0);
            using var method = new SimClr(proxy, new SimClrOptions { Temperature = 0.2 });
            var recipe = new ViewRecipePair(new ViewRecipe { CropAreaMin = 0.2 });
            using var pretrainer = new Pretrainer(images, method, new PretrainerOptions { Epochs = steps, BatchSize = batch, Views = recipe });

            List<double> clock = [], processor = [];
            var (t, u) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            foreach (var _ in pretrainer.Run())
            {
                clock.Add(Stopwatch.GetElapsedTime(t).TotalMilliseconds);
                processor.Add((Environment.CpuUsage.TotalTime - u).TotalMilliseconds);
                (t, u) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            }

            var maker = new ViewMaker(recipe.First, Size, [0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f]);
            var views = new float[batch * maker.ViewLength];
            u = Environment.CpuUsage.TotalTime;
            for (int epoch = 0; epoch < 4; epoch++)
                for (int view = 0; view < 2; view++)
                    maker.MakeBatch(images, Enumerable.Range(0, batch).ToArray(), 0, epoch, view, views, TorchSharp.torch.get_num_threads());
            double viewsAlone = (Environment.CpuUsage.TotalTime - u).TotalMilliseconds / 4;
            Console.WriteLine(JsonSerializer.Serialize(new { clock = clock[WarmUp..], processor = processor[WarmUp..], views = viewsAlone }));
        }
    }
}
