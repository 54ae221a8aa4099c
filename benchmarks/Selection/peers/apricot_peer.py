"""apricot with a given kernel, a fifth of the images. Usage: apricot_peer.py facility|graphcut KERNEL.npy

facility: FacilityLocationSelection, optimizer='lazy'; graphcut: GraphCutSelection, optimizer='naive', the fastest exact one for it.
Every fit compiles its loops anew, even in a process that has fitted before. Those seconds are taken out, by a clock around the functions that compile.
"""
import sys
import time
import numba
import numpy as np
import kernels
from protocol import emit, repeatedly, use_peer

commit = use_peer("apricot")
import apricot  # noqa: E402
import apricot.functions.facilityLocation as facility_location  # noqa: E402
import apricot.functions.graphCut as graph_cut  # noqa: E402

objective, path = sys.argv[1], sys.argv[2]
kind, optimizer, value = {
    "facility": (apricot.FacilityLocationSelection, "lazy", kernels.cover),
    "graphcut": (apricot.GraphCutSelection, "naive", kernels.cut),
}[objective]
compiling = 0.0


def clocked(compile_loop):
    def compile_and_time(*arguments):
        global compiling
        start = time.perf_counter()
        loop = compile_loop(*arguments)
        compiling += time.perf_counter() - start
        return loop
    return compile_and_time


for module in (facility_location, graph_cut):
    for name in ("calculate_gains", "calculate_gains_sieve"):
        if hasattr(module, name):
            setattr(module, name, clocked(getattr(module, name)))


def rank(kernel):
    global compiling
    compiling = 0.0
    # metric='cosine' would square the cosines; a given kernel is taken as it is.
    selection = kind(len(kernel) // 5, metric="precomputed", optimizer=optimizer).fit(kernel)
    return selection, compiling


kernel = kernels.read(path, np.float64)  # the type that fit converts to
rank(kernel[:200, :200].copy())
seconds, processor, selection = repeatedly(lambda: rank(kernel))
emit(seconds, processor, value(kernel, selection.ranking), f"apricot {apricot.__version__} ({commit}), numba {numba.__version__}", compiling=compiling)
