"""Seconds of sgemm alone for the inner products of every pair of rows. Usage: openblas_rowsums.py X.npy

Panels of rows times all rows from the panel's first one on, into one buffer that is used again: no threshold, no sums, no n x n matrix.
A panel's diagonal block is square, so slightly more than half of the products are made; the seconds are scaled to n (n + 1) / 2 of them.
"""
import sys
import numpy as np
from protocol import blas, emit, repeatedly

PANEL = 1024
X = np.load(sys.argv[1])
n = len(X)
buffer = np.empty(PANEL * n, np.float32)
made = sum(min(PANEL, n - i) * (n - i) for i in range(0, n, PANEL))


def panel(i):
    rows = X[i:i + PANEL]
    out = buffer[:len(rows) * (n - i)].reshape(len(rows), n - i)
    return np.matmul(rows, X[i:].T, out=out)


def whole():
    for i in range(0, n, PANEL):
        panel(i)
    return None, 0


def sums():
    """What Gleaner's row sums add up to, to see that both did the same work; not timed, and left out where it takes long."""
    if n > 5000:
        return None
    total = 0.0
    for i in range(0, n, PANEL):
        p = np.maximum(panel(i), 0)
        rows = len(p)
        total += 2 * p.sum(dtype=np.float64) - p[:, :rows].sum(dtype=np.float64)
    return total


panel(0)
seconds, processor, _ = repeatedly(whole)
scale = n * (n + 1) / 2 / made
emit([s * scale for s in seconds], [s * scale for s in processor], sums(), blas())
