#!/usr/bin/env python3
"""The program from outside: exit statuses, messages, files, JSON.

usage: test_cli.py STEPWATT [unittest arguments]     run in the source root
"""

import csv
import json
import os
import pty
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "build/dev/stepwatt"
QUICK = "scenarios/quick.ini"
# The last of Debian's Python with h5py and xarray; other Pythons on PATH may lack them.
SYSTEM_PYTHON = "/usr/bin/python3"

RUN_KEYS = """scenario policy seed utility_usd revenue_usd energy_cost_usd overload_usd wear_usd battery_settlement_usd
carbon_usd overheat_usd transfer_usd late_usd jobs jobs_on_time jobs_late jobs_dropped jobs_rejected jobs_unfinished
jobs_transferred violation_rate mean_quality mean_steps mean_latency_s p99_latency_s import_kwh export_kwh curtailed_kwh
renewable_kwh it_kwh cooling_kwh charge_kwh discharge_kwh carbon_kg water_l overload_s clipped_controls renewable_share
revenue_scale events wall_s decision_s sites asps""".split()


def run(*arguments, **options):
    """Runs the program; returns the finished process with text output."""
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=120, check=False, **options)


def no_constant(name):
    raise AssertionError(f"JSON holds {name}")


def strict_json(text):
    """Parses one JSON object; NaN and infinity are errors."""
    return json.loads(text, parse_constant=no_constant)


class Case(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="stepwatt-cli-")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def put(self, name, text):
        path = self.path(name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def good(self, *arguments, **options):
        done = run(*arguments, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done


class Help(Case):
    def test_every_command_explains_itself_with_examples(self):
        for command in ("run", "compare", "bound", "validate", "policy"):
            done = self.good(command, "--help")
            self.assertIn("usage: stepwatt " + command, done.stdout)
            self.assertIn("examples:\n  stepwatt " + command, done.stdout)
            self.assertIn(command, self.good("--help").stdout)

    def test_version_names_libraries(self):
        text = self.good("--version").stdout
        for name in ("stepwatt", "GLPK", "HDF5", "inih", "OpenMP"):
            self.assertRegex(text, name + r" [0-9]")

    def test_policy_list_and_info(self):
        text = self.good("policy", "list").stdout
        for name in ("local", "greedy", "idle", "threshold"):
            self.assertRegex(text, r"(?m)^" + name + r" +")
        self.assertIn("dispatcher", self.good("policy", "info", "greedy").stdout)
        greedy = strict_json(self.good("policy", "info", "greedy", "--json").stdout)
        self.assertEqual(greedy["halves"], ["dispatcher"])
        self.assertIn(greedy, strict_json(self.good("policy", "list", "--json").stdout))

    def test_policy_info_tells_what_files_of_policies_hold(self):
        plugin = os.path.join(os.path.dirname(os.path.abspath(PROGRAM)), "policies", "null.so")
        told = self.good("policy", "info", plugin).stdout
        self.assertIn("null", told)
        self.assertIn("dispatcher", told)
        for name, head, meaning in (("sac", "categorical", "a logit for each action"),
                                    ("td3-diffusion-add", "asp-step", "a score for each ASP and a step scalar"),
                                    ("bid-price", "bid-price", "a price of GPU time for each ASP")):
            told = self.good("policy", "info", f"policies/{name}.h5").stdout
            self.assertIn(f"{head} ({meaning})", told)
            self.assertEqual("USD per GPU-s for each second of predicted wait" in told, head == "bid-price")
            file = strict_json(self.good("policy", "info", f"policies/{name}.h5", "--json").stdout)
            self.assertEqual(file["head"], head)
            self.assertEqual("kappa" in file, head == "bid-price")
            self.assertEqual(file["steps"], sorted(set(file["steps"])))
            outputs = {"categorical": file["n_asp"] * len(file["steps"]), "bid-price": file["n_asp"]}
            self.assertEqual(file["layers"][-1]["outputs"], outputs.get(head, file["layers"][-1]["outputs"]))
            self.assertEqual(len({len(values) for values in file["curve"].values()}), 1 if file["curve"] else 0)

    def test_what_follows_two_dashes_is_no_option(self):
        self.assertEqual(self.good("validate", "--", QUICK).stdout, self.good("validate", QUICK).stdout)
        self.assertRegex(run("validate", "--", "--help").stderr, r"--help.*No such file")

    def test_a_full_output_is_a_failure(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full")
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([PROGRAM, "--help"], stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 1)


class Json(Case):
    def test_run_has_every_promised_key(self):
        done = self.good("run", QUICK, "--json")
        self.assertEqual(done.stderr, "")
        result = strict_json(done.stdout)
        self.assertEqual([key for key in RUN_KEYS if key not in result], [])
        self.assertEqual(result["policy"], "greedy/threshold")
        self.assertEqual([site["site"] for site in result["sites"]], ["hall", "field"])
        self.assertEqual([asp["asp"] for asp in result["asps"]], ["small", "large", "fine"])
        for part in result["sites"] + result["asps"]:
            self.assertEqual([key for key in RUN_KEYS[3:38] if key not in part], [])
        terms = result["revenue_usd"] + result["battery_settlement_usd"]
        for cost in ("energy_cost", "overload", "wear", "carbon", "overheat", "transfer", "late"):
            terms -= result[cost + "_usd"]
        self.assertAlmostEqual(result["utility_usd"], terms, places=9)
        self.assertAlmostEqual(sum(site["utility_usd"] for site in result["sites"]), terms, places=9)

    def test_run_tells_how_far_balances_are_off(self):
        balances = strict_json(self.good("run", QUICK, "--json").stdout)["balances"]
        self.assertEqual(sorted(balances), ["battery", "energy", "jobs", "money"])
        self.assertEqual(balances["jobs"], 0)
        for off in balances.values():
            self.assertLess(off, 1e-12)

    def test_compare_has_intervals_and_standing(self):
        done = self.good("compare", QUICK, "--policies", "local/idle,random/idle,greedy/threshold", "--seeds", "3",
                         "--json")
        result = strict_json(done.stdout)
        self.assertEqual(result["seeds"], [0, 1, 2])
        first, _, greedy = result["policies"]
        for policy in result["policies"]:
            for key in RUN_KEYS[3:38]:
                self.assertEqual(sorted(policy[key]), ["hi", "lo", "mean"])
        self.assertEqual(first["diff_utility_usd"], {"mean": 0, "lo": 0, "hi": 0})
        self.assertLess(greedy["utility_usd"]["lo"], greedy["utility_usd"]["mean"])
        self.assertAlmostEqual(greedy["diff_utility_usd"]["mean"],
                               greedy["utility_usd"]["mean"] - first["utility_usd"]["mean"], places=9)
        self.assertGreater(1, greedy["share_of_bound"])
        self.assertEqual(result["policies"][1]["score"], 0)
        self.assertGreater(greedy["gap_usd"], 0)

    def test_one_replicate_has_no_interval(self):
        done = self.good("compare", QUICK, "--policies", "local/idle", "--seeds", "1", "--no-bound", "--json")
        policy = strict_json(done.stdout)["policies"][0]
        self.assertIsNone(policy["utility_usd"]["lo"])
        self.assertIsNone(policy["share_of_bound"])

    def test_compare_agrees_with_run(self):
        compare = strict_json(self.good("compare", QUICK, "--policies", "greedy/threshold", "--seeds", "1", "--seed",
                                        "7", "--no-bound", "--json").stdout)
        single = strict_json(self.good("run", QUICK, "--seed", "7", "--json").stdout)
        for key in RUN_KEYS[3:38]:
            self.assertEqual(compare["policies"][0][key]["mean"], single[key], key)


    def test_bound_lies_above_every_policy(self):
        bound = strict_json(self.good("bound", QUICK, "--seed", "2", "--json").stdout)
        for key in ("bound_usd", "primal_usd", "residuals", "method", "wall_s"):
            self.assertIn(key, bound)
        run_usd = strict_json(self.good("run", QUICK, "--seed", "2", "--json").stdout)["utility_usd"]
        self.assertGreater(bound["bound_usd"], run_usd)
        self.assertGreaterEqual(bound["bound_usd"], bound["primal_usd"] - 1e-6)
        compare = strict_json(self.good("compare", QUICK, "--policies", "greedy/threshold", "--seeds", "1", "--seed",
                                        "2", "--json").stdout)
        self.assertEqual(compare["bound_usd"]["mean"], bound["bound_usd"])
        self.assertIn(f"{bound['bound_usd']:.6f} USD", self.good("bound", QUICK, "--seed", "2").stdout)

    def test_bound_writes_its_prices_by_slot_as_csv_and_hdf5(self):
        for name in ("duals.csv", "duals.h5"):
            self.good("bound", QUICK, "--seed", "2", "--duals", self.path(name))
        with open(self.path("duals.csv"), encoding="utf-8") as file:
            lines = [line for line in file if not line.startswith("#")]
        rows = list(csv.DictReader(lines))
        self.assertEqual(len(rows), 48)
        prices = [float(row[name]) for row in rows for name in row if name.startswith(("work_", "gpu_", "energy_"))]
        self.assertGreaterEqual(min(prices), 0)
        self.assertGreater(max(prices), 0)
        code = "import sys,h5py; print(' '.join(sorted(h5py.File(sys.argv[1]))))"
        names = subprocess.run([SYSTEM_PYTHON, "-c", code, self.path("duals.h5")], capture_output=True, text=True, check=True)
        self.assertEqual(names.stdout.split(), sorted(rows[0]))
        bad = run("bound", QUICK, "--duals", "/nowhere/x.csv")
        self.assertEqual(bad.returncode, 2)
        self.assertIn("--duals", bad.stderr)


class Text(Case):
    def test_explanation_adds_up_to_the_gap(self):
        for policy in ("local/idle", "lp/lp"):
            plain = strict_json(run("run", QUICK, "--policy", policy, "--json").stdout)
            result = strict_json(run("run", QUICK, "--policy", policy, "--explain", "--json").stdout)
            self.assertEqual(plain["utility_usd"], result["utility_usd"])
            explain = result["explain"]
            row = {r["name"]: r for r in explain["rows"]}
            gap = row["utility_usd"]["lost_usd"]
            self.assertAlmostEqual(gap, explain["bound_usd"] - result["utility_usd"], delta=1e-12)
            parts = [r["lost_usd"] for r in explain["rows"] if r["name"] != "utility_usd"]
            self.assertAlmostEqual(sum(parts), gap, delta=1e-9)
            self.assertAlmostEqual(row["unproven_usd"]["lost_usd"], explain["bound_usd"] - explain["plan_usd"], delta=1e-12)
            for name in ("energy_cost_usd", "late_usd", "transfer_usd", "battery_settlement_usd"):
                self.assertEqual(row[name]["run"], result[name])
            # The plan's own terms make up its worth.
            plan = {name: r["plan"] for name, r in row.items()}
            costs = sum(plan[name] for name in ("late_usd", "transfer_usd", "energy_cost_usd", "overload_usd",
                                                "wear_usd", "carbon_usd", "overheat_usd"))
            worth = plan["served_usd"] * plan["paid_quality"] + plan["battery_settlement_usd"] - costs
            self.assertAlmostEqual(worth, explain["plan_usd"], delta=1e-9)
            outcomes = {o["outcome"]: o for o in explain["outcomes"]}
            self.assertEqual(sum(o["jobs"] for o in explain["outcomes"]), result["jobs"])
            self.assertAlmostEqual(sum(o["late_usd"] for o in explain["outcomes"]), result["late_usd"], delta=1e-9)
            self.assertEqual(outcomes["on_time"]["worth_usd"], row["served_usd"]["run"])
            self.assertEqual(outcomes["on_time"]["late_usd"], 0.0)
        text = run("run", QUICK, "--explain").stdout
        self.assertIn("why the bound is not reached", text)

    def test_tables_show_scale_intervals_and_marks(self):
        text = self.good("compare", QUICK, "--policies", "local/idle,greedy/threshold", "--seeds", "2", "--set",
                         "scenario.forecast=perfect", "--set", "scenario.revenue_scale=2").stdout
        for piece in ("revenue_scale 2", "+-", "diff", "of bound %", "greedy/threshold *", "* with perfect forecasts",
                      "violated %", "renewable %", "ns/decision", "####"):
            self.assertIn(piece, text)

    def test_validate_shows_the_system(self):
        text = self.good("validate", QUICK).stdout
        for piece in ("hall", "field", "buy USD/MWh", "images/s", "busiest hour", "sell price was lowered",
                      "input files", "0.8..7.2"):
            self.assertIn(piece, text)

    def test_progress_goes_to_a_terminal_only(self):
        options = ("run", QUICK, "--set", "scenario.slots=20000", "--policy", "local/idle")
        self.assertEqual(self.good(*options).stderr, "")
        own, other = pty.openpty()
        done = subprocess.run([PROGRAM, *options], stdout=subprocess.PIPE, stderr=other, check=False)
        os.close(other)
        shown = b""
        while True:
            try:
                piece = os.read(own, 65536)
            except OSError:  # the other end is closed and all is read
                break
            if not piece:
                break
            shown += piece
        os.close(own)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"slots/s", shown)


class Files(Case):
    def dump(self, path):
        """Every dataset and attribute of a result file, less those that tell the time of day or the clock."""
        code = """if 1:
            import hashlib, sys, h5py
            skip = {'created', 'command_line', 'wall_s', 'decision_s', 'DIMENSION_LIST', 'REFERENCE_LIST'}
            def show(name, item):
                if name in skip: return
                for key in sorted(item.attrs):
                    if key not in skip: print(name, key, repr(item.attrs[key]))
                if isinstance(item, h5py.Dataset):
                    data = item[...]
                    print(name, item.shape, repr(data.tolist()))
            with h5py.File(sys.argv[1]) as file:
                show('/', file); file.visititems(show)
        """
        done = subprocess.run([SYSTEM_PYTHON, "-c", code, path], capture_output=True, text=True, check=False)
        if "No module named" in done.stderr:
            self.skipTest("h5py is not installed")
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_threads_do_not_change_the_file(self):
        for policies in ("local/idle,greedy/threshold", "lp/lp,oracle/oracle"):
            text = []
            for threads in ("1", "2"):
                out = self.path(f"c{threads}.h5")
                self.good("compare", QUICK, "--policies", policies, "--seeds", "4", "--threads", threads, "-o", out)
                text.append(self.dump(out))
            self.assertGreater(len(text[0]), 10000)
            self.assertEqual(text[0], text[1], policies)

    def test_xarray_reads_labelled_tables(self):
        compare, single = self.path("compare.h5"), self.path("run.h5")
        self.good("compare", QUICK, "--policies", "local/idle,greedy/threshold", "--seeds", "3", "-o", compare)
        report = strict_json(self.good("run", QUICK, "-o", single, "--jobs", "--json").stdout)
        code = """if 1:
            import sys, json, numpy, xarray
            compare, single = sys.argv[1:3]
            report = json.loads(sys.stdin.read())
            table = xarray.open_dataset(compare, engine='h5netcdf')
            assert table.utility_usd.dims == ('policy', 'seed'), table.utility_usd.dims
            assert list(table.policy.values) == ['local/idle', 'greedy/threshold']
            assert table.site_import_kwh.dims == ('policy', 'seed', 'site')
            assert table.asp_revenue_usd.dims == ('policy', 'seed', 'asp')
            assert table.utility_usd.attrs['units'] == 'USD' and table.utility_usd.attrs['long_name']
            greedy = table.utility_usd.sel(policy='greedy/threshold')
            assert float(greedy.sel(seed=0)) == report['utility_usd']
            assert numpy.allclose(greedy.mean(), table.stat_utility_usd.sel(policy='greedy/threshold', stat='mean'))
            assert numpy.allclose(table.site_utility_usd.sum('site'), table.utility_usd)
            for name in ('scenario_text', 'scenario_sha256', 'stepwatt_version', 'stepwatt_commit', 'command_line',
                         'created', 'schema_version'):
                assert name in table.attrs, name
            run = xarray.open_dataset(single, engine='h5netcdf')
            assert run.slot_import_kwh.dims == ('time', 'site')
            assert numpy.issubdtype(run.time.dtype, numpy.datetime64)
            assert abs(float(run.slot_import_kwh.sum()) - report['import_kwh']) < 1e-9
            assert float(run.utility_usd) == report['utility_usd']
            jobs = xarray.open_dataset(single, engine='h5netcdf', group='per_job')
            assert jobs.sizes['job'] == report['jobs']
            for name in ('revenue_usd', 'late_usd', 'transfer_usd'):
                assert abs(float(jobs[name].sum()) - report[name]) < 1e-9, name
            outcome = dict(zip(jobs.outcome.attrs['flag_meanings'].split(), jobs.outcome.attrs['flag_values']))
            assert int((jobs.outcome == outcome['on_time']).sum()) == report['jobs_on_time']
            latency = numpy.sort((jobs.end_s - jobs.arrival_s).values[jobs.outcome.values <= 1])
            exact = latency[-(-99 * len(latency) // 100) - 1]
            assert exact == report['p99_latency_s'], (exact, report['p99_latency_s'])
        """
        done = subprocess.run([SYSTEM_PYTHON, "-c", code, compare, single], input=json.dumps(report), capture_output=True,
                              text=True, check=False)
        if "No module named" in done.stderr:
            self.skipTest("xarray is not installed")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_days_move_the_start(self):
        out = self.path("days.h5")
        text = self.good("compare", "scenarios/traced.ini", "--policies", "local/idle,greedy/threshold", "--days", "3", "-o",
                         out, "--no-bound").stdout
        self.assertIn("3 start days from seed 0", text)
        shown = self.dump(out)
        # 2025-07-14T05:00Z and the two days after
        self.assertIn("start (3,) [1752469200.0, 1752555600.0, 1752642000.0]", shown)
        first = strict_json(self.good("run", "scenarios/traced.ini", "--policy", "local/idle", "--json").stdout)
        self.assertIn("utility_usd (2, 3) [[" + repr(first["utility_usd"]) + ",", shown)
        done = run("compare", QUICK, "--policies", "local", "--days", "2", "--set", "scenario.slots=12")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = run("compare", "scenarios/traced.ini", "--policies", "local", "--days", "30", "-o", self.path("no.h5"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("choose fewer days", done.stderr)
        self.assertEqual(os.listdir(self.folder), ["days.h5"])

    def test_recording_replays_to_the_same_result(self):
        record = self.path("record")
        first = strict_json(self.good("run", QUICK, "--policy", "greedy/threshold", "--record", record, "--json").stdout)
        self.assertEqual(sorted(os.listdir(record)), ["controls.csv", "jobs.csv"])
        again = strict_json(self.good("run", QUICK, "--policy", "replay/replay", "--json", "--set",
                                      f"policy replay.jobs={record}/jobs.csv", "--set",
                                      f"policy replay.controls={record}/controls.csv").stdout)
        for key in RUN_KEYS[3:38]:
            if key != "clipped_controls":  # what was applied needs no clipping
                self.assertEqual(first[key], again[key], key)
        # Changed files give another run: the replay does read them.
        with open(record + "/jobs.csv", encoding="utf-8") as file:
            rows = file.read().splitlines()
        self.put("record/jobs.csv", "\n".join(rows[: len(rows) // 2]) + "\n")
        half = strict_json(self.good("run", QUICK, "--policy", "replay/replay", "--json", "--set",
                                     f"policy replay.jobs={record}/jobs.csv", "--set",
                                     f"policy replay.controls={record}/controls.csv").stdout)
        self.assertGreater(half["jobs_rejected"], first["jobs_rejected"])

    def test_a_full_disk_leaves_an_error_and_no_file(self):
        out = self.path("full.h5")

        def small_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))

        done = run("run", QUICK, "-o", out, preexec_fn=small_files)
        self.assertEqual(done.returncode, 1)
        self.assertIn("File too large", done.stderr)
        self.assertEqual(os.listdir(self.folder), [])

        def larger_files():  # large enough to begin, too small to end
            resource.setrlimit(resource.RLIMIT_FSIZE, (1500000, 1500000))

        done = run("run", QUICK, "--set", "scenario.slots=480", "--jobs", "-o", out, preexec_fn=larger_files)
        self.assertEqual(done.returncode, 1)
        self.assertIn("full.h5: cannot be written: File too large", done.stderr)
        self.assertEqual(os.listdir(self.folder), [])
        done = run("run", QUICK, "--record", self.folder, preexec_fn=small_files)
        self.assertEqual(done.returncode, 1)
        self.assertIn("jobs.csv: cannot be written: File too large", done.stderr)
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_full_file_system_leaves_an_error_and_no_file(self):
        if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "none", self.folder],
                                               capture_output=True, check=False).returncode != 0:
            self.skipTest("a small tmpfs cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", self.folder], check=True)
        done = run("run", QUICK, "-o", self.path("full.h5"), "--jobs")
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left on device", done.stderr)
        self.assertEqual(os.listdir(self.folder), [])

    def test_an_interrupt_leaves_nothing_and_says_so(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = subprocess.Popen(
                [PROGRAM, "compare", QUICK, "--set", "scenario.slots=100000", "--policies", "greedy/threshold", "--seeds",
                 "50", "--no-bound", "-o", self.path("out.h5")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            time.sleep(1.0)
            process.send_signal(number)
            out, err = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 3, err)
            self.assertIn("interrupted", err)
            self.assertEqual(out, "")
            self.assertEqual(os.listdir(self.folder), [])

    def test_a_killed_run_leaves_the_old_file(self):
        out = self.put("out.h5", "old")
        process = subprocess.Popen([PROGRAM, "run", QUICK, "--set", "scenario.slots=100000", "-o", out],
                                   stdout=subprocess.DEVNULL)
        time.sleep(0.5)
        process.kill()
        process.wait()
        with open(out, encoding="utf-8") as file:
            self.assertEqual(file.read(), "old")


def bad_inputs():
    """(name, arguments, piece of the message); FILE stands for the path of the text given with it."""
    scenario_edits = [
        ("number with a tail", "site hall.pv_kw=12q", "'12q' is no number"),
        ("negative capacity", "site hall.battery_kwh=-1", "out of range"),
        ("not a number", "site hall.base_kw=nan", "base_kw"),
        ("unknown key", "site hall.colour=1", "unknown key"),
        ("unknown section", "site moon.pv_kw=1", "there is no such section"),
        ("no key", "nonsense", "SECTION.KEY=VALUE"),
        ("unknown cooling", "site hall.cooling=ice", "cooling"),
        ("soc window", "site hall.battery_soc_min=0.95", "soc"),
        ("no slots", "scenario.slots=0", "slots"),
        ("too many slots", "scenario.slots=99999999999", "slots"),
        ("descending steps", "scenario.steps=30,10", "steps"),
        ("unknown asp", "workload art.origin=nobody", "nobody"),
        ("unknown model", "asp small.model=none", "none"),
        ("missing trace", "site hall.price=traces/nosuch.csv:x", "nosuch.csv"),
        ("missing column", "site hall.price=traces/jemas.csv:nosuch", "nosuch"),
        ("unknown forecast", "scenario.forecast=magic", "forecast"),
        ("levels descend", "gpu a100.levels=1.0:300, 0.5:100", "levels"),
        ("zero weights", "workload art.images=1:0, 2:0", "images"),
        ("late start date", "scenario.start=yesterday", "start"),
        ("parameter of a policy", "policy greedy.bogus=1", "bogus"),
    ]
    for name, edit, piece in scenario_edits:
        yield name, ("run", QUICK, "--set", edit), None, piece
    command_lines = [
        ("no command", (), "no command"),
        ("unknown command", ("simulate",), "allowed: run, compare"),
        ("unknown option", ("run", QUICK, "--fast"), "unknown option '--fast'"),
        ("allowed options are named", ("run", QUICK, "--steps"), "allowed: --policy"),
        ("missing value", ("run", QUICK, "--seed"), "its value is missing"),
        ("bad seed", ("run", QUICK, "--seed", "-1"), "'-1' is not allowed"),
        ("no scenario", ("run",), "missing argument"),
        ("two scenarios", ("run", QUICK, QUICK), "unexpected"),
        ("no file", ("validate", "nosuch.ini"), "nosuch.ini"),
        ("a folder", ("validate", "scenarios"), "it is a folder, allowed are regular files"),
        ("output folder", ("run", QUICK, "-o", "/nosuch/x.h5"), "must exist"),
        ("record folder", ("run", QUICK, "--record", "/nosuch/x"), "cannot be made"),
        ("no policies", ("compare", QUICK, "--seeds", "2"), "--policies is missing"),
        ("no seeds", ("compare", QUICK, "--policies", "local"), "--seeds N or --days D"),
        ("policy twice", ("compare", QUICK, "--policies", "local,local/threshold", "--seeds", "1"), "named twice"),
        ("unknown policy", ("run", QUICK, "--policy", "nobody"), "'nobody' is no known policy"),
        ("wrong half", ("run", QUICK, "--policy", "idle/local"), "no dispatcher"),
        ("no plugin", ("policy", "info", "scenarios/quick.ini"), "cannot be loaded as a policy"),
        ("option without its value", ("run", QUICK, "--policy="), "--policy: empty"),
        ("option given twice", ("run", QUICK, "--seed", "1", "--seed=2"), "--seed: given twice"),
        ("flag with a value", ("run", QUICK, "--json=yes"), "--json: takes no value"),
        ("series without a file", ("compare", QUICK, "--policies", "local", "--seeds", "1", "--series"), "give -o FILE"),
        ("empty name of a policy", ("compare", QUICK, "--policies", "local,,random", "--seeds", "1"), "an empty name"),
        ("part of a sweep without Slurm", ("sweep", "scenarios/sweeps/battery.ini", "-o", "x.h5", "--elements", "3"),
         "only with --slurm"),
        ("no such part", ("trace", "import", "auto", "FILE", "-o", "x.csv", "--part", "3/2"), "1 <= I <= N"),
        ("unknown part of trace", ("trace", "show"), "unknown 'show' of trace; allowed: import, info, gen, fit"),
        ("unknown part of policy", ("policy", "show"), "usage: stepwatt policy list | stepwatt policy info"),
        ("replay without files", ("run", QUICK, "--policy", "replay/replay"), "jobs"),
    ]
    for name, arguments, piece in command_lines:
        yield name, arguments, None, piece
    replay = ("run", QUICK, "--policy", "replay/idle", "--set", "policy replay.jobs=FILE")
    for name, text, piece in [
        ("replay header", "job,steps\n1,30\n", ":1"),
        ("replay unknown asp", "job,asp,steps,not_before_s\n0,nobody,30,\n", "nobody"),
        ("replay unlisted steps", "job,asp,steps,not_before_s\n0,small,31,\n", "31"),
        ("replay job twice", "job,asp,steps,not_before_s\n0,small,30,\n0,small,30,\n", ":3"),
        ("replay not a number", "job,asp,steps,not_before_s\n0,small,30,soon\n", "soon"),
    ]:
        yield name, replay, text, piece
    trace = ("run", QUICK, "--set", "site hall.price=FILE:p")
    for name, text, piece in [
        ("trace not ascending", "time_s,p\n0,1\n300,2\n300,3\n", ":4"),
        ("trace empty cell", "time_s,p\n0,1\n300,\n600,3\n", "p"),
        ("trace too short", "time_s,p\n0,1\n300,2\n", "samples end at 600 s"),
        ("trace without time", "a,p\n0,1\n", "time"),
        ("trace wrong unit", "time_s,p_kwh\n0,1\n", "p"),
        ("empty trace", "", "empty"),
    ]:
        yield name, trace, text, piece
    jobs = ("run", QUICK, "--set", "workload art.arrivals=trace:FILE")
    for name, text, piece in [
        ("jobs descend", "arrival_s\n5\n4\n", ":3"),
        ("jobs without arrival", "images\n1\n", "arrival_s"),
        ("jobs half an image", "arrival_s,images\n1,1.5\n", "images"),
    ]:
        yield name, jobs, text, piece


class BadInput(Case):
    def test_each_is_told_and_changes_nothing(self):
        count = 0
        for name, arguments, text, piece in bad_inputs():
            with self.subTest(name):
                path = self.put("input.csv", text) if text is not None else "unused"
                given = [argument.replace("FILE", path) for argument in arguments]
                done = run(*given)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(piece, done.stderr)
                self.assertEqual(done.stdout, "")
                count += 1
        self.assertGreaterEqual(count, 30)

    def test_all_errors_come_at_once(self):
        done = run("validate", QUICK, "--set", "site hall.pv_kw=x", "--set", "asp small.model=none", "--set",
                   "gpu a100.idle_w=-3")
        self.assertEqual(done.returncode, 2)
        for piece in ("pv_kw", "none", "idle_w"):
            self.assertIn(piece, done.stderr)

    def test_nothing_is_written_when_the_input_is_bad(self):
        run("run", QUICK, "--set", "site hall.pv_kw=x", "-o", self.path("x.h5"), "--record", self.path("r"))
        self.assertEqual(os.listdir(self.folder), [])


if __name__ == "__main__":
    unittest.main()
