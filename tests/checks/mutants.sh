#!/usr/bin/env bash
# Breaks the model's code in a fixed sample of places, one at a time; fails where tests notice too few: 92 % are noticed, give or take 3 of a sample (docs/reliability.md, "Mutants").
# usage: mutants.sh [OPTIONS of tests/mutation/mutants.py]
set -euo pipefail
cd "$(dirname "$0")/../.."
exec /usr/bin/python3 -B tests/mutation/mutants.py --sample 100 --seed 4 --floor 85 "$@"
