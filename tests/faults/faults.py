"""What the fault tests share: runs of stepwatt in a folder of their own, with a fault, and what must hold afterwards."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 120  # a program that takes longer hangs
TRACE_ROWS = 8
IN_MEMORY = "/dev/shm"  # a file system without a disk to wait for


def work_in_memory() -> None:
    """Lets folders for tests be made in memory where that is possible; they hold some MB."""
    if os.access(IN_MEMORY, os.W_OK):
        tempfile.tempdir = IN_MEMORY


SWEEP = """[sweep]
name = small
base = small.ini
policies = local/idle, greedy/threshold
seeds = 2

[axis battery_kwh]
key = site hall.battery_kwh
values = 0, 8
"""


@dataclass
class Ended:
    """How a run of the program ended."""

    status: int  # exit status; below 0: killed by that signal
    said: str  # stderr
    told: str  # stdout
    count: dict[str, int] = field(default_factory=dict)  # what fault.c counted; empty when it did not get to its end


@dataclass
class Case:
    """A command whose every call is made to fail."""

    name: str
    arguments: list[str]
    outputs: list[str] = field(default_factory=list)  # files that are complete or absent
    kept: list[str] = field(default_factory=list)  # files that may stay after a failure
    goes_on: str = ""  # what it says when it can do without the memory that it did not get
    most: int = sys.maxsize  # calls of a kind to break when all are asked for


class Faults:
    """The program under test, and the library that makes its calls fail."""

    def __init__(self, program: str, library: str) -> None:
        self.program = Path(program).resolve()
        self.library = Path(library).resolve()

    def run(self, folder: Path, arguments: list[str], fault: str = "none", file: str = "", **options) -> Ended:
        """Runs the program in `folder` with a fault of fault.c; `options` are those of subprocess.run."""
        log = folder / "fault.log"
        log.unlink(missing_ok=True)
        env = dict(os.environ, SW_FAULT=fault, SW_FAULT_LOG=str(log), SW_FAULT_FILE=file, LD_PRELOAD=str(self.library))
        env.setdefault("OMP_NUM_THREADS", "1")
        done = subprocess.run([self.program, *arguments], cwd=folder, env=env, capture_output=True, text=True,
                              errors="replace", timeout=LIMIT_S, check=False, **options)
        count = {}
        if log.exists():
            words = log.read_text().split()
            count = {name: int(n) for name, n in zip(words[::2], words[1::2])}
            log.unlink()
        return Ended(done.returncode, done.stderr, done.stdout, count)


# Files that `trace import` knows, one for each of its readers; those of the fuzz corpus begin with two bytes of options.
FOREIGN = {"prices.csv": "aemo", "weather.csv": "epw_pv", "weather.json": "open_meteo", "requests.csv": "burstgpt"}
PLANT = "Year,Month,Day,Period,A\n" + "".join(f"2020,7,15,{hour},{10 * hour}\n" for hour in range(1, 25))


def write_inputs(folder: Path) -> None:
    """Makes small.ini, half an hour with a trace in CSV and jobs in HDF5, s.ini, a sweep over it, and files of others."""
    text = (ROOT / "scenarios" / "quick.ini").read_text()
    text = text.replace("slots = 48", "slots = 6")
    text = text.replace("wind = 0.3\n", "wind = wind.csv:wind\n")
    text = text.replace("bursty:0.3,5", "trace:jobs.h5")
    text += "\n[policy again]\nuse = replay\njobs = old/jobs.csv\ncontrols = old/controls.csv\n"
    rows = "".join(f"{900 * i},0.{i + 1}\n" for i in range(TRACE_ROWS))
    (folder / "wind.csv").write_text("time_s,wind\n" + rows)
    shutil.copy(ROOT / "traces" / "traced_jobs.h5", folder / "jobs.h5")
    (folder / "small.ini").write_text(text)
    (folder / "s.ini").write_text(SWEEP)
    for name, sample in FOREIGN.items():
        (folder / name).write_bytes((ROOT / "tests" / "fuzz" / "corpus_import" / sample).read_bytes()[2:])
    (folder / "plant.csv").write_text(PLANT)
    shutil.copy(ROOT / "policies" / "sac.h5", folder / "net.h5")


def import_case(name: str, arguments: str, output: str) -> Case:
    return Case(name, ["trace", "import", *arguments.split(), "-o", output], [output])


# One of each reader of `trace import`.
IMPORTS = [
    import_case("import market", "aemo prices.csv --site A", "t.csv"),
    import_case("import weather", "epw weather.csv --start 2023-07-16T04:00:00Z --days 0.08333333333333333", "t.csv"),
    import_case("import open-meteo", "open-meteo weather.json", "t.h5"),
    import_case("import plant", "rts-wind plant.csv --column A --rated 1000 --utc-offset 0 --start 2023-07-15 --days 1", "t.csv"),
    import_case("import requests", "burstgpt requests.csv", "t.h5"),
]


def snapshot(folder: Path) -> dict[str, int]:
    """Returns the files below `folder` and their sizes."""
    return {str(p.relative_to(folder)): p.stat().st_size for p in sorted(folder.rglob("*")) if p.is_file()}


def check_end(case: Case, ended: Ended, before: dict[str, int], after: dict[str, int], whole: dict[str, int]) -> str:
    """Returns what is wrong with the end of a run that met a fault, or an empty text."""
    if ended.status not in (0, 1, 2, 3):
        return f"ended with {ended.status}"
    if not ended.count:
        return "did not end in its own way"
    if ended.count["live"] != 0:
        return f"{ended.count['live']} blocks were not given back"
    # HDF5 keeps a file that it could not write open until the program ends.
    if ended.count["open"] > (ended.status == 1 and any(name.endswith(".h5") for name in case.outputs)):
        return f"{ended.count['open']} files were left open"
    if ended.status != 0 and not ended.said.strip():
        return f"ended with {ended.status} and said nothing"
    for name, size in after.items():
        if name in before or name in case.kept:
            continue
        if name not in case.outputs:
            return f"left {name} behind"
        if size != whole[name]:
            return f"left {name} with {size} bytes of {whole[name]}"
    if ended.status == 0 and any(name not in after for name in case.outputs):
        return "ended with 0 and wrote no result"
    return ""


def try_fault(faults: Faults, case: Case, template: Path, whole: dict[str, int], fault: str, file: str = "") -> tuple[Ended, str]:
    """Runs a case with a fault in a copy of `template`; returns its end and what is wrong with it."""
    with tempfile.TemporaryDirectory(prefix="stepwatt-fault-") as name:
        folder = Path(name) / "work"
        shutil.copytree(template, folder)
        before = snapshot(folder)
        try:
            ended = faults.run(folder, case.arguments, fault, file)
        except subprocess.TimeoutExpired:
            return Ended(-1, "", ""), f"hung for {LIMIT_S} s"
        return ended, check_end(case, ended, before, snapshot(folder), whole)


def run_whole(faults: Faults, case: Case, template: Path) -> tuple[Ended, dict[str, int]]:
    """Runs a case without a fault; returns its end and the files it leaves."""
    with tempfile.TemporaryDirectory(prefix="stepwatt-fault-") as name:
        folder = Path(name) / "work"
        shutil.copytree(template, folder)
        ended = faults.run(folder, case.arguments)
        return ended, snapshot(folder)


def spread(n: int, most: int) -> list[int]:
    """Returns 1..n, or `most` of them from the first to the last, evenly spread."""
    if n <= most:
        return list(range(1, n + 1))
    if most == 1:
        return [1]
    return sorted({1 + round(i * (n - 1) / (most - 1)) for i in range(most)})


def one_line(text: str) -> str:
    """Returns the first line of a text that says something."""
    return next((line for line in re.split(r"[\r\n]+", text) if line.strip()), "")


def arguments_or_exit(usage: str, least: int) -> list[str]:
    """Returns the arguments of the script, or ends it."""
    if len(sys.argv) - 1 < least:
        sys.exit(usage)
    return sys.argv[1:]
