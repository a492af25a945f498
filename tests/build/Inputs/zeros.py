"""zeros.py: weights of zeros.dsc, finite (finite.safetensors) and not (infinite.safetensors:
one that belongs to an input that is 0), and an input (x.npy)."""
import json

import numpy as np


def write(path, arrays):
    header, data = {}, b""
    for name, a in arrays.items():
        header[name] = {"dtype": "F32", "shape": a.shape,
                        "data_offsets": [len(data), len(data) + a.nbytes]}
        data += a.tobytes()
    text = json.dumps(header).encode()
    with open(path, "wb") as f:
        f.write(len(text).to_bytes(8, "little") + text + data)


random = np.random.default_rng(0)
weights, size = {}, 300
for name, to in (("a", 128), ("b", 64), ("c", 3)):
    weights[name + ".w"] = (random.normal(size=(size, to)) / size**.5).astype("f4")
    weights[name + ".b"] = np.zeros(to, "f4")
    size = to
x = random.normal(size=(1, 300)).astype("f4")
x[random.random((1, 300)) < .8] = 0
x[0, 5] = -0.0
np.save("x.npy", x)
write("finite.safetensors", weights)
h = x
for name in "abc":
    h = (h if name == "a" else np.maximum(h, 0)) @ weights[name + ".w"]
np.save("want.npy", h)
weights["a.w"][5, 7] = np.inf
write("infinite.safetensors", weights)
