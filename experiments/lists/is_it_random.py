#!/usr/bin/env python3
"""Is a list of images any different from a random one of the same classes? Asked of the SAS authors' published order of CIFAR-10.

    python3 is_it_random.py ORDER.npy LIST.npy... --embedding EMBEDDING.npy...

ORDER.npy: the published order, 50,000 indices in 20 rounds of 10 classes of 250; its blocks say which image is of which of its classes. LIST.npy: lists to look at, the order itself
among them if it is to be. EMBEDDING.npy: 50,000 rows each, embedding.npy of runs of `gleaner select`, say. For each list and embedding, with the classes of the order:

- centrality: the mean rank (0 the outermost image of a class, 1 its most central one, by cosine to the mean of the class) of the list's first 5,000 images, in standard
  deviations of a random list from 0.5. SAS keeps the images that are most alike, so its lists should be far above 0, by any embedding that knows anything.
- coverage: the mean over all images of the greatest cosine to one of the list's first 2,500, in standard deviations from the mean of 20 random draws of as many of each class.
- order: only for whole orders, the rank correlation of place and centrality within classes, in standard deviations of a random order.
"""
import argparse

import numpy as np

ROUND, CLASSES, BLOCK, DRAWS, CENTRAL, COVERING = 2500, 10, 250, 20, 5000, 2500


def ranks(values, classes):
    """The rank of each image in its class, 0 to 1."""
    out = np.zeros(len(values))
    for k in range(CLASSES):
        members = np.flatnonzero(classes == k)
        out[members] = values[members].argsort().argsort() / (len(members) - 1)
    return out


def unit(rows):
    rows = rows.astype(np.float32) - rows.mean(0, dtype=np.float64).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def centrality(rows, classes):
    values = np.zeros(len(rows))
    for k in range(CLASSES):
        members = classes == k
        values[members] = rows[members] @ rows[members].mean(0)
    return ranks(values, classes)


def coverage(rows, chosen):
    return np.mean([(rows[i:i + 5000] @ rows[chosen].T).max(1).mean() for i in range(0, len(rows), 5000)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("order")
    parser.add_argument("lists", nargs="+")
    parser.add_argument("--embedding", nargs="+", required=True)
    arguments = parser.parse_args()

    order = np.load(arguments.order)
    place = np.arange(len(order))
    classes = np.empty(len(order), int)
    classes[order] = place % ROUND // BLOCK
    random = np.random.default_rng(0)
    draws = [np.concatenate([random.choice(np.flatnonzero(classes == k), COVERING // CLASSES, replace=False) for k in range(CLASSES)]) for _ in range(DRAWS)]

    print(f"{'list':<44} {'embedding':<32} {'centrality':>10} {'coverage':>10} {'order':>10}")
    for embedding in arguments.embedding:
        rows = unit(np.load(embedding))
        central = centrality(rows, classes)
        covered = np.array([coverage(rows, draw) for draw in draws])
        for name in arguments.lists:
            chosen = np.load(name)
            z = (central[chosen[:CENTRAL]].mean() - 0.5) / np.sqrt(1 / 12 / CENTRAL)
            c = (coverage(rows, chosen[:COVERING]) - covered.mean()) / covered.std(ddof=1)
            along = ""
            if len(chosen) == len(order):
                position = np.empty(len(order))
                position[chosen] = place
                along = f"{-np.corrcoef(ranks(position, classes), central)[0, 1] * np.sqrt(len(order)):+.1f}"
            print(f"{name[-44:]:<44} {embedding[-32:]:<32} {z:>+10.1f} {c:>+10.1f} {along:>10}")


main()
