using System.Text.RegularExpressions;
using Xunit;

namespace Gleaner.Cli.Tests;

/// What the README promises, run.
public sealed partial class ReadmeTests : TempFolder
{
    static string Readme => File.ReadAllText(Path.Combine(Tool.Root, "README.md"));

    // The real modules where they are installed; where not, the smallest thing with the same contract, and numpy in any case.
    const string StandIns = """
        import importlib.util, sys, types
        if importlib.util.find_spec("torch") is None:
            class Subset:
                def __init__(self, dataset, indices): self.dataset, self.indices = dataset, indices
                def __len__(self): return len(self.indices)
                def __getitem__(self, i): return self.dataset[self.indices[i]]
            torch, utils, data = types.ModuleType("torch"), types.ModuleType("torch.utils"), types.ModuleType("torch.utils.data")
            torch.utils, utils.data, data.Subset = utils, data, Subset
            sys.modules.update({"torch": torch, "torch.utils": utils, "torch.utils.data": data})
        class Images(list):
            def select(self, indices): return Images(self[i] for i in indices)
        dataset = Images(f"image {i}" for i in range(200))

        """;

    [Theory, InlineData("torch"), InlineData("datasets")]
    public void The_Python_snippets_use_the_subset(string name)
    {
        Tool.NeedsNumpy();
        Tool.Run(Folder, "select", WriteEmbedding("e.npy", 200, 10), "--count", "25", "--out", "runs/first").Is(0);
        string snippet = Snippets().Matches(Readme).Single(match => match.Groups[1].Value == name).Groups[2].Value;

        var outcome = Tool.Python(Folder, StandIns + snippet + "\nprint(len(subset), subset[0], subset[24])").Is(0);

        string[] kept = File.ReadAllLines(At("runs", "first", "subset.txt"));
        Assert.Equal($"25 image {kept[0]} image {kept[24]}", outcome.Output.Trim());
    }

    [Fact]
    public void Python_reads_every_form_of_the_subset()
    {
        Tool.NeedsNumpy();
        Tool.Run(Folder, "select", WriteEmbedding("e.npy", 200, 10), "--count", "25", "--out", "run").Is(0);

        var outcome = Tool.Python(Folder, """
            import csv, json, pickle
            import numpy as np
            npy = np.load("run/subset.npy"); assert npy.dtype == np.int64
            pkl = pickle.load(open("run/subset.pkl", "rb")); assert type(pkl) is list and type(pkl[0]) is int
            txt = [int(line) for line in open("run/subset.txt")]
            rows = list(csv.DictReader(open("run/scores.csv", newline="")))
            kept = [int(r["index"]) for r in sorted(rows, key=lambda r: int(r["rank"])) if r["kept"].lower() == "true"]
            assert npy.tolist() == pkl == txt == kept
            assert json.load(open("run/manifest.json"))["subset"]["count"] == 25
            assert np.load("run/classes.npy").shape == (200,)
            print("read")
            """).Is(0);

        Assert.Equal("read", outcome.Output.Trim());
    }

    [Fact]
    public void The_first_command_is_the_one_that_is_tested_and_CI_runs_the_second()
    {
        Assert.Contains("dotnet run -c Release --project src/Gleaner.Cli -- select sample --fraction 0.2 --out runs/first", Readme);
        Assert.Contains("\ndotnet test -c Release\n", Readme);
        Assert.Contains("dotnet test -c Release", File.ReadAllText(Path.Combine(Tool.Root, ".ci", "run")));
    }

    [Fact]
    public void Every_option_in_the_README_is_in_the_help()
    {
        string help = string.Concat(new[] { "select", "diff", "pretrain", "evaluate", "supervised", "view" }.Select(command => Tool.Run(Folder, command, "--help").Is(0).Output));

        foreach (Match option in Options().Matches(Readme))
            if (option.Value is not ("--project" or "--global" or "--add-source" or "--help")) Assert.Contains(option.Value, help);
    }

    [Fact]
    public void Every_objective_has_its_row_in_the_README() =>
        Assert.All(SelectListsTests.Objectives, name => Assert.Contains($"\n| `{name}` |", Readme));

    [Fact]
    public void Files_and_folders_that_the_README_names_exist()
    {
        foreach (Match link in Links().Matches(Readme))
        {
            string to = link.Groups[1].Value;
            if (to.StartsWith('#')) Assert.Contains("\n## " + to[1..].Replace('-', ' ') + '\n', Readme, StringComparison.OrdinalIgnoreCase);
            else if (!to.StartsWith("http", StringComparison.Ordinal)) Assert.True(Path.Exists(Path.Combine(Tool.Root, to)), to);
        }
        foreach (Match folder in Map().Matches(Readme)) Assert.True(Directory.EnumerateDirectories(Path.Combine(Tool.Root, "src"), folder.Groups[1].Value, SearchOption.AllDirectories).Any(), folder.Value);
    }

    [GeneratedRegex("<!-- python: (\\w+) -->\n```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippets();

    [GeneratedRegex("--[a-z][a-z-]+")]
    private static partial Regex Options();

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"^      (\w+)/", RegexOptions.Multiline)]
    private static partial Regex Map();
}
