using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using static TorchSharp.torch;

namespace Gleaner.Torch.Tests;

/// Files in both directions between us and a real torchvision; skipped, visibly, where /usr/bin/python3 or python3 has none.
public sealed class TorchvisionTests : IClassFixture<TorchvisionTests.Cleaning>
{
    // What `safetensors.torch.load_file` does, so that the snippet runs as it is printed where that package is not installed.
    const string Reader = """
        import json, struct, sys, types, torch
        torch.set_num_threads(1)
        def load_file(path):
            raw = open(path, "rb").read()
            start = 8 + struct.unpack("<Q", raw[:8])[0]
            kinds = {"F32": torch.float32, "I64": torch.int64}
            def tensor(h):
                begin, end = h["data_offsets"]
                return torch.frombuffer(bytearray(raw[start + begin:start + end]), dtype=kinds[h["dtype"]]).reshape(h["shape"])
            return {name: tensor(h) for name, h in json.loads(raw[8:start]).items() if name != "__metadata__"}
        sys.modules["safetensors"], sys.modules["safetensors.torch"] = types.ModuleType("safetensors"), types.ModuleType("safetensors.torch")
        sys.modules["safetensors.torch"].load_file = load_file
        def images(size): return (12.9898 * torch.arange(1, 2 * 3 * size * size + 1, dtype=torch.float64) + 0.5).sin().float().reshape(2, 3, size, size)
        def numbers(net, size, name):
            with torch.no_grad(): print(name, " ".join(repr(v) for v in net(images(size)).reshape(-1).tolist()), sep="|")

        """;

    // A network of torchvision's own, with its classifier, as the same package's `save_file` writes it.
    const string Writer = """
        def write(depth, size, folder):
            torch.manual_seed(1)
            net = getattr(torchvision.models, f"resnet{depth}")()
            for name, t in net.state_dict().items():
                if "running_var" in name: t.copy_(0.5 + torch.rand_like(t))
                if "running_mean" in name: t.copy_(0.1 * (torch.rand_like(t) - 0.5))   # means of 0.5 to 1.5 left nothing behind ReLU, and zeros prove nothing
            header, data = {}, b""
            for name, t in net.state_dict().items():
                raw = t.contiguous().numpy().tobytes()
                header[name] = {"dtype": {torch.float32: "F32", torch.int64: "I64"}[t.dtype], "shape": list(t.shape), "data_offsets": [len(data), len(data) + len(raw)]}
                data += raw
            text = json.dumps(header).encode()
            open(f"{folder}/torchvision{depth}.safetensors", "wb").write(struct.pack("<Q", len(text)) + text + data)
            torch.save(net.state_dict(), f"{folder}/torchvision{depth}.pt")
            torch.save({"epoch": 90, "state_dict": {"module." + name: t for name, t in net.state_dict().items()}}, f"{folder}/torchvision{depth}.pth", _use_new_zipfile_serialization=False)
            net.fc = torch.nn.Identity()
            numbers(net.eval(), size, f"torchvision{depth}")
        """;

    const int Size = 32;

    // Two versions of libtorch and other kernels: some float32 steps in each of up to fifty layers.
    const double Tolerance = 1e-4;

    static readonly TestFolder Folder = new();

    static readonly Lazy<Dictionary<string, float[]>?> Theirs = new(Ask);

    [Theory]
    [InlineData(18, 1, ResNetStem.Conv7Stride2Pool)]
    [InlineData(34, 1, ResNetStem.Conv7Stride2Pool)]
    [InlineData(50, 1, ResNetStem.Conv7Stride2Pool)]
    [InlineData(18, 1, ResNetStem.Conv3Stride1)]
    [InlineData(10, 0.25, ResNetStem.Conv3Stride2)]
    [InlineData(10, 1, ResNetStem.Conv3Stride2Pool)]
    [InlineData(50, 0.125, ResNetStem.Conv7Stride2Pool)]
    public void The_snippet_loads_an_encoder_into_torchvision_which_computes_the_same(int depth, double width, ResNetStem stem)
    {
        Assert.SkipWhen(Theirs.Value is null, "No python3 with torch and torchvision.");
        using var scope = NewDisposeScope();
        using var proxy = Ours(depth, width, stem);

        PyTorch.AssertClose(Theirs.Value![proxy.Options.Architecture.ToString()], Features(proxy), Tolerance);
    }

    [Theory]
    [InlineData(18, "safetensors")]
    [InlineData(18, "pt")]      // a zip file
    [InlineData(18, "pth")]     // the format before it, in a checkpoint of DataParallel
    [InlineData(34, "pth")]
    [InlineData(50, "safetensors")]
    [InlineData(50, "pt")]
    public void A_network_of_torchvision_with_its_classifier_is_recognised_and_computes_the_same(int depth, string extension)
    {
        Assert.SkipWhen(Theirs.Value is null, "No python3 with torch and torchvision.");
        using var scope = NewDisposeScope();
        var expected = new ResNetOptions { Depth = depth, Stem = ResNetStem.Conv7Stride2Pool };

        using var proxy = EncoderFile.Load(Folder[$"torchvision{depth}.{extension}"]);

        Assert.Equal((expected, 224), (proxy.Options.Architecture, proxy.Options.ImageSize));
        Assert.Equal(proxy.Options, EncoderFile.Describe(Folder[$"torchvision{depth}.{extension}"]));
        Assert.Null(proxy.Head);
        Assert.InRange(Theirs.Value![$"torchvision{depth}"].Max(), 0.1, 1e6);
        PyTorch.AssertClose(Theirs.Value![$"torchvision{depth}"], Features(proxy), Tolerance);
    }

    [Fact]
    public void The_snippet_of_the_usual_stem_is_short()
    {
        string[] snippet = [.. EncoderSnippet.ForPyTorch(new ProxyOptions())];

        Assert.Equal("""
            import torch.nn as nn
            import torchvision
            from safetensors.torch import load_file

            net = torchvision.models.resnet18()
            net.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
            net.maxpool = nn.Identity()
            net.fc = nn.Identity()
            net.load_state_dict(load_file("encoder.safetensors"))
            net.eval()
            # images: RGB, 32 x 32 px, 0 to 1, minus (0.5, 0.5, 0.5), divided by (0.5, 0.5, 0.5); features: 512
            """.ReplaceLineEndings("\n").Split('\n'), snippet);
    }

    /// BN as after a training: statistics, scales and shifts that are not 0 and 1.
    static void Perturb(nn.Module encoder)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        int i = 0;
        foreach (var (name, t) in encoder.state_dict())
            if (t.dim() == 1) t.copy_(PyTorch.Formula(t.shape, i++, 0.25).add(name.EndsWith("running_mean", StringComparison.Ordinal) || name.EndsWith("bias", StringComparison.Ordinal) ? 0 : 1));
    }

    /// Deletes the files when the last test is done.
    public sealed class Cleaning : IDisposable
    {
        public void Dispose() => Folder.Dispose();
    }

    static Proxy Ours(int depth, double width, ResNetStem stem)
    {
        var proxy = Proxy.Create(new ProxyOptions { Architecture = new ResNetOptions { Depth = depth, Width = width, Stem = stem }, ImageSize = Size }, seed: 3);
        Perturb(proxy.Encoder);
        return proxy;
    }

    static Tensor Features(Proxy proxy)
    {
        using var _ = no_grad();
        proxy.Encoder.eval();
        return proxy.Encoder.call(ChannelsLast.Of(PyTorch.Formula([2, 3, Size, Size], 0.5)));
    }

    /// What torchvision computes with our files, and files of its own with what it computes from them; one process, since it takes seconds to start.
    static Dictionary<string, float[]>? Ask()
    {
        var script = new StringBuilder(Reader);
        foreach (var data in typeof(TorchvisionTests).GetMethod(nameof(The_snippet_loads_an_encoder_into_torchvision_which_computes_the_same))!.GetCustomAttributes<InlineDataAttribute>())
        {
            using var proxy = Ours((int)data.Data[0]!, Convert.ToDouble(data.Data[1], CultureInfo.InvariantCulture), (ResNetStem)data.Data[2]!);
            string name = proxy.Options.Architecture.ToString(), file = Folder[name + ".safetensors"];
            EncoderFile.Save(file, proxy);
            script.AppendLine(string.Join('\n', EncoderSnippet.ForPyTorch(proxy.Options, file))).AppendLine(CultureInfo.InvariantCulture, $"numbers(net, {Size}, \"{name}\")");
        }
        script.AppendLine(Writer).AppendLine(CultureInfo.InvariantCulture, $"""
            for depth in (18, 34, 50): write(depth, {Size}, sys.argv[1])
            """);
        return Python(script.ToString(), Folder[""])?.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('|'))
            .ToDictionary(parts => parts[0], parts => parts[1].Split(' ').Select(word => float.Parse(word, CultureInfo.InvariantCulture)).ToArray());
    }

    /// What the script prints; null if there is no such Python.
    static string? Python(string script, string argument)
    {
        // The distribution's own first: an environment's python3 may lack torch.
        foreach (string python in new[] { "/usr/bin/python3", "python3" })
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(python, ["-c", script, argument]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
                var error = process.StandardError.ReadToEndAsync();
                string output = process.StandardOutput.ReadToEnd();
                process.WaitForExit();
                if (process.ExitCode == 0) return output;
                if (!error.Result.Contains("ModuleNotFoundError", StringComparison.Ordinal)) throw new InvalidOperationException(error.Result);
            }
            catch (System.ComponentModel.Win32Exception)   // no such program
            {
            }
        }
        return null;
    }
}
