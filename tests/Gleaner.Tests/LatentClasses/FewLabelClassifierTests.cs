using System.Text.Json;
using Gleaner.Tests.Evaluation;
using Xunit;

namespace Gleaner.Tests.LatentClasses;

public class FewLabelClassifierTests
{
    [Theory, InlineData(0), InlineData(1)]
    public void Images_get_the_classes_that_scikit_learn_gives_them(int fixture)
    {
        var oracle = Oracles.Of("fewLabels", fixture);
        int n = oracle.Integer("n"), d = oracle.Integer("d"), classes = oracle.Integer("classes"), labelled = oracle.Integer("labelled");
        float[] values = [.. Oracles.Rows(n, d, classes).Values.ToArray().Select((v, at) => v - at % d)];
        var embedding = EmbeddingMatrix.Normalize(values, n, d, out _);
        int[] images = [.. Enumerable.Range(0, labelled)];

        var found = FewLabelClassifier.Fit(embedding, images, [.. images.Select(i => i % classes)], new() { WeightDecays = [oracle.Number("weightDecay")], Tolerance = 1e-6 });

        Assert.True(found.Converged);
        double[] expected = oracle.Numbers("predicted");
        Assert.All(Enumerable.Range(labelled, n - labelled), i => Assert.Equal((int)expected[i], found.Partition.Labels[found.Partition.ClassOf(i)]));
        Assert.All(images, i => Assert.Equal(i % classes, found.Partition.ClassOf(i)));
    }

    [Fact]
    public void Clear_classes_are_found_from_three_labels_each_and_the_held_out_ones_say_so()
    {
        var embedding = RandomRows.Clustered(600, 32, 6, 0.4);
        int[] images = [.. Enumerable.Range(300, 18)], labels = [.. images.Select(i => 10 * (i % 6) + 3)];

        var found = FewLabelClassifier.Fit(embedding, images, labels);

        Assert.Equal([3, 13, 23, 33, 43, 53], found.Partition.Labels);
        Assert.All(Enumerable.Range(0, 600), i => Assert.Equal(i % 6, found.Partition.ClassOf(i)));
        Assert.Equal((18, 18, 1.0), (found.HeldOut!.Images, found.HeldOut.Correct, found.HeldOut.Accuracy));
        Assert.All(Enumerable.Range(0, 6), k => Assert.Equal(3, found.HeldOut.Confusion[k, k]));
        Assert.Equal(found.Grid.Last(trial => trial.ValidationAccuracy == 1).WeightDecay, found.WeightDecay); // the strongest of equals
        Assert.Empty(found.SingleLabels);
        Assert.Empty(found.NeverPredicted);
    }

    [Fact]
    public void Labelled_images_keep_their_label_even_a_wrong_one()
    {
        var embedding = RandomRows.Clustered(200, 16, 2, 0.2);
        int[] images = [.. Enumerable.Range(0, 40)], labels = [.. images.Select(i => i == 7 ? 0 : i % 2)];

        var found = FewLabelClassifier.Fit(embedding, images, labels);

        Assert.Equal(0, found.Partition.ClassOf(7));
        Assert.All(Enumerable.Range(40, 160), i => Assert.Equal(i % 2, found.Partition.ClassOf(i)));
        Assert.Equal((40, 1), (found.HeldOut!.Images, found.HeldOut.Confusion[0, 1]));
    }

    [Fact]
    public void Classes_with_one_label_and_classes_given_to_nobody_are_said()
    {
        var embedding = RandomRows.Clustered(300, 16, 3, 0.2);
        int[] images = [.. Enumerable.Range(0, 31)], labels = [.. images.Select(i => i == 30 ? 9 : i % 3)]; // image 30 is one of class 0

        var found = FewLabelClassifier.Fit(embedding, images, labels, new() { WeightDecays = [1] });

        Assert.Equal([9], found.SingleLabels);
        Assert.Equal([9], found.NeverPredicted);
        Assert.Equal(30, found.HeldOut!.Images);
        Assert.Equal(1, found.Partition.Size(3));
    }

    [Fact]
    public void One_label_a_class_leaves_nothing_to_hold_out()
    {
        var found = FewLabelClassifier.Fit(RandomRows.Clustered(90, 16, 3, 0.2), [0, 1, 2], [0, 1, 2]);

        Assert.Null(found.HeldOut);
        Assert.Equal(0.3, found.WeightDecay);
        Assert.All(Enumerable.Range(0, 90), i => Assert.Equal(i % 3, found.Partition.ClassOf(i)));
    }

    [Fact]
    public void Repeating_every_label_changes_no_fit_and_neither_does_their_order()
    {
        var embedding = RandomRows.Clustered(240, 12, 4, 1.5);
        float[] twice = [.. embedding.Values, .. embedding.Values];
        var doubled = EmbeddingMatrix.Normalize(twice, 480, 12, out _); // the same mean and deviation
        int[] images = [.. Enumerable.Range(0, 60)], labels = [.. images.Select(i => i % 4)];
        var options = new FewLabelOptions { WeightDecays = [0.03], Tolerance = 1e-6 };

        int[] once = Classes(FewLabelClassifier.Fit(embedding, images, labels, options));
        int[] both = Classes(FewLabelClassifier.Fit(doubled, [.. images, .. images.Select(i => i + 240)], [.. labels, .. labels], options));
        int[] reversed = Classes(FewLabelClassifier.Fit(embedding, [.. images.Reverse()], [.. labels.Reverse()], options));

        Assert.Equal(once, both[..240]);
        Assert.Equal(once, reversed);
        Assert.True(once.Distinct().Count() == 4 && Enumerable.Range(0, 240).Any(i => once[i] != i % 4), "too easy to see a difference");

        static int[] Classes(FewLabelResult found) => [.. Enumerable.Range(0, found.Partition.Count).Select(found.Partition.ClassOf)];
    }

    [Fact]
    public void The_thread_count_changes_nothing_and_the_seed_deals_the_folds()
    {
        var embedding = RandomRows.Clustered(3000, 20, 5, 2);
        int[] images = [.. Enumerable.Range(0, 100)], labels = [.. images.Select(i => i % 5)];

        string[] found = [.. new[] { (1, 0), (3, 0), (1, 4) }.Select(t => FewLabelClassifier.Fit(embedding, images, labels, new() { Threads = t.Item1, Seed = t.Item2 })).Select(f => JsonSerializer.Serialize(f.Grid) + string.Join(',', Enumerable.Range(0, 3000).Select(f.Partition.ClassOf)))];

        Assert.Equal(found[0], found[1]);
        Assert.NotEqual(found[0], found[2]);
    }

    // Wilson's interval in closed form at its ends, and a textbook value in between.
    [Fact]
    public void The_interval_of_the_accuracy_is_Wilsons()
    {
        var (low, high) = new HeldOutAgreement(10, 10, new int[1, 1]).Interval;
        Assert.Equal(10 / (10 + 1.959964 * 1.959964), low, 1e-12);
        Assert.Equal(1, high, 1e-12);
        (low, high) = new HeldOutAgreement(263, 81, new int[1, 1]).Interval; // Newcombe 1998, table I: 0.2553 to 0.3662
        Assert.Equal((0.2553, 0.3662), (Math.Round(low, 4), Math.Round(high, 4)));
    }

    [Fact]
    public void Bad_input_is_refused_in_words()
    {
        var embedding = RandomRows.Uniform(20, 4);

        Assert.Contains("All 2 labels are 5", Refused([0, 1], [5, 5]));
        Assert.Contains("No labels", Refused([], []));
        Assert.Contains("Image 20; expected 0 to 19", Refused([0, 20], [1, 2]));
        Assert.Contains("Image 3 is listed twice", Refused([3, 3], [1, 2]));
        Assert.Contains("1 labels for 2 images", Refused([3, 4], [1]));

        string Refused(int[] images, int[] labels) => Assert.Throws<ArgumentException>(() => FewLabelClassifier.Fit(embedding, images, labels)).Message;
    }
}
