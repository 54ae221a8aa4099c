using System.Net;
using Xunit;

namespace Gleaner.Cli.Tests;

/// gleaner view where there are no pictures.
public sealed class ViewEmbeddingsTests : TempFolder
{
    [Fact]
    public void Images_without_pictures_have_their_scores_and_neighbours()
    {
        string file = WriteEmbedding("e.npy", 200, 10);
        Tool.Run(Folder, "select", file, "--count", "60", "--classes", "kmeans:4", "--out", "run").Is(0);
        string[][] rows = [.. File.ReadAllLines(At("run", "scores.csv")).Skip(1).Select(line => line.Split(','))];
        using var view = RunningView.Start(Folder, "run");

        var page = view.Page("/image/17");
        int[] found = RunningView.Images(page);

        var embedding = EmbeddingMatrix.Load(file);
        int[] expected = [.. Enumerable.Range(0, 200).Where(i => i != 17 && rows[i][7] == "true" && rows[i][2] == rows[17][2]).OrderByDescending(i => Similarity(17, i)).Take(12)];
        Assert.Equal(expected, found);
        Assert.Contains("there is no picture", page.Root!.Value);
        Assert.Empty(page.Descendants(RunningView.Html + "img"));
        Assert.Equal(60, view.Images("/?state=kept&sort=gain&order=descending").Length);
        view.Page("/thumb/17", HttpStatusCode.NotFound);
        view.Page("/picture/17", HttpStatusCode.NotFound);
        view.Page("/report");

        double Similarity(int a, int b) => Enumerable.Range(0, 10).Sum(k => (double)embedding.Row(a)[k] * embedding.Row(b)[k]);
    }

    [Fact]
    public void A_pool_that_was_changed_has_no_neighbours_and_says_why()
    {
        Tool.Run(Folder, "select", WriteEmbedding("e.npy", 100, 10), "--out", "run").Is(0);
        WriteEmbedding("e.npy", 100, 10, values => values[5] += 1);

        using var view = RunningView.Start(Folder, "run");
        var page = view.Page("/image/17");

        Assert.Empty(RunningView.Images(page));
        Assert.Contains("was changed since", page.Root!.Value);
    }

    [Fact]
    public void A_selection_that_was_made_again_is_noticed()
    {
        string[] select = ["select", WriteEmbedding("e.npy", 100, 10), "--out", "run"];
        Tool.Run(Folder, select).Is(0);
        using var view = RunningView.Start(Folder, "run", "--marks", At("elsewhere", "mine.csv"));
        string before = view.Page("/").Root!.Value;

        Tool.Run(Folder, [.. select, "--fraction", "0.5"]).Is(0);

        Assert.DoesNotContain("was made again", before);
        Assert.Contains("was made again", view.Page("/").Root!.Value);
        Assert.Contains("was made again", view.Page("/image/3").Root!.Value);
        Assert.True(view.Post("/mark", ("token", view.Token), ("keep", "3")).StatusCode == HttpStatusCode.SeeOther && File.Exists(At("elsewhere", "mine-keep.csv")));
    }
}
