"""python3 -m stepwatt.report RESULT.h5 -o report.html"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from .. import __version__


def _write(path: Path, text: str) -> None:
    """Writes a file, complete or not at all."""
    handle, temporary = tempfile.mkstemp(prefix=path.name + ".tmp.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def main(arguments: list[str]) -> int:
    """Writes one report; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python3 -m stepwatt.report", description="Writes a report of a result file as one HTML page.")
    parser.add_argument("result", type=Path, help="file written by stepwatt run, compare or sweep")
    parser.add_argument("-o", "--output", type=Path, required=True, help="page to write, .html")
    given = parser.parse_args(arguments)
    try:
        from .. import results
        from .contents import contents
        from .page import page
    except ImportError as why:
        print(f"stepwatt report: Python module '{why.name}' is missing (Debian: python3-h5py, python3-xarray)", file=sys.stderr)
        return 1
    try:
        _write(given.output, page(contents(given.result), __version__))
    except results.ResultError as why:
        print(f"stepwatt report: {why}", file=sys.stderr)
        return 2
    except OSError as why:
        print(f"stepwatt report: {given.output}: cannot be written: {why.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
