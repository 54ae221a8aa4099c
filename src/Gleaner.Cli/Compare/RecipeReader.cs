using System.CommandLine;
using System.Globalization;

namespace Gleaner.Cli;

/// <summary>Reads a recipe strictly: every key and every option is checked before anything is run.</summary>
static class RecipeReader
{
    // What compare itself says to the commands that it runs.
    static readonly string[] Ours = ["out", "pool", "subset", "first", "fraction", "count", "seed", "threads", "json", "quiet", "image-size", "pixels-from", "test", "test-on", "train-on", "strict", "copy-to", "link-to", "array", "exclude", "help", "version"];
    static readonly string[] Keys = ["name", "pool", "image-size", "test", "validation", "budgets", "seeds", "baseline", "arms", "training", "probe", "threads"];
    static readonly string[] ProxyKeys = ["proxy", "proxy-epochs", "proxy-minutes", "proxy-arch", "proxy-width", .. OnnxProxyOptions.Names];

    /// <exception cref="InvalidDataException">With the line, what was found and what was expected.</exception>
    public static Recipe Read(string file)
    {
        string text = File.ReadAllText(file);
        var map = RecipeMap.Parse(file, text);
        map.Only(Keys);
        var arms = Arms(map);
        var (supervised, training, equal) = Training(map);
        var (probe, probeImages) = Probe(map, supervised);
        if (map.Has("test") && map.Has("validation")) throw map.Error("validation", "test and validation are both given; expected one of them.");
        return new Recipe
        {
            Name = map.Text("name") ?? Path.GetFileNameWithoutExtension(file),
            Text = text,
            Pool = map.Needed("pool", "../data/cifar10"),
            ImageSize = map.WholeNumber("image-size", 8),
            Test = map.Text("test"),
            Validation = map.Text("validation") is { } share ? ReadBudget(map, "validation", share) : null,
            Budgets = [.. map.List("budgets", "[5 %, 10 %, 20 %]").Select(budget => ReadBudget(map, "budgets", budget))],
            Seeds = Seeds(map),
            Arms = arms,
            Baseline = Baseline(map, arms),
            IsSupervised = supervised,
            Training = training,
            HeldEqual = equal,
            Probe = probe,
            ProbeImages = probeImages,
            Threads = map.WholeNumber("threads", 1) ?? 1,
        };
    }

    static int[] Seeds(RecipeMap map)
    {
        int[] seeds = [.. map.List("seeds", "[0, 1, 2]").Select(seed => Invariant.TryParse(seed, out int value) ? value : throw map.Error("seeds", $"a seed is \"{seed}\"; expected whole numbers, 0 or more."))];
        return seeds.Distinct().Count() == seeds.Length ? seeds : throw map.Error("seeds", "seeds: a number stands twice; expected different ones.");
    }

    static Budget ReadBudget(RecipeMap map, string key, string text)
    {
        try
        {
            if (text.EndsWith('%') && double.TryParse(text[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out double percent)) return Budget.Percent(percent);
            if (Invariant.TryParse(text, out int count)) return Budget.Count(count);
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double fraction)) return Budget.Fraction(fraction);
        }
        catch (ArgumentException) { }
        throw map.Error(key, $"{key}: \"{text}\"; expected a share such as 10 % (above 0, at most 100), or a number of images.");
    }

    static List<RecipeArm> Arms(RecipeMap map)
    {
        var all = map.Map("arms") ?? throw map.Error("arms", "the recipe has no arms; expected a name and options of gleaner select for each, such as arms: {random: {objective: random}, ours: {}}");
        var arms = new List<RecipeArm>();
        foreach (string name in all.Keys.ToArray())
        {
            if (name.Length == 0 || name.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
                throw all.Error(name, $"an arm is called \"{name}\"; expected letters, digits, - _ and . only, since folders are named so.");
            if (arms.Find(arm => arm.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } twin)
                throw all.Error(name, $"arms are called {twin.Name} and {name}; expected names that differ in more than case, since folders are named so.");
            arms.Add(Arm(all.Map(name)!));
        }
        return arms.Count > 0 ? arms : throw map.Error("arms", "there are no arms; expected at least one, and one with objective: random.");
    }

    static RecipeArm Arm(RecipeMap map)
    {
        string? list = map.Text("list"), described = map.Text("description");
        bool whole = map.Switch("whole"), each = map.Switch("each-seed");
        if (list is not null || whole)
        {
            if (list is not null && whole) throw map.Error("whole", $"{map.Name} has list and whole; expected one of them.");
            map.Only(["list", "whole", "description"]);
            if (list is not null && !File.Exists(list)) throw map.Error("list", $"{list}: no such file. Paths are seen from the recipe's folder, {Environment.CurrentDirectory}.");
            return new RecipeArm { Name = map.Name, Description = described ?? (whole ? "all images" : $"the first images of {list}"), List = list, IsWhole = whole };
        }
        string[] selection = Options(map, new SelectCommand(), ["list", "whole", "description", "each-seed"]);
        Checked(map, () => SelectCommand.Parse(["pool", .. selection]));
        bool random = map.Text("objective") is "random" or "balanced";
        return new RecipeArm
        {
            Name = map.Name,
            Description = described ?? (selection.Length == 0 ? "the defaults of gleaner select" : string.Join(' ', selection)),
            Selection = selection,
            EachSeed = each || random,
            Proxy = [.. ProxyKeys.Select(key => map.Text(key) ?? "")],
        };
    }

    static RecipeArm Baseline(RecipeMap map, List<RecipeArm> arms)
    {
        string name = map.Text("baseline") ?? "random";
        var arm = arms.Find(arm => arm.Name == name) ?? throw map.Error("arms", $"no arm is called {name}, and everything is compared with it. Add {name}: {{objective: random}}, or say baseline: ARM.");
        return !arm.IsWhole ? arm : throw map.Error("baseline", $"baseline {name} is the whole pool; expected an arm that has every budget.");
    }

    static (bool Supervised, string[] Options, string Equal) Training(RecipeMap recipe)
    {
        var map = recipe.Map("training") ?? throw recipe.Error("training", "the recipe has no training; expected one, such as training: {method: simclr, epochs: 100}");
        bool supervised = map.Text("method") == "supervised";
        if (map.Has("epochs") == map.Has("steps"))
            throw map.Error("epochs", "training: expected epochs or steps, one of them: it is what all subsets are given equally.");
        if (map.Has("steps") && !map.Has("batch"))
            throw map.Error("steps", "training: steps without batch; the batch would depend on the number of images, and equal steps would not be equal work. Add batch: 256, or fewer if a subset has fewer images.");
        if (map.Has("steps") && map.Text("method") == "moco" && map.Text("recipe") != "paper" && !map.Has("queue"))
            throw map.Error("steps", "training: moco with steps and without queue; the queue would depend on the number of images, and subsets of different sizes would not be trained alike. Add queue: N, a quarter of the smallest subset at most.");
        string equal = map.Text("epochs") is { } epochs ? $"{epochs} epochs" : $"{map.Text("steps")} steps";
        string[] options = Options(map, supervised ? new SupervisedCommand() : new PretrainCommand(), supervised ? ["method"] : []);
        Checked(map, () =>
        {
            if (supervised) SupervisedCommand.Parse(["pool", .. options]);
            else PretrainCommand.Parse(["pool", .. options]);
        });
        return (supervised, options, equal);
    }

    static (string[] Options, int? Images) Probe(RecipeMap recipe, bool supervised)
    {
        if (recipe.Map("probe") is not { } map) return ([], null);
        if (supervised) throw recipe.Error("probe", "probe: a supervised training has none; its own accuracy is measured.");
        int? images = map.WholeNumber("images", 1);
        string[] options = Options(map, new EvaluateCommand(), ["images"]);
        Checked(map, () => EvaluateCommand.Parse(["encoder.safetensors", "--pool", "pool", .. options]));
        return (options, images);
    }

    // The recipe speaks the command line's language: key: value is --key value, and key: true is --key. Others are keys with a meaning of their own.
    static string[] Options(RecipeMap map, Command command, string[] others)
    {
        var known = command.Options.Select(option => (Key: option.Name.TrimStart('-'), Option: option)).Where(o => !Ours.Contains(o.Key)).ToArray();
        if (map.Keys.FirstOrDefault(Ours.Contains) is { } ours) throw map.Error(ours, $"{ours} in {map.Name}: compare sets that itself.");
        map.Only([.. others, .. known.Select(o => o.Key)]);
        var options = new List<string>();
        foreach (var (key, option) in known)
        {
            if (others.Contains(key) || map.Text(key) is not { } value) continue;
            if (option.ValueType != typeof(bool)) options.AddRange([option.Name, value]);
            else if (map.Switch(key)) options.Add(option.Name);
        }
        return [.. options];
    }

    static void Checked(RecipeMap map, Action parse)
    {
        try
        {
            parse();
        }
        catch (Exception error) when (error is UsageException or ArgumentException)
        {
            throw map.Error("", $"{map.Name}: {error.Message}");
        }
    }
}
