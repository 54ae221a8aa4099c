using System.Globalization;

namespace Gleaner.Cli;

/// <summary>Numbers as they stand in files and messages: the same in every culture.</summary>
static class Invariant
{
    public static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static bool TryParse(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
