"""Lloyd steps of scikit-learn's KMeans. Usage: sklearn_kmeans.py X.npy START.npy STEPS lloyd|elkan

A fit of 1 + STEPS steps less a fit of one: what a fit does once (checks, a centred copy, the last labels) falls out.
"""
import sys
import time
import warnings
import numpy as np
import sklearn
from sklearn.cluster import KMeans
from protocol import blas, differences, emit, inertia, peak_mib

X, start, steps, algorithm = np.load(sys.argv[1]), np.load(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
warnings.simplefilter("ignore")  # that it has not converged


def fit(X, start, steps):
    cpu, clock = time.process_time(), time.perf_counter()
    model = KMeans(len(start), init=start, n_init=1, algorithm=algorithm, tol=0, max_iter=steps).fit(X)
    assert model.n_iter_ == steps, f"{model.n_iter_} steps; asked for {steps}"
    return time.perf_counter() - clock, time.process_time() - cpu, model


seconds, processor, more = differences(lambda steps: fit(X, start, steps), steps)
peak = peak_mib()
value = inertia(X, more.cluster_centers_, more.labels_)
emit(seconds, processor, value, f"scikit-learn {sklearn.__version__}, {blas()}", peak_mib=peak)
