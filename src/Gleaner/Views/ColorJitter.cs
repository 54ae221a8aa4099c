namespace Gleaner;

/// <summary>The drawn colour changes of one view: three factors (1 changes nothing), a turn of the hue (0 changes nothing) and which of the 24 orders.</summary>
/// <remarks>torchvision's ColorJitter on PIL images.</remarks>
readonly record struct ColorJitter(float Brightness, float Contrast, float Saturation, float Hue, int Order)
{
    public const int Orders = 24;

    public static ColorJitter Sample(ref ViewRandom random, ViewRecipe recipe) => new(
        Factor(ref random, recipe.Brightness),
        Factor(ref random, recipe.Contrast),
        Factor(ref random, recipe.Saturation),
        (float)random.Uniform(-recipe.Hue, recipe.Hue),
        random.Next(Orders));

    static float Factor(ref ViewRandom random, double spread) => (float)random.Uniform(Math.Max(0, 1 - spread), 1 + spread);

    public void Apply(ColorPlanes planes)
    {
        Span<int> steps = stackalloc int[4];
        StepsOf(Order, steps);
        foreach (int step in steps)
        {
            if (step is 0 && Brightness != 1)
                planes.AdjustBrightness(Brightness);
            else if (step is 1 && Contrast != 1)
                planes.AdjustContrast(Contrast);
            else if (step is 2 && Saturation != 1)
                planes.AdjustSaturation(Saturation);
            else if (step is 3 && Hue != 0)
                planes.AdjustHue(Hue);
        }
    }

    /// <summary>The permutation of 0 .. 3 with this number: its digits of base 4, 3 and 2 are swaps (Fisher-Yates).</summary>
    public static void StepsOf(int order, Span<int> steps)
    {
        (steps[0], steps[1], steps[2], steps[3]) = (0, 1, 2, 3);
        for (int i = 3; i > 0; i--)
        {
            (order, int other) = Math.DivRem(order, i + 1);
            (steps[i], steps[other]) = (steps[other], steps[i]);
        }
    }
}
