#!/bin/sh
# usage: trace_synth.sh STEPWATT. Generated traces are the same twice, differ by seed, and a generator fitted to one
# has its mean.
set -eu
stepwatt=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"$stepwatt" trace gen price-pjm --days 30 --slot 3600 --seed 3 -o a.csv
"$stepwatt" trace gen price-pjm --days 30 --slot 3600 --seed 3 -o b.csv
"$stepwatt" trace gen price-pjm --days 30 --slot 3600 --seed 4 -o c.csv
grep -v '^#' a.csv >a.txt
grep -v '^#' b.csv >b.txt
grep -v '^#' c.csv >c.txt
cmp a.txt b.txt
if cmp -s a.txt c.txt; then echo "seeds 3 and 4 give the same trace"; exit 1; fi
[ "$(wc -l <a.txt)" = 721 ]
"$stepwatt" trace gen price-pjm --days 2 --start 2025-07-14 -o d.h5
"$stepwatt" trace info d.h5 >info.txt
grep -q 'from 2025-07-14T00:00:00Z to 2025-07-15T23:55:00Z' info.txt
"$stepwatt" trace fit a.csv --column price_usd_per_mwh >fit.txt
head -n 1 fit.txt | grep -q '^synth:price,mean=[0-9]'
awk -F'|' '/^\| mean /{if ($4 < 0.8 * $3 || $4 > 1.25 * $3) {print "means differ:", $3, $4; exit 1}}' fit.txt
"$stepwatt" trace fit a.csv --column price_usd_per_mwh --json | python3 -m json.tool >/dev/null
# Jobs are counted: two weeks of 100 an hour by day and 60 by night; the one at the very end belongs to no interval.
awk 'BEGIN {print "arrival_s"
    for (h = 0; h < 336; h++) {n = h % 24 >= 8 && h % 24 < 20 ? 100 : 60; for (i = 0; i < n; i++) printf "%.3f\n", 3600 * (h + i / n)}
    print 3600 * 336}' >jobs.csv
"$stepwatt" trace fit jobs.csv --column arrival_s --json >jobs.json
python3 - jobs.json <<'PYTHON'
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    fit = json.load(file)
assert fit["kind"] == "rate", fit["kind"]
assert abs(fit["measured"]["mean"] * 3600 - 80) < 1e-9, fit["measured"]["mean"]
assert abs(fit["generated"]["mean"] * 3600 / 80 - 1) < 0.05, fit["generated"]["mean"]
for hour, share in enumerate(fit["measured"]["profile"]):
    assert abs(share - (1.25 if 8 <= hour < 20 else 0.75)) < 1e-9, (hour, share)
PYTHON
printf 'arrival_s\n5\n4\n' >back.csv
printf 'arrival_s,images\n' >none.csv
printf 'arrival_s\n5\n7200\n' >short.csv
for wrong in "fit back.csv --column arrival_s" "fit none.csv --column arrival_s" "fit a.csv --column arrival_s" \
    "fit short.csv --column arrival_s" "gen price-mars -o e.csv" "gen price-pjm" "gen price-pjm --days 0 -o e.csv" "fit a.csv" \
    "fit a.csv --column none --kind price" "fit a.csv --column price_usd_per_mwh --kind temperature"; do
    status=0
    # shellcheck disable=SC2086 # the words are arguments
    "$stepwatt" trace $wrong 2>message.txt || status=$?
    if [ "$status" != 2 ] || [ ! -s message.txt ] || [ -e e.csv ]; then
        echo "'$wrong' gave $status"
        exit 1
    fi
done
status=0
"$stepwatt" trace fit short.csv --column arrival_s 2>message.txt || status=$?
[ "$status" = 2 ] && grep -q 'short.csv: 2 whole hours, allowed are 24 to' message.txt
