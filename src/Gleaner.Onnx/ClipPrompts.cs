using System.Text;

namespace Gleaner.Onnx;

/// <summary>What CLIP is asked: the names of classes, and sentences that each name is put into.</summary>
public static class ClipPrompts
{
    /// <summary>Stands for the name in a sentence.</summary>
    public const string Place = "{}";

    const long LargestFile = 16 << 20;
    const int LongestLine = 1000;   // characters; CLIP reads 77 tokens

    /// <summary>The seven of the SAS authors.</summary>
    /// <remarks>
    /// <c>zeroshot_classifier</c> in sas-pip/sas/approx_latent_classes.py of sjoshi804/sas-data-efficient-contrastive-learning, b6cee87, to the letter: OpenAI's best seven for ImageNet, but "itap of
    /// the" for "itap of a", and no point behind the second. (itap: "I took a picture".)
    /// </remarks>
    public static IReadOnlyList<string> Templates { get; } =
    [
        "itap of the {}.", "a bad photo of the {}", "a origami {}.", "a photo of the large {}.", "a {} in a video game.", "art of the {}.", "a photo of the small {}.",
    ];

    /// <summary>Reads names of classes, one a line; empty lines and lines that begin with # do not count.</summary>
    /// <exception cref="InvalidDataException">There is none, one is there twice (capital letters and the width of spaces do not count), or the file is no text.</exception>
    public static IReadOnlyList<string> ReadClasses(string path)
    {
        var lines = ReadLines(path, "the name of a class on each line");
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (line, name) in lines)
            if (!seen.TryAdd(AsRead(name), line))
                throw new InvalidDataException($"{path}, line {line}: the class '{name}' is on line {seen[AsRead(name)]}, too; CLIP could not tell them apart. Remove one.");
        return [.. lines.Select(line => line.Text)];
    }

    /// <summary>Reads sentences, one a line, each with {} where the name goes.</summary>
    /// <exception cref="InvalidDataException">There is none, one has no place for the name, or the file is no text.</exception>
    public static IReadOnlyList<string> ReadTemplates(string path)
    {
        var lines = ReadLines(path, "a sentence with {} on each line, such as: a photo of a {}.");
        foreach (var (line, sentence) in lines)
            if (!sentence.Contains(Place, StringComparison.Ordinal)) throw new InvalidDataException($"{path}, line {line}: '{sentence}'; expected {Place} where the name of the class goes.");
        return [.. lines.Select(line => line.Text)];
    }

    /// <summary>The sentences about one class. Braces in its name are nothing special.</summary>
    public static IEnumerable<string> About(string name, IReadOnlyList<string> templates)
    {
        ArgumentNullException.ThrowIfNull(templates);
        return templates.Select(template => template.Replace(Place, name, StringComparison.Ordinal));
    }

    static string AsRead(string name) => string.Join(' ', name.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    static List<(int Line, string Text)> ReadLines(string path, string expected)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: no such file; expected {expected}.", path);
        if (new FileInfo(path).Length > LargestFile) throw new InvalidDataException($"{path}: {new FileInfo(path).Length} bytes; expected text of at most {LargestFile}, {expected}.");
        var lines = new List<(int Line, string Text)>();
        try
        {
            int line = 0;
            foreach (string raw in File.ReadLines(path, new UTF8Encoding(false, throwOnInvalidBytes: true)))
            {
                line++;
                string text = raw.Trim();
                if (text.Length == 0 || text[0] == '#') continue;
                if (text.Length > LongestLine || text.Contains('\0', StringComparison.Ordinal)) throw new InvalidDataException($"{path}, line {line}: {text.Length} characters that may be no text; expected {expected}.");
                lines.Add((line, text));
            }
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException($"{path}: is not text in UTF-8; expected {expected}.", error);
        }
        return lines.Count > 0 ? lines : throw new InvalidDataException($"{path}: is empty; expected {expected}.");
    }
}
