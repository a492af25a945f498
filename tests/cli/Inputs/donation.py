"""donation.py DESCENT MODEL FOLDER: a training step gives the same bits whether its results overwrite
its arguments or not."""
import glob
import os
import re
import subprocess
import sys

import numpy as np
import tensors

descent, model, folder = sys.argv[1:]
os.makedirs(folder, exist_ok=True)


def run(*arguments):
    return subprocess.run([descent, *arguments], check=True, capture_output=True, text=True).stdout


graph = run("dump", "--stage=graph", "--entry=train_step", model)
plain = re.sub(r", tf\.aliasing_output = \d+ : i32|tf\.aliasing_output = \d+ : i32,? ?", "", graph)
assert plain != graph and "tf.aliasing_output" not in plain
arguments = graph[graph.index("@train_step("):].split(") -> (")[0]
names = re.findall(r'descent\.name = "([^"]+)"', arguments)

run("train", model, "--steps=1", "--trace", folder, "-q", "-o", f"{folder}/weights.safetensors")
values = tensors.load(f"{folder}/state.safetensors") | tensors.load(f"{folder}/batch-0000.safetensors")
inputs = []
for i, name in enumerate(names):
    np.save(f"{folder}/in{i}.npy", values[name])
    inputs += ["--input", f"{folder}/in{i}.npy"]

for name, text in ("donated", graph), ("plain", plain):
    with open(f"{folder}/{name}.mlir", "w") as f:
        f.write(text)
    run("run", f"{folder}/{name}.mlir", "--entry=train_step", *inputs, "--output-dir", f"{folder}/{name}")

outputs = sorted(os.path.basename(p) for p in glob.glob(f"{folder}/plain/*.npy"))
assert outputs
for name in outputs:
    a, b = np.load(f"{folder}/donated/{name}"), np.load(f"{folder}/plain/{name}")
    assert a.tobytes() == b.tobytes(), name
print(f"{len(outputs)} results, the same bits")
