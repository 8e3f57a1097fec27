#!/usr/bin/env bash
# coverage.sh [--raise] -- which lines of src/ the tests reach, by module, held to floors that only rise (coverage_floor.json).
set -euo pipefail
cd "$(dirname "$0")/../.."

build=build/coverage
rm -rf "$build" # counts of an older build would be added
cmake --preset coverage >/dev/null
cmake --build --preset coverage >"$build/build.log" || { cat "$build/build.log" >&2; exit 1; }

# In one process per program: each process that ends adds its counts to some hundred files.
export CK_FORK=no
tests() {
    ctest --preset coverage -j "$(nproc)" "$@" >"$build/tests.log" || { cat "$build/tests.log" >&2; exit 1; }
}
# All but the long ones and those that look at text, train, or set numbers beside somebody else's; of the long ones, sweeps
# that are killed, resumed, refused, and run over MPI.
tests -LE 'slow|lint|training|differential|mutation'
tests -R '^sweep_(resume|errors|mpi)$'

/usr/bin/python3 -B tests/checks/coverage.py "$build" tests/checks/coverage_floor.json "$@"
