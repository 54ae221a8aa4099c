namespace Gleaner.Torch;

/// <summary>The keys and shapes of a ResNet's weights, as torchvision's state_dict has them without <c>fc</c>; known without building one, so without libtorch.</summary>
static class ResNetKeys
{
    /// <summary>BN's count of batches: an encoder does not need it, and files from before PyTorch 0.4.1 have none.</summary>
    public const string Tracked = "num_batches_tracked";

    public static IEnumerable<(string Key, long[] Shape)> Of(ResNetOptions options)
    {
        long channels = options.Planes, kernel = options.Stem == ResNetStem.Conv7Stride2Pool ? 7 : 3;
        var keys = new List<(string, long[])>();
        Add("conv1", "bn1", [channels, 3, kernel, kernel]);
        for (int stage = 0; stage < 4; stage++)
            for (int block = 0; block < options.Blocks[stage]; block++)
            {
                string prefix = $"layer{stage + 1}.{block}.";
                long planes = (long)options.Planes << stage, outputs = options.Bottleneck ? planes * 4 : planes;
                if (options.Bottleneck)
                {
                    Add($"{prefix}conv1", $"{prefix}bn1", [planes, channels, 1, 1]);
                    Add($"{prefix}conv2", $"{prefix}bn2", [planes, planes, 3, 3]);
                    Add($"{prefix}conv3", $"{prefix}bn3", [outputs, planes, 1, 1]);
                }
                else
                {
                    Add($"{prefix}conv1", $"{prefix}bn1", [planes, channels, 3, 3]);
                    Add($"{prefix}conv2", $"{prefix}bn2", [planes, planes, 3, 3]);
                }
                if (block == 0 && (stage > 0 || channels != outputs)) Add($"{prefix}downsample.0", $"{prefix}downsample.1", [outputs, channels, 1, 1]);
                channels = outputs;
            }
        return keys;

        void Add(string convolution, string norm, long[] shape)
        {
            keys.Add(($"{convolution}.weight", shape));
            foreach (string name in new[] { "weight", "bias", "running_mean", "running_var" }) keys.Add(($"{norm}.{name}", [shape[0]]));
            keys.Add(($"{norm}.{Tracked}", []));
        }
    }
}
