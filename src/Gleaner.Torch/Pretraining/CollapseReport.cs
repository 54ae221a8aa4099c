using System.Globalization;

namespace Gleaner.Torch;

/// <summary>Two numbers about embeddings, and what they mean.</summary>
/// <param name="Rows">How many embeddings were looked at.</param>
/// <param name="Spread">Mean standard deviation of a number of the unit rows, times the root of their length: 1 if they are even on the sphere, 0 if all are the same.</param>
/// <param name="EffectiveRank">In how many directions they differ: 1 on a line, <paramref name="MostRank"/> if evenly in all. 0 if they do not differ.</param>
/// <param name="MostRank">What the effective rank could be at most.</param>
/// <param name="LeastRank">Below it the embeddings count as partly collapsed.</param>
/// <param name="Verdict">What that means; <see cref="CollapseMonitor"/> has the limits and their reasons.</param>
public sealed record CollapseReport(int Rows, double Spread, double EffectiveRank, int MostRank, double LeastRank, CollapseVerdict Verdict)
{
    /// <summary>The same in words.</summary>
    public string Sentence => Verdict switch
    {
        CollapseVerdict.Collapsed => Text($"Collapsed: the embeddings of {Rows} images are nearly the same (spread {Spread:0.000}; 1 is even, below {CollapseMonitor.LeastSpread} is collapse). The encoder tells images apart no more: go back to an earlier checkpoint, and use a lower learning rate."),
        CollapseVerdict.PartlyCollapsed => Text($"Partly collapsed: the embeddings of {Rows} images differ in {EffectiveRank:0.0} of {MostRank} directions (below {LeastRank:0.#} is partial collapse; spread {Spread:0.00}). Stronger views, a lower temperature or a lower learning rate may help."),
        _ => Text($"No collapse: the embeddings of {Rows} images differ in {EffectiveRank:0.0} of {MostRank} directions (spread {Spread:0.00}; 1 is even)."),
    };

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
