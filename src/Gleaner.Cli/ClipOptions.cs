using System.CommandLine;
using Gleaner.Onnx;

namespace Gleaner.Cli;

/// <summary>The options of <c>--classes clip:PROMPTS</c>.</summary>
sealed class ClipOptions
{
    readonly Option<string?> _text = new("--clip-text") { Description = "With --classes clip: the text half of the CLIP model.", HelpName = "FILE.onnx" };
    readonly Option<string?> _tokenizer = new("--clip-tokenizer") { Description = "Folder with its tokenizer.json, or vocab.json and merges.txt [default: that of the text model].", HelpName = "DIR" };
    readonly Option<string?> _templates = new("--clip-templates") { Description = "Sentences that class names are put into, one a line with {} for the name [default: the SAS authors' seven].", HelpName = "FILE" };
    readonly Option<string?> _image = new("--clip-image") { Description = "The image half of the CLIP model, where --proxy is something else [default: --proxy].", HelpName = "FILE.onnx" };

    public Option[] All => [_text, _tokenizer, _templates, _image];

    /// <summary>Null if the classes come from elsewhere. Reads the names and the sentences, so that what is wrong with them is said at once.</summary>
    /// <exception cref="UsageException">An option is missing, or there is nothing that it is for.</exception>
    public ClipSettings? Read(ParseResult parsed, ClassSource classes)
    {
        var words = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var option in (Option<string?>[])[_text, _tokenizer, _templates, _image])
        {
            if (parsed.GetValue(option) is not { } path) continue;
            if (classes is not ClassSource.Clip) throw new UsageException($"{option.Name} is for --classes clip:FILE, and the classes are {classes}.");
            if (!Path.Exists(path)) throw new UsageException($"{option.Name} {path}: no such file.");
            words[option.Name[2..].Replace('-', '_')] = path;
        }
        if (classes is not ClassSource.Clip(var prompts)) return null;
        if (!File.Exists(prompts)) throw new UsageException($"--classes clip:{prompts}: no such file; expected the name of a class on each line.");
        if (parsed.GetValue(_text) is null) throw new UsageException($"--classes clip:{prompts} needs --clip-text FILE.onnx, the text half of a CLIP model.");
        return new ClipSettings(words, ClipPrompts.ReadClasses(prompts), parsed.GetValue(_templates) is { } file ? ClipPrompts.ReadTemplates(file) : ClipPrompts.Templates);
    }
}
