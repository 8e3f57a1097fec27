#!/usr/bin/env python3
"""The limits of docs/reliability.md: one step beyond each is refused with status 2 and a message, and nothing else happens.

usage: test_limits.py STEPWATT FAULT.so [all]     all: also what takes seconds, and what is just allowed

What is refused must be so before memory is taken for it: the program has MEMORY bytes of addresses. What is just allowed is
accepted (all).
"""

import re
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from faults import Faults, arguments_or_exit, one_line, snapshot, write_inputs

Change = Callable[[str], str]

MEMORY = 1 << 29
MANY_LINES = (1 << 27) + 1

WEEK = "[site far{0}]\nprice = 1\ncarbon = 0\noutdoor_c = 20\ncooling = pue\npue = 1.1\n"
CLASS = "[workload more{0}]\norigin = small\narrivals = poisson:0.1\ndeadline_s = 1\nprice_usd = 0\n"
SYNTH = "[site made{0}]\ncooling = pue\npue = 1.1\nprice = synth:price\ncarbon = synth:carbon\noutdoor_c = synth:temperature\npv = synth:pv\nwind = synth:wind\n"
ASP = "[asp more{0}]\nsite = hall\nmodel = sd15\ngpu = a100\ngpus = 1\n"


def more(text: str, n: int) -> Change:
    """Adds n sections."""
    return lambda scenario: scenario + "\n" + "".join(text.format(i) for i in range(n))


def key(name: str, value: str) -> Change:
    """Gives another value to the first key of that name."""
    return lambda scenario: re.sub(rf"(?m)^{name} = .*$", f"{name} = {value}", scenario, count=1)


# What is too large, how a scenario gets it, and what the message says.
SCENARIOS: list[tuple[str, Change, str]] = [
    ("slots", key("slots", "2200001"), "2200000"),
    ("horizon", lambda s: key("slots", "2000000")(key("slot_s", "300")(s)), "67108864 s"),
    ("sites", more(WEEK, 999), "1000"),
    ("ASPs", more(ASP, 1998), "2000"),
    ("workloads", more(CLASS, 1998), "2000"),
    ("steps", key("steps", "1:257:1"), "256"),
    ("GPUs of an ASP", key("gpus", "1000001"), "1000000"),
    ("images of a job", key("images", "10001"), "10000"),
    ("arrivals per second", key("arrivals", "poisson:1000001"), "1000000"),
    ("bytes of a line", lambda s: s + ";" + "x" * 190 + "\n", "190"),
    ("bytes of a name", lambda s: s + "[site " + "x" * 50 + "]\n", "49"),
    ("keys of a section", lambda s: s.replace("[site hall]", "[site hall]\n" + "".join(f"k{i} = 1\n" for i in range(1001)), 1),
     "1000"),
    ("sections", more("[site s{0}]\n", 65537), "65536"),
    ("bytes of a scenario", lambda s: s + "; comment\n" * 1700000, "16777216"),
    ("columns of a CSV file", key("wind", "wide.csv:c1"), "4096"),
    ("bytes of a CSV record", key("wind", "long.csv:wind"), "long.csv:2: a record longer than the 1048576 bytes"),
    ("bytes of a trace", key("wind", "large.csv:wind"), "wind: large.csv: is larger than the 2147483648 bytes"),
    ("bytes of a job trace", key("arrivals", "trace:large.csv"), "arrivals: large.csv: is larger than the 2147483648 bytes"),
    ("bytes of an included file", lambda s: s.replace("[scenario]", "[scenario]\ninclude = large.csv", 1), "16777216"),
    ("depth of includes", lambda s: s.replace("[scenario]", "[scenario]\ninclude = i1.ini", 1), "i8.ini:2: [scenario] include"),
    ("signals", lambda s: more(SYNTH, 50)(key("slots", "2200000")(key("slot_s", "30")(key("wind", "0.3")(s)))),
     "[site made39] wind: one signal too many of 2200000 slots, allowed are 536870912 values"),
]

# What is just allowed.
ALLOWED: list[tuple[str, Change]] = [
    ("slots", lambda s: key("slots", "2200000")(key("slot_s", "30")(key("wind", "0.3")(s)))),
    ("horizon", lambda s: key("slots", "18641")(key("slot_s", "3600")(key("wind", "0.3")(s)))),
    ("sites", more(WEEK, 998)),
    ("ASPs", more(ASP, 1997)),
    ("workloads", more(CLASS, 1997)),
    ("steps", key("steps", "1:256:1")),
    ("GPUs of an ASP", key("gpus", "1000000")),
    ("images of a job", key("images", "10000")),
    ("arrivals per second", key("arrivals", "poisson:1000000")),
    ("bytes of a line", lambda s: s + ";" + "x" * 189 + "\n"),
    ("bytes of a name", lambda s: s + WEEK.format("").replace("far", "x" * 44)),
    ("bytes of a CSV record", key("wind", "padded.csv:wind")),
    ("depth of includes", lambda s: s.replace("[scenario]", "[scenario]\ninclude = i2.ini", 1)),
]

# A line of a file is too short for these.
SETTINGS = [
    ("DVFS levels", "gpu a100.levels=" + ", ".join(f"0.{i:03}:100" for i in range(1, 66)), "64"),
    ("values of a list", "workload drafts.images=" + ", ".join(f"{i}:1" for i in range(1, 66)), "64"),
]

SWEEPS: list[tuple[str, Change, str]] = [
    ("axes", more("[axis a{0}]\nkey = scenario.slot_s\nvalues = 300\n", 8), "8"),
    ("seeds", key("seeds", "1000001"), "1000000"),
    ("keys of an axis", lambda s: s + "".join(f"key.k{i} = site hall.base_kw\nvalues.k{i} = 0, 1\n" for i in range(32)), "32"),
    ("values of an axis", key("values", "0:100000:1"), "100000"),
    ("bytes of a sweep file", lambda s: s + "; comment\n" * 1700000, "16777216"),
    ("tasks", lambda s: key("seeds", "1000000")(key("values", ", ".join(str(i) for i in range(30)))(s)) +
     "\n[axis b]\nkey = site hall.base_kw\nvalues = 1, 2, 3, 4\n", "100000000"),
]

# What is too large on a command line.
COMMANDS: list[tuple[str, list[str], str]] = [
    ("bytes of a policy file", ["run", "small.ini", "--policy", "drl:large.h5/threshold"], "large.h5: is larger than the 268435456 bytes"),
    ("bytes of a replay file", ["run", "replay.ini", "--policy", "again/again"], "large.csv: is larger than the 2147483648 bytes"),
    ("bytes of a file to import", ["trace", "import", "auto", "large.csv", "-o", "t.csv"], "2147483648 bytes"),
    ("bytes of a file to look at", ["trace", "info", "large.csv"], "2147483648 bytes"),
    ("rows of a generated trace", ["trace", "gen", "price-pjm", "--days", "116", "--slot", "1", "-o", "t.csv"], "10000000"),
    ("columns of a plan", ["run", "many.ini", "--policy", "lp/lp"], "or more columns a period, at most 40000"),
    ("policies", ["compare", "small.ini", "--seeds", "2", "--policies", ",".join(f"p{i}" for i in range(257))], "256"),
    ("seeds of compare", ["compare", "small.ini", "--policies", "local", "--seeds", "1000001"], "1000000"),
    ("days", ["compare", "small.ini", "--policies", "local", "--days", "10001"], "10000"),
    ("threads", ["compare", "small.ini", "--policies", "local", "--threads", "4097"], "4096"),
    ("shards", ["sweep", "s.ini", "-o", "s.h5", "--shard", "0/1000001"], "1000000"),
    ("elements", ["sweep", "s.ini", "-o", "s.h5", "--slurm", "--elements", "100001"], "100000"),
]


def write_large_files(folder: Path) -> None:
    """Makes files that are too large (without taking room on the disk), too long, or just not."""
    for name, size in (("large.csv", 1 << 31), ("large.h5", 1 << 28)):
        with (folder / name).open("wb") as file:
            file.truncate(size + 1)
    record = 1 << 20  # bytes, without the end of the line
    (folder / "long.csv").write_text("time_s,wind\n0," + "0" * record + "\n")
    rows = "".join(f"{900 * i},0.3\n" for i in range(1, 8))
    (folder / "padded.csv").write_text("time_s,wind\n0," + "0" * (record - 3) + "\n" + rows)
    names = ",".join(f"c{i}" for i in range(4097))
    (folder / "wide.csv").write_text(f"{names}\n")
    for i in range(1, 9):
        (folder / f"i{i}.ini").write_text(f"[scenario]\ninclude = i{i + 1}.ini\n")
    (folder / "i9.ini").write_text("[scenario]\n")


def check_allowed(faults: Faults, folder: Path, what: str) -> str:
    """Returns what is wrong with a scenario that must be accepted."""
    ended = faults.run(folder, ["validate", "bad.ini"])
    return "" if ended.status == 0 else f"{what}: is allowed, but ended with {ended.status}: {one_line(ended.said)}"


def less_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def check(faults: Faults, folder: Path, what: str, arguments: list[str], says: str, status: int = 2) -> str:
    """Returns what is wrong with a command that must be refused."""
    before = snapshot(folder)
    ended = faults.run(folder, arguments, preexec_fn=less_memory)
    after = snapshot(folder)
    print(f"{what}: {ended.status}: {one_line(ended.said)[:150]}")
    if ended.status != status:
        return f"{what}: ended with {ended.status}, {status} is expected: {one_line(ended.said)}"
    if says not in ended.said:
        return f"{what}: does not name {says}: {one_line(ended.said)}"
    if after != before or ended.count.get("written") != 0:
        return f"{what}: something was written"
    return ""


def main() -> int:
    given = arguments_or_exit(__doc__, 2)
    faults = Faults(given[0], given[1])
    wrong = []
    with tempfile.TemporaryDirectory(prefix="stepwatt-limits-") as name:
        folder = Path(name)
        write_inputs(folder)
        write_large_files(folder)
        good = (folder / "small.ini").read_text()
        sweep = (folder / "s.ini").read_text()
        # Neither a run nor a check writes any file that -o or --record does not name.
        (folder / "good.ini").write_text(good.split("[policy again]")[0])
        for arguments in (["run", "good.ini"], ["validate", "good.ini"], ["sweep", "s.ini", "--dry-run"]):
            ended = faults.run(folder, arguments)
            if ended.status != 0 or ended.count["written"] != 0:
                wrong.append(f"{arguments}: ended with {ended.status}, {ended.count}: {one_line(ended.said)}")
        for what, change, says in SCENARIOS:
            (folder / "bad.ini").write_text(change(good))
            wrong.append(check(faults, folder, what, ["run", "bad.ini"], says))
        for what, change, says in SWEEPS:
            (folder / "bad.ini").write_text(change(sweep))
            wrong.append(check(faults, folder, what, ["sweep", "bad.ini", "-o", "s.h5"], says))
        for what, setting, says in SETTINGS:
            wrong.append(check(faults, folder, what, ["run", "small.ini", "--set", setting], says))
        (folder / "many.ini").write_text(more(ASP, 1997)(more(CLASS, 1997)(key("steps", "1:256:1")((folder / "good.ini").read_text()))))
        (folder / "replay.ini").write_text(re.sub(r"old/\w+.csv", "large.csv", good))
        for what, arguments, says in COMMANDS:
            wrong.append(check(faults, folder, what, arguments, says, 1 if "lp/lp" in arguments else 2))  # policies fail with 1
        if given[2:] == ["all"]:
            with (folder / "cells.csv").open("wb") as file:
                file.write(b"time_s,wind\n" + b",\n" * MANY_LINES)
            wrong.append(check(faults, folder, "cells", ["trace", "info", "cells.csv"], "more than the 268435456 cells"))
        for what, change in ALLOWED if given[2:] == ["all"] else []:
            (folder / "bad.ini").write_text(change((folder / "good.ini").read_text()))
            wrong.append(check_allowed(faults, folder, what))
        many = [word for i in range(257) for word in ("--set", f"site hall.base_kw={i}")]
        wrong.append(check(faults, folder, "--set", ["run", "small.ini", *many], "256"))
    wrong = [line for line in wrong if line]
    for line in wrong:
        print(f"FAILED: {line}", file=sys.stderr)
    print(f"{len(SCENARIOS) + len(SETTINGS) + len(SWEEPS) + len(COMMANDS) + 1} limits, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
