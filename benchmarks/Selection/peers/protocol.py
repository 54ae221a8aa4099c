"""What the peers' scripts share: trials like Measured.cs takes them, and the line of JSON that run.py reads."""
import json
import os
import sys
import time

ENOUGH = 1.0  # seconds
MOST_TRIALS = 10
first_peak = None  # MiB after the first trial: what comes later may only be garbage of the earlier ones


def use_peer(name, *folders):
    """Puts a peer's source tree, a folder of GLEANER_PEERS, on the path, and returns its commit for the version line."""
    if "GLEANER_PEERS" not in os.environ:
        sys.exit("no folder of peers given (--peers or GLEANER_PEERS)")
    root = os.path.join(os.environ["GLEANER_PEERS"], name)
    sys.path.insert(0, os.path.join(root, *folders))
    commit = os.path.join(root, "COMMIT")
    if os.path.exists(commit):
        with open(commit) as file:
            return file.read().strip()[:7]
    return os.popen(f"git -C '{root}' rev-parse --short=7 HEAD 2>/dev/null").read().strip() or "unknown commit"


def repeatedly(whole):
    """Times whole() until a second has gone by; whole returns a result and the seconds that are not to be counted."""
    global first_peak
    seconds, processor, begin = [], [], time.perf_counter()
    while not seconds or time.perf_counter() - begin < ENOUGH and len(seconds) < MOST_TRIALS:
        cpu, clock = time.process_time(), time.perf_counter()
        result, uncounted = whole()
        seconds.append(time.perf_counter() - clock - uncounted)
        processor.append(time.process_time() - cpu - uncounted)
        first_peak = first_peak or peak_mib()
    return seconds, processor, result


def differences(fit, steps):
    """Seconds of one step, again and again until a second of steps has gone by: fit(1 + steps) less fit(1), each of which returns seconds, processor seconds and a result.

    An untimed fit touches all memory before: the first touch of a copy of the rows can cost more than several steps, and would be in one of the two only.
    """
    fit(1)
    seconds, processor = [], []
    while sum(seconds) * steps < ENOUGH and len(seconds) < MOST_TRIALS:
        one, more = fit(1), fit(1 + steps)
        seconds.append((more[0] - one[0]) / steps)
        processor.append((more[1] - one[1]) / steps)
    return seconds, processor, more[2]


def inertia(x, centroids, labels):
    """In float64 for all parties: scikit-learn's own is a float32 sum, which is off by 2e-4 for a million rows."""
    import numpy
    total = 0.0
    for i in range(0, len(x), 10_000):
        apart = x[i:i + 10_000] - centroids[labels[i:i + 10_000]].astype(numpy.float64)
        total += float((apart * apart).sum())
    return total


def peak_mib():
    # Not getrusage's ru_maxrss: that also remembers the process that started this one.
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024


def emit(seconds, processor, value, version, **more):
    print(json.dumps({"seconds": seconds, "cpu": processor, "value": value, "peak_mib": first_peak or peak_mib(), "version": version, **more}))


def blas():
    """numpy's version and BLAS, with the kernels that OpenBLAS chose."""
    import numpy
    try:
        from threadpoolctl import threadpool_info
        libraries = [i for i in threadpool_info() if i["user_api"] == "blas"]
        name = "; ".join(f"{i['internal_api']} {i['version']} {i.get('architecture', '')}" for i in libraries) or "an unknown BLAS"
    except ImportError:
        name = "BLAS unknown (no threadpoolctl)"
    return f"numpy {numpy.__version__}, {name}"
