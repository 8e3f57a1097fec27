#!/usr/bin/env python3
"""Policies that break the contract, through the program: message, exit status, and no file left behind.

usage: test_faults.py STEPWATT FAULTY.so FOLDER     with broken-*.so and solving.so in the folder
"""

import os
import signal
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SCENARIO = os.path.join(HERE, "faults.ini")
STEPWATT, FAULTY, BROKEN = sys.argv[1:4]

# What a run must say of a fault at job 2 (t = 250 s), or at slot 2 (t = 600 s).
JOB = "stepwatt: policy faulty/faulty: at t=250 s, job 2: %s (asp %s of 0..1, or -1 to reject; step choice %s of 0..1; not_before %s s)"
SLOT = "stepwatt: policy faulty/faulty: at t=600 s, slot 2, %s"
FAILED = {
    "asp": JOB % ("no such ASP", "2", "0", "0"),
    "asp-negative": JOB % ("no such ASP", "-2", "0", "0"),
    "unreachable": JOB % ("the ASP cannot be reached from the job's origin", "1", "0", "0"),
    "step": JOB % ("no such step choice", "0", "2", "0"),
    "step-negative": JOB % ("no such step choice", "0", "-1", "0"),
    "not-before": JOB % ("not_before is not finite", "0", "0", "nan"),
    "not-before-endless": JOB % ("not_before is not finite", "0", "0", "inf"),
    "level": SLOT % "asp far: level 2 is not in 0..1",
    "level-negative": SLOT % "asp near: level -1 is not in 0..1",
    "active": SLOT % "asp far: active 4 is not in 0..3",
    "active-negative": SLOT % "asp near: active -1 is not in 0..2",
    "battery": SLOT % "site west: battery_kw nan is not finite",
    "cooling": SLOT % "site east: cooling_kw inf is not finite",
    "create": "stepwatt: policy faulty cannot begin: the moon is in the wrong phase",
    "create-silent": "stepwatt: policy faulty cannot begin: it gives no reason",
    "state-huge": "stepwatt: policy faulty asks for 9223372036854775807 bytes of state; allowed: up to 17179869184",
    "state-most": "stepwatt: policy faulty asks for 18446744073709551615 bytes of state; allowed: up to 17179869184",
}


class Faults(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.output = os.path.join(self.folder.name, "results.h5")
        self.record = os.path.join(self.folder.name, "record")

    def command(self, fault, *more):
        return [STEPWATT, "run", SCENARIO, "--policy", "faulty", "--set", "policy faulty.use=" + FAULTY, "--set",
                "policy faulty.fault=" + fault, "-o", self.output, "--record", self.record, *more]  # fmt: skip

    def run_it(self, fault, *more):
        return subprocess.run(self.command(fault, *more), capture_output=True, text=True, timeout=60)

    def expect_nothing_left(self):
        self.assertFalse(os.path.exists(self.output))
        for name in ("jobs.csv", "controls.csv"):
            self.assertFalse(os.path.exists(os.path.join(self.record, name)), name)

    def test_without_a_fault_it_runs_and_writes_its_files(self):
        done = self.run_it("none")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(os.path.exists(self.output))
        with open(os.path.join(self.record, "jobs.csv"), encoding="utf-8") as file:
            self.assertEqual(len(file.readlines()), 1 + 7)

    def test_each_fault_fails_the_run_with_its_own_message_and_leaves_no_file(self):
        for fault, message in FAILED.items():
            with self.subTest(fault=fault):
                done = self.run_it(fault)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (1, "", message + "\n"))
                self.expect_nothing_left()

    def test_a_reason_without_end_is_cut(self):
        done = self.run_it("create-long")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"^stepwatt: policy faulty cannot begin: x{100,}\n$")

    def test_a_host_that_is_asked_too_early_or_for_what_there_is_not_gives_nothing(self):
        for fault in ("ask-early", "ask-beyond"):
            with self.subTest(fault=fault):
                done = self.run_it(fault)
                self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_results_that_are_there_stay_as_they_are_when_a_run_fails(self):
        with open(self.output, "w", encoding="utf-8") as file:
            file.write("of another run")
        self.assertEqual(self.run_it("asp").returncode, 1)
        with open(self.output, encoding="utf-8") as file:
            self.assertEqual(file.read(), "of another run")

    def test_one_bad_policy_fails_a_comparison(self):
        done = subprocess.run(
            [STEPWATT, "compare", SCENARIO, "--policies", "local/idle,faulty", "--set", "policy faulty.use=" + FAULTY,
             "--set", "policy faulty.fault=asp", "--seeds", "2", "-o", self.output],
            capture_output=True, text=True, timeout=60)  # fmt: skip
        self.assertEqual(done.returncode, 1)
        self.assertIn("policy faulty/faulty: at t=250 s, job 2: no such ASP", done.stderr)
        self.expect_nothing_left()

    def test_a_crash_leaves_no_file(self):
        done = self.run_it("crash")
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stdout, "")
        self.expect_nothing_left()

    def test_a_hang_that_is_killed_leaves_no_file(self):
        with subprocess.Popen(self.command("hang"), stderr=subprocess.PIPE, text=True) as hung:
            self.assertEqual(hung.stderr.readline(), "policy faulty/faulty level=warn hangs\n")
            hung.send_signal(signal.SIGKILL)
            self.assertEqual(hung.wait(timeout=60), -signal.SIGKILL)
        self.expect_nothing_left()

    def test_bad_parameters_are_bad_input(self):
        for setting, message in (
            ("at=101", "--set policy faulty.%s: [policy faulty] at: 101 is not allowed; it is a whole number from 0 to 100"),
            ("at=1.5", "--set policy faulty.%s: [policy faulty] at: 1.5 is not allowed; it is a whole number from 0 to 100"),
            ("at=soon", "--set policy faulty.%s: [policy faulty] at: 'soon' is not a number"),
            ("where=1", "--set policy faulty.%s: [policy faulty] where: unknown key of policy faulty; allowed: use, fault, at"),
        ):
            with self.subTest(setting=setting):
                done = self.run_it("none", "--set", "policy faulty." + setting)
                self.assertEqual((done.returncode, done.stderr), (2, message % setting + "\n"))
                self.expect_nothing_left()

    def test_a_bad_table_is_bad_input(self):
        for fault in range(1, 15):
            path = os.path.join(BROKEN, "broken-%d.so" % fault)
            with self.subTest(fault=fault):
                done = subprocess.run(
                    [STEPWATT, "run", SCENARIO, "--policy", path + "/idle", "-o", self.output],
                    capture_output=True, text=True, timeout=60)  # fmt: skip
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertTrue(done.stderr.startswith(path + ": "), done.stderr)
                self.expect_nothing_left()

    def test_a_file_that_is_no_plugin_is_bad_input(self):
        for path in ("no/such/policy.so", SCENARIO):
            with self.subTest(path=path):
                done = subprocess.run([STEPWATT, "run", SCENARIO, "--policy", path],
                    capture_output=True, text=True, timeout=60)  # fmt: skip
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(path, done.stderr)

    def test_validate_checks_every_policy_section_and_lists_all_that_is_wrong(self):
        def validate(*settings):
            options = [word for setting in settings for word in ("--set", "policy " + setting)]
            return subprocess.run([STEPWATT, "validate", SCENARIO, *options],
                capture_output=True, text=True, timeout=60)  # fmt: skip

        jobs = os.path.join(self.folder.name, "jobs.csv")
        with open(jobs, "w", encoding="utf-8") as file:
            file.write("job,asp,steps,not_before_s\n0,nowhere,10,\n")
        done = validate("faulty.use=" + FAULTY, "faulty.at=7", "greedy.use=greedy", "thrifty.use=cheapest")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        done = validate("first.use=no-such", "faulty.use=" + FAULTY, "faulty.at=-1", "again.use=replay", "again.jobs=" + jobs,
                        "broken.use=" + os.path.join(BROKEN, "broken-4.so"), "greedy.apples=2", "local.steps=22")  # fmt: skip
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        said = done.stderr.splitlines()
        self.assertEqual(len(said), 5, said)
        for part in ("'no-such' is no known policy", "[policy faulty] at: -1 is not allowed", jobs + ":2: ",
                     "broken-4.so: the table has no valid name", "[policy greedy] apples: unknown key"):  # fmt: skip
            self.assertEqual(sum(part in line for line in said), 1, (part, said))

    def test_the_host_solves_programs_for_a_plugin_and_a_bad_one_does_not_end_the_run(self):
        path = os.path.join(BROKEN, "solving.so")
        done = subprocess.run([STEPWATT, "run", SCENARIO, "--policy", "local/" + path],
            capture_output=True, text=True, timeout=60)  # fmt: skip
        self.assertEqual(done.returncode, 0)
        self.assertEqual(
            [line.replace("policy local/solving level=", "") for line in done.stderr.splitlines()],
            ["warn status 0 worth 11 x 3 1 dual 2",
             "warn status 1 worth nan x nan nan dual nan",
             "error solve_lp refuses: row 0: bounds -inf..nan; the lower one may be -inf, the upper one inf",
             "warn status 4 worth 0 x -1 -1 dual -1"])  # fmt: skip


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
