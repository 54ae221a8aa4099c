namespace Gleaner.Cli;

/// <summary>What is compared: arms x budgets x seeds, everything else held equal.</summary>
sealed record Recipe
{
    public required string Name { get; init; }

    /// <summary>The file as it was read.</summary>
    public required string Text { get; init; }
    public required string Pool { get; init; }
    public int? ImageSize { get; init; }

    /// <summary>Labelled test images elsewhere; null for the pool's own, or <see cref="Validation"/>.</summary>
    public string? Test { get; init; }

    /// <summary>Images of the pool set aside to judge by; null for test images.</summary>
    public Budget? Validation { get; init; }
    public required IReadOnlyList<Budget> Budgets { get; init; }
    public required IReadOnlyList<int> Seeds { get; init; }
    public required IReadOnlyList<RecipeArm> Arms { get; init; }
    public required RecipeArm Baseline { get; init; }

    /// <summary>Labels are trained on, by <c>gleaner supervised</c>; otherwise <c>gleaner pretrain</c> and <c>gleaner evaluate</c>.</summary>
    public required bool IsSupervised { get; init; }

    /// <summary>Options of <c>gleaner pretrain</c> or <c>gleaner supervised</c>.</summary>
    public required IReadOnlyList<string> Training { get; init; }

    /// <summary>What is the same for all subsets of a size: <c>100 epochs</c>.</summary>
    public required string HeldEqual { get; init; }

    /// <summary>Options of <c>gleaner evaluate</c>.</summary>
    public required IReadOnlyList<string> Probe { get; init; }

    /// <summary>Probes learn from so many images of the pool; null for all.</summary>
    public int? ProbeImages { get; init; }

    /// <summary>Threads of one training.</summary>
    public int Threads { get; init; } = 1;
}

/// <summary>One way to choose images.</summary>
sealed record RecipeArm
{
    public required string Name { get; init; }
    public required string Description { get; init; }

    /// <summary>A list of images, best first; null for a selection.</summary>
    public string? List { get; init; }

    /// <summary>All images, at one budget of their own.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Options of <c>gleaner select</c>.</summary>
    public IReadOnlyList<string> Selection { get; init; } = [];

    /// <summary>Chosen anew for each seed, as random arms always are; otherwise once, and the seeds are those of the trainings.</summary>
    public bool EachSeed { get; init; }

    /// <summary>What its proxy depends on: arms that agree in it share a run folder, and so a proxy.</summary>
    public IReadOnlyList<string> Proxy { get; init; } = [];
}
