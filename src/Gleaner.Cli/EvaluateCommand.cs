using System.CommandLine;
using System.Globalization;

namespace Gleaner.Cli;

/// <summary><c>gleaner evaluate</c>: its options and their meaning.</summary>
sealed class EvaluateCommand : Command
{
    readonly Argument<string> _encoder = new("encoder") { Description = "An encoder file: encoder.safetensors of gleaner pretrain or gleaner select, or a torchvision ResNet (18, 34, 50) as .safetensors, .pt or .pth. It is only read, and checked to be the same afterwards." };
    readonly Option<string> _pool = new("--pool") { Description = "Labelled images that probes are trained on: as for gleaner select; in a folder of images the parent folders' names are the labels.", Required = true };
    readonly Option<string?> _test = new("--test") { Description = "Labelled images to measure accuracy on [default: the test images that belong to the pool (CIFAR, STL-10, MNIST family, a folder of Parquet files with a split test or validation); else a fifth of the pool, drawn class by class].", HelpName = "POOL" };
    readonly Option<string?> _testOn = StandardOptions.TestOn();
    readonly Option<string?> _trainOn = new("--train-on") { Description = "Train the probes on these images of the pool alone: a list as for gleaner pretrain --subset.", HelpName = "FILE" };
    readonly Option<string?> _subset = new("--subset") { Description = "Also say how well this subset of the pool keeps its geometry (implies --geometry).", HelpName = "FILE" };
    readonly Option<string?> _out = new("--out") { Description = "Run folder for evaluation.json and what can be used again [default: evaluation beside the encoder].", HelpName = "DIR" };
    readonly Option<int> _k = new("--k") { Description = "Neighbours that vote.", HelpName = "K", DefaultValueFactory = _ => 20 };
    readonly Option<string> _temperature = new("--knn-temperature") { Description = "Votes weigh exp(similarity / T); none for plain votes.", HelpName = "T|none", DefaultValueFactory = _ => "0.07" };
    readonly Option<bool> _baselines = new("--baselines") { Description = "Also measure raw pixels and the same network untrained: what any training must beat." };
    readonly Option<bool> _fewShot = new("--few-shot") { Description = "Also train the linear probe on 1 % and 10 % of the labels." };
    readonly Option<int> _draws = new("--draws") { Description = "Seeded draws of those labels, and of the random subsets that --subset is compared with.", HelpName = "N", DefaultValueFactory = _ => 5 };
    readonly Option<bool> _geometry = new("--geometry") { Description = "Also measure alignment, uniformity, effective rank, class centers, and the generalization bound with its premises." };
    readonly Option<int> _views = new("--views") { Description = "Random views of each image for --geometry.", HelpName = "M", DefaultValueFactory = _ => 4 };
    readonly Option<string?> _pixelsFrom = StandardOptions.PixelsFrom();
    readonly Option<int> _seed = StandardOptions.Seed();
    readonly Option<int> _threads = StandardOptions.Threads();
    readonly Option<bool> _json = StandardOptions.Json();
    readonly Option<bool> _quiet = StandardOptions.Quiet();

    public EvaluateCommand() : base("evaluate", "Measure what an encoder is worth: linear probe, nearest neighbours, few labels, geometry.")
    {
        Add(_encoder);
        Option[] options = [_pool, _test, _testOn, _trainOn, _subset, _out, _k, _temperature, _baselines, _fewShot, _draws, _geometry, _views, _pixelsFrom, _seed, _threads, _json, _quiet];
        foreach (var option in options) Add(option);
        SetAction((parsed, cancel) => Task.FromResult(new EvaluatePipeline(Read(parsed, encoderIsThere: true), cancel).Run()));
    }

    /// <summary>What these words on a command line mean, before there is an encoder.</summary>
    /// <exception cref="UsageException">They mean nothing.</exception>
    public static EvaluateSettings Parse(string[] args)
    {
        var command = new EvaluateCommand();
        return command.Read(command.Parsed(args), encoderIsThere: false);
    }

    EvaluateSettings Read(ParseResult parsed, bool encoderIsThere)
    {
        string encoder = parsed.GetValue(_encoder)!;
        if (encoderIsThere && !File.Exists(encoder)) throw new UsageException($"{encoder}: no such file. Give the encoder.safetensors of gleaner pretrain or gleaner select, or a torchvision ResNet.");
        parsed.AtMostOne(_test, _testOn);
        return new EvaluateSettings
        {
            Encoder = encoder,
            Pool = parsed.GetValue(_pool)!,
            Test = parsed.GetValue(_test),
            TestOnFile = parsed.ImageListFile(_testOn),
            TrainOnFile = parsed.ImageListFile(_trainOn),
            SubsetFile = parsed.ImageListFile(_subset),
            Out = parsed.GetValue(_out) ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(encoder))!, "evaluation"),
            Neighbours = parsed.InRange(_k, 1, 1_000_000),
            Temperature = ReadTemperature(parsed.GetValue(_temperature)!),
            Baselines = parsed.GetValue(_baselines),
            FewShot = parsed.GetValue(_fewShot),
            Draws = parsed.InRange(_draws, 1, 1000),
            Geometry = parsed.GetValue(_geometry) || parsed.GetValue(_subset) is not null,
            Views = parsed.InRange(_views, 2, 1000),
            PixelsFrom = parsed.RunFolder(_pixelsFrom),
            Seed = parsed.InRange(_seed, 0, int.MaxValue),
            Threads = parsed.InRange(_threads, 1, 1024),
            Json = parsed.GetValue(_json),
            Quiet = parsed.GetValue(_quiet),
        };
    }

    static double? ReadTemperature(string text) => text == "none" ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double t) && t > 0 && double.IsFinite(t) ? t
        : throw new UsageException($"--knn-temperature {text}; expected a number above 0, or none.");
}
