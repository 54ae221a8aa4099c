"""A kernel that is given: read without a second copy, and the values of sets, from the kernel and not from the peers' gains."""
import numpy as np


def read(path, dtype):
    """The kernel in the type that the peer works in, so that it need not convert (and hold) a copy of its own."""
    on_disk = np.load(path, mmap_mode="r")
    n = len(on_disk)
    kernel = np.empty((n, n), dtype)
    header = on_disk.offset
    with open(path, "rb", buffering=0) as file:
        file.seek(header)
        row = np.empty(n, np.float32)
        for i in range(n):
            file.readinto(memoryview(row).cast("B"))
            kernel[i] = row
    return kernel


def cover(kernel, order):
    """F(S) = sum_i max_{j in S} s_ij"""
    nearest = np.zeros(len(kernel), kernel.dtype)
    for j in order:
        np.maximum(nearest, kernel[j], out=nearest)
    return float(nearest.sum(dtype=np.float64))


def cut(kernel, order):
    """F(S) = sum_{i not in S} sum_{j in S} s_ij"""
    others = np.ones(len(kernel), bool)
    others[list(order)] = False
    return float(sum(kernel[j][others].sum(dtype=np.float64) for j in order))
