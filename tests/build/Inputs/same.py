"""Whether each tensor of the first safetensors file is in the second, with the same bytes."""
import json
import sys


def read(path):
    data = open(path, "rb").read()
    begin = 8 + int.from_bytes(data[:8], "little")
    out = {}
    for name, t in json.loads(data[8:begin]).items():
        if name != "__metadata__":
            first, last = t["data_offsets"]
            out[name] = (t["dtype"], t["shape"], data[begin + first:begin + last])
    return out


weights, state = read(sys.argv[1]), read(sys.argv[2])
wrong = [name for name in weights if state.get(name) != weights[name]]
sys.exit("differ: " + ", ".join(wrong) if wrong else 0)
