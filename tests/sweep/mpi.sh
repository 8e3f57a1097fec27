#!/usr/bin/env bash
# Sweeps over 1, 2 and 4 ranks of MPI give the results of a process without it; a rank that dies is not passed over in silence.
# usage: mpi.sh STEPWATT [STEPWATT_MPI]
source "$(dirname "$0")/common.sh"
if [[ -z ${2:-} ]]; then skip "built without MPI (libopenmpi-dev is not installed)"; fi
if ! command -v mpirun >/dev/null; then skip "mpirun is not installed (openmpi-bin)"; fi
program=$2
export OMP_NUM_THREADS=1 OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
ranks() { mpirun --oversubscribe --bind-to none -n "$1" "$program" sweep "${@:2}"; }

write_sweep 3
"$stepwatt" sweep s.ini -o whole.h5 >/dev/null
for n in 1 2 4; do
    ranks $n s.ini -o ranks$n.h5 >/dev/null
    same whole.h5 ranks$n.h5
done

# Errors end all ranks.
expect 2 'none.ini' ranks 3 none.ini -o x.h5
expect 2 'is there already' ranks 3 s.ini -o ranks2.h5
expect 2 'not with MPI' ranks 2 s.ini -o x.h5 --dry-run

# A rank killed in the midst of its work: mpirun says so, no result appears, --resume goes on without loss.
write_sweep 20
"$stepwatt" sweep s.ini -o longer.h5 >/dev/null
ranks 3 s.ini -o lost.h5 >said.txt 2>&1 &
launcher=$!
for _ in $(seq 500); do
    [[ -e lost.h5.journal && $(stat -c %s lost.h5.journal) -gt 8000 ]] && break
    sleep 0.02
done
worker=$(pgrep -f -n -- "^$program sweep s.ini -o lost.h5") || fail "no rank was found: $(cat said.txt)"
kill -9 "$worker"
got=0
wait $launcher || got=$?
((got != 0)) || fail "a lost rank went unnoticed"
[[ -e lost.h5 ]] && fail "a sweep that lost a rank left a result"
ranks 2 s.ini -o lost.h5 --resume >said.txt
grep -q ', 0 found done' said.txt && fail "nothing was kept: $(cat said.txt)"
same longer.h5 lost.h5
echo "the same results with 1, 2 and 4 ranks, and after a lost one (mpirun ended with $got): $(head -n 1 said.txt)"
