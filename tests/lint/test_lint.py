#!/usr/bin/env python3
"""Proves that lint.py fails where it should: each bad file is put into a clean copy of the tree and must be found.

usage: test_lint.py ROOT CC [FLAG...]
"""

import os
import shutil
import sys
import tempfile
import unittest

import lint

ROOT = os.path.abspath(sys.argv[1])
COMPILER = sys.argv[2:]
WORK = "TO" + "DO"


class Canaries(unittest.TestCase):
    def setUp(self):
        self.copy = tempfile.mkdtemp(prefix="stepwatt-lint-")
        self.addCleanup(shutil.rmtree, self.copy)
        shutil.copytree(os.path.join(ROOT, "src", "base"), os.path.join(self.copy, "src", "base"))

    def put(self, path, text):
        full = os.path.join(self.copy, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)

    def expect(self, path, text, *wrong):
        """The file alone gives these findings, one an entry, in order."""
        self.put(path, text)
        errors, _ = lint.lint(self.copy)
        self.assertEqual(len(errors), len(wrong), errors)
        for error, part in zip(errors, wrong):
            self.assertIn(path + ":", error)
            self.assertIn(part, error)

    def test_the_copy_is_clean_before_anything_is_put_into_it(self):
        self.assertEqual(lint.lint(self.copy, COMPILER), ([], []))

    def test_an_arrow_outside_the_table_is_found(self):
        self.expect("src/engine/bad.c", '#include "base/arena.h"\n#include "model/model.h"\n',
                    ":2: engine may not include model")

    def test_base_includes_nothing_above_it(self):
        self.expect("src/base/bad.c", '#  include "stepwatt/sw_policy.h"\n', "base may not include stepwatt")

    def test_every_arrow_outside_the_table_is_found_and_every_one_inside_is_not(self):
        for module, allowed in lint.ARROWS.items():
            for target in list(lint.ARROWS) + ["stepwatt"]:
                wrong = lint.check_include(module, target + "/x.h", True)
                self.assertEqual(wrong is None, target == module or target in allowed, (module, target))

    def test_an_include_not_written_from_src_is_found(self):
        self.expect("src/io/bad.c", '#include "scenario.h"\n', "not written from src/")

    def test_a_third_party_header_outside_its_folder_is_found(self):
        self.expect("src/sim/bad.c", "#include <glpk.h>\n#include <omp.h>\n#include <hdf5.h>\n#include <math.h>\n",
                    "<glpk.h> is for lp only", "<omp.h> is for sweep and env only", "<hdf5.h> is for base and io and nn only")
        self.assertIsNone(lint.check_include("lp", "glpk.h", False))

    def test_an_unknown_header_is_found(self):
        self.expect("src/io/bad.c", "#include <zlib.h>\n#include <sys/stat.h>\n", "<zlib.h> is neither")

    def test_a_folder_outside_the_table_is_found(self):
        self.expect("src/extra/bad.c", "int x;\n", "src/extra is not in the table")

    def test_libm_is_found_outside_fmath(self):
        self.expect("src/sim/bad.c", "double f(double x) {\n    return exp (x) + powf(x, 2);\n}\n", ":2: exp()")
        self.put("src/sim/bad.c", "")
        self.expect("src/sim/good.c",
                    "// exp(x) in a comment\n"
                    'double f(double x) { host->log("log(x)"); return sw_exp(x) + floor(x) /* log(x) */; }\n')

    def test_output_and_exit_below_cli_are_found(self):
        self.expect("src/sim/bad.c", 'void f(void) {\n    printf("x");\n    fputs("x", stdout);\n    exit(1);\n}\n',
                    ":2: printf is for cli only", ":3: stdout", ":4: exit")
        self.put("src/sim/bad.c", "")
        self.expect("src/cli/good.c", 'void f(void) { printf("x"); exit(1); }\n')

    def test_work_left_without_an_issue_is_found_in_any_text(self):
        for path in ("src/sim/bad.c", "tests/unit/bad.py", "scenarios/bad.ini", "src/sim/CMakeLists.txt"):
            self.expect(path, f"# {WORK}(#12): later\n# {WORK}: later\n", ":2: a note of work left")
            self.put(path, "")

    def test_a_plugin_that_includes_more_than_the_contract_is_found(self):
        self.expect("policies/own/own.c",
                    '#include <math.h>\n#include "own.h"\n#include "stepwatt/sw_policy.h"\n#include "base/arena.h"\n',
                    ":4: a plugin may include only")

    def test_a_header_that_does_not_compile_alone_is_found(self):
        self.put("src/base/bad.h", "static inline size_t f(void) { return 1; }\n")
        errors, _ = lint.lint(self.copy, COMPILER)
        self.assertEqual(len(errors), 1)
        self.assertIn("src/base/bad.h:1: does not compile alone", errors[0])

    def test_a_long_file_is_a_warning(self):
        self.put("src/base/long.c", "\n" * (lint.MOST_LINES + 1))
        errors, warnings = lint.lint(self.copy)
        self.assertEqual(errors, [])
        self.assertEqual(warnings, ["src/base/long.c: 601 lines, more than 600"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
