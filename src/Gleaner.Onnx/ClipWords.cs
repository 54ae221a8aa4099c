using System.Globalization;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace Gleaner.Onnx;

/// <summary>Cuts lower-case text into the words that CLIP's byte pairs are merged in: special tokens, English endings ('s, 't, 're, ...), runs of letters, single digits, and runs of anything else but white space.</summary>
/// <remarks>
/// OpenAI's pattern <c>'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+</c>, over whole characters: .NET's regular expressions see the two halves of a character above U+FFFF,
/// which are no letters.
/// </remarks>
sealed class ClipWords(params string[] special) : PreTokenizer
{
    static readonly string[] Endings = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    enum Kind { Space, Letter, Number, Other }

    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => PreTokenize(text.ToString());

    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            var (kind, length) = KindAt(text, at);
            if (WordAt(text, at) is { } word) length = word.Length;
            else if (kind is Kind.Letter or Kind.Other)
                while (at + length < text.Length && KindAt(text, at + length) is var (next, more) && next == kind) length += more;
            if (kind != Kind.Space) yield return (at, length);
            at += length;
        }
    }

    string? WordAt(string text, int at) =>
        special.FirstOrDefault(word => string.CompareOrdinal(text, at, word, 0, word.Length) == 0) ?? Endings.FirstOrDefault(word => string.CompareOrdinal(text, at, word, 0, word.Length) == 0);

    static (Kind Kind, int Length) KindAt(string text, int at)
    {
        if (!Rune.TryGetRuneAt(text, at, out var rune)) return (Kind.Other, 1);   // half a character
        if (Rune.IsWhiteSpace(rune)) return (Kind.Space, rune.Utf16SequenceLength);
        return (Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Kind.Other,
        }, rune.Utf16SequenceLength);
    }
}
