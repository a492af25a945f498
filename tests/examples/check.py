#!/usr/bin/env python3
"""Trains an example as it is shipped and holds it to its mark (marks.py).

The log must reach the mark on held-out data; the saved weights, run on the held-out rows, must
give predictions of the same score; `check` and the dumps of all stages must print.
"""
import argparse
import math
import os
import shutil
import subprocess
import sys

import numpy as np

import log
import marks

STAGES = ("graph", "grad", "simplified", "fused", "kernels", "plan", "llvm", "asm")


class Run:
    def __init__(self, name, at):
        self.at, self.example = at, marks.EXAMPLES[name]
        self.source = os.path.join(at.examples, name + ".dsc")
        self.weights, self.log = self.file("weights.safetensors"), self.file("log.json")

    def file(self, name):
        return os.path.join(self.at.work, name)

    def descent(self, command, *arguments):
        done = subprocess.run([self.at.descent, command, self.source, *arguments], text=True,
                              stdin=subprocess.DEVNULL, capture_output=True)
        if done.returncode:
            raise log.Bad(f"descent {command}: exit {done.returncode}\n{done.stderr.strip()}")
        return done.stdout

    def train(self):
        root = ["--data-root", self.at.data] if self.example.large_data else []
        self.descent("train", "-o", self.weights, "--json=" + self.log, "--quiet", *root)

    def predict(self, inputs, model=None):
        arguments = ["--weights", self.weights, "--output-dir", self.at.work]
        for i, values in enumerate(inputs):
            np.save(self.file(f"in{i}.npy"), values)
            arguments += ["--input", self.file(f"in{i}.npy")]
        self.descent("run", *arguments, *(["--model", model] if model else []))
        return np.load(self.file("out0.npy"))

    def score_again(self, test, kept, models, measure):
        """From the predictions; a row may fall on the other side, as batches round differently."""
        values = test.inputs
        for model in models:
            values = [self.predict(values, model)]
        again = float(measure(values[0], test.target))
        if not math.isclose(again, kept, rel_tol=1e-4, abs_tol=1.01 / len(test.target)
                            if self.example.metric == "accuracy" else 0):
            raise log.Bad(f"{models}: the log says {kept:.6g}, the predictions {again:.6g}")
        return again

    def print_all(self):
        printed = [self.descent("check")]
        printed += [self.descent("dump", "--stage=" + stage) for stage in STAGES]
        if not all(printed):
            raise log.Bad("check or a dump printed nothing")

    def judge(self):
        example = self.example
        train, test = example.split(self.at)
        mark = example.mark(train, test)
        self.train()
        kept, last = log.check(self.log, example.metric, mark, example.at_most)
        for models, measure in [([None], example.measure), *example.also]:
            self.score_again(test, kept, models, measure)
        self.print_all()
        return f"{example.metric} {kept:.6g} kept, {last:.6g} at the end; mark {mark:.6g}"


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=marks.EXAMPLES)
    parser.add_argument("--descent", required=True, help="the program")
    parser.add_argument("--examples", required=True, help="the folder of the examples")
    parser.add_argument("--data", required=True, help="the folder of data that is not shipped")
    parser.add_argument("--work", required=True, help="a folder for what is written; made anew")
    o = parser.parse_args()
    shutil.rmtree(o.work, ignore_errors=True)
    os.makedirs(o.work)
    print(f"{o.name}: " + Run(o.name, marks.Places(o.descent, o.examples, o.data, o.work)).judge())


if __name__ == "__main__":
    try:
        main()
    except (log.Bad, OSError, ValueError, subprocess.CalledProcessError) as e:
        sys.exit(f"check: {e}")
