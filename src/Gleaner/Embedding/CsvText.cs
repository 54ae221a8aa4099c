using System.Buffers;

namespace Gleaner;

/// <summary>Fields of a comma-separated text (RFC 4180) that no spreadsheet takes for a formula, whoever named the files of a pool.</summary>
static class CsvText
{
    static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    /// <summary>A key. One that a spreadsheet would take for a formula gets <c>./</c> before it: the same file seen from the same folder, and still a name that a program can open.</summary>
    public static string Key(string key) => Quote(IsFormula(key) ? Here + key : key);

    /// <summary>The key that was written, of one that was read and is none of the pool's.</summary>
    public static string KeyOf(string read) => read.StartsWith(Here, StringComparison.Ordinal) && IsFormula(read[Here.Length..]) ? read[Here.Length..] : read;

    /// <summary>Any other text; one that a spreadsheet would take for a formula gets an apostrophe before it.</summary>
    public static string Field(string text) => Quote(IsFormula(text) ? "'" + text : text);

    const string Here = "./";

    // OWASP's list of what begins a formula.
    static bool IsFormula(string text) => text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20', ..];

    static string Quote(string text) => text.AsSpan().ContainsAny(Quoted) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
