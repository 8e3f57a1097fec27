#!/usr/bin/env bash
# What can go wrong with a sweep ends with a clear message, and nothing that was done is lost.
# usage: errors.sh STEPWATT
source "$(dirname "$0")/common.sh"

write_sweep 2
cp s.ini good.ini

# The sweep file.
expect 2 '-o is missing' "$stepwatt" sweep s.ini
expect 2 'none.ini' "$stepwatt" sweep none.ini -o a.h5
change() { sed "$1" good.ini >s.ini; }
change 's/^seeds = .*/seeds = 0/'
expect 2 's.ini:5: [sweep] seeds: allowed is N' "$stepwatt" sweep s.ini -o a.h5
change 's/^policies = .*/policies = local\/idle, nobody/'
expect 2 'nobody' "$stepwatt" sweep s.ini -o a.h5
change 's/^policies = .*/policies = local\/idle, local\/idle/'
expect 2 'named twice' "$stepwatt" sweep s.ini -o a.h5
change 's/^base = .*/base = nowhere.ini/'
expect 2 "[sweep] base: scenario 'nowhere.ini' cannot be opened: No such file" "$stepwatt" sweep s.ini -o a.h5
change 's/^values = 0, 8/values = 0, -8/'
expect 2 "s.ini:7: [axis battery_kwh] value '-8' does not fit" "$stepwatt" sweep s.ini -o a.h5
change 's/^values = 0, 8/values = 0:8:-1/'
expect 2 'bad range' "$stepwatt" sweep s.ini -o a.h5
change 's/^values.art = .*/values.art = 30/'
expect 2 'has 1 values, allowed are 2' "$stepwatt" sweep s.ini -o a.h5
change 's/^key = .*/key = site moon.battery_kwh/'
expect 2 'site moon' "$stepwatt" sweep s.ini -o a.h5
change 's/axis battery_kwh/axis utility_usd/'
expect 2 'bad name' "$stepwatt" sweep s.ini -o a.h5
change 's/^label = .*/label = tight | tight/'
expect 2 'same label' "$stepwatt" sweep s.ini -o a.h5
change 's/^label = .*/label = tight | loose | odd/'
expect 2 'has not as many labels as the axis has values' "$stepwatt" sweep s.ini -o a.h5
change "s/^policies = .*/policies = local$(printf ', local%.0s' $(seq 256))/"
expect 2 '' "$stepwatt" sweep s.ini -o a.h5
change 's/^\[sweep\]/[swept]/'
expect 2 'section [sweep] is missing' "$stepwatt" sweep s.ini -o a.h5
change 's/^name = .*/nmae = x/'
expect 2 'unknown key' "$stepwatt" sweep s.ini -o a.h5
[[ -z $(ls a.h5* 2>/dev/null) ]] || fail "a refused sweep left files"

# Options and places.
cp good.ini s.ini
for shard in 3/3 -1/3 1 1/0 x/3 1/x 0/1000000; do
    expect 2 '' "$stepwatt" sweep s.ini -o a.h5 --shard "$shard"
done
expect 2 'folder' "$stepwatt" sweep s.ini -o nowhere/a.h5
expect 2 'SLURM_ARRAY' env SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=0 "$stepwatt" sweep s.ini -o a.h5
expect 2 'a shard alone' "$stepwatt" sweep s.ini -o a.h5 --shard 0/2 --until-halfwidth 1
expect 2 'above 0' "$stepwatt" sweep s.ini -o a.h5 --until-halfwidth 0

# Another process that writes the same output: the journal is locked while the first runs.
write_sweep 60
"$stepwatt" sweep s.ini -o busy.h5 --threads 1 >/dev/null 2>&1 &
first=$!
for _ in $(seq 200); do [[ -e busy.h5.journal && $(stat -c %s busy.h5.journal) -gt 256 ]] && break; sleep 0.02; done
expect 2 'another process writes the same output' "$stepwatt" sweep s.ini -o busy.h5 --resume
wait $first || fail "the first process was disturbed"

# A finished result is never overwritten, nor taken for another sweep's.
expect 2 'is there already' "$stepwatt" sweep s.ini -o busy.h5
expect 0 'complete already' "$stepwatt" sweep s.ini -o busy.h5 --resume
expect 2 'another sweep' "$stepwatt" sweep good.ini -o busy.h5 --resume

# Files that may grow no further, as on a full disk: what was done is kept, the rest runs later.
"$stepwatt" sweep good.ini -o whole.h5 >/dev/null
(
    ulimit -f 16 # 16 KiB, 8 of 16 records
    expect 1 'make room and --resume' "$stepwatt" sweep good.ini -o full.h5 --threads 1
)
[[ -e full.h5 ]] && fail "a failed sweep left a result"
"$stepwatt" sweep good.ini -o full.h5 --resume >said.txt
grep -q ', 0 found done' said.txt && fail "a full disk lost what was done"
same whole.h5 full.h5

# A journal that is damaged: its record runs again. One of another sweep is refused.
(
    ulimit -f 16
    "$stepwatt" sweep good.ini -o hurt.h5 --threads 1 >/dev/null 2>&1
) || true
printf 'x' | dd of=hurt.h5.journal bs=1 seek=1000 conv=notrunc status=none
expect 2 'another sweep, shard or version' "$stepwatt" sweep s.ini -o hurt.h5 --resume
expect 0 '1 damaged records' "$stepwatt" sweep good.ini -o hurt.h5 --resume
same whole.h5 hurt.h5

# Shards that do not belong together.
for i in 0 1; do "$stepwatt" sweep good.ini -o part.h5 --shard $i/2 >/dev/null; done
"$stepwatt" sweep good.ini -o other.h5 --shard 1/3 >/dev/null
write_sweep 3
"$stepwatt" sweep s.ini -o foreign.h5 --shard 1/2 >/dev/null
expect 3 '1 of 2 shards are missing: 1' "$stepwatt" merge m.h5 part.0-of-2.h5
expect 2 'given twice' "$stepwatt" merge m.h5 part.0-of-2.h5 part.0-of-2.h5
expect 2 'one of 3 shards' "$stepwatt" merge m.h5 part.0-of-2.h5 other.1-of-3.h5
expect 2 'another sweep' "$stepwatt" merge m.h5 part.0-of-2.h5 foreign.1-of-2.h5
expect 2 'not a shard' "$stepwatt" merge m.h5 whole.h5 part.0-of-2.h5
# A policy file that changed between the shards, under its old name.
for i in 0 1; do
    cp "$root/policies/$([[ $i == 0 ]] && echo bid-price || echo bid-ppo).h5" learned.h5
    sed 's/^policies = .*/policies = drl:learned.h5\/idle/' good.ini >s.ini
    "$stepwatt" sweep s.ini -o learnt.h5 --shard $i/2 >/dev/null
done
expect 2 'input files differ' "$stepwatt" merge m.h5 learnt.0-of-2.h5 learnt.1-of-2.h5
head -c 9000 part.1-of-2.h5 >cut.h5
expect 2 'cut off' "$stepwatt" merge m.h5 part.0-of-2.h5 cut.h5
echo 'no HDF5' >text.h5
expect 2 'is no HDF5 file' "$stepwatt" merge m.h5 part.0-of-2.h5 text.h5
[[ -e m.h5 ]] && fail "a refused merge left a file"
"$stepwatt" merge m.h5 part.0-of-2.h5 part.1-of-2.h5 >/dev/null
expect 2 'is there already' "$stepwatt" merge m.h5 part.0-of-2.h5 part.1-of-2.h5
same whole.h5 m.h5
echo "every failure was told, nothing done was lost"
