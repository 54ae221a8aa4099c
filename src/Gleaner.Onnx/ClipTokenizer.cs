using System.Text;
using Microsoft.ML.Tokenizers;

namespace Gleaner.Onnx;

/// <summary>CLIP's tokenizer: lower-case text to the numbers of its byte pairs, between a token for the start and one for the end.</summary>
/// <remarks>
/// Radford et al. 2021, arXiv:2103.00020, and <c>simple_tokenizer.py</c> of openai/CLIP. As Hugging Face's tokenizer of CLIP, and other than OpenAI's, it does not repair mistaken encodings (ftfy) nor
/// HTML's <c>&amp;amp;</c>, and a Greek sigma at the end of a word is like any other. Other than both, it does not put a letter and a combining accent that were written apart together.
/// </remarks>
public sealed class ClipTokenizer
{
    readonly BpeTokenizer _pairs;
    readonly ClipVocabulary _vocabulary;

    ClipTokenizer(ClipVocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        (StartId, EndId, PaddingId) = (vocabulary.Ids[ClipVocabulary.Start], vocabulary.Ids[ClipVocabulary.End], vocabulary.Padding);
        _pairs = BpeTokenizer.Create(new BpeOptions(vocabulary.Ids)
        {
            Merges = vocabulary.Merges,
            ByteLevel = true,
            EndOfWordSuffix = ClipVocabulary.EndOfWord,
            PreTokenizer = new ClipWords(ClipVocabulary.Start, ClipVocabulary.End),
            SpecialTokens = new Dictionary<string, int> { [ClipVocabulary.Start] = StartId, [ClipVocabulary.End] = EndId },
        });
    }

    /// <summary>Reads <c>tokenizer.json</c>, or <c>vocab.json</c> with <c>merges.txt</c>, in the folder <paramref name="path"/>; or the <c>tokenizer.json</c> that it is.</summary>
    /// <exception cref="InvalidDataException">The files are missing, damaged, of another kind of tokenizer, or do not belong together.</exception>
    public static ClipTokenizer Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path)) return new(ClipVocabulary.ReadFolder(path));
        return new(Path.GetExtension(path) == ".json" && Path.GetFileName(path) != "vocab.json" ? ClipVocabulary.ReadWhole(path) : ClipVocabulary.ReadFolder(Path.GetDirectoryName(Path.GetFullPath(path))!));
    }

    /// <summary>The one beside a text model, or in the folder above one that is named <c>onnx</c>.</summary>
    /// <exception cref="InvalidDataException">There is none, or it cannot be used.</exception>
    public static ClipTokenizer Beside(string model)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        string folder = Path.GetDirectoryName(Path.GetFullPath(model))!;
        bool isAbove = Path.GetFileName(folder) == "onnx" && !File.Exists(Path.Combine(folder, "tokenizer.json")) && !File.Exists(Path.Combine(folder, "vocab.json"));
        return Open(isAbove ? Path.GetDirectoryName(folder)! : folder);
    }

    /// <summary>The number of the token that stands first.</summary>
    public int StartId { get; }

    /// <summary>The number of the token that stands last, where the model looks.</summary>
    public int EndId { get; }

    /// <summary>The number that fills up what is left; the model does not look at it.</summary>
    public int PaddingId { get; }

    /// <summary>The files that were read.</summary>
    public IReadOnlyList<string> Files => _vocabulary.Files;

    /// <summary>Start, the tokens of the text, end: as many as there are.</summary>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // The one letter whose lower case is two characters, which .NET leaves alone.
        string lower = text.Replace("\u0130", "i\u0307", StringComparison.Ordinal).ToLowerInvariant();
        return [StartId, .. _pairs.EncodeToIds(lower, considerPreTokenization: true, considerNormalization: false), EndId];
    }

    /// <summary>The same in exactly <paramref name="length"/> numbers (CLIP: 77): cut before the end token, or padded behind it.</summary>
    /// <returns>The numbers, and how many of them are the text's.</returns>
    public (int[] Ids, int Count) Encode(string text, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);
        int[] ids = Encode(text);
        if (ids.Length > length) return ([.. ids[..(length - 1)], EndId], length);
        var padded = new int[length];
        ids.CopyTo(padded, 0);
        padded.AsSpan(ids.Length).Fill(PaddingId);
        return (padded, ids.Length);
    }

    /// <summary>Changes with every byte of the files.</summary>
    public string Hash() => ContentHash.Of(Encoding.ASCII.GetBytes(string.Concat(Files.Select(ContentHash.OfFile))));
}
