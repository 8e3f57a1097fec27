#!/usr/bin/env bash
# campaign.sh -- runs each fuzz target for a while and adds a line a target to a ledger.
# usage: tests/fuzz/campaign.sh [-j TARGETS_AT_A_TIME] [-n INPUTS] [SECONDS [TARGET...]]     (1, no limit, 300 s, all targets); builds
# build/fuzz with clang. With -n, no more inputs of each target than that, and the same ones each time.
# usage: tests/fuzz/campaign.sh --sum [LEDGER]     adds up tests/fuzz/ledger.csv, the campaigns so far (docs/reliability.md)
# Ledger (build/fuzz/ledger.csv): date,commit,target,seconds,cpu_s,inputs,features,crashes,contained. Crashing inputs are kept in
# build/fuzz/found/TARGET; what is new in build/fuzz/grown/TARGET. Contained: HDF5 crashed in the process that reads traces, which is no
# crash of the target (apart_fuzz.c). An input may take 120 s of wall time: on a busy machine that is little.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [[ ${1:-} == --sum ]]; then
    awk -F, '
        NR == 1 { next }
        { runs[$3]++; wall[$3] += $4; cpu[$3] += $5; inputs[$3] += $6; crashes[$3] += $8; contained[$3] += $9 }
        $7 > features[$3] { features[$3] = $7 }
        function row(n, r, w, c, i, f, x, h) { return sprintf("| %s | %d | %.0f | %.0f | %d | %s | %d | %d |", n, r, w / 60, c / 60, i, f, x, h) }
        END {
            print "| target | runs | minutes | CPU minutes | inputs | features | crashes | contained |\n|---|---:|---:|---:|---:|---:|---:|---:|"
            for (t in runs) {
                print row(substr(t, 6), runs[t], wall[t], cpu[t], inputs[t], features[t], crashes[t], contained[t]) | "sort"
                r += runs[t]; w += wall[t]; c += cpu[t]; i += inputs[t]; x += crashes[t]; h += contained[t]
            }
            close("sort")
            print row("all", r, w, c, i, "", x, h)
        }' "${2:-tests/fuzz/ledger.csv}"
    exit
fi
at_a_time=1
limit=()
while getopts j:n: option; do
    [[ $OPTARG =~ ^[1-9][0-9]{0,8}$ ]] || option=
    case $option in
    j) at_a_time=$OPTARG ;;
    n) limit=(-runs="$OPTARG" -seed=1) ;;
    *) sed -n 's/^# usage: //p' "$0" >&2 && exit 2 ;;
    esac
done
shift $((OPTIND - 1))
seconds=${1:-300}
shift || true
targets=()
for name in "${@:-*}"; do # with fuzz_ or without
    for file in tests/fuzz/fuzz_${name#fuzz_}.c; do
        [[ -f $file ]] || { echo "campaign.sh: no target $name" >&2 && exit 2; }
        targets+=("$(basename "$file" .c)")
    done
done
# Optimised, with assertions.
cmake -S . -B build/fuzz -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_C_FLAGS_RELWITHDEBINFO="-O2 -g" \
    -DCMAKE_C_COMPILER="${CC:-clang-14}" \
    -DSTEPWATT_SANITIZE=fuzzer-no-link,address,undefined -DSTEPWATT_FUZZ=ON >/dev/null
cmake --build build/fuzz --target "${targets[@]}" >/dev/null
# HDF5 1.10 forgets some memory of its own when it refuses a damaged file.
echo 'leak:libhdf5' >build/fuzz/lsan.supp
export LSAN_OPTIONS="suppressions=$PWD/build/fuzz/lsan.supp:print_suppressions=0"
# HDF5 asks for as much memory as a damaged file claims: it gets none, as without sanitizers. What is given back is watched for as long
# as an input takes, and no longer: a process is made for each trace, with a copy of all that.
export ASAN_OPTIONS=allocator_may_return_null=1:max_allocation_size_mb=2048:quarantine_size_mb=1:thread_local_quarantine_size_kb=16
ledger=build/fuzz/ledger.csv
[[ -e $ledger ]] || echo "date,commit,target,seconds,cpu_s,inputs,features,crashes,contained" >"$ledger"

# Counts what libFuzzer put into the folder; slow inputs are none (on a busy machine every input may be slow).
crashes_in() {
    find "$1" -type f ! -name 'slow-unit-*' | wc -l
}

# Fuzzes one target and writes its line; fails where it crashed.
fuzz() {
    local target=$1 log=build/fuzz/$1.log found=build/fuzz/found/$1 grown=build/fuzz/grown/$1
    local before after cpu_s inputs features contained status=0 from=$SECONDS TIMEFORMAT='%U %S'
    mkdir -p "$found" "$grown"
    before=$(crashes_in "$found")
    # Without what policies log: that would be most of it.
    cpu_s=$({ time "build/fuzz/tests/fuzz/$target" -max_total_time="$seconds" -max_len=4096 -timeout=120 -rss_limit_mb=4096 -malloc_limit_mb=0 \
        "${limit[@]}" \
        -close_fd_mask=1 -print_final_stats=1 -artifact_prefix="$found/" "$grown" "tests/fuzz/corpus_${target#fuzz_}" 2>&1 |
        grep -av '^policy .* level=' >"$log"; } 2>&1) || status=1
    after=$(crashes_in "$found")
    inputs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
    features=$(sed -n 's/.* ft: \([0-9]*\).*/\1/p' "$log" | tail -n 1)
    contained=$(sed -n 's/^stat::contained: *//p' "$log" | tail -n 1)
    echo "$(date -u +%F),$(git rev-parse --short HEAD),$target,$((SECONDS - from)),$(awk '{print int($1 + $2)}' <<<"$cpu_s"),${inputs:-0},${features:-0},$((after - before)),${contained:-0}" |
        tee -a "$ledger"
    return $status
}

status=0
for target in "${targets[@]}"; do
    while (($(jobs -rp | wc -l) >= at_a_time)); do
        wait -n || status=1
    done
    fuzz "$target" &
done
while (($(jobs -p | wc -l))); do
    wait -n || status=1
done
exit $status
