using System.Globalization;
using System.Text;

namespace Gleaner;

/// <summary>Makes text from files harmless and visible in HTML: whatever it holds, it is shown and does nothing.</summary>
/// <remarks>
/// Every character that means something in HTML or XML becomes a reference. Control characters are shown as their pictures, what turns the direction of writing as its code point, so that a
/// name cannot pretend to be another; halves of surrogate pairs and characters that XML has no place for become U+FFFD. Line ends and tabs stay.
/// </remarks>
static class HtmlText
{
    /// <summary>Fit for the content of an element and for a quoted attribute.</summary>
    public static string Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var encoded = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) // a lone surrogate is enumerated as U+FFFD
            Append(encoded, rune);
        return encoded.ToString();
    }

    static void Append(StringBuilder to, Rune rune)
    {
        int code = rune.Value;
        if (code is '<' or '>' or '&' or '"' or '\'' or '\t' or '\n') to.Append(code switch { '<' => "&lt;", '>' => "&gt;", '&' => "&amp;", '"' => "&quot;", '\'' => "&#39;", '\t' => "&#9;", _ => "&#10;" });
        else if (code < 0x20) to.Append((char)(0x2400 + code));
        else if (code == 0x7F) to.Append('\u2421');
        else if ((code & 0xFFFE) == 0xFFFE) to.Append('\uFFFD');
        else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            to.Append(CultureInfo.InvariantCulture, $"[U+{code:X4}]");
        else to.Append(rune.ToString());
    }
}
