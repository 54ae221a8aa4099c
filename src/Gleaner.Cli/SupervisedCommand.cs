using System.CommandLine;

namespace Gleaner.Cli;

/// <summary><c>gleaner supervised</c>: its options and their meaning.</summary>
sealed class SupervisedCommand : Command
{
    readonly Argument<string> _pool = new("pool") { Description = "Labelled images, in any form that gleaner select reads: CIFAR-10, CIFAR-100, STL-10 or MNIST-like files, Parquet, WebDataset shards, a list with labels, a folder with a folder for each class; or the word sample." };
    readonly Option<string?> _subset = new("--subset") { Description = "Train on these images alone: subset.npy or subset.txt of gleaner select, or indices or names as .npy, .txt, .csv or .pkl.", HelpName = "FILE" };
    readonly Option<int?> _first = StandardOptions.First();
    readonly Option<string?> _test = new("--test") { Description = "Labelled images to measure accuracy on [default: the test images that belong to the pool].", HelpName = "POOL" };
    readonly Option<string?> _testOn = StandardOptions.TestOn();
    readonly Option<string?> _out = new("--out") { Description = "Run folder [default: runs/ and the pool's name].", HelpName = "DIR" };
    readonly Option<string?> _architecture = new("--arch") { Description = "The network [default: resnet10]." };
    readonly Option<double?> _width = new("--width") { Description = "Its width as a multiple of the standard network's [default: 0.25].", HelpName = "W" };
    readonly Option<string?> _stem = StandardOptions.Stem();
    readonly Option<int?> _imageSize = StandardOptions.ImageSize();
    readonly Option<int?> _epochs = new("--epochs") { Description = "Passes over the images [default: 500,000 images, 10 to 200 passes].", HelpName = "N" };
    readonly Option<int?> _steps = new("--steps") { Description = "Optimiser steps instead of --epochs.", HelpName = "N" };
    readonly Option<int?> _batch = new("--batch") { Description = "Images in a step [default: 128].", HelpName = "N" };
    readonly Option<double?> _rate = new("--lr") { Description = "Highest learning rate [default: 0.1 x batch / 128].", HelpName = "R" };
    readonly Option<int> _runs = new("--early-runs") { Description = "Also score EL2N and GraNd, averaged over so many trainings from different first weights (the paper's: 10).", HelpName = "N" };
    readonly Option<int?> _epoch = new("--el2n-epoch") { Description = "After which epoch EL2N is measured; GraNd is measured before the first [default: a tenth of the training, at least 1 and at most 10].", HelpName = "N" };
    readonly Option<string?> _pixelsFrom = StandardOptions.PixelsFrom();
    readonly Option<int> _seed = StandardOptions.Seed();
    readonly Option<int> _threads = StandardOptions.Threads();
    readonly Option<bool> _json = StandardOptions.Json();
    readonly Option<bool> _quiet = StandardOptions.Quiet();

    public SupervisedCommand() : base("supervised", "Train a classifier on a pool, or a subset of it, and score its images as supervised data selection does.")
    {
        _architecture.AcceptOnlyFromAmong(Names.Networks);
        _stem.AcceptOnlyFromAmong(Names.Stems);
        Add(_pool);
        Option[] options = [_subset, _first, _test, _testOn, _out, _architecture, _width, _stem, _imageSize, _epochs, _steps, _batch, _rate, _runs, _epoch, _pixelsFrom, _seed, _threads, _json, _quiet];
        foreach (var option in options) Add(option);
        SetAction((parsed, cancel) => Task.FromResult(new SupervisedPipeline(Read(parsed), cancel).Run()));
    }

    /// <summary>What these words on a command line mean.</summary>
    /// <exception cref="UsageException">They mean nothing.</exception>
    public static SupervisedSettings Parse(string[] args)
    {
        var command = new SupervisedCommand();
        return command.Read(command.Parsed(args));
    }

    SupervisedSettings Read(ParseResult parsed)
    {
        parsed.AtMostOne(_epochs, _steps);
        parsed.AtMostOne(_test, _testOn);
        if (parsed.GetValue(_first) is not null && parsed.GetValue(_subset) is null) throw new UsageException("--first is given without --subset.");
        string pool = parsed.GetValue(_pool)!;
        return new SupervisedSettings
        {
            Pool = pool,
            Out = parsed.GetValue(_out) ?? DefaultOut.For(pool, "supervised"),
            SubsetFile = parsed.ImageListFile(_subset),
            First = parsed.InRange(_first, 2, int.MaxValue),
            Test = parsed.GetValue(_test),
            TestOnFile = parsed.ImageListFile(_testOn),
            Depth = Names.Depth(parsed.GetValue(_architecture)),
            Width = parsed.InRange(_width, 0.05, 8),
            Stem = Names.Stem(parsed.GetValue(_stem)),
            ImageSize = parsed.InRange(_imageSize, 8, 1024),
            Epochs = parsed.InRange(_epochs, 1, 1_000_000),
            Steps = parsed.InRange(_steps, 1, int.MaxValue),
            BatchSize = parsed.InRange(_batch, 3, 1_000_000),
            LearningRate = parsed.InRange(_rate, 1e-12, 1e6),
            EarlyRuns = parsed.InRange(_runs, 0, 1000),
            El2nEpoch = parsed.InRange(_epoch, 0, 1_000_000),
            PixelsFrom = parsed.RunFolder(_pixelsFrom),
            Seed = parsed.InRange(_seed, 0, int.MaxValue),
            Threads = parsed.InRange(_threads, 1, 1024),
            Json = parsed.GetValue(_json),
            Quiet = parsed.GetValue(_quiet),
        };
    }
}
