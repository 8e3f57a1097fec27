#!/usr/bin/env python3
"""Checks what compilers do not: which module may include which, and rules that keep results the same everywhere.

usage: lint.py ROOT [CC [FLAG...]]     with a compiler, also that every header of src/ compiles alone.
Prints one line `FILE:LINE: what is wrong` a finding; exit status 1 when there is one. Warnings do not count.
"""

import os
import re
import subprocess
import sys

# Which modules a folder of src/ may include, besides itself. `stepwatt` is the contract in src/include.
ARROWS = {
    "include": ["stepwatt"],
    "base": [],
    "engine": ["base"],
    "model": ["base", "stepwatt"],
    "lp": ["base", "model", "stepwatt"],
    "nn": ["base", "stepwatt"],
    "policy": ["base", "model", "lp", "nn", "stepwatt"],
    "io": ["base", "model", "stepwatt"],
    "sim": ["base", "engine", "model", "policy", "stepwatt"],
    "env": ["base", "engine", "model", "nn", "policy", "io", "sim", "stepwatt"],
    "capi": ["base", "model", "nn", "policy", "io", "sim", "env", "stepwatt"],
    "sweep": ["base", "model", "policy", "io", "sim", "stepwatt"],
    "bench": ["base", "model", "lp", "nn", "policy", "io", "sim", "env", "sweep", "stepwatt"],
    "cli": ["base", "engine", "model", "lp", "nn", "policy", "io", "sim", "env", "sweep", "bench", "stepwatt"],
}

# Headers of other projects, and the folders that may include them.
THIRD_PARTY = {
    "glpk.h": ["lp"],
    "hdf5.h": ["base", "io", "nn"],
    "H5FDdevelop.h": ["base"],
    "hdf5_hl.h": ["io", "nn"],
    "ini.h": ["io"],
    "dlfcn.h": ["policy"],
    "omp.h": ["sweep", "env"],
    "mpi.h": ["cli"],
    "immintrin.h": ["base"],
}

STANDARD = set(
    "assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic "
    "stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype".split()
)
POSIX = set("dirent fcntl poll pthread strings sys/mman sys/resource sys/stat sys/time sys/types sys/wait unistd".split())

# Functions whose last digit differs between machines; base/fmath.c has the project's own.
LIBM = re.compile(
    r"(?<![\w.>])((?:exp|exp2|expm1|log|log2|log10|log1p|pow|cbrt|hypot|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|"
    r"asinh|acosh|atanh|erf|erfc|lgamma|tgamma)[fl]?)\s*\("
)
# The second is a peer to measure by, as anyone would write it; nothing of it reaches a result.
LIBM_ALLOWED = ("src/base/fmath.c", "src/bench/bare_queue.c")
# What only the program itself may do.
PROGRAM_ONLY = re.compile(r"(?<![\w.>])((?:printf|vprintf|puts|putchar|exit|_Exit|quick_exit|setlocale)(?=\s*\()|stdout\b)")
UNNUMBERED = re.compile(r"\b(" + "TO" + "DO|FIX" + r"ME|XX" + r"X)\b(?!\(#\d+\))")

MOST_LINES = 600
CODE = (".c", ".h")
TEXT = CODE + (".py", ".sh", ".cmake", "CMakeLists.txt", ".ini")
FOLDERS = ("src", "tests", "policies", "cmake", "analysis", "scenarios", "traces")


def without_comments(text):
    """Blanks comments and the insides of strings, keeping line numbers."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)

    def blank(match):
        piece = match.group(0)
        return piece[0] + '"' if piece[0] == '"' else re.sub(r"[^\n]", " ", piece)

    return pattern.sub(blank, text)


def files(root, folder, endings):
    for place, folders, names in os.walk(os.path.join(root, folder)):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        for name in sorted(names):
            if name.endswith(endings):
                yield os.path.relpath(os.path.join(place, name), root)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def check_include(module, name, quoted):
    """Returns what is wrong with an #include in a folder of src/, or None."""
    if quoted:
        target = name.split("/")[0]
        if target not in ARROWS and target != "stepwatt":
            return f'"{name}" is not written from src/'
        if target != module and target not in ARROWS[module]:
            return f"{module} may not include {target} (it may: {', '.join(ARROWS[module]) or 'nothing'})"
        return None
    if name in THIRD_PARTY:
        if module in THIRD_PARTY[name]:
            return None
        return f"<{name}> is for {' and '.join(THIRD_PARTY[name])} only"
    if name[:-2] in STANDARD or name[:-2] in POSIX:
        return None
    return f"<{name}> is neither standard C, POSIX, nor in the table of tests/lint/lint.py"


def check_source(path, text):
    """Yields (line, what is wrong) for a file of src/."""
    parts = path.split("/")
    module = parts[1]
    if len(parts) < 3 or module not in ARROWS:
        yield 1, f"src/{module} is not in the table of tests/lint/lint.py"
        return
    code = without_comments(text).split("\n")
    for number, line in enumerate(text.split("\n"), 1):
        include = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if include:
            wrong = check_include(module, include.group(2), include.group(1) == '"')
            if wrong:
                yield number, wrong
        libm = LIBM.search(code[number - 1])
        if libm and path not in LIBM_ALLOWED:
            yield number, f"{libm.group(1)}() differs between machines; use base/fmath.h"
        own = PROGRAM_ONLY.search(code[number - 1])
        if own and module != "cli":
            yield number, f"{own.group(1)} is for cli only"


def check_plugin(text):
    """Yields (line, what is wrong) for a file of policies/: plugins include the contract and standard C only."""
    for number, line in enumerate(text.split("\n"), 1):
        include = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if include:
            name = include.group(2)
            local = include.group(1) == '"' and "/" not in name
            if not local and not name.startswith("stepwatt/") and name[:-2] not in STANDARD:
                yield number, f"a plugin may include only stepwatt/sw_policy.h and standard C, not {name}"


def check_headers(root, compiler):
    """Yields (path, what is wrong) for headers that do not compile alone."""
    for path in files(root, "src", (".h",)):
        command = compiler + ["-std=c11", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra", "-Werror", "-Isrc",
                              "-Isrc/include", "-fsyntax-only", "-x", "c", path]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            yield path, "does not compile alone\n" + done.stderr.rstrip()


def lint(root, compiler=None):
    """Returns (errors, warnings), each a list of lines."""
    errors = []
    warnings = []
    for folder in FOLDERS:
        for path in files(root, folder, TEXT):
            text = read(root, path)
            found = []
            if folder == "src" and path.endswith(CODE):
                found += check_source(path, text)
            if folder == "policies" and path.endswith(CODE):
                found += check_plugin(text)
            for number, line in enumerate(text.split("\n"), 1):
                if UNNUMBERED.search(line):
                    found.append((number, "a note of work left must name its issue: TO" + "DO(#123)"))
            errors += [f"{path}:{number}: {wrong}" for number, wrong in sorted(found)]
            n_line = text.count("\n")
            if n_line > MOST_LINES:
                warnings.append(f"{path}: {n_line} lines, more than {MOST_LINES}")
    if compiler:
        errors += [f"{path}:1: {wrong}" for path, wrong in check_headers(root, compiler)]
    return errors, warnings


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    errors, warnings = lint(sys.argv[1], sys.argv[2:])
    for warning in warnings:
        print("warning:", warning)
    for error in errors:
        print(error)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
