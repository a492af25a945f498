"""The same tensors as another writer may put them: other orders of tensors and fields, blanks,
escapes, what nobody knows."""
import json
import sys

data = open(sys.argv[1], "rb").read()
begin = 8 + int.from_bytes(data[:8], "little")
header = json.loads(data[8:begin])
out = {"none of ours": {"dtype": "F64", "shape": [0, 3], "data_offsets": [0, 0], "more": [{"a": "]}\\\""}]}}
meta = header.pop("__metadata__")
for name in reversed(header):
    out[name] = dict(reversed(header[name].items()))
out["__metadata__"] = {**meta, "braces": "}{\u00e9\n"}
text = json.dumps(out, indent="\t").replace("dense1", "\\u0064ense1").encode()
sys.stdout.buffer.write(len(text).to_bytes(8, "little") + text + data[begin:])
