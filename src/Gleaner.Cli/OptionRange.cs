using System.CommandLine;
using System.Globalization;

namespace Gleaner.Cli;

/// <summary>Options whose values must lie in a range.</summary>
static class OptionRange
{
    public static T InRange<T>(this ParseResult parsed, Option<T> option, T least, T most) where T : struct, IComparable<T> =>
        Checked(option.Name, parsed.GetValue(option), least, most);

    public static T? InRange<T>(this ParseResult parsed, Option<T?> option, T least, T most) where T : struct, IComparable<T> =>
        parsed.GetValue(option) is { } value ? Checked(option.Name, value, least, most) : null;

    static T Checked<T>(string name, T value, T least, T most) where T : struct, IComparable<T> => value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0 ? value
        : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{name} {value}; expected {least} to {most}."));
}
