using Xunit;

namespace Gleaner.Tests.Runs;

/// classes-curve.json and classes-few-labels.json.
public class ClassesFilesTests
{
    [Fact]
    public void A_curve_comes_back_with_its_reason()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, ClassCountFile.FileName);
        var count = new ClassCount(3, 500, [new(2, 0.5, 0.3, 0.1, 40), new(3, 0.4, 0.6, 0.1, 20), new(4, 0.3, 0.5, 0.1, 9)], 0.05, 1e9);

        ClassCountFile.Write(path, count);
        var found = ClassCountFile.Read(path);

        Assert.Equal(count.Curve, found.Curve);
        Assert.Equal((3, 500, count.Reason), (found.Classes, found.Rows, found.Reason));
        Assert.Equal("K = 3: the silhouette 0.600 exceeds that of clouds without classes, 0.100, by 0.500, the most of 3 K from 2 to 4.", found.Reason);
    }

    [Fact]
    public void What_was_learned_from_a_few_labels_comes_back()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, FewLabelsCard.FileName);
        var card = FewLabelsCard.Of(FewLabelClassifier.Fit(RandomRows.Clustered(60, 8, 2, 0.3), [0, 1, 2, 3, 5], [4, 9, 4, 9, 9]));

        card.Write(path);
        var found = FewLabelsCard.Read(path);

        Assert.Equal([4, 9], found.Labels);
        Assert.Equal([2, 3], found.LabelledPerClass);
        Assert.Equal(card.Grid, found.Grid);
        Assert.Equal((5, card.Correct, card.Low, card.High, card.WeightDecay), (found.HeldOut, found.Correct, found.Low, found.High, found.WeightDecay));
        Assert.Equal(card.Confusion!.SelectMany(row => row), found.Confusion!.SelectMany(row => row));
    }

    [Theory, InlineData("{}"), InlineData("[]"), InlineData("null"), InlineData("{\"classes\": 0, \"rows\": 1, \"curve\": [], \"labels\": [1], \"labelled_per_class\": []}")]
    public void Damaged_files_are_refused_in_words(string content)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("made.json", content);

        Assert.Contains("made.json: is no curve of K", Assert.Throws<InvalidDataException>(() => ClassCountFile.Read(path)).Message);
        Assert.Contains("made.json: does not say how classes were learned", Assert.Throws<InvalidDataException>(() => FewLabelsCard.Read(path)).Message);
    }
}
