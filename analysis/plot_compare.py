#!/usr/bin/env python3
"""Draws a comparison: the utility of each policy, and where its money goes.

usage: plot_compare.py RESULTS.h5 -o FIGURE.png      (RESULTS.h5: stepwatt compare -o)

The same file gives the same bytes. Colours are those of Okabe and Ito, told apart by colour-blind readers.
"""

import argparse
from pathlib import Path

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402

# Terms of the utility: metric, sign in the utility, label, colour.
TERMS = [
    ("revenue_usd", 1, "revenue", "#009E73"),
    ("battery_settlement_usd", 1, "battery settlement", "#F0E442"),
    ("energy_cost_usd", -1, "energy", "#0072B2"),
    ("overload_usd", -1, "overload", "#000000"),
    ("wear_usd", -1, "battery wear", "#CC79A7"),
    ("carbon_usd", -1, "carbon", "#999999"),
    ("overheat_usd", -1, "overheat", "#7F3C8D"),
    ("transfer_usd", -1, "transfer", "#E69F00"),
    ("late_usd", -1, "late", "#D55E00"),
]


def draw_utility(axes, data, policies) -> None:
    """Bars of the mean utility with 95 % intervals, and the bound where it is known."""
    mean, low, high = data["stat_utility_usd"][...].T
    place = np.arange(len(policies))
    errors = np.nan_to_num(np.vstack([mean - low, high - mean]))
    axes.barh(place, mean, xerr=errors, color="#56B4E9", edgecolor="black", linewidth=0.6, capsize=3)
    bound = data["bound_usd"][...]
    if not np.isnan(bound).any():
        axes.axvline(bound.mean(), color="black", linestyle="--", linewidth=1)
        above = axes.get_xaxis_transform()
        axes.text(bound.mean(), 1.01, "upper bound", transform=above, ha="center", va="bottom", fontsize=8)
    axes.set_xlabel("utility, USD (mean and 95 % interval)")
    axes.set_yticks(place, policies)
    axes.invert_yaxis()


def draw_terms(axes, data, policies) -> None:
    """Stacked terms of the utility: gains to the right, costs to the left."""
    place = np.arange(len(policies))
    right = np.zeros(len(policies))
    left = np.zeros(len(policies))
    for metric, sign, label, colour in TERMS:
        value = sign * data["stat_" + metric][:, 0]
        if not np.any(np.abs(value) > 1e-9):
            continue
        start = np.where(value >= 0, right, left)
        axes.barh(place, value, left=start, color=colour, edgecolor="black", linewidth=0.4, label=label)
        right += np.maximum(value, 0)
        left += np.minimum(value, 0)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_xlabel("terms of the utility, USD (mean)")
    axes.set_yticks(place, [""] * len(policies))
    axes.invert_yaxis()
    axes.legend(fontsize=8, frameon=False, ncol=3, loc="upper center", bbox_to_anchor=(0.5, -0.2))


def main() -> None:
    """Reads the arguments, draws, writes."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("results", type=Path, help="file written by `stepwatt compare -o`")
    parser.add_argument("-o", "--output", type=Path, required=True, help="figure to write, .png or .svg")
    options = parser.parse_args()
    plt.rcParams["svg.hashsalt"] = "stepwatt"
    with h5py.File(options.results, "r") as data:
        policies = [name.decode() for name in data["policy"][...]]
        figure, (first, second) = plt.subplots(1, 2, figsize=(10, 1.6 + 0.45 * len(policies)))
        draw_utility(first, data, policies)
        draw_terms(second, data, policies)
        figure.suptitle(f"{data.attrs['title']}: {data['seed'].shape[0]} replicates")
    figure.tight_layout()
    # No date and no version inside: the same results give the same bytes.
    date = {"Software": None} if options.output.suffix == ".png" else {"Date": None}
    figure.savefig(options.output, dpi=120, metadata=date)


if __name__ == "__main__":
    main()
