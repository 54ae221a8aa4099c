using System.CommandLine;
using Gleaner.Torch;

namespace Gleaner.Cli;

/// <summary><c>gleaner pretrain</c>: its options and their meaning.</summary>
sealed class PretrainCommand : Command
{
    readonly Argument<string> _pool = new("pool") { Description = "Images, in any form that gleaner select reads: a folder, CIFAR-10, CIFAR-100, STL-10 or MNIST-like files, Parquet, WebDataset shards, a list; or the word sample." };
    readonly Option<string?> _subset = new("--subset") { Description = "Train on these images alone: subset.npy or subset.txt of gleaner select, or indices or names as .npy, .txt, .csv or .pkl [default: the whole pool].", HelpName = "FILE" };
    readonly Option<int?> _first = StandardOptions.First();
    readonly Option<string> _method = new("--method") { Description = "How to learn.", DefaultValueFactory = _ => "simclr" };
    readonly Option<string> _recipe = new("--recipe") { Description = "Where settings come from that are not given: cpu (a network and a training for processors), paper (the method's own, ResNet-18), or sas (the SAS authors', ResNet-18, SimCLR).", DefaultValueFactory = _ => "cpu" };
    readonly Option<string?> _out = new("--out") { Description = "Run folder for everything this makes [default: runs/ and the names of pool and method].", HelpName = "DIR" };
    readonly Option<string?> _architecture = new("--arch") { Description = "The encoder [default: the recipe's]." };
    readonly Option<double?> _width = new("--width") { Description = "Its width as a multiple of the standard network's.", HelpName = "W" };
    readonly Option<string?> _stem = StandardOptions.Stem();
    readonly Option<int?> _imageSize = StandardOptions.ImageSize();
    readonly Option<int?> _epochs = new("--epochs") { Description = "Passes over the images.", HelpName = "N" };
    readonly Option<int?> _steps = new("--steps") { Description = "Optimiser steps instead of --epochs, to compare subsets of different sizes at equal work.", HelpName = "N" };
    readonly Option<int?> _batch = new("--batch") { Description = "Images in a step; the recipe's learning rate follows for sgd and lars.", HelpName = "N" };
    readonly Option<int?> _parts = new("--accumulate") { Description = "Pass the batch in so many parts and add up their gradients, to save memory; BN and the loss see one part at a time.", HelpName = "N" };
    readonly Option<string?> _optimizer = new("--optimizer") { Description = "Another optimiser than the recipe's." };
    readonly Option<double?> _rate = new("--lr") { Description = "Its highest learning rate.", HelpName = "R" };
    readonly Option<double?> _decay = new("--weight-decay") { Description = "Its weight decay.", HelpName = "W" };
    readonly Option<double?> _warmup = new("--warmup") { Description = "Share of the steps in which the learning rate rises.", HelpName = "SHARE" };
    readonly Option<string?> _schedule = new("--schedule") { Description = "The learning rate afterwards." };
    readonly Option<double?> _temperature = new("--temperature") { Description = "Of the loss of simclr and moco.", HelpName = "T" };
    readonly Option<double?> _momentum = new("--momentum") { Description = "How slowly the second encoder of moco and byol follows, from 0 to 1.", HelpName = "M" };
    readonly Option<int?> _queue = new("--queue") { Description = "Negatives that moco keeps.", HelpName = "N" };
    readonly Option<double?> _difficult = new("--difficult-temperature") { Description = "simclr: multiply the temperature of pairs that are hard to tell apart (0.7 is a start).", HelpName = "X" };
    readonly Option<int?> _headHidden = new("--head-hidden") { Description = "Numbers between the layers of the projection head [default: the recipe's].", HelpName = "N" };
    readonly Option<int?> _headDimension = new("--head-dimension") { Description = "Numbers that the projection head makes [default: the recipe's].", HelpName = "N" };
    readonly Option<int> _knn = new("--knn-every") { Description = "Every N epochs, say how many of 1,000 images the pool's labels of their nearest neighbours name rightly. The training does not see labels.", HelpName = "N" };
    readonly Option<int> _keep = new("--keep-checkpoints") { Description = "How many of the newest states stay on disk.", HelpName = "N", DefaultValueFactory = _ => 2 };
    readonly Option<double> _every = new("--checkpoint-minutes") { Description = "Time between two states.", HelpName = "M", DefaultValueFactory = _ => 1 };
    readonly Option<string?> _pixelsFrom = StandardOptions.PixelsFrom();
    readonly Option<bool> _strict = StandardOptions.Strict();
    readonly Option<int> _seed = StandardOptions.Seed();
    readonly Option<int> _threads = StandardOptions.Threads();
    readonly Option<bool> _json = new("--json") { Description = "Print the model card as one JSON document on stdout." };
    readonly Option<bool> _quiet = StandardOptions.Quiet();

    public PretrainCommand() : base("pretrain", "Learn an encoder from a pool, or a subset of it, without labels: SimCLR, MoCo v2, SimSiam or BYOL.")
    {
        _method.AcceptOnlyFromAmong(Names.Methods);
        _recipe.AcceptOnlyFromAmong("cpu", "paper", "sas");
        _architecture.AcceptOnlyFromAmong(Names.Networks);
        _stem.AcceptOnlyFromAmong(Names.Stems);
        _optimizer.AcceptOnlyFromAmong(Names.Optimizers);
        _schedule.AcceptOnlyFromAmong("cosine", "constant");
        Add(_pool);
        Option[] options = [_subset, _first, _method, _recipe, _out, _architecture, _width, _stem, _imageSize, _epochs, _steps, _batch, _parts, _optimizer, _rate, _decay, _warmup, _schedule,
            _temperature, _momentum, _queue, _difficult, _headHidden, _headDimension, _knn, _keep, _every, _pixelsFrom, _strict, _seed, _threads, _json, _quiet];
        foreach (var option in options) Add(option);
        SetAction((parsed, cancel) => Task.FromResult(new PretrainPipeline(Read(parsed), cancel).Run()));
    }

    /// <summary>What these words on a command line mean.</summary>
    /// <exception cref="UsageException">They mean nothing.</exception>
    public static PretrainSettings Parse(string[] args)
    {
        var command = new PretrainCommand();
        return command.Read(command.Parsed(args));
    }

    PretrainSettings Read(ParseResult parsed)
    {
        string pool = parsed.GetValue(_pool)!, method = parsed.GetValue(_method)!, recipe = parsed.GetValue(_recipe)!;
        parsed.AtMostOne(_epochs, _steps);
        if (recipe == "sas" && method != "simclr") throw new UsageException($"--recipe sas is the SAS authors' SimCLR; --method is {method}. Use --recipe cpu or paper.");
        if (parsed.GetValue(_first) is not null && parsed.GetValue(_subset) is null) throw new UsageException("--first is given without --subset.");
        return new PretrainSettings
        {
            Pool = pool,
            SubsetFile = parsed.ImageListFile(_subset),
            First = parsed.InRange(_first, 2, int.MaxValue),
            Method = method,
            Recipe = recipe,
            Out = parsed.GetValue(_out) ?? DefaultOut.For(pool, method),
            Depth = Names.Depth(parsed.GetValue(_architecture)),
            Width = parsed.InRange(_width, 0.05, 8),
            Stem = Names.Stem(parsed.GetValue(_stem)),
            ImageSize = parsed.InRange(_imageSize, 8, 1024),
            Epochs = parsed.InRange(_epochs, 1, 1_000_000),
            Steps = parsed.InRange(_steps, 1, int.MaxValue),
            BatchSize = parsed.InRange(_batch, 2, 1_000_000),
            AccumulationParts = parsed.InRange(_parts, 1, 100_000),
            Optimizer = Names.Optimizer(parsed.GetValue(_optimizer)),
            LearningRate = parsed.InRange(_rate, 1e-12, 1e6),
            WeightDecay = parsed.InRange(_decay, 0, 1e6),
            WarmupShare = parsed.InRange(_warmup, 0, 1),
            Schedule = parsed.GetValue(_schedule) switch { "cosine" => LearningRateSchedule.Cosine, "constant" => LearningRateSchedule.Constant, _ => null },
            Temperature = parsed.InRange(_temperature, 1e-6, 1e6),
            Momentum = parsed.InRange(_momentum, 0, 1),
            Queue = parsed.InRange(_queue, 1, 100_000_000),
            DifficultTemperature = parsed.InRange(_difficult, 1e-6, 1e6),
            HeadHidden = parsed.InRange(_headHidden, 1, 1_000_000),
            HeadDimension = parsed.InRange(_headDimension, 1, 1_000_000),
            KnnEvery = parsed.InRange(_knn, 0, int.MaxValue),
            KeepCheckpoints = parsed.InRange(_keep, 1, 1_000_000),
            CheckpointEvery = TimeSpan.FromMinutes(parsed.InRange(_every, 0, 1e6)),
            PixelsFrom = parsed.RunFolder(_pixelsFrom),
            Strict = parsed.GetValue(_strict),
            Seed = parsed.InRange(_seed, 0, int.MaxValue),
            Threads = parsed.InRange(_threads, 1, 1024),
            Json = parsed.GetValue(_json),
            Quiet = parsed.GetValue(_quiet),
        };
    }
}
