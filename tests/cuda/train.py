"""train.py DESCENT MODEL STEPS [BATCH]: training on the emulator of a GPU has the losses that
training on the CPU has (relative 1e-4). Threads and blocks in other orders give the same bits.

With BATCH the net is trained on so few rows at a time, and tested on ten, for
nets that would take the emulator too long otherwise."""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TOLERANCE = 1e-4
# Accesses of the first launches of a kernel are checked: the others are at the same places.
EMULATED = [f"checked=4,order={order}" for order in ("ascending", "random,seed=3", "descending")]


def smaller(model, folder):
    """A copy of the description that tests on fewer rows."""
    text, count = re.subn(r"test = [\d.]+", "test = 10", model.read_text())
    if count != 1:
        sys.exit(f"{model} does not say which part of the data is for tests")
    copy = folder / model.name
    copy.write_text(text)
    return copy


def data_root(model):
    """Where the data is: large sets are not beside the model."""
    return os.environ["DESCENT_DATA"] if '"mnist/' in model.read_text() else str(model.parent)


def train(command, folder, name, options=(), emulator=""):
    """The losses of the steps, and the weights' bytes."""
    trace, out = folder / name, folder / f"{name}.safetensors"
    done = subprocess.run([*command, "--trace", str(trace), "-o", str(out), *options],
                          env=os.environ | {"DESCENT_EMULATOR": emulator},
                          capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{name} {emulator}: {done.stderr}")
    return [float(x) for x in (trace / "losses.txt").read_text().split()], out.read_bytes()


def main():
    descent, model, steps, *batch = sys.argv[1:]
    with tempfile.TemporaryDirectory() as path:
        folder, file = Path(path), Path(model)
        root = data_root(file)
        command = [descent, "train", str(smaller(file, folder) if batch else file),
                   "--steps", steps, "--data-root", root, *(["--batch", *batch] if batch else [])]
        cpu, _ = train(command, folder, "cpu")
        (gpu, weights), *others = [train(command, folder, f"gpu{i}", ["--device=cuda"], emulated)
                                   for i, emulated in enumerate(EMULATED)]
    if len(cpu) != int(steps) or len(gpu) != len(cpu):
        sys.exit(f"{model}: {len(cpu)} losses on the CPU, {len(gpu)} on the GPU")
    worst = max(abs(a - b) / max(abs(a), 1e-6) for a, b in zip(cpu, gpu))
    print(f"{model}: {steps} steps, largest relative difference {worst:.1e}")
    if not worst <= TOLERANCE:
        sys.exit(f"{model}: other losses")
    if any(other != (gpu, weights) for other in others):
        sys.exit(f"{model}: another order of threads and blocks gives other bits")


main()
