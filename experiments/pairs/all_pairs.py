#!/usr/bin/env python3
"""Is a way to choose better than another, over all pairs of trainings that differ in nothing else? Needs scipy.

    python3 all_pairs.py [TRIALS.csv ...]

Three seeds of one budget often see no difference below two points. This takes every pair of trainings of the same comparison, budget and seed. A seed is the same first weights and nested random
subsets wherever the pool is the same, so all pairs of a seed of a pool are averaged first; what is left, one number for each seed of each pool, gives the mean and its 95 % interval by Student's t.
Differences are in points.

Without arguments: trials.csv beside this script, what docs/results.md lists, in its own precision. With arguments: the trials.csv of runs of `gleaner compare`, each a pool of its own, every arm
against `random`.
"""
import collections
import csv
import pathlib
import sys

from scipy import stats

BESIDE = pathlib.Path(__file__).with_name("trials.csv")
QUESTIONS = [("facility-location", "random"), ("graph-cut", "random"), ("facility-location", "graph-cut")]
JUDGES = ("linear", "knn", "accuracy")
SAME = ("cifar10-scarce-cpu", "100")  # both ways to choose have 95 of its 100 images in common, so it says nothing of their difference


def trials(path, points):
    """{(pool, comparison, arm, budget, seed): {judge: points}}"""
    with open(path, newline="") as file:
        return {(row.get("pool", str(path)), row.get("comparison", str(path)), row["arm"], row["budget"], int(row["seed"])):
                {judge: points * float(row[judge]) for judge in JUDGES if row.get(judge)} for row in csv.DictReader(file)}


def differences(found, arm, baseline, judge):
    by_seed = collections.defaultdict(list)
    for (pool, comparison, name, budget, seed), scores in found.items():
        other = found.get((pool, comparison, baseline, budget, seed), {})
        if name == arm and judge in scores and judge in other and (baseline == "random" or (comparison, budget) != SAME):
            by_seed[pool, seed].append(scores[judge] - other[judge])
    return by_seed


def report(title, found, questions):
    print(f"\n{title}")
    for arm, baseline in questions:
        for judge in JUDGES:
            by_seed = differences(found, arm, baseline, judge)
            if len(by_seed) < 2:
                continue
            means = [sum(pairs) / len(pairs) for pairs in by_seed.values()]
            every = [pair for pairs in by_seed.values() for pair in pairs]
            mean = sum(means) / len(means)
            half = stats.t.ppf(0.975, len(means) - 1) * stats.tstd(means) / len(means) ** 0.5
            print(f"  {arm} - {baseline}, {judge}: {mean:+.2f} ({mean - half:.2f} to {mean + half:.2f}); {len(means)} seeds of pools, {len(every)} pairs, "
                  f"{sum(pair > 0.05 for pair in every)} above and {sum(pair < -0.05 for pair in every)} below")


if len(sys.argv) > 1:
    given = {key: scores for path in sys.argv[1:] for key, scores in trials(path, points=100).items()}
    report("all", given, [(arm, "random") for arm in dict.fromkeys(key[2] for key in given) if arm != "random"])
else:
    everything = trials(BESIDE, points=1)
    report("CIFAR-10", {key: scores for key, scores in everything.items() if key[0].startswith("CIFAR-10")}, QUESTIONS)
    report("CIFAR-10 without the 100 images", {key: scores for key, scores in everything.items() if key[0].startswith("CIFAR-10") and (key[1], key[3]) != SAME}, QUESTIONS)
    report("the sample", {key: scores for key, scores in everything.items() if key[0] == "sample"}, QUESTIONS)
