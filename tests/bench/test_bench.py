#!/usr/bin/env python3
"""`stepwatt bench` from outside: every case gives sound figures. Says nothing of how fast they are.

usage: test_bench.py STEPWATT [unittest arguments]     run in the source root
"""

import json
import math
import os
import subprocess
import sys
import unittest

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "build/dev/stepwatt"
PHASES = ("arrivals_ns", "events_ns", "energy_ns", "policy_ns")


def run(*arguments):
    """Runs the program; returns the finished process with text output."""
    return subprocess.run([PROGRAM, "bench", *arguments], capture_output=True, text=True, timeout=100, check=False)


class Bench(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        done = run("--quick", "--json", "--scenario", "scenarios/quick.ini")
        assert done.returncode == 0, done.stderr
        cls.rows = json.loads(done.stdout)["rows"]

    def group(self, name):
        rows = [row for row in self.rows if row["group"] == name]
        self.assertTrue(rows, f"no row of {name}")
        return {row["label"]: row for row in rows}

    def test_every_figure_is_a_finite_number(self):
        for row in self.rows:
            for name, value in row.items():
                if name not in ("group", "label"):
                    self.assertIsInstance(value, (int, float), (row["label"], name))
                    self.assertTrue(math.isfinite(value), (row["label"], name))

    def test_both_queues_are_the_same_queue(self):
        rows = self.group("mmc")
        self.assertEqual(set(rows), {"stepwatt", "bare loop"})
        formula_s = self.group("mmc formula")["Erlang C"]["mean_wait_s"]
        for label, row in rows.items():
            # 20,000 jobs in one long correlated run: the mean wait is known to a factor.
            self.assertLess(abs(math.log(row["mean_wait_s"] / formula_s)), math.log(3.0), label)
        self.assertEqual(rows["bare loop"]["speed_over_bare"], 1.0)

    def test_phases_of_a_day_add_up_to_the_run(self):
        rows = self.group("day")
        self.assertIn("greedy/threshold", rows)
        for label, row in rows.items():
            self.assertAlmostEqual(sum(row[name] for name in PHASES), row["ns_per_job"], places=3, msg=label)
            self.assertGreater(row["million_events_per_s"], row["million_jobs_per_s"])

    def test_programs_and_sweeps_are_counted(self):
        self.assertEqual(self.group("lp")["rolling plans of lp/lp"]["solves"], 48)
        self.assertGreater(self.group("lp bound")["bound"]["columns"], 0)
        self.assertEqual(self.group("sweep")["days"]["tasks"], 4)

    def test_networks_and_environments_are_measured(self):
        rows = self.group("drl")
        self.assertEqual(set(rows), {"observation and mask", "network", "network, 64 at a time", "both, in a run"})
        for label in ("network", "network, 64 at a time"):
            self.assertGreater(rows[label]["share_of_peak"], 0.0)
            if not os.environ.get("STEPWATT_SANITIZE"):  # sanitizers slow the loop that measures the peak most
                self.assertLess(rows[label]["share_of_peak"], 1.0)
        self.assertGreater(self.group("env")["1 thread"]["decisions_per_s"], 0)

    def test_sizes_grow_as_told(self):
        sizes = [row["size"] for row in self.rows if row["group"] == "size" and row["label"] == "ASPs on 3 sites"]
        self.assertEqual(sizes, [3, 10, 30, 100, 300])
        self.assertIn("slots of one job", self.group("exponent of time"))
        self.assertIn("pending jobs", self.group("exponent of time per job"))


class Arguments(unittest.TestCase):
    def test_one_case_is_measured_alone_as_a_table(self):
        done = run("mmc", "--quick")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("bare loop", done.stdout)
        self.assertNotIn("exponent", done.stdout)

    def test_an_unknown_case_is_refused_with_those_allowed(self):
        done = run("speed")
        self.assertEqual(done.returncode, 2)
        self.assertIn("CASE 'speed': there is none; allowed: mmc, day, lp, drl, env, sweep, size", done.stderr)
        self.assertEqual(done.stdout, "")

    def test_a_missing_scenario_is_refused(self):
        done = run("day", "--scenario", "nowhere.ini")
        self.assertEqual(done.returncode, 2)
        self.assertIn("nowhere.ini", done.stderr)


if __name__ == "__main__":
    unittest.main()
