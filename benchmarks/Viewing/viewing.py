"""How long the pages of `gleaner view` take: makes a run folder of random numbers, opens it, and times requests of each kind over one connection, as a browser would make them.

    dotnet build -c Release src/Gleaner.Cli
    python3 benchmarks/Viewing/viewing.py --images 1000000 --folder /tmp/viewing
"""
import argparse, http.client, json, os, random, statistics, subprocess, time
import numpy as np

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
TOOL = os.path.join(ROOT, "src/Gleaner.Cli/bin/Release/net10.0/Gleaner.Cli.dll")


def make(folder, n, d, size, classes):
    """What gleaner select would leave, as far as gleaner view reads it; a fifth is kept, some images are left out."""
    os.makedirs(os.path.join(folder, "cache"), exist_ok=True)
    rng = np.random.default_rng(1)
    label, order = rng.integers(classes, size=n), rng.permutation(n)
    rank, left_out, kept_count = np.empty(n, int), rng.random(n) < 0.01, n // 5
    left_out[order[:kept_count]] = False
    ranked = order[~left_out[order]]
    rank[:] = -1
    rank[ranked] = np.arange(len(ranked))
    similarity, gain, total, nearest = rng.random(n).round(6), rng.random(n).round(6), (100 * rng.random(n)).round(4), rng.integers(kept_count, size=n)
    with open(os.path.join(folder, "scores.csv"), "w") as file:
        file.write("index,key,class,rank,gain,similarity_sum,mean_similarity,kept,nearest_kept,nearest_kept_similarity,duplicate_of,left_out\n")
        for i in range(n):
            kept = 0 <= rank[i] < kept_count
            scores = ",,," if left_out[i] else f"{rank[i]},{gain[i]},{total[i]},{similarity[i]}"
            stand_in = "," if kept else f"{order[nearest[i]]},{similarity[i]}"
            file.write(f"{i},photos/year {2000 + i % 25}/folder {i // 1000:04}/IMG_{i:07}.jpg,{label[i]},{scores},{'true' if kept else 'false'},{stand_in},,{'duplicate' if left_out[i] else ''}\n")
    np.save(os.path.join(folder, "subset.npy"), order[:kept_count].astype(np.int64))
    rows = rng.standard_normal((n, d), dtype=np.float32)
    np.save(os.path.join(folder, "embedding.npy"), rows / np.linalg.norm(rows, axis=1, keepdims=True) * np.float32(0.999))
    if size:
        with open(os.path.join(folder, "cache", "pixels.u8"), "wb") as file:
            for _ in range(n): file.write(np.repeat(np.repeat(rng.integers(256, size=(8, 8, 3), dtype=np.uint8), size // 8, 0), size // 8, 1).tobytes())
    def stage(name, output, facts): return {"stage": name, "inputs": {}, "outputs": {output: {"bytes": 1, "written": 1, "hash": "h"}}, "seconds": 1.0, "facts": facts}
    stages = [stage("embed", "embedding.npy", {})] + ([stage("read", "cache/pixels.u8", {"image_size": str(size)})] if size else [])
    with open(os.path.join(folder, "manifest.json"), "w") as file:
        json.dump({"gleaner": "0.1.0", "command": "select", "finished": "2026-01-01T00:00:00+00:00", "pool": {"path": "made", "kind": "folder of images", "count": n, "unreadable": 0, "fingerprint": "f"},
            "subset": {"count": kept_count, "fraction": 0.2, "objective": "graph-cut", "classes": classes, "duplicates_removed": 0, "exact_duplicates_kept": 0, "kept_by_list": 0, "excluded": 0},
            "options": {"budget": "20 %"}, "stages": stages, "machine": {"os": "made"}}, file)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--images", type=int, default=1_000_000)
    options.add_argument("--dimension", type=int, default=128)
    options.add_argument("--size", type=int, default=0, help="width of the decoded images; 0 for none")
    options.add_argument("--classes", type=int, default=None, help="sqrt(n / 5) if not given")
    options.add_argument("--folder", required=True)
    chosen = options.parse_args()
    n, classes = chosen.images, chosen.classes or int((chosen.images / 5) ** 0.5)
    if not os.path.exists(os.path.join(chosen.folder, "manifest.json")): make(chosen.folder, n, chosen.dimension, chosen.size, classes)

    started = time.perf_counter()
    server = subprocess.Popen(["dotnet", TOOL, "view", chosen.folder, "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline().strip().rstrip("/").rsplit(":", 1)[1])
        print(f"{n:,} images, {classes} classes, ready after {time.perf_counter() - started:.1f} s")
        connection = http.client.HTTPConnection("127.0.0.1", port)
        def get(path):
            begun = time.perf_counter()
            connection.request("GET", path)
            reply = connection.getresponse()
            body = reply.read()
            assert reply.status == 200, (path, reply.status, body[-300:])
            return 1000 * (time.perf_counter() - begun)
        draw = random.Random(1)
        first = get("/")
        sorts = ["index", "class", "gain", "mean-similarity", "similarity-sum", "nearest-kept"]
        some = lambda make, count=30: [make() for _ in range(count)]
        kinds = {
            "plain page": some(lambda: f"/?page={draw.randint(1, 50)}"),
            "deep page": some(lambda: f"/?page={draw.randint(n // 120, n // 60)}"),
            "class": some(lambda: f"/?class={draw.randrange(classes)}"),
            "state and ranks": some(lambda: f"/?state=dropped&from={draw.randint(1, n // 2)}&to={n}"),
            "text, first time": some(lambda: f"/?text=IMG_{draw.randrange(n):07}"[:draw.choice((16, 17, 18))]),
            "text in every name": some(lambda: f"/?text=photos/year 2&class={draw.randrange(classes)}".replace(" ", "%20")),
            "text again": ["/?text=IMG_00"] * 31,
            **{f"sort by {sort}": [f"/?sort={sort}&order={order}&page={page}" for page in range(1, 9) for order in ("ascending", "descending")] for sort in sorts},
            "text, class and sort": some(lambda: f"/?text={draw.randint(100, 999)}&class={draw.randrange(classes)}&sort={draw.choice(sorts)}&order=descending"),
            "image": some(lambda: f"/image/{draw.randrange(n)}?sort=gain"),
        }
        thumbs = draw.sample(range(n), min(300, n))
        if chosen.size: kinds.update({"thumbnail, first time": [f"/thumb/{i}" for i in thumbs], "thumbnail again": [f"/thumb/{i}" for i in thumbs], "picture": [f"/picture/{i}" for i in thumbs[:60]]})
        print(f"the very first request {first:.0f} ms\n\n| request | median, ms | worst, ms | n |\n| --- | ---: | ---: | ---: |")
        for kind, paths in kinds.items():
            if kind == "text again": get(paths.pop())
            times = [get(path) for path in paths]
            print(f"| {kind} | {statistics.median(times):.1f} | {max(times):.1f} | {len(times)} |", flush=True)
        with open(f"/proc/{server.pid}/status") as status: print("\npeak memory", next(line.split(":")[1].strip() for line in status if line.startswith("VmHWM")))
    finally:
        server.terminate()
        server.wait()


main()
