namespace Gleaner;

/// <summary>A dictionary out of a pickle: its items in order, as they came, whatever their keys. Empty it holds nothing, because a file can have very many.</summary>
sealed class PickledDictionary
{
    List<(object? Key, object? Value)>? _items;

    public IReadOnlyList<(object? Key, object? Value)> Items => (IReadOnlyList<(object?, object?)>?)_items ?? [];

    public void Add(object? key, object? value) => (_items ??= []).Add((key, value));
}
