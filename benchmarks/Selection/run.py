#!/usr/bin/env python3
"""Measures Gleaner's selection engine and its peers in turns, on the same arrays and cores, and writes the tables of docs/performance.md. See README.md.

Needs nothing but the standard library itself; the peers need what they need. One process at a time. Interrupted, it goes on where it was.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True   # this is a source tree

import machine  # noqa: E402
import report  # noqa: E402
import rows  # noqa: E402

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--peers", default=os.environ.get("GLEANER_PEERS"), help="folder with the source trees apricot, submodlib and sas [default: $GLEANER_PEERS]")
    p.add_argument("--python", default=sys.executable, help="Python of the peers [default: the one that runs this]")
    p.add_argument("--core-type", default="SkylakeX" if machine.processor()[1] else "", help="OPENBLAS_CORETYPE; empty to let OpenBLAS choose [default: SkylakeX with AVX-512]")
    p.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "gleaner-selection-benchmark", help="folder for arrays and results, 6 GB [default: in the temporary folder]")
    p.add_argument("--only", action="append", metavar="ROW", help="a row (rowsums, sas, facility, graphcut, kmeans, million) or the beginning of a cell's id; may be repeated")
    p.add_argument("--rounds", type=int, default=3, help="how often each party's process runs [default: 3]")
    p.add_argument("--patience", type=float, default=30, help="no further round of a party that has taken so many seconds in a cell [default: 30]")
    p.add_argument("--fresh", action="store_true", help="forget earlier results (of --only) first")
    p.add_argument("--quick", action="store_true", help="small arrays, one round, tables on stdout and not in docs: to see that everything runs")
    p.add_argument("--report", action="store_true", help="run nothing, only write the tables from what is there")
    p.add_argument("--page", type=Path, default=ROOT / "docs/performance.md", help="the page whose tables are written: it has their markers [default: docs/performance.md]")
    p.add_argument("--list", action="store_true", help="print the cells' ids")
    return p.parse_args()


class Results:
    """One line of JSON for each process that ran, in a file of the commit that was measured: results of different code never meet in a table."""

    def __init__(self, path):
        self.path = path
        self.records = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def add(self, record):
        self.records.append(record)
        with self.path.open("a") as file:
            file.write(json.dumps(record) + "\n")

    def of(self, cell, party):
        return [r for r in self.records if r["cell"] == cell and r["party"] == party]

    def good(self, cell, party):
        return [r for r in self.of(cell, party) if "error" not in r]


class Bench:
    def __init__(self, opts):
        self.opts = opts
        self.dotnet = shutil.which("dotnet") or "dotnet"
        self.gleaner = HERE / "bin/Release/net10.0/Gleaner.Benchmarks.Selection.dll"
        self.cli = ROOT / "src/Gleaner.Cli/bin/Release/net10.0/Gleaner.Cli.dll"
        opts.work.mkdir(parents=True, exist_ok=True)
        if opts.peers:
            os.environ["GLEANER_PEERS"] = str(Path(opts.peers).resolve())
        wanted = rows.QUICK if opts.quick else rows.FULL
        self.cells = [c for c in wanted if not opts.only or any(c.row == o or c.id.startswith(o) for o in opts.only)]
        self.commit = machine.commit(ROOT)
        file = opts.work / f"{'quick' if opts.quick else 'results'}-{self.commit}.jsonl"
        if opts.fresh and file.exists():
            ids = {c.id for c in self.cells} | ({"limits"} if not opts.only else set())
            file.write_text("".join(line + "\n" for line in file.read_text().splitlines() if json.loads(line)["cell"] not in ids))
        self.results = Results(file)

    def build(self):
        for project in (HERE, ROOT / "src/Gleaner.Cli"):
            if subprocess.run([self.dotnet, "build", "-c", "Release", "-v", "quiet", "--nologo", str(project)]).returncode:
                sys.exit(1)   # it has said why

    def array(self, cell, name):
        """The path of an array of the cell, made if it is not there."""
        n, d, clusters, seed, noise = cell.points
        # A start comes from the code that is measured, so that it is the one that its steps begin with.
        path = self.opts.work / f"{name}-{n}-{d}-{clusters}-{seed}-{noise}{'-' + self.commit if name == 'start' else ''}.npy"
        if path.exists():
            return path
        print(f"  making {path.name}", flush=True)
        making = self.opts.work / "making.npy"
        python = [self.opts.python, HERE / "arrays.py"]
        cores = len(os.sched_getaffinity(0))
        command = {
            "x": lambda: [*python, "points", n, d, clusters, seed, noise, making],
            "labels": lambda: [*python, "labels", n, clusters, seed, making],
            "kernel": lambda: [*python, "kernel", self.array(cell, "x"), making],
            "start": lambda: [self.dotnet, self.gleaner, "kmeans-start", self.array(cell, "x"), clusters, cores, making],
        }[name]()
        subprocess.run([str(a) for a in command], check=True, env=machine.environment(cores, self.opts.core_type), stdout=subprocess.DEVNULL)
        making.rename(path)
        return path

    def command(self, cell, party):
        kind, *rest = party.command
        rest = [str(self.array(cell, a[1:])) if a.startswith("@") else a for a in rest]
        if kind == "gleaner":
            return [self.dotnet, str(self.gleaner), *rest]
        if kind == "python":
            return [self.opts.python, str(HERE / "peers" / rest[0]), *rest[1:]]
        x, labels, threads = rest
        return [self.dotnet, str(self.cli), "select", x, "--classes", f"given:{labels}", "--objective", "graph-cut", "--fraction", "0.2", "--threads", threads, "--out", str(self.opts.work / "run"), "--quiet"]

    def measure(self, cell, party, watched=False):
        """One process. `gleaner select` is timed from outside, as a whole; its memory is watched in a run of its own."""
        command = self.command(cell, party)
        shutil.rmtree(self.opts.work / "run", ignore_errors=True)
        resident = machine.Resident(self.array(cell, "x")) if watched else None
        record = machine.run(command, cell.threads, self.opts.core_type, watch=resident)
        shutil.rmtree(self.opts.work / "run", ignore_errors=True)
        if party.command[0] == "select" and "error" not in record:
            record |= {"seconds": [record["wall"]], "cpu": [record["process_cpu"]], "peak_mib": record["process_peak_mib"], "value": None, "version": ""}
            if watched:
                record |= {"watched": True, "besides_input_mib": resident.peak_mib}
        self.results.add({"cell": cell.id, "party": party.name} | record)
        seconds = record.get("seconds")
        said = record.get("error") or f"{min(seconds) * party.times:.4g} s" + (" (memory watched)" if watched else "")
        print(f"  {party.name:24} {said}   [{record['wall']:.1f} s, others {record['others']:.0%}]", flush=True)
        return "error" not in record

    def run_cell(self, cell):
        parties = [p for p in cell.ours + cell.peers if not p.skip]
        failed, rounds = set(), 1 if self.opts.quick else self.opts.rounds
        for round_ in range(rounds):
            for party in parties:
                done = [r for r in self.results.good(cell.id, party.name) if not r.get("watched")]
                if party.name in failed or len(done) > round_ or done and sum(r["wall"] for r in done) > self.opts.patience:
                    continue
                try:
                    ok = self.measure(cell, party)
                except (OSError, subprocess.SubprocessError) as e:   # an array that cannot be made, say: the other rows go on
                    self.results.add({"cell": cell.id, "party": party.name, "error": str(e)[-160:]})
                    print(f"  {party.name:24} {e}")
                    ok = False
                if not ok:
                    failed.add(party.name)
        for party in (p for p in parties if p.command[0] == "select" and p.name not in failed):
            if not any(r.get("watched") for r in self.results.good(cell.id, party.name)):
                self.measure(cell, party, watched=True)

    def limits(self):
        for threads in (1, 2)[:len(os.sched_getaffinity(0))]:
            if not self.results.good("limits", f"t{threads}"):
                record = machine.run([self.opts.python, str(HERE / "peers/limits.py")], threads, self.opts.core_type)
                self.results.add({"cell": "limits", "party": f"t{threads}"} | record)
                print("  " + (record.get("error") or f"{threads} thread(s): sgemm {record['gflops']:.0f} GFLOP/s, memory {record['gb_per_second']:.1f} GB/s"))


def main():
    opts = options()
    bench = Bench(opts)
    if opts.list:
        print(*(c.id for c in bench.cells), sep="\n")
        return
    if not opts.report:
        bench.build()
        print(f"limits of the machine; results in {bench.results.path}", flush=True)
        bench.limits()
        for cell in bench.cells:
            print(cell.id, flush=True)
            bench.run_cell(cell)
    tables = report.tables(rows.QUICK if opts.quick else rows.FULL, bench.results, machine.describe(), bench.commit)
    if opts.quick:
        print(*(f"\n{text}" for text in tables.values()), sep="\n")
    else:
        report.write(opts.page, tables)


if __name__ == "__main__":
    main()
