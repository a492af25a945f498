"""Named tensors from what Descent writes (safetensors, npz) or a folder of npy files."""
import json
import os

import ml_dtypes
import numpy as np

SAFETENSORS = {"F64": np.float64, "F32": np.float32, "F16": np.float16,
               "BF16": ml_dtypes.bfloat16, "BOOL": np.bool_,
               "I8": np.int8, "I16": np.int16, "I32": np.int32, "I64": np.int64,
               "U8": np.uint8, "U16": np.uint16, "U32": np.uint32, "U64": np.uint64}


def load(path):
    """name -> array"""
    if os.path.isdir(path):
        return {f[:-4]: np.load(os.path.join(path, f))
                for f in sorted(os.listdir(path)) if f.endswith(".npy")}
    if path.endswith(".npz"):
        with np.load(path) as archive:
            return dict(archive)
    return load_safetensors(path)


def load_safetensors(path):
    """8 bytes: the header's length; the header, JSON; the tensors' bytes, little-endian."""
    with open(path, "rb") as f:
        header = json.loads(f.read(int.from_bytes(f.read(8), "little")))
        data = f.read()
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        flat = np.frombuffer(data[begin:end], SAFETENSORS[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"])
    return tensors
