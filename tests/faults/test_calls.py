#!/usr/bin/env python3
"""Makes calls of the program fail one at a time: those that take memory, and those on files.

usage: test_calls.py STEPWATT FAULT.so [MOST]     MOST: calls per command and kind of fault (all when missing)

Whatever fails, the program must end by itself, say why, give its memory and files back, and leave no partial file.
"""

import re
import resource
import shutil
import sys
import tempfile
from pathlib import Path

from faults import IMPORTS, Case, Faults, arguments_or_exit, one_line, run_whole, spread, try_fault, work_in_memory, write_inputs

JOURNAL_BYTES = 6000  # a few tasks of s.ini
MANY = 16  # calls of a kind, of commands that are long or whose parts other cases have

CASES = [
    Case("validate", ["validate", "small.ini"]),
    Case("run", ["run", "small.ini", "-o", "r.h5", "--jobs", "--record", "rec"],
         ["r.h5", "rec/jobs.csv", "rec/controls.csv"]),
    Case("run explain", ["run", "small.ini", "--policy", "lp/lp", "--explain", "--json"], goes_on="no plan in slot"),
    Case("run replay", ["run", "small.ini", "--policy", "again/again"]),
    Case("run drl", ["run", "small.ini", "--policy", "drl:net.h5/threshold"]),
    Case("run plugin", ["run", "small.ini", "--policy", "./null.so/null"], most=MANY),
    Case("compare", ["compare", "small.ini", "--policies", "local/idle,greedy/threshold", "--seeds", "2", "-o", "c.h5"],
         ["c.h5"], goes_on="left out: out of memory"),
    Case("compare threads", ["compare", "small.ini", "--policies", "local/idle,drl:net.h5", "--seeds", "2", "--series", "-o",
                             "c.h5", "--threads", "2", "--no-bound"], ["c.h5"], most=MANY),
    Case("sweep", ["sweep", "s.ini", "-o", "s.h5", "--series"], ["s.h5"], ["s.h5.journal"]),
    Case("sweep threads", ["sweep", "s.ini", "-o", "s.h5", "--threads", "2"], ["s.h5"], ["s.h5.journal"], most=MANY),
    Case("sweep shard", ["sweep", "s.ini", "-o", "s.h5", "--shard", "1/2"], ["s.1-of-2.h5"], ["s.1-of-2.h5.journal"], most=MANY),
    Case("sweep resume", ["sweep", "s.ini", "-o", "half.h5", "--resume"], ["half.h5"], most=MANY),
    Case("sweep seeds", ["sweep", "s.ini", "-o", "s.h5", "--until-halfwidth", "1e-9", "--max-seeds", "3"], ["s.h5"],
         ["s.h5.journal"], most=MANY),
    Case("sweep dry run", ["sweep", "s.ini", "--dry-run"], most=MANY),
    Case("sweep slurm", ["sweep", "s.ini", "-o", "s.h5", "--slurm"], ["s.h5.sbatch"], most=MANY),
    Case("merge", ["merge", "m.h5", "old.0-of-2.h5", "old.1-of-2.h5"], ["m.h5"]),
    Case("results", ["results", "old.h5"]),
    Case("results pareto", ["results", "old.h5", "--pareto", "utility_usd,-carbon_kg"], most=MANY),
    Case("results csv", ["results", "old.h5", "--csv"], most=MANY),
    Case("bound", ["bound", "small.ini", "--mps", "b.mps", "--duals", "d.csv"], ["b.mps", "d.csv"]),
    Case("bound h5", ["bound", "small.ini", "--duals", "d.h5", "--json"], ["d.h5"], most=MANY),
    Case("trace info", ["trace", "info", "wind.csv"]),
    Case("trace info two", ["trace", "info", "wind.csv", "jobs.h5", "--json"], most=MANY),
    *IMPORTS,
    Case("trace gen", ["trace", "gen", "price-pjm", "-o", "t.csv"], ["t.csv"]),
    Case("trace gen h5", ["trace", "gen", "wind-rts", "--start", "2023-07-16", "-o", "t.h5"], ["t.h5"], most=MANY),
    Case("trace fit", ["trace", "fit", "prices.h5", "--column", "price_usd_per_mwh"]),
    Case("report", ["report", "old.h5", "-o", "p.html"], ["p.html"]),
    Case("policy list", ["policy", "list", "--json"]),
    Case("policy", ["policy", "info", "lp"]),
    Case("policy file", ["policy", "info", "net.h5"]),
    Case("policy plugin", ["policy", "info", "./null.so"]),
    Case("bench", ["bench", "mmc", "drl", "--scenario", "small.ini", "--quick", "--json"], most=MANY),
]

# What must be there before: results of a sweep, whole and in shards, a recording, and a long trace.
PREPARE = [
    ["sweep", "s.ini", "-o", "old.h5"],
    ["sweep", "s.ini", "-o", "old.h5", "--shard", "0/2"],
    ["sweep", "s.ini", "-o", "old.h5", "--shard", "1/2"],
    ["run", "small.ini", "--record", "old"],
    ["trace", "gen", "price-pjm", "--days", "3", "--slot", "3600", "-o", "prices.h5"],
]


def prepare(faults: Faults, template: Path) -> None:
    """Makes the inputs of all cases, or ends the script."""
    write_inputs(template)
    shutil.copy(faults.program.parent / "policies" / "null.so", template)
    for arguments in PREPARE:
        ended = faults.run(template, arguments)
        if ended.status != 0:
            sys.exit(f"FAILED: {arguments}: {ended.said}")
    # A sweep that ends early: no file may grow beyond a few tasks of its journal.
    ended = faults.run(template, ["sweep", "s.ini", "-o", "half.h5"],
                       preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (JOURNAL_BYTES, JOURNAL_BYTES)))
    if ended.status != 1 or not (template / "half.h5.journal").exists():
        sys.exit(f"FAILED: a sweep on a full disk: {ended.status}: {ended.said}")


def commands_without_case(faults: Faults, template: Path) -> list[str]:
    """Returns the commands, and those of trace and policy, that no case has."""
    help_text = faults.run(template, ["--help"]).told
    names = [[name] for name in re.findall(r"(?m)^  ([a-z]+)  ", help_text)]
    names += [["trace", name] for name in re.findall(r"(?<![-\w])([a-z]+) [A-Z]", faults.run(template, ["trace", "--help"]).told)]
    return [" ".join(name) for name in names if not any(case.arguments[:len(name)] == name for case in CASES)]


def break_calls(faults: Faults, case: Case, template: Path, most: int) -> tuple[int, list[str]]:
    """Breaks the calls of one case; returns how many, and what went wrong."""
    ended, whole = run_whole(faults, case, template)
    if ended.status != 0 or ended.count.get("live") != 0 or ended.count.get("open") != 0:
        return 1, [f"{case.name}: without a fault: status {ended.status}, {ended.count}: {one_line(ended.said)}"]
    n = 0
    wrong = []
    most = min(most, case.most)
    for kind, calls in (("alloc", ended.count["alloc"]), ("io", ended.count["io"])):
        for fault in [f"{kind}={i}" for i in spread(calls, most)] + [f"{kind}-from={i}" for i in spread(calls, (most + 1) // 2)]:
            got, problem = try_fault(faults, case, template, whole, fault)
            n += 1
            if not problem and got.count["met"] == 0:
                # With threads the calls are not always as many.
                problem = "" if got.status == 0 else f"ended with {got.status} without a fault"
            elif not problem and kind == "alloc" and (got.status != 1 or "memory" not in got.said):
                problem = "" if case.goes_on and case.goes_on in got.said else f"ended with {got.status}; 1 and a word of memory are expected"
            if problem:
                wrong.append(f"{case.name}: {fault}: {problem}: {one_line(got.said)}")
    print(f"{case.name}: {ended.count['alloc']} calls for memory and {ended.count['io']} on files; {n} broken, {len(wrong)} wrong",
          flush=True)
    return n, wrong


def main() -> int:
    given = arguments_or_exit(__doc__, 2)
    faults = Faults(given[0], given[1])
    work_in_memory()
    most = int(given[2]) if len(given) > 2 else sys.maxsize
    only = given[3:]
    total = 0
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="stepwatt-fault-") as name:
        template = Path(name)
        prepare(faults, template)
        wrong += [f"no case for the command {name}" for name in commands_without_case(faults, template)]
        for case in CASES:
            if not only or case.name in only:
                n, found = break_calls(faults, case, template, most)
                total += n
                wrong += found
    for line in wrong:
        print(f"FAILED: {line}", file=sys.stderr)
    print(f"{total} faults, {len(wrong)} not survived")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
