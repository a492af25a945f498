#!/usr/bin/env python3
"""Judges every example: all its dumps, and its loss curve over 20 steps under XLA."""
import argparse
import os
import re
import subprocess
import sys

import loss_curve
import verify_graph
import verify_kernels
from report import Report

GRAPH_STAGES = ("graph", "grad", "simplified", "fused")
KERNEL_STAGES = ("kernels", "plan")
LARGE_DATA = os.environ.get("DESCENT_DATA", "../shared/data")


def data_root(path):
    """Where an example's data begin: its own folder, or that of the data that is not shipped."""
    folder = os.path.dirname(path)
    with open(path, encoding="utf-8") as f:
        files = re.findall(r'"([^"]+\.(?:gz|npz|npy|csv|txt))"', f.read())
    return folder if all(os.path.exists(os.path.join(folder, f)) for f in files) else LARGE_DATA


class Example:
    def __init__(self, descent, path, work):
        self.descent, self.path = descent, path
        self.name = os.path.splitext(os.path.basename(path))[0]
        self.work = os.path.join(work, self.name)
        os.makedirs(self.work, exist_ok=True)

    def command(self, *arguments, to=subprocess.PIPE):
        done = subprocess.run([self.descent, *arguments], stdout=to, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, text=True)
        if done.returncode:
            raise RuntimeError(f"descent {' '.join(arguments)}: exit {done.returncode}\n"
                               + done.stderr.strip())

    def dump(self, stage):
        path = os.path.join(self.work, stage + ".mlir")
        with open(path, "w", encoding="utf-8") as f:
            self.command("dump", f"--stage={stage}", self.path, to=f)
        return path

    def trained_alike(self):
        trace = os.path.join(self.work, "trace")
        self.command("train", self.path, f"--trace={trace}", f"--steps={loss_curve.STEPS}",
                     f"--data-root={data_root(self.path)}",
                     "-o", os.path.join(self.work, "trace.safetensors"))
        worst = loss_curve.judge(os.path.join(trace, "graph.mlir"), trace)
        return f"largest relative difference {worst:.1e}"

    def judge(self, report):
        for stage in GRAPH_STAGES:
            report.check(f"{self.name}: {stage}: jaxlib verifies it",
                         lambda: verify_graph.verify(self.dump(stage)))
        for stage in KERNEL_STAGES:
            report.check(f"{self.name}: {stage}: mlir-opt verifies it",
                         lambda: verify_kernels.verify(self.dump(stage)))
        report.check(f"{self.name}: XLA has the same losses", self.trained_alike)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("examples", nargs="+", metavar="DSC")
    parser.add_argument("--descent", required=True, help="the program that is judged")
    parser.add_argument("--work", required=True, help="a folder for dumps and traces")
    parser.add_argument("--junit", help="where to write the result as JUnit XML")
    options = parser.parse_args()
    report = Report("judges")
    for path in options.examples:
        Example(options.descent, path, options.work).judge(report)
    return report.finish(options.junit)


if __name__ == "__main__":
    sys.exit(main())
