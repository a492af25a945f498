"""ahead.py DESCENT: training on the emulator of a GPU runs ahead of the host: how often the driver is
called for a step, and what becomes of a failure that shows late."""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

MODEL = "examples/softmax.dsc"      # 23 batches in an epoch
BLOWS_UP = """data points = table(rows = 256) {
  x: f32[rows, 1] = uniform()
  y: f32[rows, 1] = 2 * x + 1
}
model line(x: f32[N, 1]) -> f32[N, 1] { x -> dense(1) }
train line on points(x, y: f32[N, 1]) {
  loss      = mse(line(x), y)
  optimizer = sgd(lr = 3)
  batch = 8  epochs = 9
}
"""

# The call that fails, what is said, and whether a line of the model is.
FAILURES = [
    ("launch:4", "cuda: launch: too many resources requested for launch", True),
    ("launch:4", "; a kernel of Descent is wrong, most likely: please report it", True),
    ("alloc:5", "cuda: out of memory on Emulated GPU", False),
    ("alloc:5", "; a smaller batch needs less, `nvidia-smi` tells who has the rest", False),
    ("pin:7", "cuda: out of pinned host memory: 256 bytes wanted", False),
    ("capture:1", "cuda: capture: out of memory", False),
    ("graph-launch:9", "cuda: launch of a graph: too many resources", False),
    ("kernel:30", "cuda: waiting for an event: an illegal memory access", False),
    ("event-wait:9", "cuda: waiting for an event: uncorrectable ECC error", False),
    ("event-wait:9", "214); the GPU's memory is faulty: ", False),
    ("copy-in:30", "cuda: copy to the GPU: invalid argument", False),
    ("copy-out:20", "cuda: copy from the GPU: invalid argument", False),
]


def run(settings, *command):
    done = subprocess.run(command, capture_output=True, text=True,
                          env={**os.environ, "DESCENT_EMULATOR": settings})
    return done.returncode, done.stderr


def train(folder, settings, *options, model=MODEL):
    return run(settings, DESCENT, "train", model, "--quiet", "-o", folder / "weights", *options)


def counts(folder, steps):
    status, said = train(folder, "counts=1", "--steps", str(steps), "--device=cuda")
    if status or not said.startswith("emulator: "):
        sys.exit(f"{steps} steps: {status} {said}")
    return {name: int(n) for name, n in (word.split("=") for word in said.split()[1:])}


def check_counts(folder):
    """What ten more steps of the same epoch cost."""
    a, b = counts(folder, 10), counts(folder, 20)
    each = {name: (b[name] - a[name]) / 10 for name in a}
    print(each)
    want = {"stream-wait": 0, "alloc": 0, "pin": 0, "capture": 0, "launch": 0,
            "graph-launch": 1,      # the step
            "copy-in": 2,           # its two inputs
            "copy-out": 1,          # loss and metrics together
            "event-wait": 1}        # for the step eight before it
    wrong = {name: each[name] for name in want if each[name] != want[name]}
    if wrong:
        sys.exit(f"calls of the driver for a step: {wrong}")


def check_failures(folder):
    """One message, exit status 1, no weights; the checkpoint stays as it was."""
    checkpoint = folder / "checkpoint"
    status, said = train(folder, "", "--steps", "6", "--checkpoint", checkpoint)
    (folder / "weights").unlink()
    before = checkpoint.read_bytes()
    for call, words, has_line in FAILURES:
        status, said = train(folder, f"fail={call}", "--steps", "40", "--device=cuda", "--resume",
                             checkpoint)
        good = (status == 1 and words in said and said.count("error:") == 1
                and not (folder / "weights").exists() and checkpoint.read_bytes() == before
                and (not has_line or f"{MODEL}:" in said))
        if not good:
            sys.exit(f"{call}: status {status}: {said}")


def check_epoch(folder):
    """A GPU that is lost in the test at the epoch's end does not take the epoch with it: whoever goes
    on begins with the test, and has the weights of training in one go."""
    options = ["--epochs", "1", "--device=cuda"]
    checkpoint = folder / "epoch"
    _, said = train(folder, "counts=1", *options)
    kernels = int(said.partition("kernel=")[2].split()[0])
    want = (folder / "weights").read_bytes()
    (folder / "weights").unlink()
    lost = train(folder, f"fail=kernel:{kernels - 1}", *options, "--checkpoint", checkpoint)
    again = train(folder, "counts=1", *options, "--resume", checkpoint)
    if (lost[0] != 1 or "the last good checkpoint, of step 23, is kept" not in lost[1] or again[0]
            or (folder / "weights").read_bytes() != want):
        sys.exit(f"an epoch is lost: {lost} {again}")
    (folder / "weights").unlink()


def check_refused(folder):
    """Code from the disk that the driver refuses is compiled anew, once; new code is an error."""
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    said = [train(folder, settings, "--steps", "2", "--device=cuda")
            for settings in ("fail=module:1", "counts=1", "fail=module:1,counts=1")]
    words = "cuda: loading compiled kernels: device kernel image is invalid"
    loads = [int(line.partition("module=")[2]) for _, line in said[1:]]
    wrong = [status for status, _ in said] != [1, 0, 0] or words not in said[0][1]
    if wrong or "note: NVRTC of CUDA 13.0" not in said[0][1] or loads[1] != loads[0] + 1:
        sys.exit(f"refused: {said}")
    (folder / "weights").unlink()


def check_memory(folder):
    """Known before the first step, with the largest tensors."""
    status, said = train(folder, "memory=60000", "--device=cuda")
    wanted = ["error: cuda: out of memory: ", "free on Emulated GPU", "'x': f32[64,64] of @train_step",
              "a smaller one needs less"]
    if status != 1 or any(w not in said for w in wanted) or (folder / "weights").exists():
        sys.exit(f"status {status}: {said}")


def check_not_finite(folder):
    """The same step is blamed, though the host is ahead of it; the same checkpoint stays."""
    model = folder / "line.dsc"
    model.write_text(BLOWS_UP)
    seen = []
    for device in "cpu", "cuda":
        checkpoint = folder / "checkpoint"
        checkpoint.unlink(missing_ok=True)
        status, said = train(folder, "", f"--device={device}", "--checkpoint", checkpoint, model=model)
        seen.append((status, said, checkpoint.exists()))
    if seen[0] != seen[1] or seen[0][0] != 1 or "training stops" not in seen[0][1]:
        sys.exit(f"not finite: {seen}")


DESCENT = sys.argv[1]
with tempfile.TemporaryDirectory() as path:
    check_counts(Path(path))
    check_failures(Path(path))
    check_epoch(Path(path))
    check_refused(Path(path))
    check_memory(Path(path))
    check_not_finite(Path(path))
