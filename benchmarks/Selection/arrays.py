"""Makes one array of a run. Usage: arrays.py points N D CLUSTERS SEED NOISE X.npy | labels N CLUSTERS SEED LABELS.npy | kernel X.npy KERNEL.npy

A process of its own, so that run.py stays small: a big parent's memory would show in its children's peaks.
"""
import sys
import numpy as np


def labels_of(n, clusters, seed):
    """Clusters are as large as each other and come in random order."""
    return np.random.default_rng([seed, 1]).permutation(np.arange(n) % clusters)


def points(n, d, clusters, seed, noise, path):
    """Unit rows around random unit centers; two rows of a cluster have a cosine of about 1 / (1 + noise^2)."""
    random = np.random.default_rng([seed, 2])
    centers = random.standard_normal((clusters, d), np.float32)
    centers /= np.linalg.norm(centers, axis=1, keepdims=True)
    labels = labels_of(n, clusters, seed)
    x = np.lib.format.open_memmap(path, "w+", np.float32, (n, d))
    for i in range(0, n, 50_000):
        of = labels[i:i + 50_000]
        rows = centers[of] + random.standard_normal((len(of), d), np.float32) * np.float32(noise / np.sqrt(d))
        x[i:i + 50_000] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    x.flush()


def kernel(x_path, path):
    """max(0, X X^T); numpy makes A A^T with ssyrk, so it is symmetric to the last bit."""
    x = np.load(x_path)
    product = x @ x.T
    np.maximum(product, 0, out=product)
    assert np.array_equal(product[:1000, -1000:], product[-1000:, :1000].T)
    np.save(path, product)


command, *numbers, path = sys.argv[1:]
if command == "points":
    points(*map(int, numbers), path)
elif command == "labels":
    np.save(path, labels_of(*map(int, numbers)).astype(np.int64))
else:
    kernel(*numbers, path)
