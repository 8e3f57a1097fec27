#!/usr/bin/env python3
"""A year in one process: memory stays, balances close, time grows with the jobs.

Runs an eighth, a quarter, a half and all of scenarios/year.ini (105,120 slots, some 400 million jobs), each in a process of its own, and
prints of each: jobs, wall time, user CPU time, peak of resident memory, what of it a run of as many slots with a thousandth of the jobs
takes, and by how much each balance is off. Exits 1 if memory grows with the jobs, a balance is off by more than 1e-9 (relative), or a
job of the whole costs over 1.1 times the user CPU time of one of the eighth.

usage: long_run.py STEPWATT [--policies D/E,...] [--slots N] [--load X] [--repeats N] [--no-times] [--outputs]

--slots and --load make a small form of it; --no-times judges no times; --outputs tells what `-o`, `--record` and `--jobs` cost a slot
and a job instead, and fails if `-o` or `--record` take memory for jobs. Run in the source root.
"""

import argparse
import fcntl
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

SCENARIO = "scenarios/year.ini"
YEAR_SLOTS = 105120
SLOT_S = 300.0
SHARES = (8, 4, 2, 1)  # of the whole, as divisors
FEW = 1e-3  # so few jobs that memory is that of the slots
TOLERANCE = 1e-9
MORE_COST = 1.1  # a job of the whole over one of the shortest
MORE_MEMORY = 0.03  # of a quarter's peak
PAGES_MB = 0.5  # peaks of equal runs differ by some pages
MEMORY_TRIES = 3  # and now and then by many: pages of files come and go, and the system counts in steps
PIPE_BYTES = 4096

# Of jemas.ini: workload, rate (of year.ini) per s, its ASP, GPUs, price per image, idle and top power of a GPU in W; host share.
ASPS = (("wa", 6.49, "alpha", 24, 0.00006, 60, 288), ("wb", 3.66, "beta", 36, 0.00007, 60, 388),
        ("wc", 2.54, "gamma", 48, 0.00008, 70, 449))
HOST_SHARE = 0.4

COSTS = ("energy_cost_usd", "overload_usd", "wear_usd", "carbon_usd", "overheat_usd", "transfer_usd", "late_usd")
OUTCOMES = ("jobs_on_time", "jobs_late", "jobs_dropped", "jobs_rejected", "jobs_unfinished")
SOURCES = ("import_kwh", "renewable_kwh", "discharge_kwh")
USES = ("it_kwh", "cooling_kwh", "charge_kwh", "export_kwh", "curtailed_kwh")
SUMS = ("revenue_usd", "battery_settlement_usd", *COSTS, "jobs", *OUTCOMES, *SOURCES, *USES, "images_on_time")


@dataclass
class Run:
    """One process: its results and what it took."""

    slots: int
    result: dict
    wall_s: float
    user_s: float
    peak_mb: float

    @property
    def jobs(self) -> int:
        return int(self.result["jobs"])

    @property
    def ns_per_job(self) -> float:
        return 1e9 * self.user_s / self.jobs


# ------------------------------------------------------------------ processes


def peak_of(pid: int) -> float:
    """Returns the peak of resident memory of a living process so far, MB."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmHWM:\s*(\d+) kB", file.read())[1]) / 1024


def simulate(stepwatt: str, policy: str, slots: int, load: float, extra: tuple[str, ...] = ()) -> Run:
    """Runs the scenario with `load` times its jobs; fails as the program does."""
    command = [stepwatt, "run", SCENARIO, "--policy", policy, "--json", "--set", f"scenario.slots={slots}", *extra]
    if load != 1.0:
        for workload, rate, *_ in ASPS:
            command += ["--set", f"workload {workload}.arrivals=bursty:synth:rate-consumer,mean={rate * load:.9g},60"]
    from_s = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0)
    # The pipe holds less than the results: the program still waits to write them when the first byte is seen here, so its peak can be
    # read. What wait4 reports would count this program's own memory.
    fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    text = process.stdout.read(1)
    peak_mb = peak_of(process.pid) if text else 0.0
    text += process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode != 0:
        sys.exit(f"long_run: {' '.join(command)}: exit status {process.returncode}")
    assert len(text) > PIPE_BYTES, "the results fit into the pipe"
    return Run(slots, json.loads(text), time.monotonic() - from_s, usage.ru_utime, peak_mb)


# ------------------------------------------------------------------ balances


def off(a: float, b: float, scale: float) -> float:
    return abs(a - b) / scale if scale > 0 else abs(a - b)


def jobs_off(part: dict) -> float:
    return abs(part["jobs"] - sum(part[name] for name in OUTCOMES))


def energy_off(site: dict) -> float:
    sources = math.fsum(site[name] for name in SOURCES)
    return off(sources, math.fsum(site[name] for name in USES), sources)


def utility_off(part: dict) -> float:
    terms = [part["revenue_usd"], part["battery_settlement_usd"], *(-part[name] for name in COSTS)]
    return off(part["utility_usd"], math.fsum(terms), math.fsum(map(abs, terms)))


def parts_off(whole: dict, parts: list[dict]) -> float:
    """The run against the sum of its sites, or of its ASPs, in every figure that adds up. Sites have IT load beside that of ASPs."""
    names = [name for name in SUMS if all(part[name] is not None for part in parts) and not (name == "it_kwh" and "asp" in parts[0])]
    return max(off(whole[name], math.fsum(part[name] for part in parts), abs(whole[name])) for name in names)


def tallies_off(run: Run) -> float:
    """Sums over all jobs and events against figures that follow from counts: of `local/idle` alone, which keeps steps and levels.

    The revenue of an ASP is its images times price and quality; its energy follows from the busy time of its GPUs.
    """
    worst = 0.0
    hours = run.slots * SLOT_S / 3600
    for asp, (_, _, _, gpus, price_usd, idle_w, busy_w) in zip(run.result["asps"], ASPS):
        revenue_usd = asp["images_on_time"] * price_usd * asp["mean_quality"]
        busy = asp["utilisation"]
        kwh = (1 + HOST_SHARE) * gpus * hours * (busy * busy_w + (1 - busy) * idle_w) / 1000
        worst = max(worst, off(asp["revenue_usd"], revenue_usd, revenue_usd), off(asp["it_kwh"], kwh, kwh))
    return worst


def residuals(run: Run, policy: str) -> dict[str, float]:
    """Returns by how much each balance is off: the program's own, and those computed here from its results."""
    result = run.result
    parts = [result, *result["sites"], *result["asps"]]
    found = {
        "jobs": max(result["balances"]["jobs"], *map(jobs_off, parts)),
        "energy": max(result["balances"]["energy"], *map(energy_off, result["sites"])),
        "battery": result["balances"]["battery"],
        "money": max(result["balances"]["money"], *map(utility_off, parts[: 1 + len(result["sites"])])),
        "parts": max(parts_off(result, result["sites"]), parts_off(result, result["asps"])),
    }
    if policy == "local/idle":
        found["tallies"] = tallies_off(run)
    return found


# ------------------------------------------------------------------ the long run


def slope(runs: list[Run]) -> float:
    """Returns the exponent of the power law of user CPU time in jobs that fits best."""
    x = [math.log(run.jobs) for run in runs]
    y = [math.log(run.user_s) for run in runs]
    x_mean, y_mean = math.fsum(x) / len(x), math.fsum(y) / len(y)
    return math.fsum((a - x_mean) * (b - y_mean) for a, b in zip(x, y)) / math.fsum((a - x_mean) ** 2 for a in x)


def judge(text: str, good: bool) -> bool:
    print(f"{'holds' if good else 'FAILS'}: {text}")
    return good


def growth_by_jobs(options: argparse.Namespace, policy: str, few_slots: int, slots: int) -> float:
    """Returns by how much more the peak grows from few slots to many than it does almost without jobs, MB."""
    few_mb, few_plain_mb, mb, plain_mb = (simulate(options.stepwatt, policy, n, load).peak_mb
                                          for n in (few_slots, slots) for load in (options.load, options.load * FEW))
    return (mb - few_mb) - (plain_mb - few_plain_mb)


def long_run(options: argparse.Namespace, policy: str) -> bool:
    """Runs all lengths of one policy, prints a table and a verdict; true if all holds."""
    names = ("jobs", "energy", "battery", "money", "parts") + (("tallies",) if policy == "local/idle" else ())
    print(f"\n{policy}\n{'slots':>7} {'jobs':>11} {'wall s':>7} {'user s':>7} {'ns/job':>7} {'Mjobs/s':>7} {'peak MB':>8} {'few jobs':>8}"
          + "".join(f" {name:>8}" for name in names))
    runs, slots_mb, worst = [], [], 0.0
    for divisor in SHARES:
        slots = options.slots // divisor
        slots_mb.append(simulate(options.stepwatt, policy, slots, options.load * FEW).peak_mb)
        tries = [simulate(options.stepwatt, policy, slots, options.load) for _ in range(options.repeats)]
        run = min(tries, key=lambda one: one.user_s)
        found = residuals(run, policy)
        worst = max(worst, *found.values())
        runs.append(run)
        print(f"{slots:7} {run.jobs:11} {run.wall_s:7.1f} {run.user_s:7.2f} {run.ns_per_job:7.1f} {run.jobs / run.user_s / 1e6:7.2f} "
              f"{run.peak_mb:8.2f} {slots_mb[-1]:8.2f}" + "".join(f" {found[name]:8.1e}" for name in names), flush=True)
    _, quarter, _, whole = runs
    slots_grew_mb = slots_mb[3] - slots_mb[1]
    jobs_grew_mb = whole.peak_mb - quarter.peak_mb - slots_grew_mb
    allowed_mb = max(PAGES_MB, MORE_MEMORY * quarter.peak_mb)
    for _ in range(MEMORY_TRIES - 1):
        if jobs_grew_mb > allowed_mb:
            jobs_grew_mb = growth_by_jobs(options, policy, quarter.slots, whole.slots)
            print(f"memory measured again: {jobs_grew_mb:+.2f} MB")
    print(f"a slot takes {slots_grew_mb * 2**20 / (whole.slots - quarter.slots):.0f} bytes (signals and forecasts)")
    good = judge(f"{whole.jobs - quarter.jobs} more jobs take {jobs_grew_mb:+.2f} MB (at most {allowed_mb:.2f})", jobs_grew_mb <= allowed_mb)
    good &= judge(f"balances are off by {worst:.1e} at most (allowed: {TOLERANCE:g})", worst <= TOLERANCE)
    if not options.no_times:
        more = whole.ns_per_job / runs[0].ns_per_job
        good &= judge(f"a job of the whole costs {more:.3f} times one of the shortest (at most {MORE_COST}); "
                      f"time grows with the power {slope(runs):.3f} of the jobs", more <= MORE_COST)
    return good


# ------------------------------------------------------------------ outputs


def size_of(path: str) -> int:
    if os.path.isdir(path):
        return sum(os.path.getsize(os.path.join(path, name)) for name in os.listdir(path))
    return os.path.getsize(path)


def outputs(options: argparse.Namespace, policy: str) -> bool:
    """Prints what each kind of output adds to a run, by slot and job; true if only `--jobs` keeps anything for a job."""
    good = True
    slots = options.slots
    print(f"\n{policy}, {slots} slots\n{'output':>9} {'jobs':>10} {'user s':>7} {'memory MB':>10} {'file MB':>9}")
    with tempfile.TemporaryDirectory(prefix="stepwatt-long-") as folder:
        for name, arguments in (("-o", ("-o", "run.h5")), ("--record", ("--record", "record")), ("--jobs", ("--jobs", "-o", "jobs.h5"))):
            path = os.path.join(folder, arguments[-1])
            cost = []
            for load in (options.load * FEW, options.load):
                plain = simulate(options.stepwatt, policy, slots, load)
                run = simulate(options.stepwatt, policy, slots, load, (*arguments[:-1], path))
                cost.append((run.jobs, run.user_s - plain.user_s, run.peak_mb - plain.peak_mb, size_of(path) / 2**20))
                print(f"{name:>9} {cost[-1][0]:10} {cost[-1][1]:7.2f} {cost[-1][2]:10.2f} {cost[-1][3]:9.2f}", flush=True)
            (few, _, few_mb, few_file_mb), (many, _, many_mb, many_file_mb) = cost
            a_job = 2**20 * (many_mb - few_mb) / (many - few)
            print(f"  a slot: {2**20 * few_mb / slots:.0f} bytes of memory, {2**20 * few_file_mb / slots:.0f} of file; "
                  f"a job: {a_job:.1f} of memory, {2**20 * (many_file_mb - few_file_mb) / (many - few):.1f} of file")
            if name != "--jobs":
                good &= judge(f"{many - few} more jobs take {many_mb - few_mb:+.2f} MB more with {name} (at most {PAGES_MB})",
                              many_mb - few_mb <= PAGES_MB)
    return good


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stepwatt")
    parser.add_argument("--policies", default="local/idle,greedy/threshold")
    parser.add_argument("--slots", type=int, default=YEAR_SLOTS)
    parser.add_argument("--load", type=float, default=1.0)
    parser.add_argument("--repeats", type=int, default=1, help="the fastest of so many runs of each length counts")
    parser.add_argument("--no-times", action="store_true")
    parser.add_argument("--outputs", action="store_true")
    options = parser.parse_args()
    measure = outputs if options.outputs else long_run
    good = [measure(options, policy) for policy in options.policies.split(",")]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
