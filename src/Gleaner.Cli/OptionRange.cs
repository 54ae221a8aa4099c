using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Gleaner.Cli;

/// <summary>Options whose values are checked before any work.</summary>
static partial class OptionRange
{
    public static T InRange<T>(this ParseResult parsed, Option<T> option, T least, T most) where T : struct, IComparable<T> =>
        Checked(option.Name, parsed.GetValue(option), least, most);

    public static T? InRange<T>(this ParseResult parsed, Option<T?> option, T least, T most) where T : struct, IComparable<T> =>
        parsed.GetValue(option) is { } value ? Checked(option.Name, value, least, most) : null;

    /// <summary>These words as the command reads them.</summary>
    /// <exception cref="UsageException">One of them is wrong.</exception>
    public static ParseResult Parsed(this Command command, string[] args)
    {
        var parsed = command.Parse(args);
        return parsed.Errors.Count == 0 ? parsed : throw new UsageException(string.Join(' ', parsed.Errors.Select(InWords)));
    }

    /// <summary>The error as a user reads it: System.CommandLine names types of .NET.</summary>
    public static string InWords(ParseError error) => TypeName().Match(error.Message) is { Success: true } match
        ? $"{match.Groups[2].Value} {match.Groups[1].Value}; expected {(match.Groups[3].Value.Contains("Double", StringComparison.Ordinal) ? "a number" : "a whole number")}." : error.Message;

    [GeneratedRegex(@"^Cannot parse argument '(.*)' for (?:option|command) '(.*)' as expected type '.*(Int32|Double).*'\.$", RegexOptions.Singleline)]
    private static partial Regex TypeName();

    /// <summary>The file of a list of images, which must be there.</summary>
    public static string? ImageListFile(this ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is not { } file || File.Exists(file) ? parsed.GetValue(option)
        : throw new UsageException($"{option.Name} {file}: no such file. Give a list of images: .npy, .txt, .csv or .pkl.");

    /// <summary>A run folder, which must be there.</summary>
    public static string? RunFolder(this ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is not { } folder || Directory.Exists(folder) ? parsed.GetValue(option)
        : throw new UsageException($"{option.Name} {folder}: no such folder.");

    /// <summary>Refuses two options that say the same thing in two ways.</summary>
    public static void AtMostOne(this ParseResult parsed, Option one, Option other)
    {
        if (parsed.GetResult(one) is { Implicit: false } && parsed.GetResult(other) is { Implicit: false })
            throw new UsageException($"{one.Name} and {other.Name} are both given; expected one of them.");
    }

    static T Checked<T>(string name, T value, T least, T most) where T : struct, IComparable<T> => value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0 ? value
        : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{name} {value}; expected {least} to {most}."));
}
