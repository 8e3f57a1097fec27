#!/usr/bin/env python3
"""Holds the share of lines that tests reach, by module of src/, to floors that only rise.

usage: coverage.py BUILD FLOORS [--raise]     --raise: lifts the floors in the file FLOORS to ROOM below what is measured

BUILD is a build with preset coverage whose tests have run. Fails where a module lies below its floor or has none, and where
a floor names no module. Run in the source root.
"""

import json
import math
import subprocess
import sys
from pathlib import Path


# Percentage points: which calls for memory the short fault tests break, and so which lines, moves with the code.
ROOM = 0.5


def reached_lines(build: Path) -> dict[str, dict[int, bool]]:
    """Returns, by file of src/ (a path below it), its lines with code and whether any test reached them."""
    source = Path("src").resolve()
    notes = [str(path.resolve()) for path in sorted((build / "src").rglob("*.gcno"))]
    if not notes:
        sys.exit(f"coverage.py: no .gcno file below {build / 'src'}")
    said = subprocess.run(["gcov", "--json-format", "--stdout", *notes], cwd=build, capture_output=True, text=True, check=True).stdout
    files: dict[str, dict[int, bool]] = {}
    for document in said.splitlines():
        parsed = json.loads(document)
        for file in parsed["files"]:
            path = Path(parsed["current_working_directory"], file["file"]).resolve()
            if not path.is_relative_to(source):
                continue
            lines = files.setdefault(str(path.relative_to(source)), {})
            for line in file["lines"]:  # once for each function that holds the line, and for each file that includes it
                number = line["line_number"]
                lines[number] = lines.get(number, False) or line["count"] != 0
    return files


def by_module(files: dict[str, dict[int, bool]]) -> dict[str, tuple[int, int]]:
    """Returns the numbers of lines and of reached lines by module, the first folder of each path."""
    modules: dict[str, tuple[int, int]] = {}
    for path, lines in files.items():
        n, reached = modules.get(Path(path).parts[0], (0, 0))
        modules[Path(path).parts[0]] = (n + len(lines), reached + sum(lines.values()))
    return dict(sorted(modules.items()))


def share_percent(lines: tuple[int, int]) -> float:
    """Returns the share of reached lines in per cent, rounded down to a tenth."""
    n, reached = lines
    return math.floor(1000 * reached / n) / 10


def faults(modules: dict[str, tuple[int, int]], floors: dict[str, float]) -> list[str]:
    """Returns what is wrong with the measured modules, in words."""
    wrong = [f"{name}: {share_percent(lines)} % of lines are reached, the floor is {floors[name]} %"
             for name, lines in modules.items() if name in floors and share_percent(lines) < floors[name]]
    wrong += [f"{name}: has no floor; --raise sets it" for name in modules if name not in floors]
    wrong += [f"{name}: has a floor and no lines" for name in floors if name not in modules]
    return wrong


def raised(modules: dict[str, tuple[int, int]], floors: dict[str, float]) -> dict[str, float]:
    """Returns the floors of the measured modules, none below what it was."""
    return {name: max(round(share_percent(lines) - ROOM, 1), floors.get(name, 0.0)) for name, lines in modules.items()}


def print_table(modules: dict[str, tuple[int, int]], floors: dict[str, float]) -> None:
    """Prints a row for each module and one for all."""
    print(f"{'module':8}  {'lines':>6}  {'reached':>7}  {'%':>5}  {'floor':>5}")
    total = (sum(n for n, _ in modules.values()), sum(reached for _, reached in modules.values()))
    for name, lines in [*modules.items(), ("all", total)]:
        print(f"{name:8}  {lines[0]:6}  {lines[1]:7}  {share_percent(lines):5.1f}  {floors.get(name, ''):>5}")


def main() -> int:
    if len(sys.argv) not in (3, 4) or sys.argv[3:] not in ([], ["--raise"]):
        sys.exit(__doc__)
    floor_file = Path(sys.argv[2])
    floors = json.loads(floor_file.read_text()) if floor_file.exists() else {}
    modules = by_module(reached_lines(Path(sys.argv[1])))
    if sys.argv[3:]:
        floors = raised(modules, floors)
        floor_file.write_text(json.dumps(floors, indent=2) + "\n")
    print_table(modules, floors)
    wrong = faults(modules, floors)
    for line in wrong:
        print(f"FAILED: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
