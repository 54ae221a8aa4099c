"""What the machine can do on the threads it is given: sgemm on 4,096 x 4,096 in GFLOP/s, and reading 1 GiB of float32 once in GB/s."""
import json
import time
import numpy as np
from protocol import blas


def best(work, trials=5):
    times = []
    for _ in range(trials):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


n = 4096
a, out = np.ones((n, n), np.float32), np.empty((n, n), np.float32)
np.matmul(a, a, out=out)
flops = 2 * n ** 3 / best(lambda: np.matmul(a, a, out=out))
large = np.ones(1 << 28, np.float32)
read = large.nbytes / best(lambda: np.dot(large, large))
print(json.dumps({"gflops": flops / 1e9, "gb_per_second": read / 1e9, "version": blas()}))
