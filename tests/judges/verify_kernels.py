#!/usr/bin/env python3
"""verify_kernels.py FILE...: does mlir-opt 19 accept each file (kernels, plans) as it is?

MLIR_OPT names another mlir-opt than mlir-opt-19.
"""
import os
import subprocess
import sys

from report import Report


def verify(path):
    tool = os.environ.get("MLIR_OPT", "mlir-opt-19")
    done = subprocess.run([tool, path, "-o", os.devnull], capture_output=True, text=True)
    if done.returncode:
        raise ValueError(done.stderr.strip() or f"{tool} ended with {done.returncode}")
    with open(path, encoding="utf-8") as f:
        if "func.func" not in f.read():         # mlir-opt accepts an empty file
            raise ValueError("no func.func in it")


def main(paths):
    if not paths:
        sys.exit(__doc__)
    report = Report("verify_kernels")
    for path in paths:
        report.check(path, lambda: verify(path))
    return report.finish()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
