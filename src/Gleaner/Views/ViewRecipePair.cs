using System.Text.Json.Serialization;

namespace Gleaner;

/// <summary>How the two views of an image are made; most methods make both alike, BYOL does not.</summary>
/// <param name="First">The first view's recipe.</param>
/// <param name="Second">The second view's recipe; views of both must have the same size.</param>
[method: JsonConstructor]
public sealed record ViewRecipePair(ViewRecipe First, ViewRecipe Second)
{
    /// <summary>Both views alike.</summary>
    public ViewRecipePair(ViewRecipe both) : this(both, both)
    {
    }
}
