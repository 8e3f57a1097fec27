#!/usr/bin/env python3
"""Full disks, read-only folders, input files that change while they are read or are no files, and clocks that go backwards.

usage: test_files.py STEPWATT FAULT.so [MOST]     MOST: places at which a file is cut (all when missing)
"""

import json
import os
import pty
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from faults import IMPORTS, Case, Faults, arguments_or_exit, check_end, one_line, run_whole, snapshot, spread, try_fault, work_in_memory, write_inputs

WRITERS = [
    Case("run", ["run", "small.ini", "-o", "r.h5", "--jobs"], ["r.h5"]),
    Case("record", ["run", "small.ini", "--record", "rec"], ["rec/jobs.csv", "rec/controls.csv"]),
    Case("compare", ["compare", "small.ini", "--policies", "local/idle", "--seeds", "2", "-o", "c.h5"], ["c.h5"]),
    Case("sweep", ["sweep", "s.ini", "-o", "s.h5"], ["s.h5"], ["s.h5.journal"]),
    Case("slurm", ["sweep", "s.ini", "-o", "s.h5", "--slurm"], ["s.h5.sbatch"]),
    Case("merge", ["merge", "m.h5", "old.0-of-2.h5", "old.1-of-2.h5"], ["m.h5"]),
    Case("gen", ["trace", "gen", "price-pjm", "-o", "t.csv"], ["t.csv"]),
    Case("mps", ["bound", "small.ini", "--mps", "b.mps"], ["b.mps"]),
    Case("duals", ["bound", "small.ini", "--duals", "d.csv"], ["d.csv"]),
    Case("report", ["report", "old.h5", "-o", "p.html"], ["p.html"]),
    IMPORTS[0],  # CSV
    IMPORTS[-1],  # HDF5
]

READERS = [
    (Case("scenario", ["run", "small.ini"]), "small.ini"),
    (Case("CSV trace", ["run", "small.ini"]), "wind.csv"),
    (Case("HDF5 jobs", ["run", "small.ini"]), "jobs.h5"),
    (Case("sweep file", ["sweep", "s.ini", "-o", "s.h5"], ["s.h5"], ["s.h5.journal"]), "s.ini"),
    (Case("base of a sweep", ["sweep", "s.ini", "-o", "s.h5"], ["s.h5"], ["s.h5.journal"]), "small.ini"),
    (Case("recording", ["run", "small.ini", "--policy", "again/again"]), "old/controls.csv"),
    (Case("shard", ["merge", "m.h5", "old.0-of-2.h5", "old.1-of-2.h5"], ["m.h5"]), "old.1-of-2.h5"),
    (Case("results", ["results", "old.h5"]), "old.h5"),
    (Case("report", ["report", "old.h5", "-o", "p.html"], ["p.html"]), "old.h5"),
    (Case("policy file", ["run", "small.ini", "--policy", "drl:net.h5/threshold"]), "net.h5"),
    *((case, case.arguments[3]) for case in IMPORTS),
]

PREPARE = [
    ["sweep", "s.ini", "-o", "old.h5"],
    ["sweep", "s.ini", "-o", "old.h5", "--shard", "0/2"],
    ["sweep", "s.ini", "-o", "old.h5", "--shard", "1/2"],
    ["run", "small.ini", "--record", "old"],
]


class Tally:
    """Counts what was tried and keeps what was wrong."""

    def __init__(self) -> None:
        self.n = 0
        self.wrong: list[str] = []

    def add(self, what: str, problem: str, said: str = "") -> None:
        self.n += 1
        if problem:
            self.wrong.append(f"{what}: {problem}: {one_line(said)}")


@contextmanager
def copy_of(template: Path, place: Path | None = None) -> Iterator[Path]:
    """Gives a copy of a folder that is gone afterwards; `place`: made there."""
    with tempfile.TemporaryDirectory(prefix="stepwatt-fault-", dir=place) as name:
        folder = Path(name) / "work"
        shutil.copytree(template, folder)
        yield folder


def check_refused(case: Case, ended, before: dict[str, int], after: dict[str, int]) -> str:
    """Returns what is wrong with a run that could not write."""
    problem = check_end(case, ended, before, after, {name: -1 for name in case.outputs})
    if not problem and ended.status not in (1, 2):
        problem = f"ended with {ended.status} where 1 or 2 is expected"
    return problem


def limited_size(faults: Faults, template: Path, tally: Tally) -> None:
    """Files may grow to so many bytes only, which for the program is a full disk."""
    for case in WRITERS:
        _, whole = run_whole(faults, case, template)
        largest = max(whole[name] for name in case.outputs)
        for limit in {0, 100, largest // 2, largest - 1}:
            with copy_of(template) as folder:
                before = snapshot(folder)
                # The counts of fault.c go to a file too, so they are not asked for.
                done = subprocess.run([faults.program, *case.arguments], cwd=folder, capture_output=True, text=True,
                                      check=False, timeout=120,
                                      preexec_fn=lambda limit=limit: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
                ended = Plain(done)
                tally.add(f"{case.name}: files of at most {limit} bytes", check_refused(case, ended, before, snapshot(folder)),
                          ended.said)


class Plain:
    """The end of a run without fault.c, in the shape of faults.Ended."""

    def __init__(self, done: subprocess.CompletedProcess) -> None:
        self.status = done.returncode
        self.said = done.stderr
        self.count = {"live": 0, "open": 0}


def fill(path: Path) -> None:
    """Writes a file until there is no room."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        while os.write(file, b"x" * 4096) > 0:
            pass
    except OSError:
        pass
    finally:
        os.close(file)


def full_disk(faults: Faults, template: Path, tally: Tally) -> None:
    """The same on a small file system that is full."""
    with tempfile.TemporaryDirectory(prefix="stepwatt-full-") as name:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "none", name], capture_output=True, check=False)
        if mounted.returncode != 0:
            print("full disk: left out, a tmpfs cannot be mounted (root can)")
            return
        try:
            for case in WRITERS:
                with copy_of(template, Path(name)) as folder:
                    before = snapshot(folder)
                    fill(Path(name) / "filler")
                    ended = faults.run(folder, case.arguments)
                    ended.count = {"live": 0, "open": 0}  # nor is there room for the counts
                    tally.add(f"{case.name}: full disk", check_refused(case, ended, before, snapshot(folder)), ended.said)
                    os.unlink(Path(name) / "filler")
        finally:
            subprocess.run(["umount", name], check=False)


def read_only(faults: Faults, template: Path, tally: Tally) -> None:
    """A folder that may not be written to: a mistake of the user, found before anything is simulated."""
    bare = ["setpriv", "--bounding-set", "-all"] if os.geteuid() == 0 else []
    if bare and shutil.which("setpriv") is None:
        print("read-only folders: left out, root needs setpriv to be refused")
        return
    for case in WRITERS:
        with copy_of(template) as folder:
            before = snapshot(folder)
            folder.chmod(0o555)
            done = subprocess.run([*bare, faults.program, *case.arguments], cwd=folder, capture_output=True, text=True,
                                  check=False, timeout=120)
            folder.chmod(0o755)
            problem = check_refused(case, Plain(done), before, snapshot(folder))
            if not problem and done.returncode != 2:
                problem = f"ended with {done.returncode}, 2 is expected"
            tally.add(f"{case.name}: read-only folder", problem, done.stderr)


def changed_files(faults: Faults, template: Path, tally: Tally, most: int) -> None:
    """An input file loses its second half before the n-th call on a file."""
    for case, file in READERS:
        ended, whole = run_whole(faults, case, template)
        for n in spread(ended.count["io"], most):
            got, problem = try_fault(faults, case, template, whole, f"cut={n}", file)
            tally.add(f"{case.name}: {file} cut before call {n}", problem, got.said)


def without_times(text: str) -> dict:
    """Returns the JSON of a command without what depends on clocks."""
    found = json.loads(text)
    for key in [key for key in found if re.search(r"^(wall_s|decision_s)$", key)]:
        if not 0.0 <= found.pop(key) < 1e8:
            raise ValueError(f"{key} is below 0")
    return found


# What may stand in the place of an input file.
ODD_FILES: dict[str, Callable[[Path], None]] = {
    "folder": Path.mkdir,
    "pipe": os.mkfifo,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "loop": lambda path: path.symlink_to(path.name),
}


def odd_files(faults: Faults, template: Path, tally: Tally) -> None:
    """Something that is no regular file, in the place of each input: refused, and not waited for; a link to the file is as good as it."""
    plugin = (Case("plugin", ["policy", "info", "./null.so"]), "null.so")  # code: cut, it would crash
    for case, file in [*READERS, plugin]:
        ended, whole = run_whole(faults, case, template)
        for what, make in ODD_FILES.items():
            with copy_of(template) as folder:
                (folder / file).unlink()
                make(folder / file)
                before = snapshot(folder)
                try:
                    ended = faults.run(folder, case.arguments)
                except subprocess.TimeoutExpired:
                    tally.add(f"{case.name}: {file} is a {what}", "hung")
                    continue
                problem = check_end(case, ended, before, snapshot(folder), whole)
                if not problem and (ended.status != 2 or Path(file).name not in ended.said):
                    problem = f"ended with {ended.status}, 2 and the name of the file are expected"
                tally.add(f"{case.name}: {file} is a {what}", problem, ended.said)
        with copy_of(template) as folder:
            (folder / file).rename(folder / "elsewhere")
            (folder / file).symlink_to(folder / "elsewhere")
            ended = faults.run(folder, case.arguments)
            tally.add(f"{case.name}: {file} is a link", "" if ended.status == 0 else f"ended with {ended.status}", ended.said)


def progress_lines(faults: Faults, folder: Path, arguments: list[str]) -> str:
    """Returns what a command writes to a terminal while clocks jump."""
    ours, theirs = pty.openpty()
    env = dict(os.environ, SW_FAULT="clock", SW_FAULT_LOG="/dev/null", LD_PRELOAD=str(faults.library))
    with subprocess.Popen([faults.program, *arguments], cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=theirs):
        os.close(theirs)
        said = b""
        try:
            while more := os.read(ours, 65536):
                said += more
        except OSError:  # how a terminal ends
            pass
    os.close(ours)
    return said.decode()


def clocks(faults: Faults, template: Path, tally: Tally) -> None:
    """Results do not depend on clocks, and no time comes out below 0."""
    arguments = ["run", "small.ini", "--policy", "lp/lp", "--json"]
    with copy_of(template) as folder:
        straight = faults.run(folder, arguments)
        bent = faults.run(folder, arguments, "clock")
        same = straight.status == 0 and bent.status == 0 and without_times(straight.told) == without_times(bent.told)
        tally.add("run: clock", "" if same else f"ended with {bent.status}, or with other results", bent.said)
        arguments = ["compare", "small.ini", "--policies", "local/idle", "--seeds", "3"]
        bent = faults.run(folder, arguments, "clock")
        tally.add("compare: clock", "" if bent.status == 0 and " in -" not in bent.told else f"ended with {bent.status}", bent.told)
        straight = faults.run(folder, ["sweep", "s.ini", "-o", "a.h5"])
        bent = faults.run(folder, ["sweep", "s.ini", "-o", "b.h5"], "clock")
        tables = [faults.run(folder, ["results", name]).told.replace(name, "") for name in ("a.h5", "b.h5")]
        (folder / "many.ini").write_text((folder / "s.ini").read_text().replace("seeds = 2", "seeds = 20"))
        said = progress_lines(faults, folder, ["sweep", "many.ini", "-o", "c.h5", "--threads", "1"])
        tally.add("sweep: progress", "" if "left" in said and not re.search(r"(?<!e)-\d|inf|nan", said) else "no time left, or an odd one", repr(said))
        dry = faults.run(folder, ["sweep", "s.ini", "--dry-run"], "clock")
        tally.add("dry run: clock", "" if dry.status == 0 and "-" not in dry.told.split("about")[1] else "a time below 0", dry.told)
        bound = json.loads(faults.run(folder, ["bound", "small.ini", "--json"], "clock").told)
        tally.add("bound: clock", "" if bound["wall_s"] >= 0.0 else f"took {bound['wall_s']} s")
        tally.add("sweep: clock", "" if bent.status == 0 and tables[0] == tables[1] else f"ended with {bent.status}", bent.said)


def main() -> int:
    given = arguments_or_exit(__doc__, 2)
    faults = Faults(given[0], given[1])
    work_in_memory()
    most = int(given[2]) if len(given) > 2 else sys.maxsize
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="stepwatt-fault-") as name:
        template = Path(name)
        write_inputs(template)
        shutil.copy(faults.program.parent / "policies" / "null.so", template)
        for arguments in PREPARE:
            ended = faults.run(template, arguments)
            if ended.status != 0:
                sys.exit(f"FAILED: {arguments}: {ended.said}")
        for part in (limited_size, full_disk, read_only, odd_files, clocks):
            before = tally.n
            part(faults, template, tally)
            print(f"{part.__name__}: {tally.n - before} tried", flush=True)
        before = tally.n
        changed_files(faults, template, tally, most)
        print(f"changed_files: {tally.n - before} tried")
    for line in tally.wrong:
        print(f"FAILED: {line}", file=sys.stderr)
    print(f"{tally.n} tried, {len(tally.wrong)} wrong")
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
