#!/usr/bin/env bash
# fuzz.sh -- tries 2,000 inputs of every fuzz target, the same ones each time, on top of the corpora; fails where one crashes.
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
exit $status
