#!/usr/bin/env python3
"""The floors of coverage.py: what falls below one fails, and none is ever lowered. Measures a file of its own with gcov."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECK = Path(__file__).with_name("coverage.py")
SOURCE = """#include "twice.h"
int main(int n, char **words) {
    (void)words;
    if (n > 1) {
        return twice(n);
    }
    return 0;
}
"""
HEADER = """static inline int twice(int n) {
    return 2 * n;
}
"""


class Coverage(unittest.TestCase):
    def setUp(self) -> None:
        kept = tempfile.TemporaryDirectory(prefix="stepwatt-coverage-")
        self.addCleanup(kept.cleanup)
        self.root = Path(kept.name)
        self.floors = self.root / "floors.json"
        for folder in ("src/tool", "build/src"):
            (self.root / folder).mkdir(parents=True)
        (self.root / "src/tool/main.c").write_text(SOURCE)
        (self.root / "src/tool/twice.h").write_text(HEADER)
        subprocess.run(["gcc", "-O0", "-fprofile-arcs", "-ftest-coverage", "../src/tool/main.c", "-o", "src/tool"],
                       cwd=self.root / "build", check=True)
        for notes in (self.root / "build").glob("*.gc*"):
            notes.rename(self.root / "build/src" / notes.name)

    def run_tool(self, *words: str) -> None:
        subprocess.run([self.root / "build/src/tool", *words], cwd=self.root / "build", check=False)
        for counts in (self.root / "build").glob("*.gcda"):
            counts.rename(self.root / "build/src" / counts.name)

    def check(self, floors: dict[str, float], *options: str) -> tuple[int, str, dict[str, float]]:
        """Returns exit status, all output, and the floors in the file afterwards."""
        self.floors.write_text(json.dumps(floors))
        done = subprocess.run([sys.executable, "-B", CHECK, "build", self.floors, *options], cwd=self.root,
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr, json.loads(self.floors.read_text())

    def test_lines_of_sources_and_headers_are_counted_reached_or_not(self) -> None:
        self.assertIn("tool           6        0    0.0", self.check({})[1])
        self.run_tool()
        self.assertIn("tool           6        3   50.0", self.check({})[1])
        self.run_tool("more")
        self.assertIn("tool           6        6  100.0", self.check({})[1])

    def test_a_module_below_its_floor_fails_and_one_on_it_passes(self) -> None:
        self.run_tool()
        self.assertEqual(self.check({"tool": 50.0})[0], 0)
        status, said, _ = self.check({"tool": 50.1})
        self.assertEqual(status, 1)
        self.assertIn("tool: 50.0 % of lines are reached, the floor is 50.1 %", said)

    def test_floors_and_modules_are_the_same(self) -> None:
        status, said, _ = self.check({})
        self.assertEqual(status, 1)
        self.assertIn("tool: has no floor", said)
        status, said, _ = self.check({"tool": 0.0, "gone": 0.0})
        self.assertEqual(status, 1)
        self.assertIn("gone: has a floor and no lines", said)

    def test_raise_lifts_floors_and_sets_new_ones(self) -> None:
        self.run_tool()
        self.assertEqual(self.check({"tool": 12.5}, "--raise")[2], {"tool": 49.5})
        self.assertEqual(self.check({}, "--raise")[2], {"tool": 49.5})

    def test_raise_leaves_room_once_and_takes_none_back(self) -> None:
        self.run_tool()
        self.assertEqual(self.check({"tool": 49.8}, "--raise"), (0, self.check({"tool": 49.8})[1], {"tool": 49.8}))

    def test_raise_lowers_no_floor_and_fails_below_it(self) -> None:
        self.run_tool()
        status, _, floors = self.check({"tool": 99.0}, "--raise")
        self.assertEqual((status, floors), (1, {"tool": 99.0}))

    def test_without_raise_no_floor_moves(self) -> None:
        self.run_tool("more")
        self.assertEqual(self.check({"tool": 12.5})[2], {"tool": 12.5})

    def test_an_empty_build_is_no_coverage(self) -> None:
        for notes in (self.root / "build/src").glob("*.gcno"):
            notes.unlink()
        self.assertNotEqual(self.check({"tool": 0.0})[0], 0)


if __name__ == "__main__":
    unittest.main()
