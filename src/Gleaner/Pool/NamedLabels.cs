using System.Globalization;

namespace Gleaner;

/// <summary>Labels as somebody wrote them, numbered.</summary>
static class NamedLabels
{
    /// <summary>Whole numbers from 0 stay what they are; anything else is a name, and numbered in ordinal order. An empty or null text is no label, -1.</summary>
    public static (int[] Labels, IReadOnlyList<string>? Names) Number(IReadOnlyList<string?> texts)
    {
        var labels = new int[texts.Count];
        bool areNumbers = true;
        for (int i = 0; i < labels.Length && areNumbers; i++)
        {
            if (string.IsNullOrEmpty(texts[i])) labels[i] = -1;
            else areNumbers = int.TryParse(texts[i], NumberStyles.None, CultureInfo.InvariantCulture, out labels[i]);
        }
        if (areNumbers) return (labels, null);
        string[] names = [.. texts.Where(text => !string.IsNullOrEmpty(text)).Select(text => text!).Distinct().Order(StringComparer.Ordinal)];
        var number = names.Index().ToDictionary(name => name.Item, name => name.Index);
        return ([.. texts.Select(text => string.IsNullOrEmpty(text) ? -1 : number[text])], names);
    }
}
