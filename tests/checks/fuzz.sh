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

# canary MISTAKE STATUS: what the target makes of it, as libFuzzer says it: 0, or 77 for a crash.
canary() {
    local got=0
    printf %s "$1" >"$canaries/input"
    build/fuzz/tests/fuzz/apart_canary -artifact_prefix="$canaries/" "$canaries/input" >"$canaries/log" 2>&1 || got=$?
    if ((got == $2)); then
        n_right=$((n_right + 1))
    else
        echo "fuzz: the mistake '$1' ends with $got, not $2" >&2
        status=1
    fi
}
cmake --build build/fuzz --target apart_canary >/dev/null
canaries=$(mktemp -d)
n_right=0
for mistake in o p r u; do
    canary $mistake 77
done
canary h 0
canary s 0
rm -rf "$canaries"
echo "fuzz: $n_right of 6 mistakes on purpose told right: 4 of the project, 1 of HDF5, 1 that is none"
exit $status
