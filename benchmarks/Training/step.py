"""A whole SimCLR step, Gleaner beside PyTorch: same network, batch and pixels, in turns.

    step.py [--threads 1] [--rounds 5] [--rows 0,1,2]      needs dotnet, torch, torchvision, Pillow

Builds the benchmark, starts both sides once and lets them train a few steps each, round after round. Prints medians over all steps of all rounds,
in processor milliseconds (user and system of the process; other work on the machine disturbs them less than the clock), and the ratios of medians.
"""
import argparse, json, os, pathlib, statistics, subprocess, sys, tempfile, time

HERE = pathlib.Path(__file__).resolve().parent
#       depth, width, stem, batch (images; two views of each), steps a turn
ROWS = [(10, 0.5, "Conv3Stride1", 128, 3), (10, 0.25, "Conv3Stride2", 256, 12), (18, 1.0, "Conv3Stride1", 16, 3)]
WARM_UP, SIZE = 2, 32


def worker(threads, pixels):
    """PyTorch's side: a line "depth width stem batch steps layout" in, a line of json out."""
    import numpy as np
    import torch
    from PIL import Image
    from torch import nn
    from torchvision.models.resnet import BasicBlock
    from simclr_pytorch import head, nt_xent, view
    torch.set_num_threads(threads)
    bytes_ = np.fromfile(pixels, np.uint8).reshape(-1, SIZE, SIZE, 3)

    class Encoder(nn.Module):
        def __init__(self, blocks, planes, stride):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(3, planes, 3, stride=stride, padding=1, bias=False), nn.BatchNorm2d(planes)
            layers, inputs = [], planes
            for k in range(4):
                for j in range(blocks):
                    outputs, step = planes << k, 1 if k == 0 or j else 2
                    down = None if inputs == outputs else nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride=step, bias=False), nn.BatchNorm2d(outputs))
                    layers.append(BasicBlock(inputs, outputs, step, down))
                    inputs = outputs
            self.layers, self.dimension = nn.Sequential(*layers), inputs

        def forward(self, x):
            return self.layers(torch.relu_(self.bn1(self.conv1(x)))).mean((2, 3))

    for line in sys.stdin:
        depth, width, stem, batch, steps, layout = line.split()
        batch, last = int(batch), layout == "last"
        encoder = Encoder({"10": 1, "18": 2}[depth], round(64 * float(width)), 1 if stem == "Conv3Stride1" else 2)
        model = nn.Sequential(encoder, head(encoder.dimension))
        if last:
            model = model.to(memory_format=torch.channels_last)
        optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-6)
        images = [Image.fromarray(p) for p in bytes_[:batch]]
        clock, processor, views = [], [], []
        for _ in range(int(steps) + WARM_UP):
            c, p = time.perf_counter(), time.process_time()
            x = torch.stack([view(i) for i in images] + [view(i) for i in images])
            if last:
                x = x.contiguous(memory_format=torch.channels_last)
            views.append(1000 * (time.process_time() - p))
            loss = nt_xent(model(x))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            loss.item()
            clock.append(1000 * (time.perf_counter() - c))
            processor.append(1000 * (time.process_time() - p))
        print(json.dumps({"clock": clock[WARM_UP:], "processor": processor[WARM_UP:], "views": statistics.median(views)}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", default="0,1,2")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    a = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(a.threads)
    if a.worker:
        return worker(a.threads, a.worker)

    subprocess.run(["dotnet", "build", "-c", "Release", "-v", "q", HERE], check=True, stdout=sys.stderr)
    import numpy as np
    with tempfile.NamedTemporaryFile() as file:
        grid = np.arange(256 * SIZE * SIZE * 3)   # smooth colours with some noise
        np.clip(128 + 90 * np.sin(grid * 0.0071 + grid % 3) + np.random.default_rng(1).integers(-30, 30, grid.size), 0, 255).astype(np.uint8).tofile(file.name)
        start = lambda *command: subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        theirs = start(sys.executable, __file__, "--threads", str(a.threads), "--worker", file.name)
        ours = start("dotnet", HERE / "bin/Release/net10.0/Gleaner.Benchmarks.Training.dll", "worker", str(a.threads), file.name)

        def ask(side, line):
            print(line, file=side.stdin, flush=True)
            return json.loads(side.stdout.readline())

        print("| encoder, batch | side | step ms | best | views ms | whole ms | best | clock ms | views/s, step | ratio, step | ratio, whole |\n|---|---|---|---|---|---|---|---|---|---|---|")
        for row in [ROWS[int(r)] for r in a.rows.split(",")]:
            text, name = " ".join(map(str, row)), f"ResNet-{row[0]}, {row[1]:g}, {row[2]}, {row[3]}"
            sides = [("PyTorch, plain", lambda: ask(theirs, text + " first")), ("PyTorch, channels-last", lambda: ask(theirs, text + " last")), ("Gleaner", lambda: ask(ours, text))]
            answers = {side: [] for side, _ in sides}
            for _ in range(a.rounds):
                for side, run in sides:
                    answers[side].append(run())
            plain = None
            for side, got in answers.items():
                whole, clock = ([x for g in got for x in g[key]] for key in ("processor", "clock"))
                views = statistics.median(g["views"] for g in got)
                steps = [x - g["views"] for g in got for x in g["processor"]]
                step, median = statistics.median(steps), statistics.median(whole)
                plain = plain or (step, median)
                print(f"| {name} | {side} | {step:.0f} | {min(steps):.0f} | {views:.1f} | {median:.0f} | {min(whole):.0f} | {statistics.median(clock):.0f} | {2000 * row[3] / step:.0f} | {plain[0] / step:.2f} | {plain[1] / median:.2f} |", flush=True)
        for side in (ours, theirs):
            side.stdin.close()
            side.wait()


if __name__ == "__main__":
    main()
