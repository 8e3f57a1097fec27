"""The bound against another solver: `stepwatt bound` writes its program as MPS, scipy's HiGHS solves it, and both optima
must agree. Skipped, with a word, where scipy is missing.

usage: test_bound_scipy.py STEPWATT
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import csr_matrix, vstack
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(0)

INF = float("inf")


def read_mps(path):
    """Returns rows (kind, rhs, range), entries, costs, column names and their bounds of a free-format MPS file."""
    kinds, row_index, col_index = [], {}, {}
    costs, entries, rhs, ranges, bounds = {}, [], {}, {}, {}
    objective, section = None, ""
    for line in Path(path).read_text(encoding="ascii").splitlines():
        if line.startswith("*") or not line.strip():
            continue
        if not line.startswith(" "):
            section = line.split()[0]
            continue
        words = line.split()
        if section == "ROWS":
            if words[0] == "N":
                objective = words[1]
            else:
                row_index[words[1]] = len(kinds)
                kinds.append(words[0])
        elif section in ("COLUMNS", "RHS", "RANGES"):
            # Pairs of row and number behind one name, which RHS and RANGES may leave out.
            name = words.pop(0) if len(words) % 2 == 1 else ""
            for row, text in zip(words[0::2], words[1::2]):
                value = float(text)
                if section == "RANGES":
                    ranges[row_index[row]] = value
                elif section == "RHS":
                    rhs[row_index[row]] = value
                else:
                    col = col_index.setdefault(name, len(col_index))
                    if row == objective:
                        costs[col] = value
                    else:
                        entries.append((row_index[row], col, value))
        elif section == "BOUNDS":
            kind, name = words[0], words[2] if len(words) > 3 or words[0] in ("FR", "MI", "PL") else words[1]
            low, high = bounds.get(name, (0.0, INF))
            value = float(words[-1]) if kind not in ("FR", "MI", "PL") else 0.0
            low = {"LO": value, "FX": value, "FR": -INF, "MI": -INF}.get(kind, low)
            high = {"UP": value, "FX": value, "FR": INF, "PL": INF}.get(kind, high)
            bounds[name] = (low, high)
    return kinds, rhs, ranges, entries, costs, col_index, bounds


def solve(path):
    """Returns the least value of an MPS file's program."""
    kinds, rhs, ranges, entries, costs, columns, bounds = read_mps(path)
    matrix = csr_matrix(
        ([e[2] for e in entries], ([e[0] for e in entries], [e[1] for e in entries])),
        shape=(len(kinds), len(columns)),
    )
    side = np.array([rhs.get(i, 0.0) for i in range(len(kinds))])
    is_equal = np.array([kind == "E" for kind in kinds])
    assert not ranges, "the bound has no rows with two sides"
    upper = np.array([kind == "L" for kind in kinds])
    lower = np.array([kind == "G" for kind in kinds])
    cost = np.zeros(len(columns))
    for col, value in costs.items():
        cost[col] = value
    result = linprog(
        cost,
        A_ub=vstack([matrix[upper], -matrix[lower]]),
        b_ub=np.concatenate([side[upper], -side[lower]]),
        A_eq=matrix[is_equal],
        b_eq=side[is_equal],
        bounds=[bounds.get(name, (0.0, INF)) for name in columns],
        method="highs",
    )
    assert result.status == 0, result.message
    return result.fun


def main():
    cases = [("scenarios/quick.ini", 0), ("scenarios/quick.ini", 3), ("scenarios/jemas.ini", 1), ("scenarios/traced.ini", 0)]
    with tempfile.TemporaryDirectory() as folder:
        for scenario, seed in cases:
            mps = Path(folder) / "bound.mps"
            command = [sys.argv[1], "bound", scenario, "--seed", str(seed), "--set", "scenario.slots=12",
                       "--mps", str(mps), "--json"]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            highs = -solve(mps)
            print(f"{scenario} seed {seed}: bound {found['bound_usd']:.12g}, HiGHS {highs:.12g} USD")
            size = max(1e-3, abs(highs))  # HiGHS lets rows be off by 1e-7
            assert abs(found["bound_usd"] - highs) <= 1e-6 * size, "bound and HiGHS differ"
            assert abs(found["primal_usd"] - highs) <= 1e-5 * size, "primal and HiGHS differ"


if __name__ == "__main__":
    main()
