namespace Gleaner;

/// <summary>The recipes of the methods' papers, for views of <c>viewSize</c> x <c>viewSize</c> pixels.</summary>
/// <remarks>
/// Views of up to 64 pixels get what the authors use for CIFAR (32 pixels), and no blur: SimCLR and SimSiam say so in their papers, MoCo's demo has none;
/// the BYOL paper has no such setting, so there we leave out blur alone.
/// </remarks>
public static class ViewRecipes
{
    const int SmallSize = 64;   // ImageNet's variants and STL-10 lie above, CIFAR and TinyImageNet do not

    /// <summary>The SAS authors' (arXiv:2302.09195): SimCLR's at half strength without blur, at any size; <see cref="ViewRecipe"/>'s defaults.</summary>
    public static ViewRecipePair Sas(int viewSize) => Both(new ViewRecipe { Size = Checked(viewSize) });

    /// <summary>SimCLR's (arXiv:2002.05709, appendix A and data_util.py): colour strength 1 and blur; 1/2 without blur for CIFAR (appendix B.9).</summary>
    public static ViewRecipePair SimClr(int viewSize)
    {
        double strength = IsSmall(viewSize) ? 0.5 : 1;
        return Both(new ViewRecipe
        {
            Size = viewSize,
            Brightness = 0.8 * strength,
            Contrast = 0.8 * strength,
            Saturation = 0.8 * strength,
            Hue = 0.2 * strength,
            BlurProbability = BlurProbability(viewSize),
        });
    }

    /// <summary>MoCo v2's (arXiv:2003.04297, main_moco.py --aug-plus); crops from 8 % without blur for CIFAR (moco_cifar10_demo.ipynb).</summary>
    public static ViewRecipePair MoCoV2(int viewSize) => Both(Facebook(viewSize) with { CropAreaMin = IsSmall(viewSize) ? 0.08 : 0.2 });

    /// <summary>SimSiam's (arXiv:2011.10566, section 3 and main_simsiam.py), which is MoCo v2's; without blur for CIFAR (appendix D).</summary>
    public static ViewRecipePair SimSiam(int viewSize) => Both(Facebook(viewSize));

    /// <summary>BYOL's (arXiv:2006.07733, table 6): the first view always blurred, the second seldom, but sometimes solarized.</summary>
    public static ViewRecipePair Byol(int viewSize)
    {
        var both = new ViewRecipe { Size = Checked(viewSize), Saturation = 0.2, SolarizeThreshold = 0.5 };
        return new ViewRecipePair(
            both with { BlurProbability = IsSmall(viewSize) ? 0 : 1 },
            both with { BlurProbability = IsSmall(viewSize) ? 0 : 0.1, SolarizeProbability = 0.2 });
    }

    /// <summary>Their blur is Pillow's, whose kernel is not cut: 13 pixels are three standard deviations of 2 on either side.</summary>
    static ViewRecipe Facebook(int viewSize) => new()
    {
        Size = viewSize,
        CropAreaMin = 0.2,
        Interpolation = Interpolation.Bilinear,
        BlurProbability = BlurProbability(viewSize),
        BlurKernel = 13,
    };

    static double BlurProbability(int viewSize) => IsSmall(viewSize) ? 0 : 0.5;

    static bool IsSmall(int viewSize) => Checked(viewSize) <= SmallSize;

    static int Checked(int viewSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(viewSize);
        return viewSize;
    }

    static ViewRecipePair Both(ViewRecipe recipe) => new(recipe);
}
