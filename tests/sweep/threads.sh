#!/usr/bin/env bash
# Sweeps and comparisons give the same bits whatever the number of threads, fewer or more than there are processors and tasks.
# usage: threads.sh STEPWATT
source "$(dirname "$0")/common.sh"
write_sweep 2
compare=(compare "$root/scenarios/quick.ini" --set scenario.slots=16 --policies "local/idle,lp/lp,oracle/oracle" --seeds 3)
for threads in 1 2 3 8; do
    "$stepwatt" sweep s.ini -o sweep$threads.h5 --series --threads $threads >/dev/null
    "$stepwatt" "${compare[@]}" -o compare$threads.h5 --series --threads $threads >/dev/null
    same sweep1.h5 sweep$threads.h5
    same compare1.h5 compare$threads.h5
done
echo "the same results: sweep and compare on 1, 2, 3 and 8 threads"
