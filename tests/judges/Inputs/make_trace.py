"""make_trace.py DIR [RATE [STEPS]]: a trace of train.mlir as `descent train --trace` writes it.

With another rate than 0.1 the losses are those of another training: the judge must see it.
"""
import json
import os
import sys

import numpy as np


def write_safetensors(path, arrays):
    header, data = {}, b""
    for name, a in arrays.items():
        dtype = {"f4": "F32", "i4": "I32"}[a.dtype.str[1:]]
        header[name] = {"dtype": dtype, "shape": a.shape,
                        "data_offsets": [len(data), len(data) + a.nbytes]}
        data += a.tobytes()
    text = json.dumps(header).encode()
    with open(path, "wb") as f:
        f.write(len(text).to_bytes(8, "little") + text + data)


folder = sys.argv[1]
rate, steps = [float(a) for a in (sys.argv[2:] + ["0.1", "20"][len(sys.argv) - 2:])]
os.makedirs(folder, exist_ok=True)
random = np.random.default_rng(0)
w, losses = np.zeros(3, np.float32), []
write_safetensors(f"{folder}/state.safetensors", {"w": w, "n": np.int32(0)})
for i in range(int(steps)):
    x = random.normal(size=(4, 3)).astype(np.float32)
    y = (x @ [1.0, -2.0, 0.5]).astype(np.float32)
    write_safetensors(f"{folder}/batch-{i:04}.safetensors", {"x": x, "y": y})
    e = x @ w - y
    losses.append(np.mean(e * e))
    w = w - rate * np.float32(0.5) * (e @ x)
with open(f"{folder}/losses.txt", "w", encoding="ascii") as f:
    f.writelines(f"{loss:.9g}\n" for loss in losses)
