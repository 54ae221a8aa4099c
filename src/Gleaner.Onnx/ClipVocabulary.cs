using System.Text;
using System.Text.Json;

namespace Gleaner.Onnx;

/// <summary>What CLIP's tokenizer was trained to: tokens with their numbers, and the pairs that are merged, the first of them first. Read from Hugging Face's files.</summary>
sealed record ClipVocabulary(IReadOnlyList<string> Files, Dictionary<string, int> Ids, IReadOnlyList<string> Merges, int Padding)
{
    public const string Start = "<|startoftext|>", End = "<|endoftext|>", EndOfWord = "</w>";

    const string WholeName = "tokenizer.json", IdsName = "vocab.json", MergesName = "merges.txt";
    const long LargestFile = 64 << 20;   // CLIP's are 2 MB
    const int MostIds = 10_000_000;

    // Where Hugging Face's files name the padding, the more specific first.
    static readonly string[] PaddingNames = ["special_tokens_map.json", "tokenizer_config.json"];

    /// <summary>Reads the files of a folder: <c>tokenizer.json</c>, or <c>vocab.json</c> with <c>merges.txt</c>.</summary>
    /// <exception cref="InvalidDataException">They are missing, damaged, of another kind of tokenizer, or do not belong together.</exception>
    public static ClipVocabulary ReadFolder(string folder)
    {
        string whole = Path.Combine(folder, WholeName), ids = Path.Combine(folder, IdsName), merges = Path.Combine(folder, MergesName);
        if (File.Exists(whole)) return ReadWhole(whole);
        return File.Exists(ids) && File.Exists(merges) ? ReadTwo(ids, merges)
            : throw new InvalidDataException($"{folder}: no tokenizer in it; expected {WholeName}, or {IdsName} and {MergesName}, as they come with the model. Put them beside the text model, or name their folder with --clip-tokenizer.");
    }

    /// <summary>Hugging Face's one file for everything.</summary>
    public static ClipVocabulary ReadWhole(string path) => Json(path, json =>
    {
        var model = json.GetProperty("model");
        string kind = model.TryGetProperty("type", out var type) ? type.GetString() ?? "" : "without a type";
        string suffix = model.TryGetProperty("end_of_word_suffix", out var end) ? end.GetString() ?? "" : "";
        if (kind != "BPE" || suffix != EndOfWord)
            throw new InvalidDataException($"{path}: a tokenizer of the kind {kind}{(kind == "BPE" ? $" with '{suffix}' at the end of words" : "")}; expected CLIP's, BPE with '{EndOfWord}' at the end of words. Take the tokenizer that came with the CLIP model.");
        var ids = ReadIds(path, model.GetProperty("vocab"));
        if (json.TryGetProperty("added_tokens", out var added))
            foreach (var token in added.EnumerateArray()) ids.TryAdd(token.GetProperty("content").GetString()!, token.GetProperty("id").GetInt32());
        List<string> merges = [.. model.GetProperty("merges").EnumerateArray().Select(merge => merge.ValueKind == JsonValueKind.String
            ? merge.GetString()! : $"{merge[0].GetString()} {merge[1].GetString()}")];
        int? padding = json.TryGetProperty("padding", out var how) && how.ValueKind == JsonValueKind.Object && how.TryGetProperty("pad_id", out var id) ? id.GetInt32() : null;
        return Checked(path, [path], ids, merges, padding);
    });

    static ClipVocabulary ReadTwo(string idsPath, string mergesPath)
    {
        var ids = Json(idsPath, json => ReadIds(idsPath, json));
        var merges = new List<string>();
        CheckLength(mergesPath);
        foreach (string line in File.ReadLines(mergesPath, Encoding.UTF8))
            if (line.Length > 0 && !(merges.Count == 0 && line.StartsWith("#version", StringComparison.Ordinal))) merges.Add(line.TrimEnd());
        return Checked(mergesPath, [idsPath, mergesPath], ids, merges, padding: null);
    }

    static Dictionary<string, int> ReadIds(string path, JsonElement vocabulary)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var token in vocabulary.EnumerateObject())
            if (!ids.TryAdd(token.Name, token.Value.GetInt32())) throw new InvalidDataException($"{path}: has the token '{token.Name}' twice.");
        return ids;
    }

    static ClipVocabulary Checked(string path, List<string> files, Dictionary<string, int> ids, IReadOnlyList<string> merges, int? padding)
    {
        foreach (string token in (string[])[Start, End])
            if (!ids.ContainsKey(token)) throw new InvalidDataException($"{files[0]}: has no token {token}; expected CLIP's tokenizer. Take the one that came with the CLIP model.");
        var wrong = ids.FirstOrDefault(token => token.Value is < 0 or >= MostIds);
        if (wrong.Key is not null) throw new InvalidDataException($"{files[0]}: the token '{wrong.Key}' has the number {wrong.Value}; expected 0 to {MostIds - 1}.");
        if (ids.Values.Distinct().Count() != ids.Count) throw new InvalidDataException($"{files[0]}: two of its {ids.Count} tokens have the same number.");
        foreach (string symbol in ByteSymbols())
            if (!ids.ContainsKey(symbol)) throw new InvalidDataException($"{files[0]}: has no token '{symbol}'; expected one for every byte, at the end of a word and before. Take the tokenizer that came with the CLIP model.");
        var seen = new HashSet<string>();
        for (int m = 0; m < merges.Count; m++)
        {
            string[] pair = merges[m].Split(' ');
            if (pair.Length != 2) throw new InvalidDataException($"{path}: merge {m + 1} is '{merges[m]}'; expected two tokens with a space between.");
            string? missing = pair.Append(pair[0] + pair[1]).FirstOrDefault(token => !ids.ContainsKey(token));
            if (missing is not null) throw new InvalidDataException($"{path}: merge {m + 1}, '{merges[m]}', needs the token '{missing}', which is not in the vocabulary of {ids.Count}. The files are of different tokenizers.");
            if (!seen.Add(merges[m])) throw new InvalidDataException($"{path}: merge {m + 1}, '{merges[m]}', stands there a second time; expected each pair of tokens once. The file is damaged.");
        }
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (string file in PaddingNames.Select(name => Path.Combine(folder, name)).Where(File.Exists))
        {
            files.Add(file);
            padding ??= Json(file, json => !json.TryGetProperty("pad_token", out var token) || token.ValueKind == JsonValueKind.Null ? (int?)null
                : (token.ValueKind == JsonValueKind.String ? token : token.GetProperty("content")).GetString() is { } text && ids.TryGetValue(text, out int id) ? id
                : throw new InvalidDataException($"{file}: its padding, {token.GetRawText()}, is not in the vocabulary."));
        }
        return new ClipVocabulary(files, ids, merges, padding ?? ids[End]);   // as Hugging Face's CLIPTokenizer
    }

    // GPT-2's letters for the 256 bytes: themselves where they can be seen, else U+0100 and up.
    static IEnumerable<string> ByteSymbols()
    {
        int unseen = 0;
        for (int b = 0; b < 256; b++)
        {
            char letter = b is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE ? (char)b : (char)(256 + unseen++);
            yield return letter.ToString();
            yield return letter + EndOfWord;
        }
    }

    static T Json<T>(string path, Func<JsonElement, T> read)
    {
        CheckLength(path);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path));   // text: a byte order mark is left out
            return read(json.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"{path}: is no file of a tokenizer, or damaged: {error.Message.TrimEnd('.')}.", error);
        }
    }

    static void CheckLength(string path)
    {
        long length = new FileInfo(path).Length;
        if (length > LargestFile) throw new InvalidDataException($"{path}: {length} bytes; expected at most {LargestFile}, CLIP's has some 2,000,000.");
    }
}
