#!/usr/bin/env bash
# What `stepwatt results` prints agrees with the figures in the file, computed another way.
# usage: results.sh STEPWATT
source "$(dirname "$0")/common.sh"
write_sweep 5
"$stepwatt" sweep s.ini -o a.h5 >/dev/null

expect 2 'is no metric' "$stepwatt" results a.h5 --metric nothing
expect 2 'two metrics' "$stepwatt" results a.h5 --pareto utility_usd
expect 2 'above 0 up to 1' "$stepwatt" results a.h5 --cvar 0
expect 2 'is no HDF5 file' "$stepwatt" results s.ini
"$stepwatt" run "$root/scenarios/quick.ini" --policy local/idle -o run.h5 >/dev/null
expect 2 'no results of a sweep' "$stepwatt" results run.h5
"$stepwatt" sweep s.ini -o part.h5 --shard 0/2 >/dev/null
expect 2 'stepwatt merge' "$stepwatt" results part.0-of-2.h5

"$stepwatt" results a.h5 --csv >a.csv
(($(wc -l <a.csv) == 1 + 4 * 2 * 5)) || fail "the CSV has $(wc -l <a.csv) lines"
"$stepwatt" results a.h5 --cvar 0.4 --pareto utility_usd,-carbon_kg >a.txt
/usr/bin/python3 - <<'PYTHON'
import csv, statistics
rows = list(csv.DictReader(open("a.csv")))
groups = {}
for row in rows:
    groups.setdefault((row["policy"], row["battery_kwh"], row["deadline"]), []).append(row)
lines = [line.split() for line in open("a.txt").read().split("\n")[3:] if line]
assert len(lines) == len(groups) == 8, (len(lines), len(groups))
t = 2.7764451051977987  # 97.5 % of Student's t with 4 degrees of freedom
def mean(group, metric):
    return statistics.mean(float(row[metric]) for row in group)
means = {key: (mean(g, "utility_usd"), -mean(g, "carbon_kg")) for key, g in groups.items()}
def close(text, number, digits):
    assert abs(float(text) - number) <= abs(number) * 10.0 ** (1 - digits), (text, number)
for line in lines:
    key = tuple(line[:3])
    utility = [float(row["utility_usd"]) for row in groups[key]]
    close(line[3], statistics.mean(utility), 6)
    close(line[4], t * statistics.stdev(utility) / 5**0.5, 3)
    if key[0] != "local/idle":
        first = [float(row["utility_usd"]) for row in groups[("local/idle",) + key[1:]]]
        diff = [u - f for u, f in zip(utility, first)]
        close(line[5], statistics.mean(diff), 6)
        close(line[6], t * statistics.stdev(diff) / 5**0.5, 3)
    close(line[7], statistics.mean(sorted(utility)[:2]), 6)
    mine = means[key]
    beaten = any(o[0] >= mine[0] and o[1] >= mine[1] and o != mine for o in means.values())
    assert (line[-1] == "*") == (not beaten), (key, line)
PYTHON

# Seeds are added until the interval is narrow, by the same rule with any number of threads, and again after an interruption.
"$stepwatt" sweep s.ini -o until.h5 --until-halfwidth 0.02 >/dev/null
"$stepwatt" sweep s.ini -o until1.h5 --until-halfwidth 0.02 --threads 1 >/dev/null 2>&1 &
sleep 0.6
kill -9 $! 2>/dev/null || true
wait $! 2>/dev/null || true
"$stepwatt" sweep s.ini -o until1.h5 --until-halfwidth 0.02 --threads 1 --resume >/dev/null
same until.h5 until1.h5
"$stepwatt" results until.h5 >until.txt
awk 'NR > 3 && $5 > 0.0201 { exit 1 }' until.txt || fail "an interval is wider than asked for: $(cat until.txt)"
awk 'NR == 1 && / over 5 seeds/ { exit 1 }' until.txt || fail "no seeds were added"
expect 0 'not reached with 6 seeds' "$stepwatt" sweep s.ini -o until6.h5 --until-halfwidth 1e-9 --max-seeds 6
echo "means, intervals, differences, tails, fronts and seeds added agree"
