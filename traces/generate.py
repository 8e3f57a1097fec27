#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the traces of this folder, and checks them.

    python3 traces/generate.py            write all files beside this script
    python3 traces/generate.py --out DIR  write them elsewhere
    python3 traces/generate.py --check    compare the files here with what the script makes, and their
                                          statistics with the published ones; exit status 1 on a difference

The files are synthetic (CC0): no measured value is copied, only published statistics are imitated. Every series
draws from its own random stream, named after it, so the bytes do not change when a series is added. Only the standard
library is used; the HDF5 file also needs h5py. Sources of the statistics are named in README.md.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import NormalDist, fmean, pstdev

HERE = Path(__file__).resolve().parent
SEED = 20250714
SLOTS_PER_DAY = 288
SLOTS_PER_HOUR = 12
WEEK_DAYS = 7
START_UTC_H = 5  # both sets begin at 05:00 UTC, midnight in Texas under summer time
NORMAL = NormalDist()

# ------------------------------------------------------------------------------------ published statistics

# Local clock (hours) of a site when the trace begins: 05:00 UTC in July.
LOCAL_H = {"east": 1, "west": 22, "south": 0}

# Hourly wholesale prices by local hour over their mean, and statistics of their year, USD/MWh.
PRICE_PROFILE = {
    "east": "71 71 63 63 65 75 104 108 94 86 91 100 108 111 108 120 130 155 145 132 121 106 91 81",
    "west": "99 95 93 92 96 107 119 106 88 80 74 70 69 69 73 82 97 119 138 149 138 127 114 105",
    "south": "75 68 65 65 70 80 103 100 74 61 63 67 73 81 86 95 117 158 191 226 189 122 92 78",
}
PRICE_MEAN = {"east": 36.0, "west": 41.0, "south": 28.0}  # PJM 2023-24, CAISO 2024, ERCOT 2024
PRICE_MEDIAN = {"east": 28.7, "west": 38.7, "south": 19.8}
DELIVERY_USD_PER_MWH = 15.0
HOUR_SD, HOUR_AR = 0.20, 0.5  # of the lognormal factor between hours
FINE_SD, FINE_AR = 0.13, 0.3  # of 5 minutes inside the hour
SPIKES_PER_YEAR = {"east": 169, "west": 27, "south": 135}
SPIKE_HOURS = {"east": 1.8, "west": 1.8, "south": 2.3}
SPIKE_RATIO = {"east": (4.1, 12.0), "west": (4.0, 10.0), "south": (5.3, 28.0)}  # median, 95th percentile
NEGATIVE_SHARE = {"east": 0.0, "west": 0.031, "south": 0.002}  # of hours, around noon

# PV capacity factor by local hour (fleet of tracking plants).
PV_PROFILE = [0, 0, 0, 0, 0, 10, 31, 55, 66, 70, 72, 72, 70, 67, 62, 50, 26, 7, 0, 0, 0, 0, 0, 0]
PV_SCALE = 1.15
CLEARNESS = (0.6, 1.1)
CLOUD_SD, CLOUD_AR = 0.12, 0.95

# Wind: a Rayleigh wind speed through a turbine curve (share of rated power at m/s).
TURBINE = [(3, 0.0), (4, 0.04), (6, 0.18), (8, 0.45), (10, 0.84), (12, 1.0), (25, 1.0)]
WIND_SPEED_SCALE = 5.0  # m/s; gives the July capacity factor of about 0.12
WIND_HOUR_AR = 0.95

TEMPERATURE = {"east": (25.7, 10.2, 3.8, 0.980), "west": (20.0, 10.7, 2.7, 0.967), "south": (30.9, 10.3, 4.3, 0.984)}
DAY_SD_C = 2.5  # between days, for the one-day trace

# Carbon intensity: mean, sd (gCO2/kWh), lag-1 (hourly), then share of the mean and UTC hour of the low and the high.
CARBON = {
    "east": (322, 30, 0.987, 0.96, 7, 1.04, 1),
    "west": (194, 63, 0.958, 0.68, 20, 1.21, 12),
    "south": (317, 74, 0.965, 0.93, 15, 1.14, 0),
}

# Requests by local hour over their mean: a consumer service, busiest in the evening.
RATE_PROFILE = "50 40 33 30 31 38 52 70 88 102 112 118 120 120 119 120 122 127 135 145 150 140 115 80"
RATE_MEAN = {"alpha": 6.2, "beta": 3.5, "gamma": 2.43}  # jobs/s
RATE_SITE = {"alpha": "east", "beta": "west", "gamma": "south"}

IMAGES = [(1, 0.58), (2, 0.08), (4, 0.19), (8, 0.15)]
COUNT_K, COUNT_AR = 0.1, 0.7  # (variance - mean)/mean^2 of 5-minute counts; lag-1 of the modulating factor
SLACK_MEDIAN, SLACK_P5 = 4.0, 1.5  # deadline over the nominal service time
WORK_SIGMA = 0.45  # spread of service times of one image at 30 steps


def profile(text: str) -> list[float]:
    """Returns 24 values with mean 1."""
    values = [float(word) for word in text.split()]
    return [value / fmean(values) for value in values]


# ------------------------------------------------------------------------------------ building blocks


def stream(name: str) -> random.Random:
    return random.Random(f"{SEED}:{name}")


def normals(name: str, n: int, ar: float) -> list[float]:
    """Returns a unit-variance AR(1) series of n standard normal values."""
    rng = stream(name)
    out: list[float] = []
    for i in range(n):
        draw = NORMAL.inv_cdf(min(max(rng.random(), 1e-12), 1 - 1e-12))
        out.append(draw if i == 0 else ar * out[-1] + math.sqrt(1 - ar * ar) * draw)
    return out


def standardised(values: Sequence[float]) -> list[float]:
    """Shifts and scales a series to mean 0 and standard deviation 1, so that a short one is a typical one."""
    mean, sd = fmean(values), pstdev(values)
    return [(value - mean) / sd for value in values]


def lognormal(z: float, sd: float) -> float:
    """Returns a lognormal factor of mean 1 and relative standard deviation sd."""
    sigma = math.sqrt(math.log1p(sd * sd))
    return math.exp(sigma * z - sigma * sigma / 2)


def local_hour(site: str, slot: int) -> float:
    """Returns the local clock at the middle of a slot, 0..24."""
    return (LOCAL_H[site] + (slot + 0.5) / SLOTS_PER_HOUR) % 24


def at_hour(values: Sequence[float], hour: float) -> float:
    """Interpolates 24 hourly means, each placed at the middle of its hour."""
    below = math.floor(hour - 0.5)
    share = hour - 0.5 - below
    return (1 - share) * values[below % 24] + share * values[(below + 1) % 24]


def hour_means(values: Sequence[float]) -> list[float]:
    return [fmean(values[i : i + SLOTS_PER_HOUR]) for i in range(0, len(values), SLOTS_PER_HOUR)]


# ------------------------------------------------------------------------------------ series, one value per 5 minutes


def fine_factor(name: str, slots: int) -> list[float]:
    """Returns the factor of 5 minutes inside the hour, with mean 1 in every hour."""
    raw = [lognormal(z, FINE_SD) for z in normals(name, slots, FINE_AR)]
    means = hour_means(raw)
    return [value / means[i // SLOTS_PER_HOUR] for i, value in enumerate(raw)]


def hourly_price(site: str, name: str, hours: int, mean: float) -> list[float]:
    """Returns the price of each hour without spikes, with the wanted mean."""
    shape = profile(PRICE_PROFILE[site])
    factor = [lognormal(z, HOUR_SD) for z in normals(name, hours, HOUR_AR)]
    raw = [shape[(LOCAL_H[site] + h) % 24] * factor[h] for h in range(hours)]
    return [value * mean / fmean(raw) for value in raw]


def day_price(site: str) -> list[float]:
    """A calm day: hour profile, lognormal hours and 5 minutes, delivery added."""
    hours = hourly_price(site, f"jemas price hour {site}", 24, PRICE_MEAN[site])
    fine = fine_factor(f"jemas price fine {site}", SLOTS_PER_DAY)
    return [hours[i // SLOTS_PER_HOUR] * fine[i] + DELIVERY_USD_PER_MWH for i in range(SLOTS_PER_DAY)]


def week_price(site: str) -> list[float]:
    """A week in the style of a real-time market: as above, with spikes and hours below zero; no delivery."""
    n_hour = WEEK_DAYS * 24
    hours = hourly_price(site, f"week price hour {site}", n_hour, PRICE_MEDIAN[site] * 1.1)
    rng = stream(f"week price spikes {site}")
    median, p95 = SPIKE_RATIO[site]
    sigma = math.log(p95 / median) / NORMAL.inv_cdf(0.95)
    # As many spikes as a week has on average, at any hour; each ends after every hour with probability 1/length.
    for start in rng.sample(range(n_hour), round(SPIKES_PER_YEAR[site] * WEEK_DAYS / 365)):
        ratio = median * math.exp(sigma * NORMAL.inv_cdf(0.01 + 0.98 * rng.random()))
        h = start
        while h < n_hour:
            hours[h] = max(hours[h], PRICE_MEDIAN[site] * ratio)
            if rng.random() < 1 / SPIKE_HOURS[site]:
                break
            h += 1
    # Below zero: the hours around noon with the strongest sun, as many as the year's share.
    noon = [h for h in range(n_hour) if 10 <= (LOCAL_H[site] + h) % 24 <= 14]
    for h in rng.sample(noon, round(NEGATIVE_SHARE[site] * n_hour)):
        hours[h] = -20.0 * rng.random()
    fine = fine_factor(f"week price fine {site}", n_hour * SLOTS_PER_HOUR)
    return [hours[i // SLOTS_PER_HOUR] * factor for i, factor in enumerate(fine)]


def pv(site: str, name: str, days: int) -> list[float]:
    """Returns the capacity factor of PV: fleet curve, one clearness a day, passing clouds."""
    curve = [value / 100 for value in PV_PROFILE]
    rng = stream(f"{name} clearness {site}")
    clear = [CLEARNESS[0] + (CLEARNESS[1] - CLEARNESS[0]) * rng.random() for _ in range(days + 1)]
    cloud = normals(f"{name} cloud {site}", days * SLOTS_PER_DAY, CLOUD_AR)
    out = []
    for i, z in enumerate(cloud):
        day = (LOCAL_H[site] * SLOTS_PER_HOUR + i) // SLOTS_PER_DAY
        value = at_hour(curve, local_hour(site, i)) * PV_SCALE * clear[day] * (1 + CLOUD_SD * z)
        out.append(min(max(value, 0.0), 1.0))
    return out


def wind(site: str, name: str, days: int) -> list[float]:
    """Returns the capacity factor of wind: an AR(1) rank smoothed over an hour, Rayleigh speeds, a turbine curve."""
    slots = days * SLOTS_PER_DAY
    raw = normals(f"{name} wind {site}", slots + SLOTS_PER_HOUR, WIND_HOUR_AR ** (1 / SLOTS_PER_HOUR))
    ranks = standardised([fmean(raw[i : i + SLOTS_PER_HOUR]) for i in range(slots)])
    out = []
    for z in ranks:
        speed = WIND_SPEED_SCALE * math.sqrt(-math.log(1 - NORMAL.cdf(z)))
        out.append(interpolated(TURBINE, speed))
    return out


def interpolated(points: Sequence[tuple[float, float]], x: float) -> float:
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        if x < x1:
            return y0 + (y1 - y0) * max(x - x0, 0) / (x1 - x0)
    return points[-1][1]


def day_temperature(site: str) -> list[float]:
    """July mean, one offset for the day, half the daily range as a cosine with its peak at 15 h."""
    mean, swing, _, _ = TEMPERATURE[site]
    offset = DAY_SD_C * normals(f"jemas temperature {site}", 1, 0.0)[0]
    return [
        mean + offset + swing / 2 * math.cos(2 * math.pi * (local_hour(site, i) - 15) / 24) for i in range(SLOTS_PER_DAY)
    ]


def week_temperature(site: str) -> list[float]:
    """The same for a week, with the published residual in place of the offset."""
    mean, swing, sd, ar = TEMPERATURE[site]
    n = WEEK_DAYS * SLOTS_PER_DAY
    residual = standardised(normals(f"week temperature {site}", n, ar ** (1 / SLOTS_PER_HOUR)))
    return [
        mean + sd * z + swing / 2 * math.cos(2 * math.pi * (local_hour(site, i) - 15) / 24)
        for i, z in enumerate(residual)
    ]


def week_carbon(site: str) -> list[float]:
    """Returns one value an hour: a daily wave between the published low and high, and an AR(1) residual."""
    mean, sd, ar, low, low_h, high, high_h = CARBON[site]
    rise = (high_h - low_h) % 24
    wave = []
    for h in range(WEEK_DAYS * 24):
        since = (START_UTC_H + h - low_h) % 24
        turn = since / rise / 2 if since < rise else 0.5 + (since - rise) / (24 - rise) / 2
        wave.append((low + high) / 2 - (high - low) / 2 * math.cos(2 * math.pi * turn) - (low + high) / 2)
    rest = math.sqrt(max(sd * sd - (mean * pstdev(wave)) ** 2, 0.0))
    residual = standardised(normals(f"week carbon {site}", len(wave), ar))
    return [max(mean * (1 + w) + rest * z, 0.0) for w, z in zip(wave, residual)]


def rate(asp: str) -> list[float]:
    shape = profile(RATE_PROFILE)
    raw = [at_hour(shape, local_hour(RATE_SITE[asp], i)) for i in range(SLOTS_PER_DAY)]
    return [RATE_MEAN[asp] * value / fmean(raw) for value in raw]


# ------------------------------------------------------------------------------------ jobs

Jobs = dict[str, list[float]]


def jobs(name: str, site: str, per_slot: float, nominal_s: float, lo_deadline_s: float) -> Jobs:
    """One day of requests: gamma-modulated Poisson counts around the consumer profile, then sizes and slack."""
    rng = stream(f"jobs {name}")
    shape = profile(RATE_PROFILE)
    factor = [lognormal(z, math.sqrt(COUNT_K)) for z in normals(f"jobs factor {name}", SLOTS_PER_DAY, COUNT_AR)]
    slack_sigma = math.log(SLACK_MEDIAN / SLACK_P5) / NORMAL.inv_cdf(0.95)
    out: Jobs = {"arrival_s": [], "images": [], "deadline_s": [], "value": [], "work": []}
    for slot in range(SLOTS_PER_DAY):
        mean = per_slot * at_hour(shape, local_hour(site, slot)) * factor[slot]
        gap_s = 300.0 / mean
        time_s = 300.0 * slot - gap_s * math.log(1 - rng.random())
        while time_s < 300.0 * (slot + 1):
            images = pick(IMAGES, rng.random())
            slack = SLACK_MEDIAN * math.exp(slack_sigma * NORMAL.inv_cdf(0.001 + 0.998 * rng.random()))
            out["arrival_s"].append(round(time_s, 2))
            out["images"].append(images)
            out["deadline_s"].append(round(max(nominal_s * images * slack, lo_deadline_s), 1))
            out["value"].append(round(math.exp(0.3 * NORMAL.inv_cdf(0.001 + 0.998 * rng.random())), 2))
            out["work"].append(round(math.exp(WORK_SIGMA * NORMAL.inv_cdf(0.001 + 0.998 * rng.random())), 3))
            time_s -= gap_s * math.log(1 - rng.random())
    return out


def pick(weighted: Sequence[tuple[int, float]], u: float) -> int:
    for value, weight in weighted:
        u -= weight
        if u < 0:
            return value
    return weighted[-1][0]


# ------------------------------------------------------------------------------------ files

SITES = ("east", "west", "south")
Columns = dict[str, list[str]]


def texts(values: Iterable[float], digits: int) -> list[str]:
    # "-0.00" would be a second way to write zero.
    return [f"{round(value, digits) + 0.0:.{digits}f}" for value in values]


def times(start_s: int, step_s: int, n: int) -> list[str]:
    """Returns ISO 8601 times of the week, which begins on Monday 2025-07-14 at 05:00 UTC."""
    out = []
    for i in range(n):
        minute = (START_UTC_H * 3600 + start_s + i * step_s) // 60
        out.append(f"2025-07-{14 + minute // 1440:02d}T{minute // 60 % 24:02d}:{minute % 60:02d}:00Z")
    return out


def every(values: Sequence[float], n: int) -> list[float]:
    """Returns the means of n values each."""
    return [fmean(values[i : i + n]) for i in range(0, len(values), n)]


def csv_text(title: str, units: str, columns: Columns) -> str:
    head = [
        f"# {title}",
        "# Origin: synthetic, made by traces/generate.py (run: python3 traces/generate.py); statistics in traces/README.md",
        "# Licence: CC0-1.0",
        f"# Units: {units}",
        ",".join(columns),
    ]
    return "\n".join(head + [",".join(row) for row in zip(*columns.values())]) + "\n"


def jemas_csv() -> str:
    columns: Columns = {"time_s": [str(300 * i) for i in range(SLOTS_PER_DAY)]}
    for site in SITES:
        columns[f"price_{site}_usd_per_mwh"] = texts(day_price(site), 2)
    for site in SITES:
        columns[f"t_{site}_c"] = texts(day_temperature(site), 2)
    for site in SITES:
        columns[f"pv_{site}_cf"] = texts(pv(site, "jemas", 1), 4)
    for site in ("east", "south"):
        columns[f"wind_{site}_cf"] = texts(wind(site, "jemas", 1), 4)
    for asp in RATE_MEAN:
        columns[f"rate_{asp}_per_s"] = texts(rate(asp), 4)
    return csv_text(
        "One summer day of three sites from 05:00 UTC (local midnight in the south, 01:00 east, 22:00 west the day before)",
        "time_s s from the start of the scenario, START of 5 minutes; price USD/MWh, 15 of delivery included; t C; "
        "pv, wind capacity factor; rate jobs/s",
        columns,
    )


def traced_prices_csv() -> str:
    columns: Columns = {"time": times(0, 300, WEEK_DAYS * SLOTS_PER_DAY)}
    for site in SITES:
        columns[f"price_{site}_usd_per_mwh"] = texts(week_price(site), 2)
    return csv_text(
        "A week of 5-minute prices in the style of real-time markets, with spikes and negative hours",
        "time UTC, START of 5 minutes; price USD/MWh, wholesale (no delivery)",
        columns,
    )


def traced_carbon_csv() -> str:
    columns: Columns = {"time": times(0, 3600, WEEK_DAYS * 24)}
    for site in SITES:
        columns[f"carbon_{site}_g_per_kwh"] = texts(week_carbon(site), 1)
    return csv_text(
        "A week of hourly carbon intensity", "time UTC, START of the hour; carbon gCO2/kWh, direct emissions", columns
    )


def traced_weather_csv() -> str:
    columns: Columns = {"time": times(0, 900, WEEK_DAYS * 96)}
    for site in SITES:
        columns[f"t_{site}_c"] = texts(every(week_temperature(site), 3), 2)
    for site in SITES:
        columns[f"pv_{site}_cf"] = texts(every(pv(site, "week", WEEK_DAYS), 3), 4)
    for site in SITES:
        columns[f"wind_{site}_cf"] = texts(every(wind(site, "week", WEEK_DAYS), 3), 4)
    return csv_text(
        "A week of outdoor temperature, PV and wind",
        "time UTC, START of 15 minutes; t C; pv, wind capacity factor",
        columns,
    )


def studio_jobs() -> Jobs:
    """Requests of people at the southern site, SDXL at 30 steps: 3.4 s an image."""
    return jobs("studio", "south", 16.0, 3.4, 10.0)


def batch_jobs() -> Jobs:
    """Requests at the eastern site that can wait; their deadline is the class's own."""
    made = jobs("batch", "east", 10.0, 3.4, 10.0)
    return {key: made[key] for key in ("arrival_s", "images", "work")}


def traced_jobs_csv() -> str:
    made = studio_jobs()
    columns = {
        "arrival_s": texts(made["arrival_s"], 2),
        "images": [str(int(n)) for n in made["images"]],
        "deadline_s": texts(made["deadline_s"], 1),
        "value": texts(made["value"], 2),
        "work": texts(made["work"], 3),
    }
    return csv_text(
        "One day of image requests with their own deadlines, values and work factors",
        "arrival_s s from the start of the scenario; images per job; deadline_s s from arrival; value, work factors",
        columns,
    )


CSV_FILES: dict[str, Callable[[], str]] = {
    "jemas.csv": jemas_csv,
    "traced_prices.csv": traced_prices_csv,
    "traced_carbon.csv": traced_carbon_csv,
    "traced_weather.csv": traced_weather_csv,
    "traced_jobs.csv": traced_jobs_csv,
}
HDF5_FILE = "traced_jobs.h5"
HDF5_UNITS = {"arrival_s": "s", "images": "1", "work": "1"}


def write_hdf5(path: Path, made: Jobs) -> None:
    """Writes one 1-D dataset a column; no time stamps, so the bytes are the same every time."""
    import h5py
    import numpy as np

    with h5py.File(path, "w") as file:
        file.attrs["title"] = "One day of image requests that can wait"
        file.attrs["origin"] = "synthetic, made by traces/generate.py (run: python3 traces/generate.py)"
        file.attrs["licence"] = "CC0-1.0"
        for key, values in made.items():
            kind = np.int32 if key == "images" else np.float64
            data = file.create_dataset(key, data=np.array(values, dtype=kind), track_times=False)
            data.attrs["units"] = HDF5_UNITS[key]


def read_hdf5(path: Path) -> Jobs:
    import h5py

    with h5py.File(path, "r") as file:
        return {key: [float(value) for value in file[key][:]] for key in file}


def write_all(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in CSV_FILES.items():
        (folder / name).write_text(make(), encoding="utf-8", newline="\n")
    write_hdf5(folder / HDF5_FILE, batch_jobs())


def main() -> int:
    parser = argparse.ArgumentParser(description="Makes or checks the synthetic traces of this folder.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to (default: beside the script)")
    parser.add_argument("--check", action="store_true", help="compare files and statistics, write nothing")
    args = parser.parse_args()
    if args.check:
        from check import check_all  # beside this script

        return check_all(args.out)
    write_all(args.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
