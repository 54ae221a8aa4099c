"""SimCLR in plain PyTorch and torchvision, written without Gleaner: what its pretraining is compared with.

    simclr_pytorch.py CIFAR OUT [--seeds 0,1,2] [--epochs 60] [--images 10000]

CIFAR holds cifar-10's data_batch_1.bin … and test_batch.bin. The first IMAGES training images are learned from (batch 256, ResNet-10 of a quarter of the
width, Adam, warm-up and cosine), one thread. OUT gets, for each seed, seedN.jsonl (a line an epoch), the encoder each 15 epochs as .npz and .safetensors
(which gleaner loads), and seedN.json: linear probe and 20 nearest neighbours on the 10,000 test images. Started again, it goes on at its last checkpoint.
Needs torch, torchvision, Pillow, scikit-learn.
"""
import argparse, json, math, os, pathlib, struct, time

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np
import torch, torchvision
from PIL import Image
from sklearn.linear_model import LogisticRegression
from torch import nn
import torch.nn.functional as F
from torchvision import transforms as T
from torchvision.models.resnet import BasicBlock

BATCH, RATE, DECAY, WARMUP, TEMPERATURE, SAVE_EVERY = 256, 1e-3, 1e-6, 0.05, 0.2, 15

view = T.Compose([
    T.RandomResizedCrop(32, scale=(0.2, 1.0), interpolation=T.InterpolationMode.BICUBIC),
    T.RandomHorizontalFlip(),
    T.RandomApply([T.ColorJitter(0.4, 0.4, 0.4, 0.1)], p=0.8),
    T.RandomGrayscale(p=0.2),
    T.ToTensor(),
    T.Normalize((0.5,) * 3, (0.5,) * 3),
])


class Encoder(nn.Module):
    """ResNet-10 with torchvision's blocks and keys, a 3x3 stem of stride 2 and no pooling after it."""

    def __init__(self, planes=16):
        super().__init__()
        self.conv1 = nn.Conv2d(3, planes, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        inputs = planes
        for k in range(4):
            outputs, stride = planes << k, 1 if k == 0 else 2
            down = None if k == 0 else nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False), nn.BatchNorm2d(outputs))
            setattr(self, f"layer{k + 1}", nn.Sequential(BasicBlock(inputs, outputs, stride, down)))
            inputs = outputs
        self.dimension = inputs
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)), inplace=True)
        return self.layer4(self.layer3(self.layer2(self.layer1(x)))).mean((2, 3))


def head(d, out=128):
    return nn.Sequential(nn.Linear(d, d, bias=False), nn.BatchNorm1d(d), nn.ReLU(inplace=True), nn.Linear(d, out, bias=False), nn.BatchNorm1d(out, affine=False))


def nt_xent(z):
    z = F.normalize(z)
    n = len(z) // 2
    s = (z @ z.t() / TEMPERATURE).masked_fill(torch.eye(2 * n, dtype=torch.bool), -math.inf)
    return F.cross_entropy(s, torch.arange(2 * n).roll(n))


def rate(step, total):
    warmup = round(total * WARMUP)
    return RATE * (step + 1) / warmup if step < warmup else RATE * 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, total - warmup)))


def cifar(path):
    rows = np.fromfile(path, np.uint8).reshape(-1, 3073)
    return rows[:, 1:].reshape(-1, 3, 32, 32), rows[:, 0].astype(np.int64)


def save_encoder(path, encoder, trained_by):
    arrays = {k: np.array(v.numpy(), order="C") for k, v in encoder.state_dict().items()}
    np.savez(path.with_suffix(".npz"), **arrays)
    header, offset = {"__metadata__": {
        "format": "pt", "gleaner.architecture": "resnet10", "gleaner.width": "0.25", "gleaner.stem": "Conv3Stride2", "gleaner.image_size": "32",
        "gleaner.mean": "0.5 0.5 0.5", "gleaner.std": "0.5 0.5 0.5", "gleaner.head_dimension": "128", "gleaner.trained_by": trained_by}}, 0
    for k, a in arrays.items():
        header[k] = {"dtype": {"float32": "F32", "int64": "I64"}[str(a.dtype)], "shape": list(a.shape), "data_offsets": [offset, offset + a.nbytes]}
        offset += a.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.with_suffix(".safetensors").write_bytes(struct.pack("<Q", len(text)) + text + b"".join(a.tobytes() for a in arrays.values()))


@torch.no_grad()
def features(encoder, pixels):
    encoder.eval()
    return np.concatenate([encoder((torch.from_numpy(pixels[i:i + 500]).float() / 255 - 0.5) / 0.5).numpy() for i in range(0, len(pixels), 500)])


def probe(x, y, test, test_y):
    """Logistic regression on standardised features; its C is the best on every fifth training image, then all of them are fitted."""
    mean, std = x.mean(0), x.std(0) + 1e-6
    x, test = (x - mean) / std, (test - mean) / std
    held = np.arange(len(x)) % 5 == 4
    fit = lambda c, x, y: LogisticRegression(C=c, max_iter=1000).fit(x, y)
    best = max([1e-4, 1e-3, 1e-2, 1e-1, 1.0], key=lambda c: fit(c, x[~held], y[~held]).score(x[held], y[held]))
    return {"linear": round(100 * fit(best, x, y).score(test, test_y), 2), "C": best}


def neighbours(x, y, test, test_y, k=20):
    """Majority of the k nearest by cosine, ties to the lowest label."""
    x, test = (a / np.linalg.norm(a, axis=1, keepdims=True) for a in (x, test))
    nearest = np.concatenate([np.argpartition(-test[i:i + 1000] @ x.T, k, axis=1)[:, :k] for i in range(0, len(test), 1000)])
    votes = np.stack([(y[nearest] == c).sum(1) for c in range(10)], 1)
    return {"knn20": round(100 * float((votes.argmax(1) == test_y).mean()), 2)}


def score(x, y, test, test_y):
    return {**probe(x, y, test, test_y), **neighbours(x, y, test, test_y)}


def train(seed, pixels, epochs, out):
    torch.manual_seed(seed)
    encoder = Encoder()
    g = head(encoder.dimension)
    if not (out / f"seed{seed}-untrained.npz").exists():
        save_encoder(out / f"seed{seed}-untrained", encoder, "")
    model = nn.Sequential(encoder, g).to(memory_format=torch.channels_last)
    optimiser = torch.optim.Adam(model.parameters(), lr=RATE, weight_decay=DECAY)
    images = [Image.fromarray(np.ascontiguousarray(p.transpose(1, 2, 0))) for p in pixels]
    steps = len(images) // BATCH
    state, first = out / f"seed{seed}.pt", 0
    if state.exists():
        saved = torch.load(state)
        assert saved["epochs"] == epochs and saved["images"] == len(images), f"{state} is of another run; delete it or use another folder."
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        torch.set_rng_state(saved["random"])
        first = saved["epoch"]
    for epoch in range(first, epochs):
        start, views_s, step_s, losses = time.time(), 0.0, 0.0, []
        order = torch.randperm(len(images))
        model.train()
        for b in range(steps):
            t0 = time.process_time()
            chosen = [images[i] for i in order[b * BATCH:(b + 1) * BATCH]]
            x = torch.stack([view(i) for i in chosen] + [view(i) for i in chosen]).contiguous(memory_format=torch.channels_last)
            t1 = time.process_time()
            for group in optimiser.param_groups:
                group["lr"] = rate(epoch * steps + b, epochs * steps)
            loss = nt_xent(model(x))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
            views_s, step_s = views_s + t1 - t0, step_s + time.process_time() - t1
        line = {"epoch": epoch + 1, "loss": round(float(np.mean(losses)), 5), "seconds": round(time.time() - start, 2),
                "views_cpu_seconds": round(views_s, 2), "steps_cpu_seconds": round(step_s, 2)}
        with open(out / f"seed{seed}.jsonl", "a") as f:
            print(json.dumps(line), file=f)
        if (epoch + 1) % SAVE_EVERY == 0 or epoch + 1 == epochs:
            save_encoder(out / f"seed{seed}-epoch{epoch + 1}", encoder, f"PyTorch {torch.__version__}, SimCLR, {epoch + 1} of {epochs} epochs of {len(images)} images, seed {seed}")
        torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), "random": torch.get_rng_state(), "epoch": epoch + 1,
                    "epochs": epochs, "images": len(images)}, state.with_suffix(".tmp"))
        os.replace(state.with_suffix(".tmp"), state)
    return encoder


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cifar", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--images", type=int, default=10_000)
    a = parser.parse_args()
    torch.set_num_threads(1)
    a.out.mkdir(parents=True, exist_ok=True)
    parts = [cifar(a.cifar / f"data_batch_{k}.bin") for k in range(1, 1 + -(-a.images // 10_000))]
    pixels, labels = (np.concatenate(p)[:a.images] for p in zip(*parts))
    test, test_labels = cifar(a.cifar / "test_batch.bin")
    for seed in map(int, a.seeds.split(",")):
        result = a.out / f"seed{seed}.json"
        if result.exists():
            continue
        torch.manual_seed(seed)
        fresh = Encoder()
        scores = {"untrained": score(features(fresh, pixels), labels, features(fresh, test), test_labels)}
        encoder = train(seed, pixels, a.epochs, a.out)
        scores["trained"] = score(features(encoder, pixels), labels, features(encoder, test), test_labels)
        scores["versions"] = {"torch": torch.__version__, "torchvision": torchvision.__version__}
        result.write_text(json.dumps(scores, indent=1) + "\n")
        print(seed, scores, flush=True)
    if not (a.out / "pixels.json").exists():
        flat = [x.reshape(len(x), -1).astype(np.float32) / 255 for x in (pixels, test)]
        (a.out / "pixels.json").write_text(json.dumps(score(flat[0], labels, flat[1], test_labels), indent=1) + "\n")


if __name__ == "__main__":
    main()
