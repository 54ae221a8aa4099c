"""Tiny Darknet (pjreddie.com/darknet/tiny-darknet, trained on ImageNet) as ONNX, with the preprocessor_config.json that gleaner reads beside it.

    python3 tiny_darknet_onnx.py tiny_darknet_imagenet.npz model.json out/tiny-darknet [--logits]

model.json is the layer list of Keras, the .npz has its arrays by name: conv2d_1.kernel (height, width, in, out), batch_normalization_1.gamma, ...
The output is the 128 features before the classifier, pooled; --logits gives the thousand class scores. The network takes any size; what it was trained with, 224, is in the file beside it.
Needs python3-torch and python3-numpy.
"""
import argparse
import json
import pathlib

import numpy
import torch
from torch import nn

def network(weights, layer_list, logits=False):
    """(B, 3, H, W), levels from 0 to 1, to (B, 128), or to (B, 1000) class scores."""
    with numpy.load(weights) as file:
        arrays = {key.replace("/", "."): torch.from_numpy(file[key]) for key in file}
    layers, channels = [], 3
    for layer in json.load(open(layer_list))["modelTopology"]["model_config"]["config"]["layers"]:
        kind, config, name = layer["class_name"], layer["config"], layer["name"]
        if kind == "Conv2D":
            size = config["kernel_size"][0]
            if config["use_bias"] and not logits:
                break  # the classifier
            conv = nn.Conv2d(channels, config["filters"], size, padding=size // 2, bias=config["use_bias"])
            conv.weight.data = arrays[f"{name}.kernel"].permute(3, 2, 0, 1).contiguous()
            if config["use_bias"]:
                conv.bias.data = arrays[f"{name}.bias"]
            channels = config["filters"]
            layers.append(conv)
        elif kind == "BatchNormalization":
            norm = nn.BatchNorm2d(channels, eps=config["epsilon"])
            norm.weight.data, norm.bias.data = arrays[f"{name}.gamma"], arrays[f"{name}.beta"]
            norm.running_mean, norm.running_var = arrays[f"{name}.moving_mean"], arrays[f"{name}.moving_variance"]
            layers.append(norm)
        elif kind == "LeakyReLU":
            layers.append(nn.LeakyReLU(config["alpha"]))
        elif kind == "MaxPooling2D":
            layers.append(nn.MaxPool2d(2, 2, ceil_mode=True))  # Keras' "same"
        else:
            assert kind in ("InputLayer", "GlobalAveragePooling2D"), kind
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("weights")
    parser.add_argument("layers")
    parser.add_argument("out")
    parser.add_argument("--logits", action="store_true")
    args = parser.parse_args()
    model = network(args.weights, args.layers, args.logits)
    out = pathlib.Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    name = "logits" if args.logits else "features"
    torch.onnx.export(model, torch.zeros(2, 3, 224, 224), str(out / "model.onnx"), input_names=["pixel_values"], output_names=[name],
                      dynamic_axes={"pixel_values": {0: "batch", 2: "height", 3: "width"}, name: {0: "batch"}}, opset_version=13)
    (out / "preprocessor_config.json").write_text(json.dumps({"do_normalize": False, "resample": 2, "size": {"shortest_edge": 224}, "crop_size": 224}))
