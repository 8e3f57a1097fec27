#!/usr/bin/env python3
"""Peak memory of a run does not grow with the number of jobs.

Runs six hours of scenarios/jemas.ini as it is, and with ten times the jobs on ten times the GPUs, each in a process of its own, and
compares the peaks of resident memory. usage: memory.py STEPWATT
"""

import json
import subprocess
import sys

LIMIT_MB = 64
GROWTH_MB = 4  # queues and job records of ten times the GPUs


def peak(stepwatt, extra):
    """Returns the peak resident memory of one run, MB, and its number of jobs."""
    code = (
        "import resource, subprocess, sys;"
        "out = subprocess.run(sys.argv[1:], check=True, capture_output=True).stdout;"
        "sys.stdout.buffer.write(out);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)"
    )
    command = [stepwatt, "run", "scenarios/jemas.ini", "--policy", "greedy/threshold", "--json"]
    command += ["--set", "scenario.slots=72"]
    for setting in extra:
        command += ["--set", setting]
    done = subprocess.run([sys.executable, "-c", code, *command], check=True, capture_output=True)
    return int(done.stderr) / 1024, json.loads(done.stdout)["jobs"]


def main():
    stepwatt = sys.argv[1]
    tenfold = []
    for workload, asp, gpus in (("wa", "alpha", 240), ("wb", "beta", 360), ("wc", "gamma", 480)):
        tenfold.append(f"workload {workload}.arrivals=bursty:../traces/jemas.csv:rate_{asp}*10,60")
        tenfold.append(f"asp {asp}.gpus={gpus}")
    once_mb, once_jobs = peak(stepwatt, [])
    ten_mb, ten_jobs = peak(stepwatt, tenfold)
    print(f"{once_jobs:.0f} jobs: {once_mb:.1f} MB; {ten_jobs:.0f} jobs: {ten_mb:.1f} MB")
    assert ten_jobs > 8 * once_jobs, "the second run was to have ten times the jobs"
    assert once_mb < LIMIT_MB and ten_mb < LIMIT_MB, f"peak above {LIMIT_MB} MB"
    assert ten_mb < once_mb + GROWTH_MB, "memory grows with the number of jobs"


if __name__ == "__main__":
    main()
