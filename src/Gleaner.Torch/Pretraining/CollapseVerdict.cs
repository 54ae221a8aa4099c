namespace Gleaner.Torch;

/// <summary>Whether embeddings still tell images apart.</summary>
public enum CollapseVerdict
{
    /// <summary>They are spread, in many directions.</summary>
    Fine,

    /// <summary>They are spread, but in a few directions only: dimensional collapse (Jing et al. 2022, arXiv:2110.09348).</summary>
    PartlyCollapsed,

    /// <summary>They are nearly the same for all images.</summary>
    Collapsed,
}
