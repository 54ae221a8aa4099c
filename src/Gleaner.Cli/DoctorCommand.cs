using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gleaner.Onnx;
using Gleaner.Torch;

namespace Gleaner.Cli;

/// <summary><c>gleaner doctor</c>: what machine this is, whether everything loads, and how to mend what does not.</summary>
sealed class DoctorCommand : Command
{
    readonly Option<bool> _json = new("--json") { Description = "Print the findings as one JSON document on stdout." };
    readonly Option<int> _threads = new("--threads") { Description = "Threads to check with.", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };

    public DoctorCommand() : base("doctor", "Say what this machine has, whether everything needed loads, and how to mend what does not.")
    {
        Add(_json);
        Add(_threads);
        SetAction((parsed, _) => Task.FromResult(Run(parsed.GetValue(_json), parsed.GetValue(_threads))));
    }

    static int Run(bool json, int threads)
    {
        var terminal = Terminal.ForConsole(quiet: false);
        Finding[] findings =
        [
            new("gleaner", true, Product.Version, null),
            new("system", true, $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}", null),
            new("processor", Vector256.IsHardwareAccelerated, $"{Environment.ProcessorCount} threads, {Vectors()}, {MemoryGiB()} GiB of memory",
                "Selection runs, but slowly: it is written for 256-bit vectors (AVX2, or newer)."),
            Check("images", () => Images(), "The image decoder is SkiaSharp. Build or install for this platform (dotnet build on this very machine brings its native library)."),
            Check("libtorch", () => Describe(LibTorch.Load(threads)), "Needed to train or use a proxy. Selecting from embeddings (.npy, .npz, .safetensors, .parquet) works without it."),
            Check("network", () => Network(), "libtorch loads but does not compute. Reinstall, and report what is printed here."),
            Check("onnx", () => $"ONNX Runtime {OnnxRuntime.Version}: {string.Join(", ", OnnxRuntime.Providers)}", "Needed to use an .onnx model as the proxy; everything else works without it."),
            Check("folder", () => Folder(), "Choose an --out on a disk that can be written."),
        ];
        bool well = findings.All(finding => finding.Well);
        if (json)
        {
            terminal.Result(JsonSerializer.Serialize(findings, DoctorJson.Default.FindingArray));
        }
        else
        {
            foreach (var finding in findings)
            {
                terminal.Result($"{(finding.Well ? "ok" : "NO"),-4}{finding.Name,-11}{finding.Found}");
                if (!finding.Well) terminal.Result($"{"",15}{finding.Mend}");
            }
            terminal.Result(well ? "Everything needed is here." : "Not everything is here; lines with NO say what to do.");
        }
        return well ? ExitCode.Done : ExitCode.Environment;
    }

    static Finding Check(string name, Func<string> find, string mend)
    {
        try
        {
            return new Finding(name, true, find(), null);
        }
        catch (Exception error) // whatever is wrong with this machine is a finding
        {
            return new Finding(name, false, error.Message, mend);
        }
    }

    static string Vectors() => Vector512.IsHardwareAccelerated ? "512-bit vectors" : Vector256.IsHardwareAccelerated ? "256-bit vectors" : "narrow vectors";

    static string MemoryGiB() => (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30)).ToString("0.0", CultureInfo.InvariantCulture);

    static string Images()
    {
        byte[] pixels = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120], read = new byte[12];
        using var png = new MemoryStream();
        ImageFile.EncodePng(png, pixels, 2, 2);
        ImageFile.Read(png.ToArray(), 2, read);
        return read.AsSpan().SequenceEqual(pixels) ? "a picture survives writing and reading" : throw new InvalidDataException("a picture came back with other pixels");
    }

    static string Describe(LibTorchInfo info) => $"{info.LibTorch} (TorchSharp {info.TorchSharp}), {info.Threads} threads, in {info.Folder}";

    static string Network()
    {
        using var proxy = Proxy.Create(PretrainingRecipe.ForCpu(images: 1000, imageSize: 32).Proxy, seed: 0);
        using var images = new DecodedImages(new byte[4 * 32 * 32 * 3], 4, 32);
        float[] rows = new Embedder(proxy, new EmbedderOptions()).Embed(images);
        return rows.All(float.IsFinite) ? "an encoder runs" : throw new InvalidDataException("an encoder gives values that are not finite");
    }

    static string Folder()
    {
        string file = Path.GetFullPath(".gleaner-doctor");
        File.WriteAllText(file, "");
        File.Delete(file);
        return $"{Environment.CurrentDirectory} can be written";
    }
}

/// <summary>One thing that was looked at: whether it is well, what was found, and how to mend it.</summary>
sealed record Finding(string Name, bool Well, string Found, string? Mend);

/// <summary>Source-generated, so that it starts fast.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Finding[]))]
sealed partial class DoctorJson : JsonSerializerContext;
