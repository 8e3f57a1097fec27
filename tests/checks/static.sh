#!/usr/bin/env bash
# static.sh -- reads the code without running it: clang-tidy, cppcheck, shellcheck and pyflakes, one line each; status 1 when one
# of them finds something.
#
# usage: static.sh [--all]     with --all, clang's analyzer goes as deep as it can (some minutes more)
#
# What is looked for and what is left out, with reasons: .clang-tidy, tests/.clang-tidy, tests/checks/cppcheck.txt.
set -euo pipefail
cd "$(dirname "$0")/../.."

jobs=$(nproc)
build=build/static
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# Paths that the analyzer follows in one function before it goes on to the next; most need fewer. Its time grows with it.
depth=60000
if [[ ${1:-} == --all ]]; then
    depth=225000 # clang's own limit
fi

tidy=(clang-tidy-14 --quiet)
for word in -Xclang -analyzer-config -Xclang max-nodes=$depth; do
    tidy+=("--extra-arg=$word")
done
check_c=(cppcheck --quiet "--enable=warning,performance,portability,style" --std=c11 --library=posix --inline-suppr
    --suppressions-list=tests/checks/cppcheck.txt --error-exitcode=1 '--template={file}:{line}: {severity}: {message} [{id}]')
# SC2317: functions that are called by a name in a variable or by a trap are not seen to be called.
check_shell=(shellcheck --exclude=SC2317 --external-sources --source-path=SCRIPTDIR --format=gcc)
check_python=(/usr/bin/python3 -m pyflakes)

# finds TOOL WORD: the tool's last report must hold WORD; a check that finds no fault in a file made of faults is no check.
finds() {
    if ! grep -qF "$2" "$work/report"; then
        echo "static: $1 finds no $2 in a file that has one" >&2
        cat "$work/report" >&2
        exit 1
    fi
}

# conclude TOOL FILES RC: prints the report of a tool and its line.
conclude() {
    local findings
    findings=$(grep -vE ': note: .*[^]]$' "$work/report" | grep -cE '^[^ ]+:[0-9]+:([0-9]+:)? ' || true)
    if (($3 != 0)); then
        status=1
        sed "s|$PWD/||" "$work/report"
    fi
    echo "static: $1: $2 files, $findings findings"
}

# Faults that each tool must see.
cat >"$work/fault.c" <<'C'
int fault(int n);
int fault(int n) {
    int *p = 0;
    int held[2];
    if (n > 3) {
        p = &n;
    }
    held[n * 0 + 2] = n;
    return *p + (int)sizeof(sizeof(n));
}
C
# shellcheck disable=SC2016 # the fault
printf '#!/bin/sh\nrm $1\n' >"$work/fault.sh"
printf 'import os\nprint(undefined)\n' >"$work/fault.py"
"${tidy[@]}" --config-file=.clang-tidy "$work/fault.c" -- >"$work/report" 2>&1 || true
finds clang-tidy clang-analyzer-core.NullDereference
finds clang-tidy bugprone-sizeof-expression
"${check_c[@]}" "$work/fault.c" >"$work/report" 2>&1 || true
finds cppcheck arrayIndexOutOfBounds
"${check_shell[@]}" "$work/fault.sh" >"$work/report" 2>&1 || true
finds shellcheck SC2086
"${check_python[@]}" "$work/fault.py" >"$work/report" 2>&1 || true
finds pyflakes "undefined name"

# Flags of each file, and the one header that a build makes; nothing is compiled.
if ! { cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_COMPILER=clang-14 \
    -DCMAKE_EXPORT_COMPILE_COMMANDS=ON && cmake --build "$build" --target stepwatt_version; } >"$work/report" 2>&1; then
    cat "$work/report" >&2
    exit 1
fi

# All C but the peer that needs the headers of SimGrid and the faults of other checks; the largest first, so that the last
# process is not a long one.
mapfile -t sources < <(find src policies tests -name '*.c' -not -path '*/peers/*' -not -path 'tests/checks/*' -printf '%s %p\n' | sort -rn | cut -d ' ' -f 2)
rc=0
printf '%s\0' "${sources[@]}" | xargs -0 -n 1 -P "$jobs" "${tidy[@]}" -p "$build" >"$work/report" 2>"$work/said" || rc=$?
grep -v 'warnings\? generated\|Suppressed\|treated as error' "$work/said" >>"$work/report" || true
conclude clang-tidy "${#sources[@]}" "$rc"

rc=0
"${check_c[@]}" --project="$build/compile_commands.json" -j "$jobs" >"$work/report" 2>&1 || rc=$?
conclude cppcheck "$(grep -o '"file": "[^"]*"' "$build/compile_commands.json" | sort -u | wc -l)" "$rc"

mapfile -t scripts < <(find . .ci/run -path ./build -prune -o \( -name '*.sh' -o -path .ci/run \) -print | sort)
rc=0
"${check_shell[@]}" "${scripts[@]}" >"$work/report" 2>&1 || rc=$?
conclude shellcheck "${#scripts[@]}" "$rc"

mapfile -t programs < <(find . -path ./build -prune -o -name '*.py' -print | sort)
rc=0
"${check_python[@]}" "${programs[@]}" >"$work/report" 2>&1 || rc=$?
conclude pyflakes "${#programs[@]}" "$rc"
exit "$status"
