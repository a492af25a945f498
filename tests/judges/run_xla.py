#!/usr/bin/env python3
"""Runs an entry point of a StableHLO file with XLA on the CPU, as `descent run` would."""
import argparse
import os
import sys

import numpy as np

import xla


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--entry", default="main")
    parser.add_argument("--inputs", nargs="*", default=[], metavar="NPY", help="one per argument")
    parser.add_argument("--output-dir", required=True, help="gets out0.npy, out1.npy, ...")
    options = parser.parse_args()
    with open(options.file, encoding="utf-8") as f:
        program = xla.Program(f.read(), options.entry)
    results = program(*[np.load(path) for path in options.inputs])
    os.makedirs(options.output_dir, exist_ok=True)
    for i, result in enumerate(results):
        np.save(os.path.join(options.output_dir, f"out{i}.npy"), result)
        print(f"out{i}.npy: {result.dtype}{list(result.shape)}")


if __name__ == "__main__":
    try:
        main()
    except (xla.Bad, OSError) as e:
        sys.exit(f"run_xla: {e}")
