"""Remakes the tables of docs/reproduction.md and the figure of learning curves from result files.

usage: python3 -m stepwatt_train.report RESULTS DOCUMENT.md FIGURE.png

RESULTS holds test.csv (stepwatt_train.evaluate) and curves.csv (stepwatt_train.collect). A table stands in the document between
<!-- table NAME --> and <!-- end -->; what stood there is replaced.
"""

import os
import re
import sys
from typing import Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np
import pandas as pd

from .settings import ARMS, settings_of
from .stats import interval

SHORT = "-short"  # baselines of knobs and levers, trained as long as those
SUFFIX = re.compile(r"(.+)-s(\d+)$")
MAIN = [arm for arm in ARMS if not re.search(r"-[wnh][0-9.]+$", arm)]
ABLATED = "sac-diffusion-add"
KNOBS = (("weight w_s", "weight", "w"), ("denoising steps", "n_denoise", "n"), ("latent width", "shaper_width", "h"))
LEVER_ARM = "sac-credit-mask"
LEVERS = {"no-transfer": "no job transfer", "steps-30": "30 steps for all", "top-clock": "no DVFS (top clock only)",
          "no-renewables": "no PV, no wind"}  # fmt: skip


class Results:
    """Runs on test days, one row a run, and learning curves."""

    def __init__(self, folder: str):
        runs = pd.read_csv(os.path.join(folder, "test.csv"))
        parts = runs["policy"].str.extract(SUFFIX.pattern)
        runs["arm"], runs["train_seed"] = parts[0].fillna(runs["policy"]), parts[1].fillna(0).astype(int)
        floor = runs[(runs["policy"] == "random") & (runs["energy"] == "threshold")].set_index(["days", "day"])["utility_usd"]
        keys = pd.MultiIndex.from_frame(runs[["days", "day"]])
        runs["share"] = 100.0 * runs["utility_usd"] / runs["bound_usd"]
        runs["score"] = 100.0 * (runs["utility_usd"] - floor.reindex(keys).values) / (runs["bound_usd"] - floor.reindex(keys).values)
        runs["violated"] = 100.0 * runs["violation_rate"]
        runs["moved"] = 100.0 * runs["jobs_transferred"] / runs["jobs"]
        self.runs = runs
        self.curves = pd.read_csv(os.path.join(folder, "curves.csv"))

    def table(self, arm: str, column: str, days: str, energy: str) -> Optional[np.ndarray]:
        """Returns a column of an arm's runs as (n_seed, n_day), or None when there are none."""
        found = self.runs.query("arm == @arm and days == @days and energy == @energy")
        return None if found.empty else found.pivot(index="train_seed", columns="day", values=column).to_numpy()

    def training(self, arm: str) -> Tuple[float, float]:
        """Returns an arm's mean CPU seconds and decisions of a training run."""
        last = self.curves[self.curves["arm"] == arm].groupby("seed").last()
        return float(last["cpu_s"].mean()), float(last["decisions"].mean())


def with_interval(values: np.ndarray, digits: int = 1) -> str:
    """Returns an interquartile mean with its interval, such as `81.2 [80.9, 81.6]`; without when there is one seed."""
    middle, low, high = interval(values)
    text = f"{middle:.{digits}f}"
    return text if len(values) < 2 else f"{text} [{low:.{digits}f}, {high:.{digits}f}]"


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def describe(arm: str) -> List[str]:
    """Returns reward timing and mask of an arm, for tables."""
    if arm not in ARMS:
        return ["-", "-"]
    settings = settings_of(arm)
    return [settings.timing, "yes" if settings.mask else "no"]


def arms_row(results: Results, arm: str, days: str, energy: str) -> Optional[List[str]]:
    share = results.table(arm, "share", days, energy)
    if share is None:
        return None
    cells = [f"`{arm}/{energy}`", *describe(arm), str(len(share)) if arm in ARMS else "-", with_interval(share)]
    cells.append(f"{share.mean(1).min():.1f}" if arm in ARMS else "-")
    cells.append(with_interval(results.table(arm, "score", days, energy)))
    cells.append(f"{results.table(arm, 'violated', days, energy).mean():.2f}")
    cells.append(f"{results.table(arm, 'mean_steps', days, energy).mean():.1f}")
    cells.append(f"{results.table(arm, 'moved', days, energy).mean():.0f}")
    return cells


ARM_HEAD = ["policy", "reward", "mask", "seeds", "% of bound", "worst seed", "score, %", "violated, %", "steps", "moved, %"]


def table_arms(results: Results, days: str, energy: str) -> str:
    """All arms and references on some days under one energy manager."""
    names = [(arm, energy) for arm in MAIN]
    names += [("random", energy), ("greedy", energy), ("lp", energy)] + ([] if energy == "lp" else [("local", "idle"), ("lp", "lp")])
    rows = [arms_row(results, *name_days) for name_days in ((arm, days, manager) for arm, manager in dict.fromkeys(names))]
    return markdown(ARM_HEAD, [row for row in rows if row])


def difference(results: Results, arm: str, base: str, column: str, days: str, energy: str) -> Optional[str]:
    """Returns the paired difference of two arms, seed by seed and day by day."""
    mine, other = results.table(arm, column, days, energy), results.table(base, column, days, energy)
    if mine is None or other is None:
        return None
    n = min(len(mine), len(other))
    return with_interval(mine[:n] - other[:n])


def table_paired(results: Results) -> str:
    """What each arm adds to plain SAC, and what training cost."""
    rows = []
    for arm in MAIN:
        found = difference(results, arm, "sac", "share", "test", "threshold")
        if found is None:
            continue
        cpu_s, decisions = results.training(arm)
        rows.append([f"`{arm}`", "-" if arm == "sac" else found, f"{cpu_s:.0f}", f"{decisions / 1000:.0f}", *progress(results, arm)])
    head = ["arm", "against `sac`, points of the bound", "CPU s a run", "1000 decisions", "at 30 % of the run", "at 60 %", "at the end"]
    return markdown(head, rows)


def progress(results: Results, arm: str) -> List[str]:
    """Returns the mean utility of validation days at three points of the run, USD."""
    curve = results.curves[results.curves["arm"] == arm].groupby("rows")["valid_usd"].mean().to_numpy()
    return [f"{curve[round(share * len(curve)) - 1]:.1f}" for share in (0.3, 0.6, 1.0)]


PAPER = (
    ("diffusion shaping, SAC", "sac-diffusion-add", "7.6", "107"),
    ("diffusion shaping, TD3", "td3-diffusion-add", "about 20", "-"),
    ("DNN shaping, SAC", "sac-dnn-add", "about 30", "-"),
    ("plain SAC", "sac", "above 90", "45"),
)


def table_paper(results: Results) -> str:
    """The paper's figures beside ours for the arms of the same kind."""
    rows = []
    for name, arm, violated, minutes in PAPER:
        found = results.table(arm, "violated", "test", "threshold")
        if found is None:
            continue
        usd, base = results.table(arm, "utility_usd", "test", "threshold"), results.table("sac", "utility_usd", "test", "threshold")
        gain = "-" if arm == "sac" else f"{100.0 * (usd.mean() / base.mean() - 1.0):+.1f}"
        seeds = found.mean(1)
        here = f"{seeds.mean():.1f} ({seeds.min():.1f} to {seeds.max():.1f})"
        rows.append([name, f"`{arm}`", violated, here, minutes, f"{results.training(arm)[0] / 60:.1f}", gain])
    head = ["paper's arm", "ours", "violated there, %", "violated here, % (seeds)", "minutes there", "CPU minutes here",
            "utility here against plain SAC, %"]  # fmt: skip
    return markdown(head, rows)


def table_ablations(results: Results) -> str:
    """One knob of the faithful arm at a time, in short runs."""
    rows = []
    for title, field, letter in KNOBS:
        names = {getattr(settings_of(ABLATED), field): ABLATED + SHORT}
        names.update({getattr(settings_of(arm), field): arm for arm in ARMS if re.fullmatch(rf"{ABLATED}-{letter}[0-9.]+", arm)})
        for value, arm in sorted(names.items()):
            share = results.table(arm, "share", "test", "threshold")
            if share is None:
                continue
            violated = results.table(arm, "violated", "test", "threshold").mean()
            rows.append([title, f"{value:g}", str(len(share)), with_interval(share), f"{share.mean(1).min():.1f}", f"{violated:.2f}",
                         f"{results.training(arm)[0]:.0f}"])  # fmt: skip
    return markdown(["knob", "value", "seeds", "% of bound", "worst seed", "violated, %", "CPU s a run"], rows)


def table_levers(results: Results) -> str:
    """What the learned policy and greedy lose without a lever, trained and judged without it."""
    runs = results.runs
    days = runs[runs["days"] == next(iter(LEVERS))]["day"].unique()
    full = runs[(runs["days"] == "test") & (runs["energy"] == "threshold") & runs["day"].isin(days)]
    rows = []
    for lever, title in LEVERS.items():
        cells = [title]
        for arm, base in ((f"{LEVER_ARM}-{lever}", LEVER_ARM + SHORT), ("greedy", "greedy"), ("lp", "lp")):
            mine = results.table(arm, "utility_usd", lever, "threshold")
            whole = full[full["arm"] == base]["utility_usd"]
            cells.append("-" if mine is None else f"{100.0 * (1.0 - mine.mean() / whole.mean()):.1f}")
        mine = results.table(f"{LEVER_ARM}-{lever}", "violated", lever, "threshold")
        rows.append(cells + ["-" if mine is None else f"{mine.mean():.2f}"])
    head = ["without", f"`{LEVER_ARM}/threshold`", "`greedy/threshold`", "`lp/threshold`", f"violated by `{LEVER_ARM}`, %"]
    return markdown(head, rows)


TABLES: Dict[str, Callable[[Results], str]] = {
    "paper": table_paper,
    "threshold": lambda results: table_arms(results, "test", "threshold"),
    "lp": lambda results: table_arms(results, "test", "lp"),
    "paired": table_paired,
    "ablations": table_ablations,
    "levers": table_levers,
    "calm": lambda results: table_arms(results, "calm", "threshold"),
    "spiky": lambda results: table_arms(results, "spiky", "threshold"),
}


def fill(text: str, results: Results) -> str:
    """Returns the document with all its tables made anew."""

    def make(found: re.Match) -> str:
        return f"<!-- table {found.group(1)} -->\n\n{TABLES[found.group(1)](results)}\n\n<!-- end -->"

    return re.sub(r"<!-- table (\w+) -->.*?<!-- end -->", make, text, flags=re.DOTALL)


def draw(results: Results, path: str) -> None:
    """Draws validation utility over decisions: mean of the seeds and the range between the worst and the best."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    panels = (("reward when it happens, no mask: the paper's setting", [arm for arm in MAIN if describe(arm) == ["event", "no"]]),
              ("credited reward, action mask: ours", ["sac", *(arm for arm in MAIN if describe(arm) != ["event", "no"])]))  # fmt: skip
    figure, axes = pyplot.subplots(1, 2, figsize=(11, 4.2), sharey=True, constrained_layout=True)
    for axis, (title, arms) in zip(axes, panels):
        for arm in arms:
            curve = results.curves[results.curves["arm"] == arm].groupby("decisions")["valid_usd"]
            if not len(curve):
                continue
            thousands = np.array([key for key, _ in curve]) / 1000.0
            (line,) = axis.plot(thousands, curve.mean(), label=arm, linewidth=1.5)
            axis.fill_between(thousands, curve.min(), curve.max(), color=line.get_color(), alpha=0.12, linewidth=0)
        axis.set_title(title, fontsize=10)
        axis.set_xlabel("decisions, 1000")
        axis.legend(fontsize=8)
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("utility of a validation day of train.ini, USD")
    figure.savefig(path, dpi=110, metadata={"Software": None})


def main(argv: List[str]) -> int:
    if len(argv) != 3:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    results = Results(argv[0])
    with open(argv[1], encoding="utf-8") as file:
        text = fill(file.read(), results)
    with open(argv[1], "w", encoding="utf-8") as file:
        file.write(text)
    draw(results, argv[2])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
