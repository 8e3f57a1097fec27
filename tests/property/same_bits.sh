#!/usr/bin/env bash
# Runs built-in policies as they are, and again with glibc told that the CPU has neither AVX2 nor FMA, so that it picks other variants
# of its mathematics. Results must be the same to the last bit; only clock readings may differ.
# usage: same_bits.sh STEPWATT
set -euo pipefail
stepwatt=$1
for scenario in scenarios/quick.ini scenarios/traced.ini; do
    for policy in local/idle random/threshold greedy/threshold cheapest/threshold; do
        results() { "$stepwatt" run "$scenario" --policy "$policy" --json | sed -E 's/"(wall_s|decision_s)": [^,]*//g'; }
        plain=$(results)
        other=$(GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F results)
        if [ -z "$plain" ] || [ "$plain" != "$other" ]; then
            echo "$scenario $policy: results depend on the CPU's mathematics library" >&2
            diff <(tr ',' '\n' <<<"$plain") <(tr ',' '\n' <<<"$other") >&2 || true
            exit 1
        fi
        echo "$scenario $policy: the same bits"
    done
done
