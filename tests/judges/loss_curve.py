#!/usr/bin/env python3
"""Does XLA, from the same state and the same batches, get the losses that Descent got?

The graph's @train_step says by attributes what its values are: an argument has `descent.name`
and `descent.role` (param, state, opt, step, rng or input); `tf.aliasing_output = i` means that
result i takes its place in the next step; a result of role "loss" is the loss.

`descent train FILE --trace=DIR --steps=N` writes what is needed:
    DIR/state.safetensors           every argument but the inputs, before the first step
    DIR/graph.mlir                  the simplified graph, whose schedules know the data's size
    DIR/batch-0000.safetensors ...  the inputs of each step
    DIR/losses.txt                  the loss of each step, one a line
All tensors go by the argument's descent.name.
"""
import argparse
import glob
import math
import os
import sys

import tensors
import xla

STEPS, TOLERANCE = 20, 1e-4


def split(program):
    """The inputs and the kept arguments by name; raises Bad if a name is missing or twice."""
    names = [v.name for v in program.inputs]
    if "" in names or len(set(names)) != len(names):
        raise xla.Bad(f"each argument needs a descent.name of its own: {names}")
    inputs = {v.name for v in program.inputs if v.role == "input"}
    return inputs, set(names) - inputs


def pick(found, wanted, what):
    if set(found) != set(wanted):
        raise xla.Bad(f"{what}: missing {sorted(wanted - set(found))}, "
                      f"unknown {sorted(set(found) - wanted)}")
    return found


def train(text, state, batches, entry="train_step"):
    """The loss of each step under XLA. state: name -> array; batches: a list of such."""
    program = xla.Program(text, entry)
    inputs, kept = split(program)
    losses = [i for i, v in enumerate(program.outputs) if v.role == "loss"]
    if len(losses) != 1:
        raise xla.Bad(f"@{entry} has {len(losses)} results of role loss")
    if not any(v.role == "param" and v.replaced_by >= 0 for v in program.inputs):
        raise xla.Bad(f"@{entry} replaces no parameter: it cannot train")
    state, curve = dict(pick(state, kept, "state")), []
    for batch in batches:
        values = state | pick(batch, inputs, "batch")
        results = program(*[values[v.name] for v in program.inputs])
        curve.append(float(results[losses[0]]))
        for v in program.inputs:
            if v.replaced_by >= 0:
                state[v.name] = results[v.replaced_by]
    return curve


def compare(ours, theirs, tolerance=TOLERANCE):
    """The largest relative difference; raises Bad at the first step beyond the tolerance."""
    if len(ours) != len(theirs) or not ours:
        raise xla.Bad(f"{len(ours)} losses of ours, {len(theirs)} of XLA")
    worst = 0.0
    for step, (a, b) in enumerate(zip(ours, theirs), 1):
        difference = abs(a - b) / max(abs(a), abs(b), 1e-30)
        if not (math.isfinite(a) and math.isfinite(b) and difference <= tolerance):
            raise xla.Bad(f"step {step}: loss {a:.9g}, XLA {b:.9g} "
                          f"(relative difference {difference:.1e}, allowed {tolerance:.0e})")
        worst = max(worst, difference)
    return worst


def judge(graph, trace, steps=STEPS, tolerance=TOLERANCE):
    """Checks a trace (see above) against the graph; returns the largest difference."""
    with open(graph, encoding="utf-8") as f:
        text = f.read()
    with open(os.path.join(trace, "losses.txt"), encoding="ascii") as f:
        ours = [float(line) for line in f]
    batches = [tensors.load(b) for b in sorted(glob.glob(os.path.join(trace, "batch-*")))]
    if len(batches) < steps:
        raise xla.Bad(f"{steps} steps wanted, the trace has {len(batches)}")
    state = [f for f in sorted(os.listdir(trace)) if f.split(".")[0] == "state"]
    if len(state) != 1:
        raise xla.Bad(f"the trace has {len(state)} state files")
    curve = train(text, tensors.load(os.path.join(trace, state[0])), batches)
    return compare(ours, curve, tolerance)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph", help="the graph-level dump with @train_step")
    parser.add_argument("trace", help="the folder that --trace wrote")
    parser.add_argument("--steps", type=int, default=STEPS, help="at least so many")
    parser.add_argument("--tolerance", type=float, default=TOLERANCE)
    options = parser.parse_args()
    worst = judge(options.graph, options.trace, options.steps, options.tolerance)
    print(f"the losses agree: largest relative difference {worst:.1e}")


if __name__ == "__main__":
    try:
        main()
    except (xla.Bad, OSError, ValueError) as e:
        sys.exit(f"loss_curve: {e}")
