using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Gleaner.Cli;

/// <summary>A mapping of a recipe, whose errors say the line.</summary>
sealed class RecipeMap
{
    readonly string _file;
    readonly YamlMappingNode _node;

    RecipeMap(string file, string name, YamlMappingNode node) => (_file, Name, _node) = (file, name, node);

    /// <summary>The key that it stands under; empty for the whole recipe.</summary>
    public string Name { get; }

    /// <exception cref="InvalidDataException">The text is no YAML mapping, or a key stands twice.</exception>
    public static RecipeMap Parse(string file, string text)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new StringReader(text));
        }
        catch (YamlException error)
        {
            throw new InvalidDataException($"{file}, line {error.Start.Line}: {error.Message.TrimEnd('.')}. Expected YAML: keys and values, nested by spaces.", error);
        }
        catch (InvalidOperationException error) // what the parser makes of a bracket that is not closed
        {
            throw new InvalidDataException($"{file}: cannot be read. Expected YAML: keys and values, nested by spaces; is every bracket and quote closed?", error);
        }
        return yaml.Documents is [{ RootNode: YamlMappingNode root }] ? new RecipeMap(file, "", root)
            : throw new InvalidDataException($"{file}: expected one YAML document of keys and values, such as pool, budgets, seeds, arms and training.");
    }

    /// <summary>The keys, in the order of the file.</summary>
    public IEnumerable<string> Keys => _node.Children.Keys.Select(Key);

    public bool Has(string key) => Find(key) is not null;

    public string? Text(string key) => Find(key) is not { } node ? null
        : node is YamlScalarNode { Value: { } value } ? value : throw Error(node, $"{key} is not one value; expected one.");

    public string Needed(string key, string example) => Text(key) ?? throw Error(_node, $"{Where} has no {key}; expected one, such as {key}: {example}");

    public int? WholeNumber(string key, int least) => Text(key) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least ? value
        : throw Error(key, $"{key} is \"{text}\"; expected a whole number, {least} or more.");

    public bool Switch(string key) => Text(key) switch
    {
        null or "false" => false,
        "true" => true,
        var text => throw Error(key, $"{key} is \"{text}\"; expected true or false."),
    };

    /// <summary>One value or a sequence of them, at least one.</summary>
    public IReadOnlyList<string> List(string key, string example)
    {
        var node = Find(key) ?? throw Error(_node, $"{Where} has no {key}; expected {key}: {example}");
        string[] values = node switch
        {
            YamlScalarNode { Value: { Length: > 0 } one } => [one],
            YamlSequenceNode many when many.All(item => item is YamlScalarNode) => [.. many.Select(item => ((YamlScalarNode)item).Value ?? "")],
            _ => [],
        };
        if (values.Length == 0) throw Error(node, $"{key}: expected a list, such as {example}");
        return values.Distinct(StringComparer.Ordinal).Count() == values.Length ? values : throw Error(node, $"{key}: a value stands twice; expected different ones.");
    }

    public RecipeMap? Map(string key) => Find(key) switch
    {
        null => null,
        YamlMappingNode map => new RecipeMap(_file, key, map),
        YamlScalarNode { Value: null or "" } => new RecipeMap(_file, key, []),
        var node => throw Error(node, $"{key}: expected keys and values below it."),
    };

    /// <summary>Refuses every other key, with the nearest of these.</summary>
    public void Only(IReadOnlyCollection<string> known)
    {
        foreach (var node in _node.Children.Keys)
            if (!known.Contains(Key(node)))
                throw Error(node, $"unknown key \"{Key(node)}\" in {Where}.{(NearestName.Of(Key(node), known) is { } near ? $" Did you mean {near}?" : "")} Known are {string.Join(", ", known)}.");
    }

    public InvalidDataException Error(string key, string message) => Error(_node.Children.Keys.FirstOrDefault(node => Key(node) == key) ?? _node, message);

    string Where => Name.Length == 0 ? "the recipe" : Name;

    InvalidDataException Error(YamlNode node, string message) => new($"{_file}, line {node.Start.Line}: {message}");

    YamlNode? Find(string key) => _node.Children.FirstOrDefault(child => Key(child.Key) == key).Value;

    string Key(YamlNode node) => node is YamlScalarNode { Value: { } value } ? value : throw Error(node, "a key is not plain text; expected a name.");
}
