namespace Gleaner.Cli;

/// <summary>What this program is.</summary>
static class Product
{
    public static string Version { get; } = typeof(Product).Assembly.GetName().Version!.ToString(3);
}
