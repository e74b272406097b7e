#!/usr/bin/env python3
"""Ours and the peers' on the same work in the same run, in turn; prints medians and ratios.

    apt-get install python3-numpy python3-numba        (Debian's packages)
    dotnet build -c Release src/GrpoMonteCarlo.Worker
    python3 bench/peers/compare.py
"""

import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

import peers

ROUNDS = 3
WORKER = Path(__file__).resolve().parents[2] / "src/GrpoMonteCarlo.Worker/bin/Release/net10.0/grpomc.dll"
GROUPS = 65_536
P = 0.3


CORES = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


def on_cores(cores):
    if cores:
        os.sched_setaffinity(0, cores)


def on_one_core():
    on_cores({min(CORES)} if CORES else CORES)


def grpomc(*args, one_core=True):
    return subprocess.run(
        ["dotnet", "exec", str(WORKER), *args], check=True, capture_output=True, text=True, preexec_fn=on_one_core if one_core else lambda: on_cores(CORES)
    ).stdout


def seconds(work, at_least=0.3):
    """Best of the repetitions that fit: what others on the machine disturb least."""
    best, until = float("inf"), time.perf_counter() + at_least
    while True:
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
        if time.perf_counter() >= until:
            return best


def our_replicate(groups, sampler="auto", workers=1, sizes=(100_000, 400_000), **variant):
    """Seconds a replicate of 20 iterations, from file to dataset, beyond start-up: the difference of two sizes, both past the first
    second, in which the runtime still compiles."""
    took = []
    with tempfile.TemporaryDirectory() as folder:
        for replicates in sizes:
            file = Path(folder) / "experiment.json"
            grid = {"pRef": 0.3, "beta": 2, "groupSize": 16, "groups": groups} | variant
            experiment = {"name": "peer", "seed": 1, "iterations": 20, "replicates": replicates, "grid": grid, "sampler": sampler}
            file.write_text(json.dumps(experiment))
            start = time.perf_counter()
            grpomc("run", str(file), "--out", f"{folder}/{replicates}", "--workers", str(workers), "--no-progress", "--no-report", one_core=workers == 1)
            took.append((time.perf_counter() - start, replicates))
    return (took[1][0] - took[0][0]) / (took[1][1] - took[0][1])


def numpy_replicate(rng, groups, few, many):
    def run(replicates):
        return seconds(lambda: peers.numpy_experiment(rng, 16, groups, 0.3, 2.0, 20, replicates), at_least=0)

    return (run(many) - run(few)) / (many - few)


def best_rates():
    """Units a second of each kernel, on the fastest instruction set of this machine."""
    rates = {}
    for rate in json.loads(grpomc("bench", "--json"))["rates"]:
        key = rate["kernel"], rate["groupSize"]
        rates[key] = max(rates.get(key, 0), rate["perSecond"])
    return rates


def main():
    on_one_core()
    peers.numba_rollouts(1, 16, 16, P)  # compiles
    rng = np.random.Generator(np.random.SFC64(1))
    results = {}

    def add(work, ours, theirs, floor):
        results.setdefault((work, floor), []).append((ours, theirs))

    for _ in range(ROUNDS):
        rates = best_rates()
        rollouts = 16 * GROUPS
        ours = rollouts / rates["rollouts", 16]
        add("rollouts to advantages, G 16, NumPy float32", ours, seconds(lambda: peers.numpy_rollouts(rng, 16, GROUPS, P)), 30)
        add("rollouts to advantages, G 16, Numba loop", ours, seconds(lambda: peers.numba_rollouts(1, 16, GROUPS, P)), 15)
        for g in (16, 64):
            theirs = seconds(lambda: peers.numpy_groups(rng, g, GROUPS, P))
            add(f"group counts, G {g}, NumPy SFC64 binomial", GROUPS / rates["groups", g], theirs, 40)
        add("a replicate, M 256, NumPy", our_replicate(256), numpy_replicate(rng, 256, 100, 500), 40)
        add("a replicate, M 65536, NumPy", our_replicate(65_536), numpy_replicate(rng, 65_536, 2, 6), 2000)
        add("counts: M 10^5 against 10^9", our_replicate(10**9, "counts"), our_replicate(10**5, "counts"), 1 / 1.5)
        arms = our_replicate(64, "rollouts", sizes=(20_000, 80_000), arms=64, update="per-arm")
        add("a rollout of two points against 64 arms", arms, our_replicate(64, "rollouts"), 1 / 20)
        add("two workers against one, M 65536", our_replicate(65_536, workers=2), our_replicate(65_536), 1.8)

    print("| work | ours | peer | ratio | floor |\n| --- | ---: | ---: | ---: | ---: |")
    for (work, floor), pairs in results.items():
        ours, theirs = (statistics.median(side) for side in zip(*pairs))
        ratio = statistics.median(b / a for a, b in pairs)
        print(f"| {work} | {ours * 1e6:.4g} us | {theirs * 1e6:.4g} us | {ratio:.3g} | {floor:.3g} |")


if __name__ == "__main__":
    main()
