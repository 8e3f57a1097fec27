#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Works out what scenarios/jemas.ini comes to, apart from the simulator, and compares with what it is meant to be.

Reads the scenario and its trace with the standard library alone. Exit status 1 when a figure is off.
"""

from __future__ import annotations

import configparser
import csv
import sys
from pathlib import Path
from statistics import fmean

ROOT = Path(__file__).resolve().parents[2]
STEPS = 30
SLOTS_PER_HOUR = 12

# Figure: what it is meant to be, and the share by which it may differ (measured ones: mean of ten days with bursts).
MEANT = {
    "jobs/s": (12.13, 0.001),
    "jobs a day": (1.043e6, 0.01),
    "images a job": (2.69, 0.01),
    "price with delivery, USD/MWh": (50.5, 0.02),
    "alpha: load at 30 steps": (0.74, 0.05),
    "beta: load at 30 steps": (0.92, 0.05),
    "gamma: load at 30 steps": (0.51, 0.05),
    "all pools: load at 30 steps": (0.69, 0.05),
    "renewables / (import + renewables)": (0.25, 0.20),
}


def read_scenario(path: Path) -> configparser.ConfigParser:
    ini = configparser.ConfigParser(comment_prefixes=(";", "#"), inline_comment_prefixes=(";",))
    with path.open(encoding="utf-8") as lines:
        ini.read_file(lines)
    return ini


def read_trace(path: Path) -> dict[str, list[float]]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    return {key: [float(row[key]) for row in rows] for key in rows[0]}


def column(text: str) -> str:
    """Returns the column that `arrivals = bursty:FILE:COLUMN,60` or `price = FILE:COLUMN` names."""
    return text.split(",")[0].split(":")[-1]


def mean_of_list(text: str) -> float:
    pairs = [part.split(":") for part in text.split(",")]
    return sum(float(value) * float(weight) for value, weight in pairs) / sum(float(w) for _, w in pairs)


def figures() -> dict[str, float]:
    ini = read_scenario(ROOT / "scenarios/jemas.ini")
    trace = read_trace(ROOT / "traces/jemas.csv")
    workloads = [ini[name] for name in ini.sections() if name.startswith("workload ")]
    sites = [name.split()[1] for name in ini.sections() if name.startswith("site ")]
    out: dict[str, float] = {}
    rates = {work["origin"]: trace[column(work["arrivals"])] for work in workloads}
    out["jobs/s"] = sum(fmean(rate) for rate in rates.values())
    out["jobs a day"] = out["jobs/s"] * 86400
    out["images a job"] = mean_of_list(workloads[0]["images"])
    out["price with delivery, USD/MWh"] = fmean(
        value for site in sites for value in trace[column(ini[f"site {site}"]["price"])]
    )
    need = [0.0] * len(next(iter(rates.values())))
    gpus = 0
    demand_kw = renewable_kw = 0.0
    for work in workloads:
        name = work["origin"]
        asp = ini[f"asp {name}"]
        model = ini[f"model {asp['model']}"]
        image_s = float(model[f"overhead_s.{asp['gpu']}"]) + STEPS * float(model[f"step_s.{asp['gpu']}"])
        busy = [rate * out["images a job"] * image_s for rate in rates[name]]
        pool = int(asp["gpus"])
        hours = [fmean(busy[i : i + SLOTS_PER_HOUR]) for i in range(0, len(busy), SLOTS_PER_HOUR)]
        out[f"{name}: load at 30 steps"] = fmean(busy) / pool
        out[f"{name}: busiest hour without bursts"] = max(hours) / pool
        need = [a + b for a, b in zip(need, busy)]
        gpus += pool
        # Power at the top level with idle GPUs switched off: near what a good policy draws.
        levels = asp.get("levels") or ini[f"gpu {asp['gpu']}"]["levels"]
        top_w = float(levels.split(",")[-1].split(":")[1])
        site = ini[f"site {asp['site']}"]
        it_kw = float(site["base_kw"]) + (1 + float(asp["host_overhead"])) * fmean(busy) * top_w / 1000
        cop = float(site["cop_a"]) - float(site["cop_b"]) * fmean(trace[column(site["outdoor_c"])])
        demand_kw += it_kw * (1 + 1 / cop)
        for kind in ("pv", "wind"):
            if float(site[f"{kind}_kw"]) > 0:
                renewable_kw += float(site[f"{kind}_kw"]) * fmean(trace[column(site[kind])])
    hours = [fmean(need[i : i + SLOTS_PER_HOUR]) for i in range(0, len(need), SLOTS_PER_HOUR)]
    out["all pools: load at 30 steps"] = fmean(need) / gpus
    out["all pools: busiest hour without bursts"] = max(hours) / gpus
    out["renewables / (import + renewables)"] = renewable_kw / demand_kw
    return out


def main() -> int:
    wrong = 0
    for name, value in figures().items():
        meant, share = MEANT.get(name, (value, 0.0))
        is_good = abs(value - meant) <= share * meant
        wrong += not is_good
        print(f"{'      ' if is_good else 'WRONG '}{name}: {value:.4g}" + (f" (meant {meant:.4g})" if name in MEANT else ""))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
