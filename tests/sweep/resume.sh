#!/usr/bin/env bash
# Sweeps killed at random moments and resumed, with one thread, with two, in shards, give the results of one that ran through.
# usage: resume.sh STEPWATT
source "$(dirname "$0")/common.sh"

write_sweep 20 # 160 tasks
"$stepwatt" sweep s.ini -o whole.h5 >/dev/null
"$stepwatt" sweep s.ini -o one.h5 --threads 1 >/dev/null
same whole.h5 one.h5

# Killed five times, each time after a moment of 0.05 to 0.4 s, then to the end.
for threads in 1 2; do
    out=killed$threads.h5
    for _ in 1 2 3 4 5; do
        "$stepwatt" sweep s.ini -o $out --threads $threads --resume >/dev/null 2>&1 &
        sleep "0.$((RANDOM % 35 + 5))"
        kill -9 $! 2>/dev/null || true
        wait $! 2>/dev/null || true
    done
    "$stepwatt" sweep s.ini -o $out --threads $threads --resume >said.txt
    [[ -e $out.journal ]] && fail "the journal is left behind"
    echo "threads $threads: $(head -n 1 said.txt)"
    same whole.h5 $out
done

# TERM keeps what is done and ends with 3; the rest runs later.
"$stepwatt" sweep s.ini -o term.h5 --threads 1 >/dev/null 2>said.txt &
pid=$!
for _ in $(seq 200); do
    [[ -e term.h5.journal && $(stat -c %s term.h5.journal) -gt 4096 ]] && break
    sleep 0.02
done
kill -TERM $pid
got=0
wait $pid || got=$?
((got == 3)) || fail "TERM ended the sweep with $got: $(cat said.txt)"
grep -q -- '--resume continues' said.txt || fail "TERM is not explained: $(cat said.txt)"
[[ -e term.h5 ]] && fail "an interrupted sweep left a result"
expect 2 '--resume' "$stepwatt" sweep s.ini -o term.h5
"$stepwatt" sweep s.ini -o term.h5 --resume >said.txt
grep -q ', 0 found done' said.txt && fail "nothing was kept: $(cat said.txt)"
same whole.h5 term.h5

# Three shards, one of them killed and resumed.
"$stepwatt" sweep s.ini -o part.h5 --shard 0/3 >/dev/null
SLURM_ARRAY_TASK_ID=5 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=4 SLURM_ARRAY_TASK_STEP=1 "$stepwatt" sweep s.ini -o part.h5 >/dev/null
"$stepwatt" sweep s.ini -o part.h5 --shard 2/3 >/dev/null 2>&1 &
sleep 0.2
kill -9 $! 2>/dev/null || true
wait $! 2>/dev/null || true
if [[ ! -e part.2-of-3.h5 ]]; then
    expect 3 'missing: 2' "$stepwatt" merge merged.h5 part.0-of-3.h5 part.1-of-3.h5
fi
"$stepwatt" sweep s.ini -o part.h5 --shard 2/3 --resume >/dev/null
"$stepwatt" merge merged.h5 part.2-of-3.h5 part.0-of-3.h5 part.1-of-3.h5 >/dev/null
same whole.h5 merged.h5

# Series too.
write_sweep 2
"$stepwatt" sweep s.ini -o series.h5 --series >/dev/null
for i in 0 1; do "$stepwatt" sweep s.ini -o series_part.h5 --series --shard $i/2 >/dev/null; done
"$stepwatt" merge series_merged.h5 series_part.*-of-2.h5 >/dev/null
same series.h5 series_merged.h5
echo "the same results: 1 and 2 threads, killed and resumed, interrupted, 3 shards merged, series"
