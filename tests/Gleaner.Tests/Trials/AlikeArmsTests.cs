using Xunit;

namespace Gleaner.Tests.Trials;

public class AlikeArmsTests
{
    [Theory]
    [InlineData(20, 0.2, 0)] // a fifth of the pool shares a fifth of its images by chance
    [InlineData(20, 1, 1)]
    [InlineData(20, 0.6, 0.5)]
    [InlineData(80, 0.6, -1)] // two subsets of 80 of 100 share at least 60
    [InlineData(100, 1, 1)]
    public void Agreement_is_counted_beyond_chance(int images, double shared, double expected) =>
        Assert.Equal(expected, new SubsetOverlap("a", "b", "x", images, shared).BeyondChance(pool: 100), 1e-12);

    [Fact]
    public void Arms_that_chose_the_same_images_are_named_once()
    {
        Assert.Equal(["At 10 %, b and c chose the same images. What differs between them is hardly due to the choice."], Sentences(1000, ("a", "b", 0.1), ("a", "c", 0.1), ("b", "c", 1)));
        Assert.Equal(["At 10 %, b and c chose nearly the same images: they share 95 %. What differs between them is hardly due to the choice."], Sentences(1000, ("b", "c", 0.959)));
    }

    [Fact]
    public void Arms_that_are_alike_in_a_row_are_one_group_with_its_most_different_pair() =>
        Assert.Equal(["At 10 %, a, b, c and d chose nearly the same images: any two of them share at least 70 %. What differs between them is hardly due to the choice."],
            Sentences(1000, ("a", "b", 0.9), ("c", "d", 0.9), ("a", "c", 0.7), ("a", "d", 0.7), ("b", "c", 0.85), ("b", "d", 0.75)));

    [Fact]
    public void Large_subsets_are_alike_by_chance_and_not_named()
    {
        Assert.Empty(Sentences(8000, ("a", "b", 0.85)));
        Assert.Single(Sentences(8000, ("a", "b", 0.97)));
        Assert.Empty(Sentences(1000));
    }

    // Of a pool of 10,000 images.
    static string[] Sentences(int images, params (string Arm, string Other, double Shared)[] pairs) => [.. AlikeArms.Sentences(Made.Comparison() with
    {
        Arms = [.. "abcd".Select(name => new ComparisonArm(name.ToString(), "", new([])))],
        Budgets = [new("10 %", images)],
        Trials = [],
        Overlaps = [.. pairs.Select(pair => new SubsetOverlap(pair.Arm, pair.Other, "10 %", images, pair.Shared))],
    })];
}
