namespace Gleaner;

/// <summary>One of the arrays (or columns) in a file with several, of which an embedding is one.</summary>
/// <param name="Name">What the user can ask for.</param>
/// <param name="Description">Number type and shape, for the list in an error.</param>
/// <param name="Fits">Whether it can be an embedding.</param>
readonly record struct ArrayChoice(string Name, string Description, bool Fits)
{
    /// <summary>A list longer than that helps nobody.</summary>
    const int Listed = 20;

    /// <summary>The index of the one named, or of the only one that fits if none is named.</summary>
    public static int Pick(IReadOnlyList<ArrayChoice> choices, string? name, string path)
    {
        var found = Enumerable.Range(0, choices.Count).Where(i => name is null ? choices[i].Fits : choices[i].Name == name).ToArray();
        if (found.Length == 1) return found[0];

        string problem = (name, found.Length) switch
        {
            (null, 0) => "no array is n x d floating-point numbers; expected one",
            (null, _) => $"{found.Length} arrays are n x d floating-point numbers; choose one with --array NAME",
            (_, 0) => $"no array is named \"{name}\"; choose one with --array NAME",
            _ => $"{found.Length} arrays are named \"{name}\"; expected one. The file is damaged",
        };
        string list = string.Join("; ", choices.Take(Listed).Select(c => $"{c.Name} {c.Description}"));
        string more = choices.Count > Listed ? $"; and {choices.Count - Listed} more" : "";
        throw new InvalidDataException($"{path}: {problem}. It holds: {(list.Length == 0 ? "nothing" : list)}{more}.");
    }
}
