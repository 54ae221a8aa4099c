"""A CIFAR-10 ResNet-20, -32, -44 or -56 (the state dicts of github.com/akamaster/pytorch_resnet_cifar10) as ONNX, with the preprocessor_config.json that gleaner reads beside it.

    python3 cifar_resnet_onnx.py resnet20.npz out/resnet20 [--logits]

The weights are a .npz with the state dict's keys, or the .th file itself (a pickle: torch.load runs what is in it, so only of a source that you trust).
The output is the 64 pooled features; --logits gives the ten class scores instead, to check the network by its test error.
Needs python3-torch and python3-numpy.
"""
import argparse
import json
import pathlib

import numpy
import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    """Shortcuts are option A: every other pixel, and channels of zeros on both sides."""

    def __init__(self, channels, to, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, to, 3, stride, 1, bias=False), nn.BatchNorm2d(to)
        self.conv2, self.bn2 = nn.Conv2d(to, to, 3, 1, 1, bias=False), nn.BatchNorm2d(to)
        self.stride, self.zeros = stride, (to - channels) // 2

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.stride > 1:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.zeros, self.zeros))
        return F.relu(y + x)


class ResNet(nn.Module):
    def __init__(self, blocks, logits):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
        for stage, (channels, to) in enumerate([(16, 16), (16, 32), (32, 64)], 1):
            layers = [Block(channels if b == 0 else to, to, 2 if b == 0 and stage > 1 else 1) for b in range(blocks)]
            setattr(self, f"layer{stage}", nn.Sequential(*layers))
        self.linear = nn.Linear(64, 10)
        self.logits = logits

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x))))))
        x = x.mean((2, 3))
        return self.linear(x) if self.logits else x


def weights(path):
    if path.endswith(".npz"):
        with numpy.load(path) as file:
            return {key: torch.from_numpy(file[key]) for key in file}
    state = torch.load(path, map_location="cpu")
    return {key.removeprefix("module."): value for key, value in state.get("state_dict", state).items()}


parser = argparse.ArgumentParser()
parser.add_argument("weights")
parser.add_argument("out")
parser.add_argument("--logits", action="store_true")
args = parser.parse_args()

state = weights(args.weights)
model = ResNet(sum(key.startswith("layer1.") and key.endswith(".conv1.weight") for key in state), args.logits)
missing, unknown = model.load_state_dict(state, strict=False)
assert not unknown and all(key.endswith("num_batches_tracked") for key in missing), (missing, unknown)
out = pathlib.Path(args.out)
out.mkdir(parents=True, exist_ok=True)
name = "logits" if args.logits else "features"
torch.onnx.export(model.eval(), torch.zeros(2, 3, 32, 32), str(out / "model.onnx"), input_names=["pixel_values"], output_names=[name],
                  dynamic_axes={"pixel_values": {0: "batch"}, name: {0: "batch"}}, opset_version=13)
(out / "preprocessor_config.json").write_text(json.dumps({"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}))
