#!/usr/bin/env bash
# Prints how a sweep scales over threads (64 tasks of jemas.ini), what a task costs beyond its run, and the memory of 100,000 tiny tasks.
# usage: tests/bench/bench_sweep.sh build/release/stepwatt     (from the source root, on a quiet machine)
set -euo pipefail
stepwatt=$(realpath "$1")
root=$(pwd)
work=$(mktemp -d /tmp/stepwatt-bench-XXXXXX)
trap 'rm -rf "$work"' EXIT
cd "$work"
seconds() { local from; from=$(date +%s.%N); "$@" >/dev/null; awk -v a="$from" -v b="$(date +%s.%N)" 'BEGIN { print b - a }'; }

printf '[sweep]\nbase = %s/scenarios/jemas.ini\npolicies = greedy/threshold\nseeds = 64\n' "$root" >jemas.ini
one=$(seconds "$stepwatt" sweep jemas.ini -o one.h5 --threads 1)
two=$(seconds "$stepwatt" sweep jemas.ini -o two.h5 --threads 2)
awk -v a="$one" -v b="$two" 'BEGIN { printf "64 tasks of jemas.ini: 1 thread %.2f s, 2 threads %.2f s, %.2f times as fast\n", a, b, a / b }'

# One slot, one site, next to no jobs.
cat >tiny.ini <<'TEXT'
[scenario]
slots = 1
steps = 10
[site s]
price = 40
cooling = pue
pue = 1.2
[gpu g]
idle_w = 50
levels = 1.0:300
[model m]
quality_ceiling = 0.9
quality_mid = 10
quality_slope = 0.2
overhead_s.g = 0.1
step_s.g = 0.1
[asp a]
site = s
model = m
gpu = g
gpus = 1
[workload w]
origin = a
arrivals = poisson:0.001
deadline_s = 60
price_usd = 0.001
TEXT
for n in 1000 100000; do
    printf '[sweep]\nbase = tiny.ini\npolicies = local/idle\nseeds = %d\n' "$n" >sweep$n.ini
    from=$(date +%s.%N)
    "$stepwatt" sweep sweep$n.ini -o tiny$n.h5 --threads 1 >/dev/null &
    pid=$!
    peak=0
    while kill -0 $pid 2>/dev/null; do
        now=$(awk '/VmHWM/ { print $2 }' /proc/$pid/status 2>/dev/null || true)
        peak=${now:-$peak}
        sleep 0.02
    done
    wait $pid
    awk -v a="$from" -v b="$(date +%s.%N)" -v n=$n -v p="$peak" \
        'BEGIN { printf "%d tiny tasks: %.2f s, %.1f us a task (run, journal and file), at most %.1f MB\n", n, b - a, (b - a) / n * 1e6, p / 1024 }'
done
