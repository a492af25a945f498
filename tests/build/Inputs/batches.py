"""The batches of `descent train --trace=DIR` one after the other, as bytes; with a second
word the input of that name of the last one, as npy."""
import glob
import json
import sys

import numpy

TYPES = {"F32": "f4", "I32": "i4"}


def tensors(path):
    data = open(path, "rb").read()
    begin = 8 + int.from_bytes(data[:8], "little")
    for name, t in json.loads(data[8:begin]).items():
        if name != "__metadata__":
            first, last = t["data_offsets"]
            flat = numpy.frombuffer(data[begin + first:begin + last], TYPES[t["dtype"]])
            yield name, flat.reshape(t["shape"])


batches = [dict(tensors(p)) for p in sorted(glob.glob(sys.argv[1] + "/batch-*.safetensors"))]
if len(sys.argv) > 2:
    numpy.save(sys.stdout.buffer, batches[-1][sys.argv[2]])
else:
    for batch in batches:
        for name in batch:
            sys.stdout.buffer.write(batch[name].tobytes())
