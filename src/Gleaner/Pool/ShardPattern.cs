using System.IO.Enumeration;
using System.Text;

namespace Gleaner;

/// <summary>
/// The files that a pattern stands for, as WebDataset and bash write it: <c>{000..012}</c> with leading zeros kept, <c>{a,b}</c>, and in the last part of the
/// path <c>*</c> and <c>?</c>.
/// </summary>
static class ShardPattern
{
    const int MostFiles = 1_000_000;

    /// <summary>Whether the text has anything that stands for something else.</summary>
    public static bool IsPattern(string path) => path.AsSpan().ContainsAny('{', '*', '?');

    /// <summary>The files, each with its name relative to the folder before the first pattern, '/' between folders: in the order of the braces, stars in ordinal order.</summary>
    /// <exception cref="InvalidDataException">A file that the braces name is not there, or nothing fits, or a brace is not closed; the message says what was asked for.</exception>
    public static (string Name, string Path)[] Files(string pattern)
    {
        int start = pattern.IndexOfAny(['{', '*', '?']), slash = start < 0 ? pattern.LastIndexOf('/') : pattern.LastIndexOf('/', start);
        string root = slash < 0 ? "." : pattern[..(slash + 1)];
        var found = new List<string>();
        foreach (string path in Expand(pattern, pattern))
        {
            if (found.Count >= MostFiles) throw new InvalidDataException($"{pattern}: stands for more than {MostFiles} files.");
            if (!path.AsSpan().ContainsAny('*', '?')) found.Add(File.Exists(path) ? path : throw new InvalidDataException($"{pattern}: {path} is not there; expected every file that the braces name."));
            else found.AddRange(Matches(path, pattern));
        }
        var unique = new HashSet<string>(StringComparer.Ordinal);
        foreach (string path in found)
            if (!unique.Add(path)) throw new InvalidDataException($"{pattern}: names {path} twice; expected each file once.");
        return [.. found.Select(path => (Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/'), path))];
    }

    static string[] Matches(string path, string pattern)
    {
        string folder = Path.GetDirectoryName(path) is { Length: > 0 } given ? given : ".", last = Path.GetFileName(path);
        if (folder.AsSpan().ContainsAny('*', '?')) throw new InvalidDataException($"{pattern}: * and ? are understood in the last part of a path only.");
        string[] names = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)).Where(name => !name.StartsWith('.') && FileSystemName.MatchesSimpleExpression(last, name, ignoreCase: false))] : [];
        if (names.Length == 0) throw new InvalidDataException($"{pattern}: no file fits.");
        Array.Sort(names, StringComparer.Ordinal);
        return Array.ConvertAll(names, name => folder == "." && !path.StartsWith('.') ? name : Path.Combine(folder, name));
    }

    /// <summary>Braces from left to right, the last one counting fastest.</summary>
    static IEnumerable<string> Expand(string text, string pattern)
    {
        int open = text.IndexOf('{');
        if (open < 0)
        {
            yield return text;
            yield break;
        }
        int close = Closing(text, open, pattern);
        foreach (string choice in Choices(text[(open + 1)..close], pattern))
            foreach (string rest in Expand(text[(close + 1)..], pattern))
                foreach (string middle in Expand(choice, pattern))
                    yield return text[..open] + middle + rest;
    }

    static int Closing(string text, int open, string pattern)
    {
        for (int i = open, depth = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0) return i;
        }
        throw new InvalidDataException($"{pattern}: a brace that does not close; expected {{000..012}} or {{a,b}}.");
    }

    static IEnumerable<string> Choices(string inner, string pattern)
    {
        string[] ends = inner.Split("..");
        if (ends.Length == 2 && IsNumber(ends[0]) && IsNumber(ends[1]))
        {
            int first = int.Parse(ends[0]), last = int.Parse(ends[1]), step = first <= last ? 1 : -1;
            if (Math.Abs((long)last - first) >= MostFiles) throw new InvalidDataException($"{pattern}: {{{inner}}} stands for more than {MostFiles} files.");
            int width = ends[0] is ['0', _, ..] || ends[1] is ['0', _, ..] ? Math.Max(ends[0].Length, ends[1].Length) : 1;
            for (int i = first; i != last + step; i += step) yield return i.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(width, '0');
            yield break;
        }
        var choice = new StringBuilder();
        int depth = 0;
        bool any = false;
        foreach (char c in inner)
        {
            depth += c switch { '{' => 1, '}' => -1, _ => 0 };
            if (c == ',' && depth == 0)
            {
                any = true;
                yield return choice.ToString();
                choice.Clear();
            }
            else choice.Append(c);
        }
        if (!any) throw new InvalidDataException($"{pattern}: {{{inner}}} is no range and no list; expected {{000..012}} or {{a,b}}.");
        yield return choice.ToString();
    }

    static bool IsNumber(string text) => text.Length is > 0 and <= 9 && text.All(char.IsAsciiDigit);
}
