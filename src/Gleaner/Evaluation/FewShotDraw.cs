namespace Gleaner;

/// <summary>One draw: which (0-based) of which share, how many images it drew, and what the linear probe made of them.</summary>
public sealed record FewShotDraw(double Share, int Draw, int Images, LinearProbeResult Probe);
