"""Lloyd steps of faiss's Kmeans. Usage: faiss_kmeans.py X.npy START.npy STEPS

A training of 1 + STEPS steps less one of a single step, on all rows (no subsampling). faiss does not assign the rows to the last centroids: that is
done once, untimed, for the inertia.
"""
import os
import sys
import time
import numpy as np
import faiss
from protocol import differences, emit, inertia, peak_mib

X, start, steps = np.load(sys.argv[1]), np.load(sys.argv[2]), int(sys.argv[3])
faiss.omp_set_num_threads(int(os.environ["OMP_NUM_THREADS"]))


def train(X, start, steps):
    cpu, clock = time.process_time(), time.perf_counter()
    model = faiss.Kmeans(X.shape[1], len(start), niter=steps, nredo=1, spherical=False, min_points_per_centroid=1, max_points_per_centroid=len(X))
    model.train(X, init_centroids=start)
    return time.perf_counter() - clock, time.process_time() - cpu, model


seconds, processor, more = differences(lambda steps: train(X, start, steps), steps)
peak = peak_mib()
_, labels = more.index.search(X, 1)
value = inertia(X, more.centroids, labels[:, 0])
emit(seconds, processor, value, f"faiss {faiss.__version__}", peak_mib=peak)
