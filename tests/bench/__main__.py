"""`python -m tests.bench NAME [--small] [--db sqlite|postgres]`: one benchmark, one JSON line."""

from __future__ import annotations

import argparse
import importlib
import signal
import sys

from tests import servers
from tests.bench.report import LIMITS, Report


def main() -> int:
    """Run the benchmark named on the command line; 0 when every promise held."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("name", choices=sorted(LIMITS))
    parser.add_argument("--small", action="store_true", help="at most 45 seconds")
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers end with us
    report = Report(asked.name, asked.db, small=asked.small)
    try:
        importlib.import_module(f"tests.bench.{asked.name}").run(report)
    finally:
        servers.release()
    return report.print()


if __name__ == "__main__":
    sys.exit(main())
