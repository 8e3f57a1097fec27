#!/usr/bin/env python3
"""Breaks lines of the model's code one at a time, in a copy, and counts how many of these mutants the tests notice.

usage: mutants.py [--sample N] [--seed S] [--file F]... [--line L]... [--all] [--list] [--floor PERCENT] [--build DIR] [--jobs J]

Mutants come from mutate.py, builds from build.py; which tests look at which files stands below (SUITES). A mutant is killed when a
test fails, crashes or takes ten times as long as it should. Those that do not compile, leave the object code at -O2 the same, or
stand in equivalent.txt (read by people, each with its reason) do not count. DIR/mutants.csv gets a row for each mutant, as
soon as it is known.

Exit status: 0; 1 where fewer than PERCENT are killed, the tests fail without a mutant, or equivalent.txt does not fit the code.
"""

import argparse
import csv
import fcntl
import hashlib
import math
import os
import queue
import resource
import shutil
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from pathlib import Path
from typing import Iterable, NamedTuple, TextIO

import build
import mutate

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENT = Path(__file__).with_name("equivalent.txt")


class Test(NamedTuple):
    """A program of the build with its arguments and environment."""

    program: str
    arguments: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()


def unit(folder: str, *names: str) -> list[Test]:
    return [Test(f"tests/unit/{folder}/test_{name}") for name in names]


def conformance(*policies: str) -> list[Test]:
    return [Test("tests/conformance/policy_conformance", (p,)) for p in policies]


GOLDEN = [Test(f"tests/golden/golden_{x}") for x in ("service", "energy", "storage", "outcomes", "pool", "seen")]
GOLDEN.append(Test("tests/golden/golden_runs", (), ("CK_RUN_CASE=runs",)))
PLANNED = Test("tests/golden/golden_runs", (), ("CK_RUN_CASE=plans",))
TWIN = Test("tests/property/test_twin", (), ("SW_TEST_CASES=400",))
RELATIONS = Test("tests/property/test_relations", (), ("SW_TEST_CASES=20",))
EXAMPLES = Test("tests/property/test_examples")
BOUND_HOLDS = Test("tests/property/test_bound_holds", (), ("SW_TEST_CASES=20",))
WORLDS, POLICIES, PLANS, BOUNDS = (Test("tests/golden/golden_random", (), (f"CK_RUN_CASE={x}",)) for x in ("worlds", "policies", "plans", "bounds"))
BRUTE_FORCE = Test("tests/property/test_brute_force", (), ("SW_TEST_CASES=6",))

# Module, the files that it has, and the tests that look at them, those first that find most for the time they take.
SUITES: list[tuple[str, list[str], list[Test]]] = [
    ("engine", ["src/engine/*"], [*GOLDEN, *unit("engine", "queues"), TWIN, POLICIES, RELATIONS]),
    ("model/energy", ["src/model/energy/*"], [*GOLDEN, TWIN, *unit("lp", "bound"), BOUNDS, POLICIES]),
    ("model", ["src/model/*"],
     [*unit("model", "model", "dist", "classes", "world", "arrivals", "forecast", "synth"), WORLDS, *GOLDEN, TWIN, *unit("io", "scenario"),
      Test("tests/property/test_calibration")]),
    ("sim", ["src/sim/*"], [*GOLDEN, TWIN, *unit("sim", "histogram", "sim", "job_pool"), POLICIES, EXAMPLES, RELATIONS, *conformance("local"), *unit("sweep", "compare")]),
    ("lp", ["src/lp/relaxation*", "src/lp/bound.c", "src/lp/hull.c"],
     [*unit("lp", "bound", "duals", "plan"), BOUNDS, PLANS, BOUND_HOLDS, BRUTE_FORCE]),
    ("policy",
     [f"src/policy/{x}" for x in ("choice.h", "fixed_steps.c", "random.c", "greedy.c", "idle.c", "threshold.c", "lp*.c", "drl.c")],
     [*unit("policy", "greedy", "dispatchers", "energy_managers", "lp", "drl"), GOLDEN[-1], POLICIES, PLANS, PLANNED, *conformance("lp"), BOUND_HOLDS]),
]
# Fits of generators to measured series, and their text: what makes scenarios, no part of a run.
NOT_MODEL = ["src/model/synth_*"]


class Verdict(NamedTuple):
    mutant: mutate.Mutant
    result: str  # killed, survived, identical, invalid (does not compile), equivalent (listed)
    by: str  # the test that killed it


def module_of(path: str) -> tuple[str, list[Test]] | None:
    """Returns the name and the tests of the module that a file belongs to; None when it belongs to none."""
    if any(fnmatch(path, x) for x in NOT_MODEL):
        return None
    return next(((name, tests) for name, files, tests in SUITES if any(fnmatch(path, x) for x in files)), None)


def model_files() -> list[str]:
    paths = (p.relative_to(ROOT).as_posix() for folder in ("engine", "model", "sim", "lp", "policy") for p in (ROOT / "src" / folder).rglob("*.[ch]"))
    return sorted(p for p in paths if module_of(p))


# ---------------------------------------------------------------- mutants that nobody can notice


def read_equivalent(path: Path, texts: dict[str, str], every: list[mutate.Mutant]) -> set[mutate.Mutant]:
    """Returns the mutants that the file lists; ends the program where an entry fits none."""
    by_diff: dict[tuple[str, ...], list[mutate.Mutant]] = {}
    for m in every:
        by_diff.setdefault((m.file, *m.diff(texts[m.file])), []).append(m)
    found: set[mutate.Mutant] = set()
    stale = []
    for block in path.read_text().split("\n\n"):
        lines = [x for x in block.splitlines() if x and not x.startswith("#")]
        if not lines:
            continue
        key = (lines[0], *(x for x in lines[1:] if x[:2] in ("- ", "+ ", "  ")))
        if lines[0] in texts:
            found.update(by_diff.get(key, []))
        if key not in by_diff and (lines[0] in texts or not (ROOT / lines[0]).exists()):
            stale.append(block)
    if stale:
        sys.exit("mutants.py: no mutant of the code is\n\n" + "\n\n".join(stale) + f"\n\ncorrect {path.name}")
    return found


# ---------------------------------------------------------------- trying


class Bench:
    """Runs tests on mutants, with limits taken from how long each test takes without one."""

    def __init__(self, base: build.Build, folder: Path, jobs: int):
        self.base = base
        self.workers: queue.Queue[build.Worker] = queue.Queue()
        for j in range(jobs):
            self.workers.put(build.Worker(base, folder / f"worker-{j}"))
        self.seconds: dict[Test, int] = {}
        self.running: set[subprocess.Popen] = set()
        self.stopped = threading.Event()

    def measure(self, tests: list[Test]) -> None:
        """Runs every test on the unchanged code; ends the program when one fails."""
        worker = self.workers.get()
        for test in tests:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            if not self.passes(worker, test, 600):
                sys.exit(f"mutants.py: {test} fails without any mutant")
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            used_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            self.seconds[test] = max(2, math.ceil(10.0 * used_s))
        self.workers.put(worker)

    def passes(self, worker: build.Worker, test: Test, limit_s: int) -> bool:
        """Runs a test with so many seconds of CPU time, and thirty times as many of the clock."""
        words = ["prlimit", f"--cpu={limit_s}", "--as=4000000000", "--core=0", str(worker.program(test.program)), *test.arguments]
        scratch = worker.folder / "tmp"
        scratch.mkdir(parents=True, exist_ok=True)
        environment = dict(os.environ, LD_LIBRARY_PATH=worker.library_path, CK_FORK="no", TMPDIR=str(scratch),
                           **dict(x.split("=", 1) for x in test.environment))
        child = subprocess.Popen(words, cwd=self.base.root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 stdin=subprocess.DEVNULL, start_new_session=True)
        self.running.add(child)
        try:
            return child.wait(timeout=30 * limit_s) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
            self.running.discard(child)

    def judge(self, mutant: mutate.Mutant, text: str, tests: list[Test]) -> Verdict:
        """Returns what becomes of a mutant. Once stopped, that is no longer true, and nobody asks."""
        worker = self.workers.get()
        try:
            if not worker.make(mutant.file, mutant.applied(text)):
                return Verdict(mutant, "identical", "")
            for test in tests:
                if self.stopped.is_set() or not self.passes(worker, test, self.seconds[test]):
                    return Verdict(mutant, "killed", " ".join([Path(test.program).name, *test.arguments]))
            return Verdict(mutant, "survived", "")
        except build.BuildFailed:
            return Verdict(mutant, "invalid", "")
        finally:
            self.workers.put(worker)

    def stop(self) -> None:
        self.stopped.set()
        for child in list(self.running):
            os.killpg(child.pid, signal.SIGKILL)


# ---------------------------------------------------------------- report


def share(verdicts: list[Verdict]) -> float:
    """Returns what percentage of the mutants that could be noticed was killed."""
    killed = sum(v.result == "killed" for v in verdicts)
    counted = killed + sum(v.result == "survived" for v in verdicts)
    return 100.0 * killed / counted if counted else 100.0


def table(verdicts: list[Verdict]) -> str:
    """Returns the counts of each module and of all, as a table in Markdown."""
    rows = [(name, [v for v in verdicts if (module_of(v.mutant.file) or ("",))[0] == name]) for name, _, _ in SUITES]
    lines = ["| module | mutants | do not compile | same object | equivalent | killed | survived | killed, % |", "|---|---:|---:|---:|---:|---:|---:|---:|"]
    for name, some in [*rows, ("all", verdicts)]:
        if some:
            n = [sum(v.result == x for v in some) for x in ("invalid", "identical", "equivalent", "killed", "survived")]
            lines.append(f"| {name} | {len(some)} | " + " | ".join(map(str, n)) + f" | {share(some):.1f} |")
    return "\n".join(lines)


def row(v: Verdict) -> list[object]:
    return [v.mutant.file, v.mutant.line, v.mutant.operator, v.mutant.old, v.mutant.new, v.result, v.by]


def write_csv(file: TextIO, verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Writes a row for each mutant as soon as it is known, and returns them all."""
    writer = csv.writer(file)
    writer.writerow(["file", "line", "operator", "old", "new", "result", "by"])
    found = []
    for verdict in verdicts:
        writer.writerow(row(verdict))
        file.flush()
        found.append(verdict)
    return found


# ---------------------------------------------------------------- command


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Breaks lines of model code one at a time; shows that tests notice.")
    parser.add_argument("--sample", type=int, default=100, metavar="N", help="how many mutants (100)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="which ones (1): of one commit a seed gives the same, and those of a larger sample hold those of a smaller")
    parser.add_argument("--file", action="append", metavar="F", help="only of this file, such as src/sim/energy.c")
    parser.add_argument("--line", action="append", type=int, metavar="L", help="only of this line")
    parser.add_argument("--all", action="store_true", help="no sample: all of them")
    parser.add_argument("--list", action="store_true", help="print the mutants, try none")
    parser.add_argument("--floor", type=float, default=0.0, metavar="PERCENT", help="fail when fewer are killed")
    parser.add_argument("--build", type=Path, default=ROOT / "build/mutants", metavar="DIR", help="folder to build in (build/mutants)")
    parser.add_argument("--jobs", type=int, default=2, metavar="J", help="mutants tried at a time (2)")
    return parser.parse_args()


def chosen(options: argparse.Namespace, every: list[mutate.Mutant], texts: dict[str, str]) -> list[mutate.Mutant]:
    """Returns the mutants that the options ask for, in order of file and place.

    A sample has those of the least hashes of seed and changed lines: a change of the code exchanges few of them, and a larger
    sample has all of a smaller one.
    """
    some = [m for m in every if not options.line or m.line in options.line]
    if options.all or options.sample >= len(some):
        return some

    def draw(m: mutate.Mutant) -> bytes:
        return hashlib.sha256("\n".join([str(options.seed), m.file, *m.diff(texts[m.file])]).encode()).digest()

    return sorted(sorted(some, key=draw)[: options.sample], key=lambda m: (m.file, m.start, m.end, m.new))


def tried(options: argparse.Namespace, mutants: list[mutate.Mutant], listed: set[mutate.Mutant], texts: dict[str, str]) -> list[Verdict]:
    """Builds, tries the mutants that are not listed and returns what became of all, in their order."""
    tests_of = {m.file: (module_of(m.file) or ("", []))[1] for m in mutants}
    tests = list(dict.fromkeys(t for some in tests_of.values() for t in some))
    folder = options.build.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"mutants.py: another run builds in {folder}; --build names another folder")
    build.copy_tree(ROOT, folder / "tree")
    base = build.Build(folder / "tree", folder / "base", sorted({t.program for t in tests}))
    bench = Bench(base, folder, options.jobs)
    pool = ThreadPoolExecutor(options.jobs)
    try:
        bench.measure(tests)
        futures = [None if m in listed else pool.submit(bench.judge, m, texts[m.file], tests_of[m.file]) for m in mutants]
        verdicts = (Verdict(m, "equivalent", "") if f is None else f.result() for m, f in zip(mutants, futures))
        with (folder / "mutants.csv").open("w", newline="") as file:
            return write_csv(file, verdicts)
    finally:
        bench.stop()
        pool.shutdown(cancel_futures=True)
        for j in range(options.jobs):
            shutil.rmtree(folder / f"worker-{j}", ignore_errors=True)


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    options = arguments()
    files = options.file or model_files()
    for path in files:
        if not module_of(path) or not (ROOT / path).is_file():
            sys.exit(f"mutants.py: {path} is no file of the model; allowed: {', '.join(model_files())}")
    texts = {path: (ROOT / path).read_text() for path in files}
    every = [m for path in files for m in mutate.mutants(path, texts[path])]
    listed = read_equivalent(EQUIVALENT, texts, every)
    mutants = chosen(options, every, texts)
    if options.list:
        for m in mutants:
            print(f"{m.file}:{m.line}: {m.operator}: {' '.join(m.old.split())} -> {' '.join(m.new.split())}")
        return 0
    signal.signal(signal.SIGTERM, interrupted)
    try:
        verdicts = tried(options, mutants, listed, texts)
    except KeyboardInterrupt:
        print("mutants.py: interrupted", file=sys.stderr)
        return 3
    except build.BuildFailed as error:
        sys.exit(f"mutants.py: {error}")
    for v in verdicts:
        if v.result == "survived":
            print(f"survived: {v.mutant.file}:{v.mutant.line}: {v.mutant.operator}", *v.mutant.diff(texts[v.mutant.file]), "", sep="\n")
    print(table(verdicts))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"killed: {share(verdicts):.1f} % of {sum(v.result in ('killed', 'survived') for v in verdicts)} mutants that could be noticed "
          f"({len(every)} in {len(files)} files; builds and tests: {used.ru_utime + used.ru_stime:.0f} s of CPU time)")
    return 1 if share(verdicts) < options.floor else 0


if __name__ == "__main__":
    sys.exit(main())
