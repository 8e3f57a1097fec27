#!/usr/bin/env python3
"""Mutants of small texts are those expected; of a toy library some are killed, some survive, some are no change at all."""

import sys
import tempfile
import unittest
from pathlib import Path

import build
import mutants
import mutate

TOY = """\
#include <math.h>
// Larger of two, at most 10 - a comment.
int toy_max(int a, int b) {
    const int most = 10;
    int unused = a + 1;
    if (b > a) {
        a = b;
    }
    return a < most ? a : most;
}
int toy_half(int a) {
    return a / 2;
}
"""
TEST = """\
int toy_max(int a, int b);
int main(void) {
    return toy_max(1, 2) == 2 && toy_max(2, 1) == 2 && toy_max(20, 0) == 10 ? 0 : 1;
}
"""
CMAKE = """\
cmake_minimum_required(VERSION 3.22)
project(toy LANGUAGES C)
add_library(toy SHARED src/toy.c)
add_executable(test_toy test_toy.c)
target_link_libraries(test_toy PRIVATE toy)
"""


def changes(text: str) -> list[str]:
    """Returns `old -> new` of every mutant."""
    return [" ".join(f"{m.old} -> {m.new}".split()) for m in mutate.mutants("x.c", text)]


class Mutating(unittest.TestCase):
    def test_operators_and_numbers_change(self) -> None:
        self.assertEqual(changes("int f(int a) { return a * 2 + 0; }"), ["* -> /", "2 -> 3", "+ -> -", "0 -> 1"])
        self.assertEqual(changes("double x = 0.5 - 1e-9;"), ["0.5 -> 1.0", "- -> +", "1e-9 -> 1e-06"])
        self.assertEqual(changes("bool b = a <= c && true;"), ["<= -> <", "<= -> >", "&& -> ||", "true -> false"])
        self.assertEqual(changes("double m = fmin(-a, b);"), ["fmin -> fmax", "- ->"])

    def test_statements_are_dropped_and_conditions_negated(self) -> None:
        self.assertEqual(changes("void f(int *a) { *a = *b; g(a); break; }"), ["*a = *b; -> ;", "g(a); -> ;", "break; -> ;"])
        self.assertEqual(changes("void f(void) { if (a) { x *y; int z; return z; } }"), ["(a) -> (!(a))"])
        self.assertEqual(changes("switch (a) { case A: b = c ? d : e; }"), ["b = c ? d : e; -> ;"])

    def test_pointers_comments_strings_macros_messages_and_checks_stay(self) -> None:
        self.assertEqual(changes("#define A (1 + \\\n 2)\n"), [])
        self.assertEqual(changes('// 1 + 2\n/* 3 */ char *a = "4 + 5";'), [])
        self.assertEqual(changes("void f(const int *b) { x *c = &d; }"), [])
        self.assertEqual(changes("int f(void) { SW_ASSERT(a + 1 > 0); free(b); return sw_fail(err, 1 + 2); }"), [])

    def test_lines_stay_where_they_are(self) -> None:
        text = "void f(void) {\n    g(1,\n      2);\n}\n"
        self.assertEqual({m.applied(text).count("\n") for m in mutate.mutants("x.c", text)}, {4})

    def test_the_diff_names_old_and_new_lines_without_blanks(self) -> None:
        text = "int a;\n    b += 1;\n"
        self.assertEqual(mutate.mutants("x.c", text)[0].diff(text), ["  int a;", "- b += 1;", "+ ;"])


class Toy(unittest.TestCase):
    def test_mutants_are_killed_survive_and_are_no_change(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            root = Path(name).resolve()
            (root / "src").mkdir()
            for path, text in (("src/toy.c", TOY), ("test_toy.c", TEST), ("CMakeLists.txt", CMAKE)):
                (root / path).write_text(text)
            bench = mutants.Bench(build.Build(root, root / "build", ["test_toy"]), root, 1)
            test = mutants.Test("test_toy")
            bench.measure([test])
            results = {}
            for m in mutate.mutants("src/toy.c", TOY):
                results[f"{m.line} {m.old} -> {m.new}"] = bench.judge(m, TOY, [test]).result
            self.assertEqual((root / "src/toy.c").read_text(), TOY)
        self.assertEqual(results["4 10 -> 11"], "killed")
        self.assertEqual(results["5 + -> -"], "identical")
        self.assertEqual(results["6 > -> <"], "killed")
        self.assertEqual(results["6 > -> >="], "identical")
        self.assertEqual(results["7 a = b; -> ;"], "killed")
        self.assertEqual(results["9 < -> >"], "killed")
        self.assertEqual(results["12 / -> *"], "survived")
        self.assertEqual(results["12 2 -> 3"], "survived")
        self.assertEqual(len(results), 11)


class Listed(unittest.TestCase):
    def listed(self, entry: str) -> set[mutate.Mutant]:
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write("# Remarks.\n\n" + entry)
            file.flush()
            return mutants.read_equivalent(Path(file.name), {"x.c": TOY}, mutate.mutants("x.c", TOY))

    def test_an_entry_stands_for_the_mutant_of_its_lines(self) -> None:
        found = self.listed("x.c\n  int unused = a + 1;\n- if (b > a) {\n+ if (b >= a) {\n  a = b;\nOf equals either.\n")
        self.assertEqual([(m.line, m.new) for m in found], [(6, ">=")])

    def test_an_entry_whose_line_has_changed_ends_the_program(self) -> None:
        with self.assertRaisesRegex(SystemExit, r"b > c"):
            self.listed("x.c\n  int unused = a + 1;\n- if (b > c) {\n+ if (b >= c) {\n  a = b;\nOf equals either.\n")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
