using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gleaner.Tests;

/// <summary>What torchvision gives on PIL images: tests/fixtures/views, made by make_views.py there.</summary>
static class TorchvisionViews
{
    static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "fixtures", "views");
    static readonly byte[] Blob = File.ReadAllBytes(Path.Combine(Folder, "views.bin"));
    static readonly Index Entries = JsonSerializer.Deserialize<Index>(File.ReadAllText(Path.Combine(Folder, "views.json")), JsonSerializerOptions.Web)!;

    public static CropStatistics Crops => Entries.Crops;

    public static ViewStatistics Views => Entries.Views;

    public static BlurStatistics Blurs => Entries.Blurs;

    public static ViewStatistics BlurredViews => Entries.BlurredViews;

    public static IEnumerable<Case> Cases(string operation) => Entries.Cases.Where(c => c.Operation == operation);

    public static int InputSize(Case c) => InputOf(c.Image).Size;

    public static byte[] Input(Case c) => Input(c.Image);

    public static byte[] Input(string image) => Bytes(InputOf(image).Offset, InputOf(image).Size);

    public static byte[] Expected(Case c) => Bytes(c.Offset, c.Size);

    public static float[] ExpectedFloats(Case c)
        => [.. Enumerable.Range(0, c.Size * c.Size * 3).Select(i => BitConverter.ToSingle(Blob, c.Offset + i * sizeof(float)))];

    static Image InputOf(string image) => Entries.Images.Single(i => i.Name == image);

    static byte[] Bytes(int offset, int size) => Blob.AsSpan(offset, size * size * 3).ToArray();

    public sealed record Case(string Image, string Operation, int Size, int Offset, float Factor, int[] Box,
        [property: JsonConverter(typeof(JsonStringEnumConverter))] Interpolation Interpolation, int Kernel, bool BlendFirst, bool Gray);

    public sealed record CropStatistics(int Draws, int[] Widths, int[] Heights, double MeanArea, double MeanLogRatioSquared, double MeanLeft, double MeanTop);

    public sealed record ViewStatistics(string Image, int Draws, double[] Means, double[] Deviations);

    public sealed record BlurStatistics(int Draws, int[] Sigmas, int Coins, int Blurred, int Solarized);

    sealed record Image(string Name, int Size, int Offset);

    sealed record Index(Image[] Images, Case[] Cases, CropStatistics Crops, ViewStatistics Views, BlurStatistics Blurs, ViewStatistics BlurredViews);
}
