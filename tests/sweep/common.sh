# shellcheck shell=bash
# shellcheck disable=SC2034 # what is set here is used by those who source it
# common.sh -- what the tests of sweeps share. Sourced with $1 = path of stepwatt; works in a new folder that is gone at the end.
set -euo pipefail
stepwatt=$(realpath "$1")
tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$tests/../.." && pwd)
export OMP_NUM_THREADS=2
unset SLURM_ARRAY_TASK_ID SLURM_ARRAY_TASK_COUNT SLURM_ARRAY_TASK_MIN SLURM_ARRAY_TASK_STEP
work=$(mktemp -d /tmp/stepwatt-sweep-XXXXXX)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

skip() {
    echo "skipped: $*"
    exit 0
}

# expect STATUS TEXT COMMAND...: the command ends with that status and says the text.
expect() {
    local want=$1 text=$2 got=0 said
    shift 2
    said=$("$@" 2>&1) || got=$?
    ((got == want)) || fail "'$*' ended with $got instead of $want: $said"
    [[ $said == *"$text"* ]] || fail "'$*' does not say '$text': $said"
}

# same A.h5 B.h5: the same results.
same() {
    local got=0
    /usr/bin/python3 -B "$tests/same_results.py" "$1" "$2" || got=$?
    ((got != 77)) || skip "python3-h5py is not installed"
    ((got == 0)) || fail "$1 and $2 differ"
}

# write_sweep SEEDS: s.ini, 4 points x 2 policies x SEEDS.
write_sweep() {
    cat >s.ini <<TEXT
[sweep]
name = small
base = $root/scenarios/quick.ini
policies = local/idle, greedy/threshold
seeds = $1

[axis battery_kwh]
key = site hall.battery_kwh
values = 0, 8

[axis deadline]
key.posters = workload posters.deadline_s
values.posters = - | uniform:20,40
key.art = workload art.deadline_s
values.art = - | 30
label = relaxed | tight
TEXT
}
