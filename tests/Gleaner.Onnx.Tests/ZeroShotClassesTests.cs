namespace Gleaner.Onnx.Tests;

public class ZeroShotClassesTests
{
    [Fact]
    public void A_class_is_the_mean_that_torch_computes_of_seven_sentences()
    {
        var classes = ClipFixture.Ask(ClipFixture.Colours);

        Assert.Equal(ClipFixture.Colours, classes.Names);
        Assert.Equal(0, classes.TooLong);
        Fixture.Near(ClipFixture.Rows("directions"), classes.Directions.Values.ToArray(), ClipFixture.Tolerance);
    }

    // Of templates whose rows have lengths far apart: each counts as much.
    [Fact]
    public void Sentences_are_scaled_averaged_and_scaled_again()
    {
        string[] names = ["red", "blue"], templates = ["{} {} {} {}", "a {}", "green {}"];
        using var text = ClipText.Open(ClipFixture.Toy("text.onnx"));

        var found = ZeroShotClasses.Ask(text, names, templates).Directions;

        for (int k = 0; k < names.Length; k++)
        {
            var mean = new double[6];
            foreach (string template in templates)
            {
                float[] row = text.Embed([template.Replace("{}", names[k], StringComparison.Ordinal)]);
                double length = Math.Sqrt(row.Sum(x => (double)x * x));
                for (int c = 0; c < 6; c++) mean[c] += row[c] / length / templates.Length;
            }
            double norm = Math.Sqrt(mean.Sum(x => x * x));
            for (int c = 0; c < 6; c++) Assert.Equal(mean[c] / norm, found.Row(k)[c], ClipFixture.Tolerance);
        }
    }

    [Fact]
    public void Every_image_is_in_the_class_of_its_colour()
    {
        var classes = ClipFixture.Ask(ClipFixture.Colours);
        string[] expected = File.ReadAllLines(ClipFixture.Toy("colours.txt"));

        var found = classes.Assign(ClipFixture.Embedding());

        Assert.Equal(expected, found.ClassOf.ToArray().Select(k => found.Names[k]));
        Assert.Equal([2, 1, 2, 1, 1, 1, 1, 1, 1, 1], found.Sizes);
    }

    [Fact]
    public void Mean_similarity_and_margin_are_those_of_torch()
    {
        var found = ClipFixture.Ask(ClipFixture.Colours).Assign(ClipFixture.Embedding());

        float[][] similarities = [.. ClipFixture.Rows("similarities").Chunk(10).Select(row => row.OrderDescending().ToArray())];
        Assert.Equal(similarities.Average(row => row[0]), found.MeanSimilarity, 1e-5);
        Assert.Equal(similarities.Average(row => row[0] - row[1]), found.MeanMargin, 1e-5);
    }

    [Fact]
    public void The_partition_is_a_disjoint_cover_and_leaves_out_names_without_images()
    {
        string[] names = ["a dog", .. ClipFixture.Colours];
        var found = ClipFixture.Ask(names).Assign(ClipFixture.Embedding());

        var partition = found.ToPartition();

        Assert.Equal(ClipFixture.Images, Enumerable.Range(0, partition.Classes).SelectMany(k => partition.Members(k).ToArray()).Distinct().Count());
        Assert.Equal(ClipFixture.Images, Enumerable.Range(0, partition.Classes).Sum(partition.Size));
        Assert.All(Enumerable.Range(0, ClipFixture.Images), i => Assert.Equal(found.ClassOf[i], partition.Labels[partition.ClassOf(i)]));
        Assert.All(Enumerable.Range(0, names.Length), k => Assert.Equal(found.ClassOf.ToArray().Count(label => label == k), found.Sizes[k]));
    }

    [Fact]
    public void Threads_and_the_length_of_rows_change_nothing()
    {
        var classes = ClipFixture.Ask(ClipFixture.Colours);
        var unit = ClipFixture.Embedding();
        var shorter = EmbeddingMatrix.OfMeans(Array.ConvertAll(unit.Values.ToArray(), v => v / 4), unit.Count, unit.Dimension);

        var one = classes.Assign(unit, threads: 1);

        Assert.Equal(one.ClassOf.ToArray(), classes.Assign(unit, threads: 3).ClassOf.ToArray());
        Assert.Equal(one.ClassOf.ToArray(), classes.Assign(shorter).ClassOf.ToArray());
        Assert.Equal(one.MeanMargin, classes.Assign(shorter).MeanMargin, 1e-6);
    }

    // Capital letters are the same to CLIP, so these two have the same direction.
    [Fact]
    public void Of_equals_the_first_class_is_taken()
    {
        var found = ClipFixture.Ask(["blue", "RED", "red"], ["{}"]).Assign(ClipFixture.Embedding());

        Assert.Equal(0, found.Sizes[2]);
        Assert.True(found.Sizes[1] > 0);
    }

    [Fact]
    public void One_class_is_the_whole_pool()
    {
        var found = ClipFixture.Ask(["red"]).Assign(ClipFixture.Embedding());

        Assert.Equal([ClipFixture.Images], found.Sizes);
        Assert.True(double.IsNaN(found.MeanMargin));
    }

    [Fact]
    public void Ten_thousand_names_are_no_trouble()
    {
        string[] names = [.. Enumerable.Range(0, 10_000).Select(i => $"thing {i}"), "red"];

        var found = ClipFixture.Ask(names, ["{}"]).Assign(ClipFixture.Embedding());

        Assert.Equal(ClipFixture.Images, found.Sizes.Sum());
        Assert.Equal(10_001, found.Sizes.Count);
    }

    [Fact]
    public void Sentences_that_are_too_long_are_counted()
    {
        var classes = ClipFixture.Ask(["red", string.Concat(Enumerable.Repeat("blue ", 100))], ["{}", "a {}"]);

        Assert.Equal(2, classes.TooLong);
    }

    [Fact]
    public void A_model_that_does_not_see_the_text_is_refused()
    {
        using var text = ClipText.Open(ClipFixture.Toy("text.onnx"));

        var error = Assert.Throws<InvalidDataException>(() => ZeroShotClasses.Ask(text, ["red", "blue"], ["<|endoftext|> {}"])); // what a wrong end token does, too

        Assert.Contains("makes the same of all 2 classes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_of_another_model_are_refused()
    {
        var classes = ClipFixture.Ask(ClipFixture.Colours);

        var error = Assert.Throws<ArgumentException>(() => classes.Assign(EmbeddingMatrix.Normalize([1, 0, 0, 1], 2, 2, out _)));

        Assert.Contains("have 2 numbers, the sentences' 6", error.Message, StringComparison.Ordinal);
    }
}
