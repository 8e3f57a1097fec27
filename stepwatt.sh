#!/usr/bin/env bash
# stepwatt.sh -- from a fresh Debian to results: installs what is missing, builds, runs the main job or the tests.
set -euo pipefail
cd "$(dirname "$0")"

# Everything that building, testing and plotting need.
packages=(gcc cmake ninja-build pkg-config git check libglpk-dev libhdf5-dev libinih-dev hdf5-tools
    python3 python3-h5py python3-matplotlib python3-xarray python3-h5netcdf)

# What tests need besides: builds outside the tree, speed, sweeps over MPI and Slurm, reports in a browser, ONNX networks, queues of SimPy
# (python3-simpy is SimPy 2). Tests of what is not there skip themselves.
test_packages=(make g++ valgrind openmpi-bin libopenmpi-dev slurmctld slurmd slurm-client munge chromium fonts-dejavu-core python3-onnx
    python3-simpy3)

# What the checks in tests/checks/ need besides: sanitizers, coverage, static analysis, mutants.
check_packages=(clang-14 llvm-14 libclang-rt-14-dev libomp-14-dev clang-tidy-14 cppcheck shellcheck python3-pyflakes)

main_policies=local/idle,random/idle,shortest-queue/idle,cheapest/threshold,greedy/threshold,lp/lp,oracle/oracle
main_policies+=,drl:policies/sac.h5/threshold,drl:policies/bid-ppo.h5/threshold,drl:policies/bid-price.h5/lp
main_seeds=5
main_first_seed=2000 # days that no trained policy learned from

usage() {
    cat <<'TEXT'
usage: ./stepwatt.sh [run | test | check | --help]

  run    (the default) installs what is missing (apt, Debian 12 or 13), builds into build/release, compares the
         built-in and learned policies on scenarios/jemas.ini, prints the table, writes out/jemas.h5, a figure of it
         (out/jemas.png) and a page to look at it (out/jemas.html)
  test   does the same, then runs all tests, quick and slow, and prints how many passed
  check  for developers: runs every script of tests/checks/, each with a build of its own (Debian 12)

Building needs a C compiler, CMake, GLPK, HDF5 and inih; see the list in this script.
TEXT
}

# Installs those of the given packages that are missing; asks apt for nothing when all are there.
install_missing() {
    local missing=() package
    for package in "$@"; do
        if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed'; then
            missing+=("$package")
        fi
    done
    if ((${#missing[@]} == 0)); then
        return
    fi
    local as_root=()
    if ((EUID != 0)); then
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -qq
    local known=()
    for package in "${missing[@]}"; do
        if apt-cache show "$package" >/dev/null 2>&1; then
            known+=("$package")
        else
            echo "not in this release of Debian: $package"
        fi
    done
    if ((${#known[@]} == 0)); then
        return
    fi
    echo "installing: ${known[*]}"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${known[@]}"
}

build() {
    if ! { cmake --preset release && cmake --build --preset release; } >build.log 2>&1; then
        tail -n 40 build.log >&2
        echo "stepwatt.sh: the build failed; all of its output is in build.log" >&2
        exit 1
    fi
    rm -f build.log
}

main_job() {
    mkdir -p out
    build/release/stepwatt compare scenarios/jemas.ini --policies "$main_policies" --seed "$main_first_seed" \
        --seeds "$main_seeds" --series -o out/jemas.h5
    PYTHONPATH=analysis /usr/bin/python3 -m stepwatt.figures compare out/jemas.h5 -o out/jemas.png
    echo "figure: out/jemas.png"
    build/release/stepwatt report out/jemas.h5 -o out/jemas.html
}

# Prints what tests of faults and of hostile input counted.
counts() {
    awk '/ inputs replayed$/ { inputs += $1 }
        / faults, .* not survived$/ { calls += $1; calls_lost += $3 }
        / tried, .* wrong$/ { files += $1; files_wrong += $3 }
        / killed before their end/ { kills += $3 }
        / killed before a call on a file/ { kills += $1; kills_wrong += $9 }
        / limits, .* wrong$/ { limits += $1; limits_wrong += $3 }
        END {
            print "hostile input: " inputs " inputs of fuzz targets replayed"
            print "faults: " calls " calls broken, " calls_lost " not survived; " files " files and clocks, " files_wrong " wrong; " \
                kills " times killed, " kills_wrong " wrong; " limits " limits, " limits_wrong " wrong"
        }' build/release/Testing/Temporary/LastTest.log
}

case "${1:-run}" in
run)
    install_missing "${packages[@]}"
    build
    main_job
    ;;
test)
    install_missing "${packages[@]}" "${test_packages[@]}"
    build
    main_job
    # What runs in full needs no short form.
    ctest --preset release -j "$(nproc)" -E '^faults_(calls|files|kills|limits)$'
    counts
    ;;
check)
    install_missing "${packages[@]}" "${test_packages[@]}" "${check_packages[@]}"
    status=0
    for check in tests/checks/*.sh; do
        seconds=$SECONDS
        "$check" || status=1
        echo "$check: $((SECONDS - seconds)) s"
    done
    exit "$status"
    ;;
-h | --help)
    usage
    ;;
*)
    echo "stepwatt.sh: unknown command '$1'; allowed: run, test, check, --help" >&2
    exit 2
    ;;
esac
