#!/usr/bin/env python3
"""Kills commands that write at random moments and before calls on files, and interrupts them; what was killed goes on with --resume.

usage: test_kills.py STEPWATT FAULT.so [ROUNDS]     ROUNDS: of kill -9, and calls of a command (100 when missing)
"""

import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from faults import IMPORTS, Case, Faults, arguments_or_exit, one_line, snapshot, spread, work_in_memory, write_inputs

SEED = int(os.environ.get("SW_TEST_SEED", "1"))
OLD = "a result of before"
TICK_S = 1.0 / os.sysconf("SC_CLK_TCK")

# Long enough to be met in the middle, each with what it writes.
COMMANDS = {
    "run": (["run", "long.ini", "-o", "r.h5", "--jobs"], ["r.h5"]),
    "compare": (["compare", "small.ini", "--policies", "local/idle,greedy/threshold", "--seeds", "60", "--no-bound", "-o", "c.h5"],
                ["c.h5"]),
    "sweep": (["sweep", "many.ini", "-o", "s.h5", "--resume"], ["s.h5"]),
    "record": (["run", "long.ini", "--record", "rec"], ["rec/jobs.csv", "rec/controls.csv"]),
    "import": (["trace", "import", "aemo", "long.csv", "--site", "A", "-o", "t.csv"], ["t.csv"]),
}
IMPORTED_ROWS = 100_000
SEEDS_OF_INTERRUPTED = 5000

# Commands that give files of the same size each time.
OVERWRITERS = [
    Case("record", ["run", "small.ini", "--record", "rec"], ["rec/jobs.csv", "rec/controls.csv"]),
    Case("compare", ["compare", "small.ini", "--policies", "local/idle", "--seeds", "2", "--no-bound", "-o", "c.h5"], ["c.h5"]),
    Case("bound", ["bound", "small.ini", "--mps", "b.mps"], ["b.mps"]),
    Case("duals", ["bound", "small.ini", "--duals", "d.csv"], ["d.csv"]),
    Case("gen", ["trace", "gen", "price-pjm", "-o", "g.csv"], ["g.csv"]),
]


def cpu_s(pid: int) -> float:
    """Returns the CPU time of a process so far; infinity when it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return float("inf")
    return float("inf") if fields[0] == "Z" else (int(fields[11]) + int(fields[12])) * TICK_S


def start(faults: Faults, folder: Path, arguments: list[str]) -> subprocess.Popen:
    return subprocess.Popen([faults.program, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_cpu(process: subprocess.Popen, amount_s: float) -> None:
    """Waits until the program has used so much CPU time (a busy machine does not matter), or has ended."""
    while cpu_s(process.pid) < amount_s and process.poll() is None:
        time.sleep(0.002)


def normal(table: str) -> str:
    """Returns a table of `stepwatt results` without the name of the file and times."""
    return re.sub(r"\S*\.h5", "FILE", table)


def wait_listening(process: subprocess.Popen, number: int) -> None:
    """Waits until the program handles the signal, or has ended."""
    while process.poll() is None:
        try:
            caught = re.search(r"SigCgt:\s*(\w+)", Path(f"/proc/{process.pid}/status").read_text())
        except (FileNotFoundError, ProcessLookupError):
            return
        if caught is not None and int(caught[1], 16) >> (number - 1) & 1:
            return
        time.sleep(0.001)


def kill_rounds(faults: Faults, folder: Path, rounds: int) -> list[str]:
    """Kills each command at random moments; returns what went wrong."""
    wrong = []
    n_killed = n_left = 0
    whole: dict[str, int] = {}
    took: dict[str, float] = {}
    faults.run(folder, ["sweep", "many.ini", "-o", "whole.h5"])
    table = normal(faults.run(folder, ["results", "whole.h5"]).told)
    for name, (arguments, outputs) in COMMANDS.items():
        before = sum(os.times()[2:4])
        ended = faults.run(folder, arguments)
        took[name] = sum(os.times()[2:4]) - before
        if ended.status != 0:
            return [f"{name}: {one_line(ended.said)}"]
        for output in outputs:
            whole[output] = snapshot(folder)[output]
            (folder / output).unlink()
    for i in range(rounds):
        name, (arguments, outputs) = list(COMMANDS.items())[i % len(COMMANDS)]
        for output in outputs if name != "sweep" else []:  # --resume reads what is there
            (folder / output).write_text(OLD)
        process = start(faults, folder, arguments)
        wait_cpu(process, random.uniform(0.0, took[name]))
        process.kill()
        process.communicate()
        n_killed += process.returncode == -signal.SIGKILL
        after = snapshot(folder)
        sizes = [after.get(output) for output in outputs]
        olds = [size == len(OLD) for size in sizes if size is not None]
        for output, size in zip(outputs, sizes):
            # Of a recording one file may be missing, never belong to another recording.
            if size not in (len(OLD), whole[output]) and not (size is None and (name == "sweep" or len(outputs) > 1)) or len(set(olds)) > 1:
                wrong.append(f"round {i}, {name}: {output} has {size} bytes of {whole[output]}")
        if name == "sweep":
            ended = faults.run(folder, arguments)
            told = normal(faults.run(folder, ["results", "s.h5"]).told)
            if ended.status != 0 or told != table or (folder / "s.h5.journal").exists():
                wrong.append(f"round {i}: resumed with {ended.status}, or to other results: {one_line(ended.said)}")
        for left in [left for output in outputs for left in folder.glob(f"{output}*")]:
            if str(left.relative_to(folder)) not in outputs and ".tmp." not in left.name:
                wrong.append(f"round {i}, {name}: left {left.name}")
            n_left += ".tmp." in left.name
            left.unlink()
    print(f"{rounds} rounds, {n_killed} killed before their end, {n_left} files NAME.tmp.PID left")
    if n_killed == 0:
        wrong.append("no round killed anything")
    return wrong


def kills_at_calls(faults: Faults, folder: Path, most: int) -> list[str]:
    """Kills what overwrites a result before its n-th call on a file: each file is old, new or, in a recording, missing."""
    wrong = []
    n = 0
    for case in (*OVERWRITERS, *IMPORTS):
        ended = faults.run(folder, case.arguments)
        if ended.status != 0:
            return [f"{case.name}: {one_line(ended.said)}"]
        new = [(folder / output).stat().st_size for output in case.outputs]
        old = [len(OLD)] * len(new)
        for call in spread(ended.count["io"], most):
            for output in case.outputs:
                (folder / output).write_text(OLD)
            ended = faults.run(folder, case.arguments, f"kill={call}")
            n += 1
            after = snapshot(folder)
            found = [after.get(output) for output in case.outputs]
            halves = len(found) > 1 and None in found and not (set(found) & set(old) and set(found) & set(new))
            if ended.status != -signal.SIGKILL or (found not in (old, new) and not halves):
                wrong.append(f"{case.name}: killed before call {call}: ended with {ended.status}, files of {found} bytes")
            for left in [left for output in case.outputs for left in folder.glob(f"{output}*")]:
                left.unlink()
    print(f"{n} killed before a call on a file, {len(wrong)} wrong")
    return wrong


def interrupts(faults: Faults, folder: Path) -> list[str]:
    """INT and TERM end a command with 3, a message and no result. Only the import may have ended by then."""
    wrong = []
    (folder / "many.ini").write_text(re.sub(r"seeds = \d+", f"seeds = {SEEDS_OF_INTERRUPTED}", (folder / "many.ini").read_text()))
    for name, (arguments, outputs) in COMMANDS.items():
        longer = [str(SEEDS_OF_INTERRUPTED) if before == "--seeds" else word for before, word in zip(["", *arguments], arguments)]
        for number in (signal.SIGINT, signal.SIGTERM):
            process = start(faults, folder, longer)
            wait_listening(process, number)
            wait_cpu(process, 0.02)
            process.send_signal(number)
            _, said = process.communicate(timeout=60)
            after = snapshot(folder)
            has_result = any(output in after for output in outputs)
            if process.returncode == 0 and name == "import":
                pass
            elif process.returncode != 3 or has_result or "interrupt" not in said:
                wrong.append(f"{name}: signal {int(number)}: ended with {process.returncode}: {one_line(said)}")
            if any(".tmp." in left for left in after):
                wrong.append(f"{name}: signal {int(number)}: a file was left half-written")
            for left in [left for output in outputs for left in folder.glob(f"{output}*")]:
                left.unlink()
            print(f"{name}: signal {int(number)}: {process.returncode}, {one_line(said)}")
    return wrong


def main() -> int:
    given = arguments_or_exit(__doc__, 2)
    faults = Faults(given[0], given[1])
    work_in_memory()
    rounds = int(given[2]) if len(given) > 2 else 100
    random.seed(SEED)
    print(f"seed {SEED} (SW_TEST_SEED)")
    with tempfile.TemporaryDirectory(prefix="stepwatt-kill-") as name:
        folder = Path(name)
        write_inputs(folder)
        text = (folder / "small.ini").read_text()
        (folder / "long.ini").write_text(text.replace("slots = 6", "slots = 3000").replace("wind.csv:wind", "0.3")
                                         .replace("trace:jobs.h5", "poisson:0.5"))
        (folder / "many.ini").write_text((folder / "s.ini").read_text().replace("seeds = 2", "seeds = 40"))
        head, row, *_ = (folder / "prices.csv").read_text().splitlines()
        start = datetime(2025, 1, 1, 0, 5)
        (folder / "long.csv").write_text(head + "\n" + "".join(
            row.replace("2025/01/01 00:05:00", f"{start + i * timedelta(minutes=5):%Y/%m/%d %H:%M:%S}") + "\n"
            for i in range(IMPORTED_ROWS)))
        wrong = kill_rounds(faults, folder, rounds) + kills_at_calls(faults, folder, rounds) + interrupts(faults, folder)
    for line in wrong:
        print(f"FAILED: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
