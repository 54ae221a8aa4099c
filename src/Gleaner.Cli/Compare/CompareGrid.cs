using System.Runtime.InteropServices;

namespace Gleaner.Cli;

/// <summary>All cells of a recipe, in the order in which they are run: seed by seed, so that what is there early can be compared already.</summary>
sealed class CompareGrid
{
    readonly Recipe _recipe;
    readonly ComparedPool _pool;
    readonly ComparisonBudget[] _budgets;
    readonly Dictionary<(string Arm, int? Seed), ArmOrder> _orders = [];

    public CompareGrid(Recipe recipe, ComparedPool pool, ComparisonBudget[] budgets, string folder)
    {
        (_recipe, _pool, _budgets) = (recipe, pool, budgets);
        var cells = new List<Cell>();
        foreach (int seed in recipe.Seeds)
            foreach (var arm in recipe.Arms)
            {
                int most = arm.IsWhole ? pool.Selectable.Length : budgets[^1].Images;
                int? drawn = arm.EachSeed ? seed : null;
                if (!_orders.TryGetValue((arm.Name, drawn), out var order)) _orders[(arm.Name, drawn)] = order = new ArmOrder(arm, drawn, most, recipe, pool, folder);
                if ((arm.IsWhole || arm.List is not null) && !order.IsThere) order.Take();
                foreach (var budget in arm.IsWhole ? [new(ComparisonBudget.WholePool, most)] : budgets)
                    cells.Add(new Cell(arm, budget.Text, budget.Images, seed, order, recipe, pool, folder));
            }
        Cells = [.. cells.Where(cell => cell.HasImages)];
        TooShort = [.. cells.Where(cell => !cell.HasImages).Select(cell => $"{cell.Arm.Name} lists fewer images than {cell.Budget} and is left out there").Distinct()];
    }

    /// <summary>What cannot be run, in words.</summary>
    public IReadOnlyList<string> TooShort { get; }

    public IReadOnlyList<Cell> Cells { get; }

    public int Arms => _recipe.Arms.Count;

    /// <summary>What is still to be run, the work of all and the work that is done.</summary>
    public (List<Job> Jobs, double Total, double Before) Jobs(Action<Trial> done)
    {
        var jobs = new List<Job>();
        var selects = new Dictionary<ArmOrder, Job>();
        var lastIn = new Dictionary<string, Job>();
        double before = 0;
        foreach (var cell in Cells)
        {
            if (cell.Trial is not null)
            {
                before += cell.Work;
                continue;
            }
            var order = cell.Order;
            if (!order.IsThere && !selects.ContainsKey(order))
            {
                var select = order.Select(lastIn.GetValueOrDefault(order.RunFolderOf));
                selects[order] = lastIn[order.RunFolderOf] = select;
                jobs.Add(select);
            }
            jobs.Add(cell.Train(selects.GetValueOrDefault(order), done));
        }
        // Selections first: much may wait for a proxy, and it for nothing.
        jobs = [.. jobs.OrderBy(job => selects.ContainsValue(job) ? 0 : 1)];
        return (jobs, before + jobs.Sum(job => job.Work), before);
    }

    public Comparison Describe(IReadOnlyList<Trial> trials)
    {
        var places = Cells.Select((cell, place) => (Key: (cell.Arm.Name, cell.Seed, cell.Budget), place)).ToDictionary(cell => cell.Key, cell => cell.place);
        var whole = trials.Where(trial => _recipe.Arms.First(arm => arm.Name == trial.Arm).IsWhole).ToArray();
        double wholeWork = Cells[0].TrainingOn(_pool.Selectable.Length);
        double? seconds = whole.Length > 0 ? whole.Average(trial => trial.PretrainSeconds)
            : trials.Count > 0 ? wholeWork * trials.Sum(trial => trial.PretrainSeconds) / trials.Sum(trial => trial.PretrainMultiplyAdds) : null;
        return new Comparison
        {
            Gleaner = Product.Version,
            Name = _recipe.Name,
            Recipe = _recipe.Text,
            Command = _pool.Path == _recipe.Pool ? "gleaner compare recipe.yaml" : $"gleaner compare recipe.yaml --pool {ChildProcess.Quoted(_pool.Path)}",
            Pool = new(_pool.Input.Kind, _pool.Path, _pool.Selectable.Length, _pool.Input.Fingerprint),
            Test = _pool.Test,
            Training = Training(),
            HeldEqual = _recipe.HeldEqual,
            Probe = _recipe.IsSupervised ? "the classifier itself, after its last epoch"
                : $"linear: L-BFGS on frozen features of {(_recipe.ProbeImages is { } n ? $"{Terminal.Number(n)} images" : "all images")} of the pool, weight decay chosen on a tenth of them; knn: nearest neighbours among them{(_recipe.Probe.Count > 0 ? $" ({string.Join(' ', _recipe.Probe)})" : "")}",
            Measures = _recipe.IsSupervised ? ["accuracy"] : ["linear", "knn"],
            Budgets = _budgets,
            Seeds = _recipe.Seeds,
            Arms = [.. _recipe.Arms.Select(arm => new ComparisonArm(arm.Name, arm.Description, CostOf(arm), arm == _recipe.Baseline, arm.IsWhole))],
            Trials = [.. trials.OrderBy(trial => places[(trial.Arm, trial.Seed, trial.Budget)])],
            Overlaps = [.. Overlaps()],
            WholeSeconds = seconds,
            WholeSecondsMeasured = whole.Length > 0,
            WholeMultiplyAdds = wholeWork,
            Machine = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["processor"] = Processor.Name,
                ["processors"] = Invariant.Text(Environment.ProcessorCount),
                ["threads_per_training"] = Invariant.Text(_recipe.Threads),
                ["dotnet"] = RuntimeInformation.FrameworkDescription,
                ["os"] = RuntimeInformation.OSDescription,
            },
            Finished = Cells.Max(cell => cell.Finished) ?? TimeProvider.System.GetUtcNow(),
            CellsPlanned = Cells.Count,
        };
    }

    ArmOrder OrderOf(RecipeArm arm, int seed) => _orders[(arm.Name, arm.EachSeed ? seed : null)];

    // Where it is chosen for each seed, the first seed's cost stands for all.
    SelectionCost CostOf(RecipeArm arm) => OrderOf(arm, _recipe.Seeds[0]).Cost();

    IEnumerable<SubsetOverlap> Overlaps()
    {
        RecipeArm[] arms = [.. _recipe.Arms.Where(arm => !arm.IsWhole)];
        return from one in arms.Index()
               from other in arms[(one.Index + 1)..]
               from budget in _budgets
               let n = budget.Images
               let pairs = _recipe.Seeds.Select(seed => (One: OrderOf(one.Item, seed), Other: OrderOf(other, seed))).Distinct().Where(pair => pair.One.Has(n) && pair.Other.Has(n)).ToArray()
               where pairs.Length > 0
               select new SubsetOverlap(one.Item.Name, other.Name, budget.Text, n, pairs.Average(pair => (double)pair.One.Images.Take(n).Intersect(pair.Other.Images.Take(n)).Count() / n));
    }

    string Training()
    {
        string options = string.Join(' ', _recipe.Training);
        if (_recipe.IsSupervised) return $"supervised: {SupervisedCommand.Parse(["pool", .. _recipe.Training]).NetworkFor(_pool.ImageSize).Architecture}, {_pool.ImageSize} px ({options})";
        var recipe = PretrainCommand.Parse(["pool", .. _recipe.Training]).RecipeFor(_budgets[^1].Images, _pool.ImageSize);
        return $"{recipe.Method.Name}: {recipe.Proxy.Architecture}, {_pool.ImageSize} px ({options})";
    }
}
