"""train.py DESCENT MODEL STEPS: training on the emulator of a GPU has the losses that training on the
CPU has (relative 1e-4); twice on the GPU gives the same bits."""
import subprocess
import sys
import tempfile
from pathlib import Path

TOLERANCE = 1e-4


def train(descent, model, steps, folder, name, *options):
    """The losses of the steps, and the weights' bytes."""
    trace, out = folder / name, folder / f"{name}.safetensors"
    command = [descent, "train", model, "--steps", str(steps), "--trace", str(trace), "-o", str(out)]
    done = subprocess.run([*command, *options], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{model} {name}: {done.stderr}")
    return [float(x) for x in (trace / "losses.txt").read_text().split()], out.read_bytes()


def main():
    descent, model, steps = sys.argv[1:]
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path)
        cpu, _ = train(descent, model, steps, folder, "cpu")
        gpu, weights = train(descent, model, steps, folder, "gpu", "--device=cuda")
        again, same = train(descent, model, steps, folder, "again", "--device=cuda")
    if len(cpu) != int(steps) or len(gpu) != len(cpu):
        sys.exit(f"{model}: {len(cpu)} losses on the CPU, {len(gpu)} on the GPU")
    worst = max(abs(a - b) / max(abs(a), 1e-6) for a, b in zip(cpu, gpu))
    print(f"{model}: {steps} steps, largest relative difference {worst:.1e}")
    if not worst <= TOLERANCE or gpu != again or weights != same:
        sys.exit(f"{model}: other losses or weights")


main()
