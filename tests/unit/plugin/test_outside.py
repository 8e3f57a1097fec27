#!/usr/bin/env python3
"""Follows docs/plugins.md to the letter, outside the tree, with nothing but what is installed: copies the template,
builds it by CMake and by the compiler alone, changes it, and compares results.

usage: test_outside.py BUILD_FOLDER     run in the source root
"""

import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.getcwd()
BUILD = os.path.abspath(sys.argv[1])


def read_blocks():
    """The fenced blocks of docs/plugins.md by kind, in order, without their indentation."""
    found = {}
    with open(os.path.join(ROOT, "docs", "plugins.md"), encoding="utf-8") as file:
        for indent, kind, text in re.findall(r"^( *)```(\w*)\n(.*?)^ *```$", file.read(), re.S | re.M):
            found.setdefault(kind, []).append(re.sub("^" + indent, "", text, flags=re.M))
    return found


BLOCKS = read_blocks()
COPY, BUILD_LINES, COMPARE = BLOCKS[""]
CMAKE_LINE, GCC_LINE = BUILD_LINES.splitlines()
DISPATCH = BLOCKS["c"][0]
(SECTION,) = BLOCKS["ini"]


class Outside(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.place = cls.folder.name
        cls.prefix = os.path.join(cls.place, "prefix")
        subprocess.run(["cmake", "--install", BUILD, "--prefix", cls.prefix], check=True, stdout=subprocess.DEVNULL)
        (config,) = glob.glob(os.path.join(cls.prefix, "lib*", "**", "stepwatt-abi.pc"), recursive=True)
        cls.environment = dict(
            os.environ,
            PATH=os.path.join(cls.prefix, "bin") + ":" + os.environ["PATH"],
            PKG_CONFIG_PATH=os.path.dirname(config),
        )
        # Where a user begins: the installed template and a scenario.
        template = os.path.join(cls.prefix, "share", "stepwatt", "policies", "null")
        shutil.copytree(template, os.path.join(cls.place, "policies", "null"))
        shutil.copytree(os.path.join(ROOT, "scenarios"), os.path.join(cls.place, "scenarios"))
        cls.shell(COPY)
        cls.mine = os.path.join(cls.place, "policies", "mine")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def shell(cls, command, folder="."):
        done = subprocess.run(["bash", "-e", "-c", command], cwd=os.path.join(cls.place, folder), env=cls.environment,
            capture_output=True, text=True, timeout=120)  # fmt: skip
        if done.returncode != 0:
            raise AssertionError("%s\nended with %d\n%s%s" % (command, done.returncode, done.stdout, done.stderr))
        return done.stdout

    def results(self, policy, *options):
        command = ["stepwatt run scenarios/quick.ini --json --seed 7 --policy", policy, *options]
        result = json.loads(self.shell(" ".join(command)))
        for member in ("policy", "wall_s", "decision_s"):
            del result[member]
        return result

    def build(self, folder):
        self.shell(CMAKE_LINE.replace("/where/stepwatt/is", self.prefix), folder)
        self.shell(GCC_LINE, folder)

    def test_the_copied_template_serves_jobs_as_local_does_however_it_was_built(self):
        self.build("policies/mine")
        local = self.results("local/idle")
        self.assertGreater(local["jobs"], 1000)
        self.assertEqual(local["mean_steps"], 30)
        for path in ("build/mine.so", "mine.so"):
            with self.subTest(path=path):
                self.assertEqual(self.results("./policies/mine/%s/idle" % path), local)
                self.assertEqual(self.results("policies/mine/%s" % path), local)
        by_name = self.results("mine/idle", "--set 'policy mine.use=policies/mine/mine.so' --set 'policy mine.steps=22'")
        self.assertEqual(by_name["mean_steps"], 22)

    def test_the_other_examples_build_outside_too(self):
        for name in ("edf-slack", "carbon-shift", "linucb"):
            with self.subTest(name=name):
                folder = os.path.join(self.place, "policies", name)
                shutil.copytree(os.path.join(ROOT, "policies", name), folder)
                self.shell(GCC_LINE.replace("mine", name), folder)
                in_tree = os.path.join(BUILD, "policies", name + ".so")
                self.assertEqual(self.results("%s/%s.so/threshold" % (folder, name)), self.results(in_tree + "/threshold"))

    def test_the_documents_own_policy_can_be_built_described_compared_and_named(self):
        folder = os.path.join(self.place, "policies", "changed")
        os.mkdir(folder)
        with open(os.path.join(self.mine, "mine.c"), encoding="utf-8") as file:
            source = file.read()
        changed, n = re.subn(r"^static void dispatch\(.*?^}\n", lambda match: DISPATCH, source, flags=re.S | re.M)
        self.assertEqual(n, 1)
        with open(os.path.join(folder, "mine.c"), "w", encoding="utf-8") as file:
            file.write(changed)
        self.shell(GCC_LINE, folder)
        self.assertIn("steps: number from 1 to 1000, default 30", self.shell("stepwatt policy info mine.so", folder))
        shutil.copytree(os.path.join(self.place, "scenarios"), os.path.join(folder, "scenarios"))
        table = self.shell(COMPARE, folder)
        self.assertIn("mine/threshold", table)
        # The section of the document, in a scenario of its own.
        section = SECTION.replace("policies/mine/build/mine.so", os.path.join(folder, "mine.so"))
        with open(os.path.join(self.place, "named.ini"), "w", encoding="utf-8") as file:
            file.write("[scenario]\ninclude = scenarios/quick.ini\n\n" + section)
        table = json.loads(self.shell("stepwatt run named.ini --policy mine/threshold --json"))
        self.assertEqual(table["policy"], "mine/threshold")
        self.assertEqual(table["mean_steps"], 6)  # the least, whatever the parameter


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
