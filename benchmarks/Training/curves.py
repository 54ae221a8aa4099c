"""Draws the accuracy of nearest neighbours while encoders were trained, from the metrics.jsonl of `gleaner pretrain --knn-every N`.

    python3 benchmarks/Training/curves.py OUT.svg NAME=RUN_FOLDER...

Needs nothing but Python. The dashed line is that of raw pixels, where a run recorded it.
"""
import json
import pathlib
import sys

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 760, 380, 60, 20, 150, 50
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]   # Okabe and Ito


def read(folder):
    lines = [json.loads(line) for line in (pathlib.Path(folder) / "metrics.jsonl").read_text().splitlines()]
    epoch = lambda line: line.get("epoch", 0)
    return [(epoch(l), 100 * l["knn_accuracy"]) for l in lines if "knn_accuracy" in l], next((100 * l["knn_accuracy_of_pixels"] for l in lines if "knn_accuracy_of_pixels" in l), None)


def main(out, runs):
    runs = [(name, *read(folder)) for name, folder in (run.split("=", 1) for run in runs)]
    most_epochs = max(points[-1][0] for _, points, _ in runs)
    pixels = next((p for _, _, p in runs if p is not None), None)
    values = [v for _, points, _ in runs for _, v in points] + ([pixels] if pixels else [])
    low, high = 5 * int(min(values) / 5), 5 * int(max(values) / 5 + 1)
    x = lambda epoch: LEFT + (WIDTH - LEFT - RIGHT) * epoch / most_epochs
    y = lambda value: TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low)
    svg = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13">', f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    for value in range(low, high + 1, 5):
        svg.append(f'<path d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/><text x="{LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value} %</text>')
    for k in range(5):
        svg.append(f'<text x="{x(most_epochs * k / 4):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{most_epochs * k / 4:g}</text>')
    svg.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">epochs</text>')
    if pixels:
        svg.append(f'<path d="M{LEFT} {y(pixels):.1f}H{WIDTH - RIGHT}" stroke="#555" stroke-dasharray="6 4"/><text x="{WIDTH - RIGHT + 8}" y="{y(pixels) + 4:.1f}" fill="#555">raw pixels {pixels:.1f}</text>')
    taken = [y(pixels)] if pixels else []
    for (name, points, _), colour in sorted(zip(runs, COLOURS), key=lambda run: -run[0][1][-1][1]):
        at = y(points[-1][1])
        while any(abs(at - other) < 15 for other in taken):
            at += 1
        taken.append(at)
        svg.append(f'<polyline points="{" ".join(f"{x(e):.1f},{y(v):.1f}" for e, v in points)}" fill="none" stroke="{colour}" stroke-width="2"/>')
        svg.append(f'<text x="{WIDTH - RIGHT + 8}" y="{at + 4:.1f}" fill="{colour}">{name} {points[-1][1]:.1f}</text>')
    pathlib.Path(out).write_text("\n".join(svg + ["</svg>\n"]))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
