using Xunit;

namespace Gleaner.Tests.LatentClasses;

public class LabelsFileTests
{
    static readonly string[] Keys = ["a/1.png", "a/2.png", "b/my cat, 3.png", "b/4.png", "5"];

    [Theory]
    [InlineData("l.csv", "index,label\n3,1\n0,0\n")]
    [InlineData("l.csv", "3,1\n0,0")]
    [InlineData("l.csv", "label,score,index\r\n1,0.5,3\r\n0,0.1,0\r\n")]
    [InlineData("l.csv", "\"Path\",\"Label\"\n\"b/4.png\",1\na/1.png,0\n\n")]
    [InlineData("l.txt", "b/4.png 1\n\na/1.png\t0\n")]
    [InlineData("l.txt", "3 1\n0 0\n3 1\n")] // said twice, and the same
    public void Images_by_index_or_name_with_whole_numbers(string name, string content)
    {
        var found = Read(name, content);

        Assert.Equal([3, 0], found.Images);
        Assert.Equal([1, 0], found.Labels);
        Assert.Null(found.Names);
    }

    [Theory]
    [InlineData("l.csv", "key,class\n\"b/my cat, 3.png\",dog\na/2.png,cat\n5,10\n")]
    [InlineData("l.txt", "b/my cat, 3.png\tdog\na/2.png cat\n5 10\n")]
    public void Labels_that_are_texts_are_numbered_in_ordinal_order(string name, string content)
    {
        var found = Read(name, content);

        Assert.Equal([2, 1, 4], found.Images);
        Assert.Equal(["10", "cat", "dog"], found.Names);
        Assert.Equal([2, 1, 0], found.Labels);
        Assert.Equal("cat", found.Name(1));
    }

    [Theory]
    [InlineData("l.csv", "label\n7\n-1\n-1\n2\n-1\n\n")]
    [InlineData("l.txt", "7\n-1\n-1\n2\n-1")]
    public void One_column_is_a_label_for_each_image_or_none(string name, string content)
    {
        var found = Read(name, content);

        Assert.Equal([0, 3], found.Images);
        Assert.Equal([7, 2], found.Labels);
    }

    [Fact]
    public void Numpy_arrays_of_pairs_and_of_one_label_an_image()
    {
        using var folder = new TemporaryFolder();
        string pairs = folder.Write("pairs.npy", Npy("(2, 2)", false, 3, 1, 0, 0)), columns = folder.Write("columns.npy", Npy("(2, 2)", true, 3, 0, 1, 0)), all = folder.Write("all.npy", Npy("(5,)", false, 0, -1, -1, 1, -1));

        Assert.Equal("3,0 1,0", Of(pairs));
        Assert.Equal("3,0 1,0", Of(columns));
        Assert.Equal("0,3 0,1", Of(all));

        static string Of(string path)
        {
            var found = LabelsFile.Read(path).In(5, i => Keys[i]);
            return string.Join(',', found.Images) + " " + string.Join(',', found.Labels);
        }
    }

    [Theory]
    [InlineData("l.csv", "0,1\n7,2", "line 2: image 7; expected 0 to 4")]
    [InlineData("l.csv", "0,1\n-1,2", "line 2: image -1; expected 0 to 4")]
    [InlineData("l.csv", "index,label\n0,1\na/2.png,2", "line 3: image a/2.png; expected 0 to 4")]
    [InlineData("l.csv", "path,label\n0,1", "line 2: 0 names no image of the pool; expected a name as in subset.txt, such as a/1.png")]
    [InlineData("l.csv", "0,1\n3,2\n0,2", "line 3: 0 has label 2, and 1 in line 1; expected one label an image")]
    [InlineData("l.csv", "0,1\n3,", "line 2: \"3,\"; expected an image and its label")]
    [InlineData("l.csv", "0,1,5\n", "line 1: 3 columns; expected an image and its label, or a first line that names")]
    [InlineData("l.csv", "1\n2\n", "one label for each of 2 images; expected 5")]
    [InlineData("l.csv", "1\n\n2\n", "line 2: is blank")]
    [InlineData("l.csv", "0,1\n3,-2", "line 2: label -2; expected 0 or more")]
    [InlineData("l.csv", "index,label\n", "holds no label")]
    [InlineData("l.csv", "", "holds no label")]
    [InlineData("l.csv", "0,\"1\n", "a quote that does not close")]
    [InlineData("l.txt", "0,1\n3,2\n", "line 1: \"0,1\"; expected an image and its label with a tab or a space")]
    [InlineData("l.json", "{}", "extension \".json\"; expected images with their labels as .csv, .txt, .npy or .pkl")]
    public void Bad_files_are_refused_with_the_line(string name, string content, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Read(name, content)).Message);

    [Fact]
    public void A_name_that_two_images_have_is_refused() =>
        Assert.Contains("line 1: same names more than one image", Assert.Throws<InvalidDataException>(() => Read("l.csv", "same,1\nother,2", key: i => i < 2 ? "same" : "other")).Message);

    [Fact]
    public void A_header_that_promises_more_pairs_than_there_are_is_refused()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains("expected", Assert.Throws<InvalidDataException>(() => LabelsFile.Read(folder.Write("l.npy", Npy("(1000000000, 2)", false, 1, 2)))).Message);
        Assert.Contains("shape (n, 2)", Assert.Throws<InvalidDataException>(() => LabelsFile.Read(folder.Write("l.npy", Npy("(1, 3)", false, 1, 2, 3)))).Message);
    }

    static ImageLabels Read(string name, string content, Func<int, string>? key = null)
    {
        using var folder = new TemporaryFolder();
        return LabelsFile.Read(folder.Write(name, content)).In(5, key ?? (i => Keys[i]));
    }

    static byte[] Npy(string shape, bool fortran, params long[] values)
    {
        string header = $"{{'descr': '<i8', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. System.Text.Encoding.ASCII.GetBytes(header), .. values.SelectMany(BitConverter.GetBytes)];
    }
}
