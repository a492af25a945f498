#!/usr/bin/env python3
"""verify_graph.py FILE...: is each file a valid StableHLO module (with CHLO and func)?"""
import sys

import xla
from report import Report


def verify(path):
    with open(path, encoding="utf-8") as f:
        xla.parse(f.read(), xla.context())


def main(paths):
    if not paths:
        sys.exit(__doc__)
    report = Report("verify_graph")
    for path in paths:
        report.check(path, lambda: verify(path))
    return report.finish()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
