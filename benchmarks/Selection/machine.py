"""Starts one measurement at a time on chosen cores, and says what machine this is."""
import json
import os
import platform
import re
import subprocess
import tempfile
import time

TIME_LIMIT = 600  # seconds of one process


def cores(threads):
    """The last ones, for every party alike: the first one serves most interrupts."""
    return sorted(os.sched_getaffinity(0))[-threads:]


def environment(threads, core_type):
    env = dict(os.environ, OPENBLAS_NUM_THREADS=str(threads), OMP_NUM_THREADS=str(threads), NUMBA_NUM_THREADS=str(threads), PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1",
               DOTNET_CLI_TELEMETRY_OPTOUT="1",
               DOTNET_TC_DelaySingleProcMultiplier="1")   # where .NET sees one core it waits ten times as long before it compiles hot code: longer than the warm-up
    env.pop("OPENBLAS_CORETYPE", None)
    return env | {"OPENBLAS_CORETYPE": core_type} if core_type else env


def run(command, threads, core_type, folder=None, watch=None):
    """Runs one process to its end: its line of JSON, or {"error": why}, and what the process took as a whole. watch is called with its id, until it ends."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        busy, start = busy_seconds(), time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=environment(threads, core_type), stdout=out, stderr=err,
                                   preexec_fn=lambda: os.sched_setaffinity(0, cores(threads)))
        status, usage = wait(process, watch)
        wall = time.perf_counter() - start
        cpu = usage.ru_utime + usage.ru_stime
        record = {"wall": wall, "process_cpu": cpu, "process_peak_mib": usage.ru_maxrss / 1024,
                  "others": max(0, busy_seconds() - busy - cpu) / wall / (os.cpu_count() or 1)}
        out.seek(0), err.seek(0)
        if status is None:
            return record | {"error": f"more than {TIME_LIMIT // 60} minutes"}
        if status != 0:
            return record | {"error": f"exit {status}: {message(err)}"}
        lines = [line for line in out if line.startswith("{")]
        return record | (json.loads(lines[-1]) if lines else {})


def message(err):
    """The line that says what went wrong: .NET's first, Python's last; without the folders of this machine."""
    lines = [line.strip() for line in err if line.strip()] or ["no message"]
    line = next((line for line in lines if line.startswith("Unhandled exception")), lines[-1])
    return re.sub(r"/\S*/", "", line)[:160]


def wait(process, watch):
    end, pause = time.monotonic() + TIME_LIMIT, 0.02
    late = False
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return None if late else process.returncode, usage
        if time.monotonic() > end and not late:
            late = True
            process.kill()
        if watch:
            watch(process.pid)
        time.sleep(pause)


def busy_seconds():
    """Processor seconds that all processes of the machine, and its host, have taken so far."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


class Resident:
    """The most memory of a process that was resident at once, the pages of one mapped file left out. Asks every 50 ms: for a run whose time is not used."""

    def __init__(self, mapped_file):
        self.file, self.peak_mib = os.path.realpath(mapped_file), 0

    def __call__(self, pid):
        try:
            with open(f"/proc/{pid}/status") as file:  # the sum over smaps counts twice what the process moves while it is read
                kib = next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
            with open(f"/proc/{pid}/smaps") as file:
                counted = False
                for line in file:
                    if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
                        counted = line.rstrip().endswith(self.file)
                    elif counted and line.startswith("Rss:"):
                        kib -= int(line.split()[1])
            self.peak_mib = max(self.peak_mib, kib / 1024)
        except (OSError, ProcessLookupError, StopIteration):
            pass  # it has just ended
        time.sleep(0.03)


def processor():
    with open("/proc/cpuinfo") as file:
        info = file.read()
    field = lambda name: (re.search(rf"^{name}\s*:\s*(.*)$", info, re.M) or [None, "?"])[1]  # noqa: E731
    return f"{field('model name')} (family {field('cpu family')}, model {field('model')})", "avx512f" in info


def describe():
    name, avx512 = processor()
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1]) / 2 ** 20
    try:
        system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    except OSError:
        system = platform.system()
    return f"{len(os.sched_getaffinity(0))} cores of {name}{', AVX-512' if avx512 else ''}, {memory:.0f} GiB, {system}"


def commit(root):
    """The last commit that changed what is measured, with a + if files differ from it."""
    measured = ["--", "src", "benchmarks/Selection", "Directory.Build.props", "Directory.Packages.props"]
    git = lambda *a: subprocess.run(["git", "-C", root, *a, *measured], capture_output=True, text=True, check=True).stdout.strip()  # noqa: E731
    try:
        return git("log", "-1", "--format=%h", "--abbrev=7") + ("+" if git("status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
