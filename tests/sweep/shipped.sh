#!/usr/bin/env bash
# Every sweep in scenarios/sweeps/ is accepted, with the number of tasks that its first line tells.
# usage: shipped.sh STEPWATT
source "$(dirname "$0")/common.sh"
n=0
for file in "$root"/scenarios/sweeps/*.ini; do
    tasks=$(sed -nE '1s/^; .* ([0-9]+) tasks\.$/\1/p' "$file")
    [[ -n $tasks ]] || fail "$file does not tell its tasks in the first line"
    OMP_NUM_THREADS=1 "$stepwatt" sweep "$file" -o "$work/out.h5" --slurm >said.txt || fail "$file: $(cat said.txt)"
    grep -q "^$tasks tasks " said.txt || fail "$file tells $tasks tasks: $(cat said.txt)"
    n=$((n + 1))
done
((n >= 3)) || fail "only $n sweeps are shipped"
echo "$n sweeps are accepted"
