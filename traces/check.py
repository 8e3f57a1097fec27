# SPDX-License-Identifier: MIT
"""Compares the trace files with what generate.py makes, and their statistics with the published ones.

Started by `generate.py --check`. Statistics are computed from the files as they lie in the folder. A day or a week is a
short sample, so a statistic has a range that such a sample may reasonably fall in, not a confidence interval.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median, pstdev, pvariance

import generate as gen

Table = dict[str, list[float]]


@dataclass
class Row:
    """One line of the table: what a file reaches beside what was published."""

    file: str
    what: str
    reached: float
    published: float
    lo: float
    hi: float

    def is_good(self) -> bool:
        return self.lo <= self.reached <= self.hi


def near(file: str, what: str, reached: float, published: float, tolerance: float) -> Row:
    return Row(file, what, reached, published, published - tolerance, published + tolerance)


def read_csv(path: Path) -> Table:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    return {key: [float(row[key]) for row in rows] for key in rows[0] if key != "time"}


def lag1(values: Sequence[float]) -> float:
    mean = fmean(values)
    return sum((a - mean) * (b - mean) for a, b in zip(values, values[1:])) / (pvariance(values) * len(values))


def correlation(a: Sequence[float], b: Sequence[float]) -> float:
    mean_a, mean_b = fmean(a), fmean(b)
    return fmean((x - mean_a) * (y - mean_b) for x, y in zip(a, b)) / (pstdev(a) * pstdev(b))


def by_local_hour(values: Sequence[float], site: str, per_hour: int) -> list[float]:
    """Returns the mean of each local hour 0..23."""
    hours: list[list[float]] = [[] for _ in range(24)]
    for i, value in enumerate(values):
        hours[(gen.LOCAL_H[site] + i // per_hour) % 24].append(value)
    return [fmean(hour) for hour in hours]


def inside_hour_sd(prices: Sequence[float]) -> float:
    """Returns the relative standard deviation of 5-minute prices about their hour's mean, over hours above 5 USD/MWh."""
    squares = []
    for mean, start in zip(gen.hour_means(prices), range(0, len(prices), gen.SLOTS_PER_HOUR)):
        if mean > 5:
            squares += [(price / mean - 1) ** 2 for price in prices[start : start + gen.SLOTS_PER_HOUR]]
    return fmean(squares) ** 0.5


def ramp_sd(values: Sequence[float]) -> float:
    return fmean((b - a) ** 2 for a, b in zip(values, values[1:])) ** 0.5


def check_jemas(table: Table) -> list[Row]:
    file = "jemas.csv"
    rows = []
    for site in gen.SITES:
        price = [value - gen.DELIVERY_USD_PER_MWH for value in table[f"price_{site}_usd_per_mwh"]]
        hours = by_local_hour(price, site, gen.SLOTS_PER_HOUR)
        shape = gen.profile(gen.PRICE_PROFILE[site])
        factor = [hour / part / gen.PRICE_MEAN[site] for hour, part in zip(hours, shape)]
        rows += [
            near(file, f"price {site}: mean without delivery, USD/MWh", fmean(price), gen.PRICE_MEAN[site], 0.02),
            Row(file, f"price {site}: correlation with the hour profile", correlation(hours, shape), 1, 0.7, 1),
            near(file, f"price {site}: sd of hours about the profile", pstdev(factor) / fmean(factor), gen.HOUR_SD, 0.08),
            near(file, f"price {site}: sd inside the hour", inside_hour_sd(price), gen.FINE_SD, 0.02),
        ]
    for site in gen.SITES:
        mean, swing, _, _ = gen.TEMPERATURE[site]
        t = table[f"t_{site}_c"]
        rows += [
            near(file, f"t {site}: mean, C", fmean(t), mean, 2 * gen.DAY_SD_C),
            near(file, f"t {site}: daily range, C", max(t) - min(t), swing, 0.1),
        ]
    curve = [value / 100 for value in gen.PV_PROFILE]
    for site in gen.SITES:
        cf = table[f"pv_{site}_cf"]
        rows += [
            Row(file, f"pv {site}: mean capacity factor", fmean(cf), fmean(curve), 0.18, 0.36),
            Row(file, f"pv {site}: correlation with the hour curve",
                correlation(by_local_hour(cf, site, gen.SLOTS_PER_HOUR), curve), 1, 0.97, 1),
        ]
    for site in ("east", "south"):
        cf = table[f"wind_{site}_cf"]
        rows += [
            Row(file, f"wind {site}: mean capacity factor", fmean(cf), 0.12, 0.097, 0.154),
            Row(file, f"wind {site}: sd", pstdev(cf), 0.206, 0.10, 0.26),
            Row(file, f"wind {site}: sd of 5-minute steps", ramp_sd(cf), 0.015, 0.010, 0.021),
            Row(file, f"wind {site}: lag-1 of 5 minutes", lag1(cf), 0.998, 0.98, 1),
        ]
    for asp, mean in gen.RATE_MEAN.items():
        rates = table[f"rate_{asp}_per_s"]
        shape = gen.profile(gen.RATE_PROFILE)
        hours = by_local_hour(rates, gen.RATE_SITE[asp], gen.SLOTS_PER_HOUR)
        rows += [
            near(file, f"rate {asp}: mean, jobs/s", fmean(rates), mean, 0.001),
            Row(file, f"rate {asp}: correlation with the hour profile", correlation(hours, shape), 1, 0.99, 1),
        ]
    return rows


def check_prices(table: Table) -> list[Row]:
    file = "traced_prices.csv"
    # Mean and share of hours above 3 x median, from the years behind the profiles.
    published = {"east": (36.0, 0.038), "west": (41.0, 0.005), "south": (28.0, 0.036)}
    rows = []
    for site in gen.SITES:
        price = table[f"price_{site}_usd_per_mwh"]
        hours = gen.hour_means(price)
        mean, spikes = published[site]
        calm = [min(value, 2 * median(hours)) for value in hours]
        rows += [
            Row(file, f"price {site}: mean, USD/MWh", fmean(price), mean, 0.6 * mean, 1.8 * mean),
            Row(file, f"price {site}: median, USD/MWh", median(price), gen.PRICE_MEDIAN[site],
                0.75 * gen.PRICE_MEDIAN[site], 1.25 * gen.PRICE_MEDIAN[site]),
            Row(file, f"price {site}: share of hours above 3 x median and 50",
                fmean(value > max(3 * median(hours), 50) for value in hours), spikes, 0, spikes + 0.04),
            near(file, f"price {site}: share of hours below zero", fmean(value < 0 for value in hours),
                 gen.NEGATIVE_SHARE[site], 0.004),
            Row(file, f"price {site}: correlation with the hour profile (cut at 2 x median)",
                correlation(by_local_hour(calm, site, 1), gen.profile(gen.PRICE_PROFILE[site])), 1, 0.75, 1),
            near(file, f"price {site}: sd inside the hour", inside_hour_sd(price), gen.FINE_SD, 0.02),
        ]
    return rows


def check_carbon(table: Table) -> list[Row]:
    file = "traced_carbon.csv"
    rows = []
    for site in gen.SITES:
        mean, sd, ar, *_ = gen.CARBON[site]
        values = table[f"carbon_{site}_g_per_kwh"]
        rows += [
            near(file, f"carbon {site}: mean, gCO2/kWh", fmean(values), mean, 0.03 * mean),
            near(file, f"carbon {site}: sd, gCO2/kWh", pstdev(values), sd, 0.25 * sd),
            Row(file, f"carbon {site}: lag-1 of hours", lag1(values), ar, 0.90, 1),
        ]
    return rows


def check_weather(table: Table) -> list[Row]:
    file = "traced_weather.csv"
    rows = []
    curve = [value / 100 for value in gen.PV_PROFILE]
    for site in gen.SITES:
        mean, _, sd, ar = gen.TEMPERATURE[site]
        t = table[f"t_{site}_c"]
        hours = by_local_hour(t, site, 4)
        rest = [value - hours[(gen.LOCAL_H[site] + i // 4) % 24] for i, value in enumerate(t)]
        rest = gen.every(rest, 4)
        cf, blow = table[f"pv_{site}_cf"], table[f"wind_{site}_cf"]
        rows += [
            near(file, f"t {site}: mean, C", fmean(t), mean, 0.2),
            near(file, f"t {site}: sd about the hour's mean, C", pstdev(rest), sd, 0.35 * sd),
            Row(file, f"t {site}: lag-1 of hours about the hour's mean", lag1(rest), ar, 0.88, 1),
            Row(file, f"pv {site}: mean capacity factor", fmean(cf), fmean(curve), 0.22, 0.32),
            Row(file, f"wind {site}: mean capacity factor", fmean(blow), 0.12, 0.08, 0.16),
            Row(file, f"wind {site}: share of time below 1 %", fmean(value < 0.01 for value in blow), 0.34, 0.2, 0.45),
        ]
    return rows


def dispersion(arrival_s: Sequence[float]) -> float:
    """Returns variance over mean of 5-minute counts inside the hours, after each hour's own mean."""
    counts = [0.0] * gen.SLOTS_PER_DAY
    for time_s in arrival_s:
        counts[int(time_s // 300)] += 1
    inside = [pvariance(counts[i : i + 12]) * 12 / 11 for i in range(0, len(counts), 12)]
    return fmean(inside) / fmean(counts)


def check_jobs(file: str, made: Table) -> list[Row]:
    arrival_s, images = made["arrival_s"], made["images"]
    mean_images = sum(value * weight for value, weight in gen.IMAGES)
    rows = [
        Row(file, "var/mean of 5-minute counts inside the hour", dispersion(arrival_s), 2.3, 1.3, 3.9),
        near(file, "images a job: mean", fmean(images), mean_images, 0.15),
        near(file, "images a job: share of 1", fmean(n == 1 for n in images), 0.58, 0.03),
        near(file, "work factor: median", median(made["work"]), 1, 0.05),
    ]
    if "deadline_s" in made:
        slack = [d / n / 3.4 for d, n in zip(made["deadline_s"], images)]
        rows.append(near(file, "deadline over nominal service time: median", median(slack), gen.SLACK_MEDIAN, 0.4))
    return rows


def check_hdf5(path: Path) -> tuple[list[Row], list[str]]:
    try:
        made = gen.read_hdf5(path)
    except ImportError:
        print(f"{path.name}: skipped, h5py is not there")
        return [], []
    faults = [] if made == gen.batch_jobs() else [f"{path.name}: differs from what generate.py makes"]
    return check_jobs(path.name, made), faults


def check_all(folder: Path) -> int:
    """Prints the table and what is wrong; returns the exit status."""
    faults = []
    for name, make in gen.CSV_FILES.items():
        if (folder / name).read_text(encoding="utf-8") != make():
            faults.append(f"{name}: differs from what generate.py makes")
    rows, wrong = check_hdf5(folder / gen.HDF5_FILE)
    faults += wrong
    table = {name: read_csv(folder / name) for name in gen.CSV_FILES}
    rows = (
        check_jemas(table["jemas.csv"])
        + check_prices(table["traced_prices.csv"])
        + check_carbon(table["traced_carbon.csv"])
        + check_weather(table["traced_weather.csv"])
        + check_jobs("traced_jobs.csv", table["traced_jobs.csv"])
        + rows
    )
    lines = ["| file | statistic | reached | published | allowed |", "|---|---|---|---|---|"]
    for row in rows:
        lines.append(
            f"| {row.file} | {row.what} | {row.reached:.3g} | {row.published:.3g} | {row.lo:.3g} to {row.hi:.3g} |"
        )
        if not row.is_good():
            faults.append(f"{row.file}: {row.what} is {row.reached:.4g}, allowed {row.lo:.4g} to {row.hi:.4g}")
    print("\n".join(lines))
    readme = (gen.HERE / "README.md").read_text(encoding="utf-8").splitlines()
    faults += [f"README.md: lacks the line {line}" for line in lines if line not in readme]
    for fault in faults:
        print(f"WRONG {fault}")
    return 1 if faults else 0
