#!/usr/bin/env python3
"""What each lever of a system is worth: the utility lost when it is taken away, by the bound and by policies.

usage: levers.py [SCENARIO] [--seeds N] [--policies A,B] [--threads T] [--stepwatt PROGRAM]     from the source folder

Prints a Markdown table. Levers are taken from the scenario by overrides that name the sites and GPUs of jemas.ini, so that the
bound loses them, too. GPUs are "never off" when one that is off draws as much as one that is idle; `threshold` is also told
not to switch off.
"""

import argparse
import json
import subprocess
import sys

SITES = ("east", "west", "south")
LEVERS = {
    "all levers": [],
    "no transfer": ["scenario.default_link=1000000:0"],  # nothing arrives within its deadline
    "steps fixed at 30": ["scenario.steps=30"],
    "top clock only": ["gpu a100.levels=1.0:388", "gpu h100.levels=1.0:449", "asp alpha.levels=1.0:288"],
    "GPUs never off": ["gpu a100.off_w=60", "gpu h100.off_w=70", "policy threshold.switch_off=0"],
    "no battery": [f"site {site}.battery_kwh=0" for site in SITES],
    "no PV, no wind": [f"site {site}.{kind}_kw=0" for site in SITES for kind in ("pv", "wind")],
}


def utilities(args, overrides):
    """Returns the mean utility of the bound and of each policy by name, in order."""
    command = [args.stepwatt, "compare", args.scenario, "--policies", args.policies, "--seeds", str(args.seeds)]
    command += ["--threads", str(args.threads), "--json"]
    for text in overrides:
        command += ["--set", text]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.returncode)
    result = json.loads(done.stdout)
    usd = {"bound": result["bound_usd"]["mean"]}
    for policy in result["policies"]:
        usd[policy["policy"]] = policy["utility_usd"]["mean"]
    return usd


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="?", default="scenarios/jemas.ini")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--policies", default="lp/lp,greedy/threshold")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--stepwatt", default="build/release/stepwatt")
    args = parser.parse_args()
    full = None
    for lever, overrides in LEVERS.items():
        usd = utilities(args, overrides)
        if full is None:
            full = usd
            print("| | " + " | ".join(usd) + " |\n|---|" + "---:|" * len(usd))
            print(f"| {lever}, USD | " + " | ".join(f"{value:.2f}" for value in usd.values()) + " |")
        else:
            lost = (100.0 * (full[name] - usd[name]) / full[name] for name in usd)
            print(f"| {lever}, % lost | " + " | ".join(f"{value:.1f}" for value in lost) + " |", flush=True)


if __name__ == "__main__":
    main()
