"""submodlib with a given kernel, a fifth of the images, lazy greedy. Usage: submodlib_peer.py facility|graphcut KERNEL.npy

Its constructor copies the kernel into C++; that is counted, as is everything that Gleaner's and apricot's do with a kernel.
"""
import sys
import numpy as np
import kernels
from protocol import emit, repeatedly, use_peer

commit = use_peer("submodlib")
import submodlib  # noqa: E402

objective, path = sys.argv[1], sys.argv[2]


def rank(kernel):
    n = len(kernel)
    if objective == "facility":
        function = submodlib.FacilityLocationFunction(n=n, mode="dense", sijs=kernel, separate_rep=False)
    else:
        function = submodlib.GraphCutFunction(n=n, mode="dense", lambdaVal=1, ggsijs=kernel, separate_rep=False)
    return [i for i, _ in function.maximize(budget=n // 5, optimizer="LazyGreedy", show_progress=False)], 0


kernel = kernels.read(path, np.float32)  # the type of its C++ kernel
rank(kernel[:200, :200].copy())
seconds, processor, order = repeatedly(lambda: rank(kernel))
emit(seconds, processor, {"facility": kernels.cover, "graphcut": kernels.cut}[objective](kernel, order), f"submodlib {commit}")
