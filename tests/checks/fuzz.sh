#!/usr/bin/env bash
# fuzz.sh -- tries 2,000 inputs of every fuzz target, the same ones each time, on top of the corpora; fails where one crashes, or where
# mistakes on purpose (tests/fuzz/apart_canary.c) do not crash as they should.
# usage: fuzz.sh [INPUTS]     (tests/fuzz/campaign.sh runs them for longer)
set -euo pipefail
cd "$(dirname "$0")/../.."
from=$SECONDS
ledger=build/fuzz/ledger.csv
rm -f "$ledger"
status=0
tests/fuzz/campaign.sh -j "$(nproc)" -n "${1:-2000}" 300 >/dev/null || status=1
awk -F, -v seconds=$((SECONDS - from)) 'NR > 1 { n++; inputs += $6; crashes += $8; if ($8 > 0) print "fuzz: " $3 " crashed: build/fuzz/found/" $3 }
    END { printf "fuzz: %d targets, %d inputs tried, %d crashes, %d s\n", n, inputs, crashes, seconds; exit n == 0 || crashes > 0 }' "$ledger" || status=1

# judged RIGHT WHAT: counts what went as it should.
judged() {
    n_judged=$((n_judged + 1))
    if (($1)); then
        n_right=$((n_right + 1))
    else
        echo "fuzz: not told right: $2" >&2
        status=1
    fi
}

# Mistakes of the project crash a target (libFuzzer ends with 77) also in a process of its own; one of HDF5 there, and none, do not.
cmake --build build/fuzz --target apart_canary >/dev/null
canaries=$(mktemp -d)
n_judged=0
n_right=0
for mistake in o p r u -; do
    got=0
    printf %s $mistake >"$canaries/input"
    build/fuzz/tests/fuzz/apart_canary -artifact_prefix="$canaries/" "$canaries/input" >"$canaries/log" 2>&1 || got=$?
    wanted=77
    [[ $mistake == - ]] && wanted=0
    judged $((got == wanted)) "the mistake '$mistake', which ends with $got"
done
build/fuzz/tests/fuzz/fuzz_traces_h5 tests/fuzz/corpus_traces_h5/header_text_without_end >"$canaries/log" 2>&1 || true
judged "$(grep -c '^stat::contained: [1-9]' "$canaries/log")" "a mistake of HDF5"
rm -rf "$canaries"
echo "fuzz: $n_right of $n_judged mistakes on purpose told right: 4 of the project, none, 1 of HDF5"
exit $status
