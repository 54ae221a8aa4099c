using System.Text.Json;

namespace Gleaner.Tests.Evaluation;

/// What scikit-learn and numpy compute, and the rows that both sides make by formula: tests/fixtures/evaluation.
static class Oracles
{
    static readonly JsonElement Root = JsonDocument.Parse(File.ReadAllBytes(TestData.InRepository("tests", "fixtures", "evaluation", "oracles.json"))).RootElement;

    public static JsonElement Of(string name, int index) => Root.GetProperty(name)[index];

    public static double[] Numbers(this JsonElement oracle, string name) => [.. oracle.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];

    public static int Integer(this JsonElement oracle, string name) => oracle.GetProperty(name).GetInt32();

    public static double Number(this JsonElement oracle, string name) => oracle.GetProperty(name).GetDouble();

    public static LabeledRows Rows(int n, int d, int classes, double offset = 0)
    {
        var values = new float[n * d];
        for (int i = 0; i < n; i++)
            for (int k = 0; k < d; k++)
                values[i * d + k] = (float)(Math.Sin(12.9898 * (i * d + k + 1) + offset) + 0.25 * Math.Cos(i % classes * (k + 1)) + k);
        return new LabeledRows(values, d, Enumerable.Range(0, n).Select(i => i % classes).ToArray());
    }

    /// Rows around a center per class (Gaussian noise of the given spread); row i is of class i % classes, labels 10, 20, ...
    public static LabeledRows Clustered(int n, int d, int classes, double spread, ulong seed = 1)
    {
        var rows = RandomRows.Clustered(n, d, classes, spread, seed);
        return new LabeledRows(rows.Values.ToArray(), d, Enumerable.Range(0, n).Select(i => 10 * (i % classes + 1)).ToArray());
    }
}
