"""How much an embedding depends on who resizes: Gleaner's rows of a folder of images, embedded with Tiny Darknet, beside rows from Pillow's pixels by the same network in PyTorch.

    gleaner select photos --proxy out/tiny-darknet/model.onnx --objective graph-cut --out run
    python3 compare_resizing.py run photos tiny_darknet_imagenet.npz model.json

Prints quantiles of the cosine for Pillow's bilinear filter, which Gleaner's is to equal, and its bicubic one, which CLIP and DINOv2 were trained with. Needs python3-torch, python3-numpy and python3-pil.
"""
import pathlib
import sys

import numpy
import torch
from PIL import Image

from tiny_darknet_onnx import network

run, photos, weights, layers = sys.argv[1:5]
SIZE = int(sys.argv[5]) if len(sys.argv) > 5 else 224
torch.set_num_threads(1)
model = network(weights, layers)
ours = numpy.load(pathlib.Path(run) / "embedding.npy")
keys = sorted((p.relative_to(photos).as_posix() for p in pathlib.Path(photos).rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png")), key=lambda key: key.encode("utf-16-be"))
assert len(keys) == len(ours), (len(keys), len(ours))


def pixels(key, filter):
    image = Image.open(pathlib.Path(photos) / key).convert("RGB")
    shorter = min(image.size)
    image = image.resize((SIZE * image.width // shorter, SIZE * image.height // shorter), filter)
    left, top = round((image.width - SIZE) / 2), round((image.height - SIZE) / 2)
    return numpy.asarray(image.crop((left, top, left + SIZE, top + SIZE)), dtype=numpy.float32).transpose(2, 0, 1) / 255


for name, filter in (("bilinear", Image.BILINEAR), ("bicubic", Image.BICUBIC)):
    with torch.no_grad():
        theirs = torch.cat([model(torch.from_numpy(numpy.stack([pixels(key, filter) for key in keys[at:at + 16]]))) for at in range(0, len(keys), 16)]).numpy()
    cosine = (ours * theirs).sum(1) / numpy.linalg.norm(ours, axis=1) / numpy.linalg.norm(theirs, axis=1)
    print(f"{name}: cosine min {cosine.min():.5f}, 1 % {numpy.quantile(cosine, 0.01):.5f}, median {numpy.median(cosine):.5f}; {len(keys)} images")
