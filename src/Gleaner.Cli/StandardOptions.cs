using System.CommandLine;

namespace Gleaner.Cli;

/// <summary>Options that mean the same in several commands; each command takes one of its own.</summary>
static class StandardOptions
{
    public static Option<int?> First() => new("--first") { Description = "Only the first N images of that list; lists are in rank order.", HelpName = "N" };

    public static Option<string?> TestOn() => new("--test-on") { Description = "Measure accuracy on these images of the pool instead, and learn nothing from them: for choosing settings without looking at test images.", HelpName = "FILE" };

    public static Option<string?> Stem() => new("--stem") { Description = "What stands before the first stage [default: by the size of the images]." };

    public static Option<int?> ImageSize() => new("--image-size") { Description = "Images are resized and cropped to this many pixels [default: the pool's own size up to 96, or 64 for a folder].", HelpName = "PX" };

    public static Option<string?> PixelsFrom() => new("--pixels-from") { Description = "Use the images that another run folder has decoded already, if they are these at this size.", HelpName = "DIR" };

    public static Option<bool> Strict() => new("--strict") { Description = "Stop at unreadable images instead of leaving them out." };

    public static Option<int> Seed() => new("--seed") { Description = "Fixes every random choice." };

    public static Option<int> Threads() => new("--threads") { Description = "Threads to use.", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };

    public static Option<bool> Json() => new("--json") { Description = "Print the result as one JSON document on stdout." };

    public static Option<bool> Quiet() => new("--quiet") { Description = "Print only errors, warnings, and the JSON document if asked for." };
}
