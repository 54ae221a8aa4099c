namespace Gleaner.Cli;

/// <summary>What somebody probably meant.</summary>
static class NearestName
{
    /// <summary>The name that the fewest edits make of <paramref name="text"/>; null if it is nearer to nothing than to half of it.</summary>
    public static string? Of(string text, IEnumerable<string> names) =>
        names.Select(name => (Name: name, Edits: Edits(text, name))).Where(n => n.Edits <= Math.Max(2, text.Length / 2)).OrderBy(n => n.Edits).Select(n => n.Name).FirstOrDefault();

    // Levenshtein 1966: letters put in, left out or replaced.
    static int Edits(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }
}
