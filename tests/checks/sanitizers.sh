#!/usr/bin/env bash
# sanitizers.sh -- runs the suites under AddressSanitizer and UBSan, the parallel ones under ThreadSanitizer, and some commands
# under valgrind's memcheck. Each part makes mistakes on purpose first (sanitizers/canary.c), which must be seen.
# usage: sanitizers.sh [--all] [asan | tsan | memcheck]...
#   --all: nearly every test there is, in both sanitized builds, and longer commands under memcheck
set -euo pipefail
cd "$(dirname "$0")/../.."
status=0
all=
parts=()
for word in "$@"; do
    case $word in
    --all) all=1 ;;
    asan | tsan | memcheck) parts+=("$word") ;;
    *)
        sed -n 's/^# usage: /usage: /p' "$0" >&2
        exit 2
        ;;
    esac
done
((${#parts[@]})) || parts=(asan tsan memcheck)

fail() {
    echo "sanitizers: $*" >&2
    status=1
}

# build PRESET TARGET...: shows what the build says only if it fails.
build() {
    local log=build/$1/build.log
    mkdir -p "build/$1"
    if ! { cmake --preset "$1" && cmake --build --preset "$1" --target "${@:2}"; } >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        fail "preset $1 does not build; all of its output is in $log"
        return 1
    fi
}

# canaries PRESET MISTAKE=REPORT...: the canary of that build makes each mistake, which is reported so, and none, of which nothing is
# said. The array `under` is what it runs under. Leaves in `canaries_seen` how many of how many were seen.
canaries() {
    local canary=build/$1/tests/checks/sanitizers/sanitizer_canary pair said n_seen=0
    shift
    for pair in "$@"; do
        if said=$("${under[@]}" "$canary" "${pair%%=*}" 2>&1) || [[ $said != *"${pair#*=}"* ]]; then
            fail "the mistake '${pair%%=*}' is not reported as '${pair#*=}': $said"
        else
            n_seen=$((n_seen + 1))
        fi
    done
    canaries_seen="$n_seen of $# mistakes on purpose seen"
    if ! said=$("${under[@]}" "$canary" sound 2>&1) || [[ $said != 501500 ]]; then
        fail "a mistake is reported where there is none: $said"
    fi
}

# is_of_hdf5 REPORT: true where HDF5 made the mistake, or where a report could not go on for want of memory. Only a process that reads a
# trace (src/base/apart.c) may end of it; any other one fails its test.
is_of_hdf5() {
    awk '/^ *#[0-9]+ / && !/libsanitizer|interceptor/ { said = 1; hdf5 = /libhdf5/; exit }
        /Failed to mmap/ { hdf5 = !said }
        END { exit !hdf5 }' "$1"
}

# count_reports FOLDER: shows the reports of sanitizers that lie there and leaves their number in n_report. A plugin of the tests that
# crashes because it is told to does not count, nor do mistakes of HDF5.
count_reports() {
    local file
    n_report=0
    for file in "$1"/*; do
        if [[ -s $file ]] && ! grep -q ' in crash .*tests/unit/plugin/faulty.c' "$file" && ! is_of_hdf5 "$file"; then
            cat "$file" >&2
            n_report=$((n_report + 1))
        fi
    done
}

# suites PRESET TITLE CTEST-ARGUMENT...: runs those tests. Reports go to files and end with a status of their own, for some tests expect
# a command to fail and would take a report for what they expect.
suites() {
    local preset=$1 title=$2 folder=$PWD/build/$1/reports log=build/$1/ctest.log from=$SECONDS passed skipped tests
    shift 2
    rm -rf "$folder"
    mkdir -p "$folder"
    if ! env ASAN_OPTIONS="log_path=$folder/asan:exitcode=86" TSAN_OPTIONS="log_path=$folder/tsan:exitcode=86" \
        UBSAN_OPTIONS="log_path=$folder/ubsan:exitcode=86:print_stacktrace=1" \
        ctest --preset "$preset" -j "$(nproc)" "$@" >"$log" 2>&1; then
        sed -n '/tests failed/,$p' "$log" >&2
        fail "$title: tests failed; all of their output is in $log"
    fi
    count_reports "$folder"
    ((n_report == 0)) || fail "$title: $n_report reports of sanitizers are in $folder"
    passed=$(grep -c '   Passed ' "$log" || true)
    skipped=$(grep -c '\*\*\*Skipped ' "$log" || true)
    # What libcheck and unittest count within the suites.
    tests=$(awk '/^[0-9]+%: Checks: / {n += $3} /^Ran [0-9]+ tests? in / {n += $2} END {print n + 0}' \
        "build/$preset/Testing/Temporary/LastTest.log")
    ((passed > 0 && tests > 0)) || fail "$title: no tests were run"
    echo "$title: $passed suites passed ($tests tests), $skipped skipped, $n_report errors found," \
        "$canaries_seen, $((SECONDS - from)) s"
}

# Not built with sanitizers, since it cannot run: tests/faults (preloads a malloc of its own), test_install and plugin_outside
# (users that are not sanitized), instructions (counts those of a release build). The short form leaves out long forms of tests that are
# there in short, and what is not about the C sources: analysis, bench, lint, training. No form runs the plugins that break the rules on
# purpose: tests that fail end in the middle and give nothing back.
check_asan() {
    local few=(--label-exclude 'analysis|bench|lint|training' --exclude-regex '_long$|unruly|policy_parity')
    ((${all:-0})) && few=(--exclude-regex unruly)
    build asan all sanitizer_canary || return 0
    under=()
    canaries asan heap=heap-buffer-overflow leak='detected memory leaks' cast='outside the range' signed='signed integer overflow'
    suites asan 'asan, ubsan' "${few[@]}"
}

# The parallel suites: sweeps and comparisons on 1 to 8 threads, environments, policies that run twice at once, linear programs. clang's
# further sanitizers of numbers come along. ThreadSanitizer dies where files may not grow (it writes one at its start), and so in
# sweep_errors; lint is of gcc's warnings.
check_tsan() {
    local few=(--exclude-regex '_long$|unruly|brute_force|sweep_errors' --label-regex 'sweep|env|conformance|capi|lp')
    ((${all:-0})) && few=(--label-exclude lint --exclude-regex 'sweep_errors|unruly')
    build tsan all sanitizer_canary || return 0
    under=(env TSAN_OPTIONS=ignore_noninstrumented_modules=1)
    canaries tsan race='data race' unsigned='unsigned integer overflow' cast='outside the range'
    suites tsan 'tsan, integers' "${few[@]}"
}

# The release build, whose optimised code the sanitizers do not see.
check_memcheck() {
    local from=$SECONDS slots=12 out command n=0 n_error=0 errors log
    local -a commands
    ((${all:-0})) && slots=48
    build release stepwatt sanitizer_canary || return 0
    under=(valgrind --quiet --error-exitcode=86 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite)
    canaries release unset='depends on uninitialised value' heap='Invalid write' leak='definitely lost'
    out=$(mktemp -d)
    commands=(
        "run --policy greedy/threshold --jobs -o $out/run.h5"
        "run --policy drl:policies/sac.h5/threshold --record $out/record --json"
        "run --policy lp/lp --explain"
        "compare --policies local/idle,cheapest/threshold,oracle/oracle --seeds 2 --threads 2 --series -o $out/compare.h5"
        "bound --duals $out/duals.h5 --mps $out/bound.mps"
    )
    for command in "${commands[@]}"; do
        log=$out/log
        # shellcheck disable=SC2086 # words of the command
        if ! "${under[@]}" build/release/stepwatt ${command%% *} scenarios/quick.ini --set "scenario.slots=$slots" ${command#* } \
            >"$out/said" 2>"$log"; then
            cat "$log" >&2
            fail "memcheck: '$command' failed"
        fi
        errors=$(grep -cE '^==[0-9]+== [A-Z]' "$log" || true)
        n_error=$((n_error + errors))
        n=$((n + 1))
    done
    rm -rf "$out"
    echo "memcheck: $n commands, $n_error errors found, $canaries_seen, $((SECONDS - from)) s"
}

for part in "${parts[@]}"; do
    "check_$part"
done
exit "$status"
