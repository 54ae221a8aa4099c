"""What is measured: a cell is one line of work at one size, done by Gleaner (in one or two ways) and by its peers in turns."""
from dataclasses import dataclass


@dataclass
class Party:
    name: str
    command: list          # "@x" and the like are arrays, made before the cell runs; "gleaner" and "python" are put in by run.py
    times: float = 1       # one process did this part of the whole: seconds are multiplied by it
    note: str = ""
    comparable: bool = True   # its value and the other party's are of the same objective
    skip: str = ""         # why it is not run at all


@dataclass
class Cell:
    row: str               # the family: rowsums, sas, facility, graphcut, kmeans, million
    size: str              # n x d and whatever else tells cells of a row apart
    threads: int
    ours: list
    peers: list
    points: tuple          # n, d, clusters, seed, noise of x; labels, kernel and start belong to it

    @property
    def id(self):
        return f"{self.row}-{self.size}-t{self.threads}".replace(",", "").replace(" x ", "x").replace(" = ", "").replace(" ", "-")


def rowsums(n, d, threads):
    return Cell("rowsums", f"{n:,} x {d}", threads,
                [Party("Gleaner", ["gleaner", "rowsums", "@x", str(threads)])],
                [Party("OpenBLAS sgemm", ["python", "openblas_rowsums.py", "@x"])], (n, d, 100, 1, 1))


def sas(classes, size, d, peer_classes):
    scale = classes / peer_classes
    return Cell("sas", f"{classes} x {size:,} x {d}", 1,
                [Party("Gleaner, modular", ["gleaner", "sas", "@x", "@labels", "1", "Modular"]),
                 Party("Gleaner, graph cut", ["gleaner", "sas", "@x", "@labels", "1", "GraphCut"], comparable=False)],
                [Party("authors' code", ["python", "sas_authors.py", "@x", "@labels", str(peer_classes)], times=scale,
                       note="" if scale == 1 else f"{peer_classes} of {classes} classes run, seconds times {scale:g}; memory as run")],
                (classes * size, d, classes, 1, 1))


def facility(n, d=128):
    return Cell("facility", f"{n:,} x {d}", 1,
                [Party("Gleaner, kernel given", ["gleaner", "facility", "kernel", "@kernel"]),
                 Party("Gleaner, no kernel", ["gleaner", "facility", "rows", "@x"])],
                [Party("apricot lazy", ["python", "apricot_peer.py", "facility", "@kernel"]),
                 Party("submodlib lazy", ["python", "submodlib_peer.py", "facility", "@kernel"])],
                (n, d, 100, 1, 1))


def graphcut(n, d=128):
    return Cell("graphcut", f"{n:,} x {d}", 1,
                [Party("Gleaner, kernel given", ["gleaner", "graphcut", "kernel", "@kernel"]),
                 Party("Gleaner, no kernel", ["gleaner", "graphcut", "rows", "@x"])],
                [Party("apricot naive", ["python", "apricot_peer.py", "graphcut", "@kernel"]),
                 Party("submodlib lazy", ["python", "submodlib_peer.py", "graphcut", "@kernel"],
                       skip="needs 20 GB: it takes the kernel as Python lists" if n > 10_000 else "")],
                (n, d, 100, 1, 1))


def kmeans(n, d, classes, threads, steps):
    return Cell("kmeans", f"{n:,} x {d}, K = {classes:,}", threads,
                [Party("Gleaner", ["gleaner", "kmeans", "@x", str(classes), str(threads), str(steps)])],
                [Party("scikit-learn", ["python", "sklearn_kmeans.py", "@x", "@start", str(steps), "lloyd"]),
                 Party("scikit-learn, elkan", ["python", "sklearn_kmeans.py", "@x", "@start", str(steps), "elkan"],
                       skip="needs 4 GB of bounds" if n * classes > 10 ** 9 / 2 else ""),
                 Party("faiss", ["python", "faiss_kmeans.py", "@x", "@start", str(steps)])],
                (n, d, classes, 1, 2))   # noisier: near clusters that are far apart Lloyd's steps end too soon


def million(n, d, classes, threads):
    return Cell("million", f"{n:,} x {d}, {classes:,} classes", threads,
                [Party("gleaner select", ["select", "@x", "@labels", str(threads)])], [], (n, d, classes, 1, 1))


FULL = [
    *(rowsums(n, d, t) for t in (1, 2) for d in (128, 512) for n in (5_000, 10_000, 20_000)),
    sas(10, 5_000, 128, peer_classes=1), sas(100, 500, 128, peer_classes=100),
    *(facility(n) for n in (5_000, 10_000, 20_000)),
    *(graphcut(n) for n in (5_000, 10_000, 20_000)),
    *(kmeans(50_000, 512, 100, t, steps=10) for t in (1, 2)),
    *(kmeans(1_000_000, 128, 1_000, t, steps=3) for t in (1, 2)),
    million(1_000_000, 128, 1_000, 2),
]

QUICK = [
    rowsums(1_000, 128, 1), rowsums(1_000, 128, 2), sas(4, 200, 64, peer_classes=1), facility(1_000), graphcut(1_000),
    kmeans(5_000, 64, 20, 1, steps=3), million(20_000, 64, 20, 2),
]
