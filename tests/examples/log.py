#!/usr/bin/env python3
"""Does the JSON log of `descent train` reach a mark on held-out data, at the end of training and
in the epoch whose weights were kept?"""
import argparse
import json
import math
import sys


class Bad(Exception):
    """What was wanted and what was found."""


def read(path):
    """The epochs' lines; raises Bad if there is none."""
    with open(path, encoding="utf-8") as f:
        lines = [json.loads(line) for line in f]
    epochs = [line for line in lines if "best" in line]
    if not epochs:
        raise Bad(f"{path}: no epoch was logged")
    return epochs


def held_out(epoch, metric):
    """The metric on the test part: "loss", or one of the train block's."""
    found = epoch.get("test_loss") if metric == "loss" else \
        epoch.get("test_metrics", {}).get(metric)
    if not isinstance(found, (int, float)) or not math.isfinite(found):
        raise Bad(f"epoch {epoch.get('epoch')}: no {metric} on held-out data")
    return found


def reached(value, mark, at_most=False):
    return value <= mark if at_most else value >= mark


def demand(what, value, mark, at_most=False):
    if not reached(value, mark, at_most):
        raise Bad(f"{what}: {value:.6g}, wanted {'at most' if at_most else 'at least'} {mark:.6g}")


def scores(path, metric):
    """Of the epoch whose weights were kept, and of the last one."""
    epochs = read(path)
    best = [epoch for epoch in epochs if epoch["best"]]
    if not best:
        raise Bad(f"{path}: no epoch was the best")
    return held_out(best[-1], metric), held_out(epochs[-1], metric)


def check(path, metric, mark, at_most=False):
    """The two scores; raises Bad unless both reach the mark."""
    kept, last = scores(path, metric)
    demand(f"{metric} of the weights kept", kept, mark, at_most)
    demand(f"{metric} of the last epoch", last, mark, at_most)
    return kept, last


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log")
    parser.add_argument("metric")
    parser.add_argument("mark", type=float)
    parser.add_argument("--at-most", action="store_true")
    o = parser.parse_args()
    print("%s: %.6g kept, %.6g at the end" % (o.metric, *check(o.log, o.metric, o.mark, o.at_most)))


if __name__ == "__main__":
    try:
        main()
    except (Bad, OSError, ValueError) as e:
        sys.exit(f"log: {e}")
