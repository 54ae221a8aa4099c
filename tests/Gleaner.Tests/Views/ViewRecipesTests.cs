using System.Text.Json;
using Xunit;

namespace Gleaner.Tests;

/// <summary>The numbers, copied from the papers' tables and the authors' scripts once more.</summary>
public class ViewRecipesTests
{
    static readonly Func<int, ViewRecipePair>[] All = [ViewRecipes.Sas, ViewRecipes.SimClr, ViewRecipes.MoCoV2, ViewRecipes.SimSiam, ViewRecipes.Byol];

    [Theory]
    [InlineData(32)]
    [InlineData(96)]
    [InlineData(224)]
    public void Both_views_have_the_asked_size_and_a_view_maker_takes_them(int size)
    {
        foreach (ViewRecipePair pair in All.Select(recipe => recipe(size)))
            foreach (ViewRecipe recipe in new[] { pair.First, pair.Second })
                Assert.Equal(size, new ViewMaker(recipe, imageSize: 100, [0, 0, 0], [1, 1, 1]).ViewSize);
    }

    [Fact]
    public void Sas_is_the_default_recipe_at_every_size()
    {
        foreach (int size in new[] { 32, 224 })
            AssertBoth(new ViewRecipe { Size = size }, ViewRecipes.Sas(size));
    }

    [Fact]
    public void SimClr_has_full_colour_and_blur_on_large_images_and_half_colour_on_CIFAR()
    {
        var large = new ViewRecipe { Size = 224, Brightness = 0.8, Contrast = 0.8, Saturation = 0.8, Hue = 0.2, BlurProbability = 0.5 };

        AssertBoth(large, ViewRecipes.SimClr(224));
        AssertBoth(new ViewRecipe { Size = 32, Brightness = 0.4, Contrast = 0.4, Saturation = 0.4, Hue = 0.1 }, ViewRecipes.SimClr(32));
        Assert.Equal(0, ViewRecipes.SimClr(64).First.BlurProbability);
        Assert.Equal(0.5, ViewRecipes.SimClr(65).First.BlurProbability);
    }

    [Fact]
    public void MoCo_and_SimSiam_crop_bilinearly_from_a_fifth_and_blur_without_a_cut()
    {
        var large = new ViewRecipe { Size = 96, CropAreaMin = 0.2, Interpolation = Interpolation.Bilinear, BlurProbability = 0.5, BlurKernel = 13 };

        AssertBoth(large, ViewRecipes.MoCoV2(96));
        AssertBoth(large, ViewRecipes.SimSiam(96));
        AssertBoth(large with { Size = 32, CropAreaMin = 0.08, BlurProbability = 0 }, ViewRecipes.MoCoV2(32));
        AssertBoth(large with { Size = 32, BlurProbability = 0 }, ViewRecipes.SimSiam(32));
    }

    [Fact]
    public void Byols_views_differ_in_blur_and_solarize()
    {
        var both = new ViewRecipe { Size = 224, Brightness = 0.4, Contrast = 0.4, Saturation = 0.2, Hue = 0.1, SolarizeThreshold = 0.5 };

        Assert.Equal(new ViewRecipePair(both with { BlurProbability = 1 }, both with { BlurProbability = 0.1, SolarizeProbability = 0.2 }), ViewRecipes.Byol(224));
        Assert.Equal(new ViewRecipePair(both with { Size = 32 }, both with { Size = 32, SolarizeProbability = 0.2 }), ViewRecipes.Byol(32));
    }

    [Fact]
    public void A_size_of_no_pixels_is_refused() => Assert.All(All, recipe => Assert.Throws<ArgumentOutOfRangeException>("viewSize", () => recipe(0)));

    [Fact]
    public void Recipes_survive_json_and_old_json_means_no_blur()
    {
        ViewRecipePair byol = ViewRecipes.Byol(96);

        Assert.Equal(byol, JsonSerializer.Deserialize<ViewRecipePair>(JsonSerializer.Serialize(byol)));
        Assert.Equal(new ViewRecipe { Size = 32 }, JsonSerializer.Deserialize<ViewRecipe>("""{"Size":32}"""));
    }

    static void AssertBoth(ViewRecipe expected, ViewRecipePair actual) => Assert.Equal(new ViewRecipePair(expected), actual);
}
