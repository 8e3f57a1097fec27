#!/bin/sh
# Makes the traces of scenarios/real.ini from the published files, and runs the scenario on them.
# usage: real.sh STEPWATT        from the source folder; skipped where the files are not at hand
set -eu
data=../shared/data
if [ ! -r "$data/SOURCES.md" ]; then
  echo "skipped: $data is not there"
  exit 0
fi
out=$(mktemp -d)
trap 'rm -r "$out"' EXIT
STEPWATT=$1 scenarios/make-real-traces.sh "$data" "$out/traces"
"$1" validate "$out/traces/real.ini" >/dev/null
"$1" run "$out/traces/real.ini" --policy greedy/threshold --json >"$out/run.json"
# As many jobs as the three parts of the requests have (8,715 usable ones of three weeks that differ by hours).
grep -q '"jobs": 8715' "$out/run.json"
"$1" trace info "$out/traces/jobs_alpha.csv" "$out/traces/price_south.csv" --json >"$out/info.json"
grep -q '"rows": 3235' "$out/info.json"
if "$1" trace import auto "$data/prices/US-TEX-ERCO_electricity_prices_2023.csv" --fill guess \
  -o "$out/x.csv" 2>"$out/message"; then
  echo "a bad --fill was taken"
  exit 1
fi
grep -q -- "--fill: 'guess'; none, hold or linear is allowed" "$out/message"
[ ! -e "$out/x.csv" ]
