"""Is a way to choose better than another, over all pairs of trainings that differ in nothing else?

    python3 all_pairs.py [TRIALS.csv ...]

Three seeds of one budget see differences of two points at best. This takes every pair of the same comparison, budget and seed. Pairs of one seed of one comparison share the first weights
and nested random subsets, so they are averaged first; what is left, one number for each seed of each comparison, gives the mean and its 95 % interval by Student's t. Differences are in points.

Without arguments: trials.csv beside this script, what docs/results.md lists in its own precision. A trials.csv of `gleaner compare` does as well, each file a comparison.
"""
import collections
import csv
import pathlib
import sys

from scipy import stats

BESIDE = pathlib.Path(__file__).with_name("trials.csv")
QUESTIONS = [("facility-location", "random"), ("graph-cut", "random"), ("facility-location", "graph-cut")]


def trials(path, percent):
    """{(comparison, arm, budget, seed): {judge: points}}"""
    with open(path, newline="") as file:
        return {(row.get("comparison", str(path)), row["arm"], row["budget"], int(row["seed"])): {judge: float(row[judge]) * (1 if percent else 100) for judge in ("linear", "knn")}
                for row in csv.DictReader(file)}


def differences(found, arm, baseline, judge, alike):
    by_seed = collections.defaultdict(list)
    for (comparison, name, budget, seed), scores in found.items():
        other = found.get((comparison, baseline, budget, seed))
        if name == arm and other and not (baseline != "random" and (comparison, budget) in alike):
            by_seed[comparison, seed].append(scores[judge] - other[judge])
    return by_seed


def report(title, found, alike=()):
    print(f"\n{title}")
    for arm, baseline in QUESTIONS:
        for judge in ("linear", "knn"):
            by_seed = differences(found, arm, baseline, judge, alike)
            if len(by_seed) < 2:
                continue
            means = [sum(pairs) / len(pairs) for pairs in by_seed.values()]
            every = [pair for pairs in by_seed.values() for pair in pairs]
            mean = sum(means) / len(means)
            half = stats.t.ppf(0.975, len(means) - 1) * stats.tstd(means) / len(means) ** 0.5
            print(f"  {arm} - {baseline}, {judge}: {mean:+.2f} ({mean - half:.2f} to {mean + half:.2f}); {len(means)} seeds of comparisons, {len(every)} pairs, "
                  f"{sum(pair > 0 for pair in every)} above and {sum(pair < 0 for pair in every)} below")


if len(sys.argv) > 1:
    report("all", {key: scores for path in sys.argv[1:] for key, scores in trials(path, percent=False).items()})
else:
    everything = trials(BESIDE, percent=True)
    # 95 of the 100 images of that cell are the same for both ways to choose
    alike = {("cifar10-scarce-cpu", "100")}
    report("CIFAR-10", {key: scores for key, scores in everything.items() if key[0].startswith("cifar10")}, alike)
    report("CIFAR-10, without the cell of 100 images", {key: scores for key, scores in everything.items() if key[0].startswith("cifar10") and (key[0], key[2]) not in alike})
    report("the sample", {key: scores for key, scores in everything.items() if key[0].startswith("sample")})
