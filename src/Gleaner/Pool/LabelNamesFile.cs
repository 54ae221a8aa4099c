namespace Gleaner;

/// <summary>The names of labels as the archives of CIFAR and STL-10 have them: a text file, a name a line.</summary>
static class LabelNamesFile
{
    /// <summary>The names in the order of their labels; null if there is no such file.</summary>
    /// <exception cref="InvalidDataException">It has not a name for each label.</exception>
    public static IReadOnlyList<string>? Read(string folder, string name, int labels)
    {
        string path = Path.Combine(folder, name);
        if (!File.Exists(path)) return null;
        string[] names = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)];
        return names.Length == labels ? names
            : throw new InvalidDataException($"{path}: {names.Length} names; expected {labels}, one a line, in the order of the labels. Mend it, or move it away to go without names.");
    }
}
