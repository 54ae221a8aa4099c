"""The tables of docs/performance.md from the results of one commit; the prose around them is written by hand and left alone."""
import re
from statistics import median

ROUNDING = 1e-5   # by so much may a sum of float32 differ and still be the same value


class Line:
    """Gleaner in one way against one peer, in one cell."""

    def __init__(self, results, cell, ours, peer):
        self.cell, self.ours, self.peer = cell, Timing(results, cell, ours), Timing(results, cell, peer)

    @property
    def complete(self):
        return self.ours.there and self.peer.there

    @property
    def faster(self):
        return self.peer.median / self.ours.median

    @property
    def memory(self):
        return self.ours.peak_mib / self.peer.peak_mib

    @property
    def value(self):
        """By what share our value is above the peer's; None if one of them has none."""
        a, b = self.ours.value, self.peer.value
        return a / b - 1 if self.ours.party.comparable and a is not None and b is not None else None


class Timing:
    """All trials of a party in a cell."""

    def __init__(self, results, cell, party):
        self.party = party
        records = [r for r in results.good(cell.id, party.name) if not r.get("watched")]
        self.watched = [r for r in results.good(cell.id, party.name) if r.get("watched")]
        self.errors = [r["error"] for r in results.of(cell.id, party.name) if "error" in r]
        self.trials = [s * party.times for r in records for s in r["seconds"]]
        self.there = bool(self.trials)
        if self.there:
            self.median = median(self.trials)
            self.peak_mib = max(r["peak_mib"] for r in records)
            self.value = records[-1]["value"]
            self.version = records[-1]["version"]

    @property
    def why_not(self):
        return self.party.skip or (self.errors[-1] if self.errors else "not run")

    @property
    def text(self):
        if not self.there:
            return self.why_not.replace("|", "\\|")
        trials = f"{number(min(self.trials))}–{number(max(self.trials))}; {len(self.trials)}" if len(self.trials) > 1 else "1"
        return f"{number(self.median)} ({trials})" + (" \\*" if self.party.note else "")

    @property
    def mib(self):
        return f"{self.peak_mib:,.0f}" if self.there else ""


def number(x):
    """Three digits that count."""
    return f"{x:,.0f}" if x >= 100 else f"{x:.1f}" if x >= 10 else f"{x:.2f}" if x >= 1 else f"{x * 1000:.3g} ms"


# row: (how the times are compared, the target in words, whether a line meets it)
ROWS = {
    "rowsums": ("ours / sgemm's", "at most 1.5", lambda line: line.faster >= 1 / 1.5),
    "sas": ("authors' / ours", "300, and 1/10 of the memory", lambda line: line.faster >= 300 and line.memory <= 0.1),
    "facility": ("peer's / ours", "{}, and no smaller value", lambda line: line.faster >= FACILITY[line.peer.party.name] and line.value >= -ROUNDING),
    "graphcut": ("peer's / ours", "", None),
    "kmeans": ("peer's / ours", "1, and no larger inertia", lambda line: line.faster >= 1 and line.value <= ROUNDING),
}
FACILITY = {"apricot lazy": 4, "submodlib lazy": 10}


def compared(cells, results, row):
    """The table of a row whose cells have peers."""
    how, words, met = ROWS[row]
    header = ["n x d", "threads", "ours", "seconds", "MiB", "peer", "seconds", "MiB", how, "value: ours / peer's - 1"] + ["target"] * bool(met)
    body, notes = [], []
    for cell in (c for c in cells if c.row == row):
        for line in (Line(results, cell, ours, peer) for ours in cell.ours for peer in cell.peers):
            ours, peer = line.ours, line.peer
            cells_ = [cell.size, cell.threads, ours.party.name, ours.text, ours.mib, peer.party.name, peer.text, peer.mib,
                      times(1 / line.faster if row == "rowsums" else line.faster) if line.complete else "", difference(line.value) if line.complete else ""]
            target = words.format(FACILITY.get(peer.party.name))
            body.append(cells_ + ([f"{target}: {'—' if not line.complete else 'met' if met(line) else '**missed**'}"] if met else []))
            notes += [f"{cell.size}, {peer.party.name}: {peer.party.note}."] if peer.party.note else []
    return table(header, body) + ("\n\n\\* " + " ".join(dict.fromkeys(notes)) if notes else "")


def times(x):
    return f"{x:,.0f}" if x >= 10 else f"{x:.2f}"


def difference(x):
    return "" if x is None else "0" if abs(x) < 5e-8 else f"{x:+.0e}"


def million(cells, results):
    header = ["n x d", "threads", "wall seconds", "processor seconds", "peak MiB", "peak MiB besides the mapped input", "target"]
    body = []
    for cell in (c for c in cells if c.row == "million"):
        t = Timing(results, cell, cell.ours[0])
        watched = t.watched[-1]["besides_input_mib"] if t.watched else None
        cpu = [s for r in results.good(cell.id, t.party.name) if not r.get("watched") for s in r["cpu"]]
        met = "—" if not t.there or watched is None else "met" if t.median < 15 and watched < 1024 else "**missed**"
        body.append([cell.size, cell.threads, t.text, number(median(cpu)) if cpu else "", t.mib, f"{watched:,.0f}" if watched is not None else "",
                     f"under 15 s, under 1 GiB besides the mapped input: {met}"])
    return table(header, body)


def limits(results, machine, commit):
    versions, others = {}, []
    for r in results.records:
        others.append(r.get("others", 0))
        for part in filter(None, r.get("version", "").split(", ")):
            versions[part] = None
    rows = [[t[1:], f"{r['gflops']:.0f}", f"{r['gb_per_second']:.1f}"] for t in ("t1", "t2") for r in results.good("limits", t)[-1:]]
    busy = f"Other work took {median(others):.1%} of the processors' time in the median run and {max(others):.0%} in the worst." if others else ""
    return (f"- Machine: {machine}.\n- Gleaner: commit {commit}.\n- Versions: {', '.join(versions)}.\n- {busy}\n\n"
            + table(["threads", "sgemm, GFLOP/s", "memory read, GB/s"], rows))


def table(header, body):
    lines = [header, ["---"] * len(header), *body]
    return "\n".join("| " + " | ".join(str(c) for c in line) + " |" for line in lines)


def tables(cells, results, machine, commit):
    return {"machine": limits(results, machine, commit)} | {row: compared(cells, results, row) for row in ROWS} | {"million": million(cells, results)}


def write(path, texts):
    """Puts each table between its markers, <!-- NAME --> and <!-- end of NAME -->."""
    page = path.read_text()
    for name, text in texts.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.S)
        if not pattern.search(page):
            raise SystemExit(f"{path}: no markers for the table {name}")
        page = pattern.sub(lambda m: f"{m[1]}{text}\n{m[2]}", page)
    path.write_text(page)
    print(f"tables written to {path}")
