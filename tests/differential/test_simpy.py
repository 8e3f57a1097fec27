#!/usr/bin/env python3
"""Queues of stepwatt beside an independent simulation of them in SimPy, in distribution.

usage: test_simpy.py STEPWATT [REPLICATES]     20 of each; prints "skipped:" without python3-simpy3 and python3-h5py

Three GPUs serve jobs of several images with lognormal work: first come first served, and by deadline, where a job that cannot
start in time is dropped. Both programs run the same system with their own random numbers; shares, means and quantiles over
independent replicates must agree within their confidence intervals.
"""

import math
import random
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

try:
    import h5py
    import simpy
except ImportError as missing:
    print(f"skipped: {missing.name} is not installed")
    sys.exit(0)

N_REPLICATE = 20
SLOT_S = 300
N_SLOT = 30
WINDOW = (0.05 * SLOT_S * N_SLOT, 0.9 * SLOT_S * N_SLOT)  # arrivals that count, s: warm, and sure to end

GPUS = 3
IMAGE_S = 1.0  # work of an image, s
IMAGES = ((1, 0.6), (2, 0.3), (4, 0.1))
SIGMA = 0.5  # of the logarithm of the work factor, median 1
RATE_PER_S = 1.2

SCENARIO = """[scenario]
name = queue
slot_s = {slot_s}
slots = {n_slot}
steps = 10
[site hall]
price = 40
carbon = 0
outdoor_c = 20
cooling = pue
pue = 1
[gpu g]
idle_w = 1
levels = 1.0:100
[model m]
quality_floor = 0.1
quality_ceiling = 0.9
quality_mid = 5
quality_slope = 0.2
overhead_s.g = 0
step_s.g = {step_s}
[asp queue]
site = hall
model = m
gpu = g
gpus = {gpus}
host_overhead = 0
queue = {order}
[workload all]
origin = queue
arrivals = poisson:{rate}
images = {images}
deadline_s = {deadline}
work = lognormal:1,{sigma}
price_usd = 0.001
"""


@dataclass
class System:
    """A queue in both programs' words."""

    order: str
    deadline: str
    patience_s: tuple[float, float]  # deadline after arrival, uniform; (inf, inf): none


SYSTEMS = [System("fifo", "inf", (math.inf, math.inf)), System("edf", "uniform:4,20", (4.0, 20.0))]

# A job: time from arrival to start (None: dropped), time from arrival to completion (None too), done by its deadline.
Job = tuple[float | None, float | None, bool]


def simulate_simpy(system: System, seed: int) -> list[Job]:
    """Simulates one replicate in SimPy; returns the jobs that count."""
    draw = random.Random(seed)
    env = simpy.Environment()
    gpus = simpy.PriorityResource(env, GPUS)
    jobs: list[Job] = []

    def serve(work_s: float, deadline_s: float):
        arrived = env.now
        with gpus.request(priority=deadline_s if system.order == "edf" else arrived) as turn:
            yield turn
            started = env.now
            dropped = started > deadline_s
            if not dropped:
                yield env.timeout(work_s)
        if WINDOW[0] <= arrived < WINDOW[1]:
            jobs.append((None, None, False) if dropped else (started - arrived, env.now - arrived, env.now <= deadline_s))

    def arrive():
        while True:
            yield env.timeout(draw.expovariate(RATE_PER_S))
            images = draw.choices([n for n, _ in IMAGES], [w for _, w in IMAGES])[0]
            patience_s = math.inf if math.isinf(system.patience_s[0]) else draw.uniform(*system.patience_s)
            env.process(serve(images * IMAGE_S * draw.lognormvariate(0.0, SIGMA), env.now + patience_s))

    env.process(arrive())
    env.run(until=SLOT_S * N_SLOT)
    return jobs


def simulate_stepwatt(program: Path, system: System, seed: int, folder: Path) -> list[Job]:
    """Simulates one replicate in stepwatt; returns the jobs that count."""
    scenario = folder / "queue.ini"
    scenario.write_text(SCENARIO.format(slot_s=SLOT_S, n_slot=N_SLOT, step_s=IMAGE_S / 10, gpus=GPUS, order=system.order,
                                        rate=RATE_PER_S, images=", ".join(f"{n}:{w}" for n, w in IMAGES),
                                        deadline=system.deadline, sigma=SIGMA))
    subprocess.run([program, "run", scenario, "--policy", "local/idle", "--seed", str(seed), "--jobs", "-o", folder / "q.h5"],
                   check=True, capture_output=True)
    with h5py.File(folder / "q.h5") as file:
        columns = [file["per_job"][name][:] for name in ("arrival_s", "start_s", "end_s", "deadline_s")]
    jobs: list[Job] = []
    for arrived, started, ended, deadline in zip(*columns):
        if WINDOW[0] <= arrived < WINDOW[1]:
            jobs.append((None, None, False) if math.isnan(started) else
                        (started - arrived, ended - arrived, ended <= deadline))
    return jobs


def describe(jobs: list[Job]) -> dict[str, float]:
    """Returns what one replicate's jobs came to."""
    waits = sorted(wait for wait, _, _ in jobs if wait is not None)
    latencies = sorted(latency for _, latency, _ in jobs if latency is not None)
    found = {"jobs": float(len(jobs)), "mean wait s": statistics.fmean(waits), "sd of waits s": statistics.pstdev(waits),
             "share without a wait": sum(wait < 1e-6 for wait in waits) / len(waits),
             "share dropped": 1.0 - len(waits) / len(jobs), "share on time": sum(on_time for _, _, on_time in jobs) / len(jobs)}
    for share in (0.1, 0.5, 0.9, 0.99):
        found[f"{share:.0%} of waits below s"] = waits[int(share * (len(waits) - 1))]
        found[f"{share:.0%} of latencies below s"] = latencies[int(share * (len(latencies) - 1))]
    return found


def student_t_999(freedom: int) -> float:
    """Returns Student's t, 99.9 % two-sided, by its expansion about the normal quantile (within 0.001 from 20 degrees of freedom on)."""
    z = statistics.NormalDist().inv_cdf(0.9995)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


def compare(name: str, ours: list[float], theirs: list[float]) -> str:
    """Prints a figure of both programs; returns what is wrong with it."""
    t_999 = student_t_999(2 * len(ours) - 2)
    half = t_999 * math.sqrt((statistics.variance(ours) + statistics.variance(theirs)) / len(ours))
    mine, other = statistics.fmean(ours), statistics.fmean(theirs)
    print(f"  {name:28} {mine:10.4f} {other:10.4f}   difference {mine - other:+8.4f} +- {half:.4f}")
    if abs(mine - other) > half and abs(mine - other) > 1e-12:
        return f"{name}: {mine} in stepwatt, {other} in SimPy, more than {half} apart"
    if name in ("mean wait s", "jobs") and half > 0.15 * other:
        return f"{name}: an interval of +- {half} proves nothing"
    return ""


def main() -> int:
    program = Path(sys.argv[1]).resolve()
    n_replicate = int(sys.argv[2]) if len(sys.argv) > 2 else N_REPLICATE
    wrong = []
    with tempfile.TemporaryDirectory(prefix="stepwatt-simpy-") as folder:
        for system in SYSTEMS:
            ours = [describe(simulate_stepwatt(program, system, 100 + i, Path(folder))) for i in range(n_replicate)]
            theirs = [describe(simulate_simpy(system, 1 + i)) for i in range(n_replicate)]
            print(f"{system.order}, deadline {system.deadline}: stepwatt, SimPy {simpy.__version__}, means of {n_replicate}")
            for name in ours[0]:
                wrong.append(compare(name, [one[name] for one in ours], [one[name] for one in theirs]))
    wrong = [line for line in wrong if line]
    for line in wrong:
        print(f"FAILED: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
