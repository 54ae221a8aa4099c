using System.Globalization;

namespace Gleaner.Torch;

/// <summary>How to load an encoder's file elsewhere, as text to copy.</summary>
public static class EncoderSnippet
{
    /// <summary>
    /// Lines of Python that load <paramref name="file"/> into a torchvision ResNet, strictly, as <c>net</c>. With torchvision's stem and width 1 that is one of its own;
    /// another stem replaces <c>conv1</c> and <c>maxpool</c>, another width or depth 10 changes the channels or the blocks, and the keys are the same in all of them.
    /// </summary>
    public static IReadOnlyList<string> ForPyTorch(ProxyOptions options, string file = "encoder.safetensors")
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(file);
        var net = options.Architecture;
        int planes = net.Planes;
        var lines = new List<string> { "import torch.nn as nn", "import torchvision", "from safetensors.torch import load_file", "" };
        if (planes != 64) lines.AddRange(Narrower(planes));
        lines.Add($"net = {Constructor(net, planes)}");
        if (net.Stem != ResNetStem.Conv7Stride2Pool || planes != 64)
            lines.Add(net.Stem == ResNetStem.Conv7Stride2Pool ? $"net.conv1 = nn.Conv2d(3, {planes}, 7, 2, 3, bias=False)" : $"net.conv1 = nn.Conv2d(3, {planes}, 3, {(net.Stem == ResNetStem.Conv3Stride1 ? 1 : 2)}, 1, bias=False)");
        if (planes != 64) lines.Add($"net.bn1 = nn.BatchNorm2d({planes})");
        if (net.Stem is ResNetStem.Conv3Stride1 or ResNetStem.Conv3Stride2) lines.Add("net.maxpool = nn.Identity()");
        lines.Add("net.fc = nn.Identity()");
        lines.Add($"net.load_state_dict(load_file(\"{file.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"))");
        lines.Add("net.eval()");
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"# images: RGB, {options.ImageSize} x {options.ImageSize} px, 0 to 1, minus {options.Mean}, divided by {options.Std}; features: {net.Dimension}"));
        return lines;
    }

    // torchvision's own names have 64 channels in the first stage; its class asks this method for every stage.
    static string[] Narrower(int planes) =>
    [
        "class ResNet(torchvision.models.ResNet):",
        "    def _make_layer(self, block, planes, *rest, **more):",
        $"        if planes == 64: self.inplanes = {planes}",
        $"        return super()._make_layer(block, planes * {planes} // 64, *rest, **more)",
        "",
    ];

    static string Constructor(ResNetOptions net, int planes) => planes == 64 && net.Depth != 10
        ? $"torchvision.models.resnet{net.Depth}()"
        : $"{(planes == 64 ? "torchvision.models.ResNet" : "ResNet")}(torchvision.models.resnet.{(net.Bottleneck ? "Bottleneck" : "BasicBlock")}, [{string.Join(", ", net.Blocks)}])";
}
