"""What tests/passes/gradient.c holds to finite differences: the gradient of every elementwise op,
from where all of them are smooth, and of the functions of tests/passes/Inputs, as f32 as well."""
import glob
import os
import re

from elementwise import BINARY, COUNT, UNARY, spelled
from text import function, tensor

SMOOTH = "gradient scale=1e-5 low=0.2 high=0.9"


def elementwise():
    T = tensor("f32", COUNT)
    for op, (types, *_) in UNARY.items():
        if "f32" in types:
            yield function(op, [T], [(f"{spelled(op)}(%a) : ({T}) -> {T}", T)], SMOOTH)
    for op, (types, _) in BINARY.items():
        if "f32" in types:
            yield function(op, [T, T], [(f"stablehlo.{op} %a, %b : {T}", T)], SMOOTH)


def as_f32(text):
    for f64, f32 in (("0x7FF0000000000000", "0x7F800000"), ("0xFFF0000000000000", "0xFF800000"),
                     ("f64", "f32"), ("@", "@short_")):
        text = text.replace(f64, f32)
    return text


def functions():
    yield from elementwise()
    inputs = os.path.join(os.path.dirname(__file__), "..", "..", "passes", "Inputs")
    for path in sorted(glob.glob(os.path.join(inputs, "gradient_*.mlir"))):
        with open(path) as text:
            cases = re.findall(r"^func\.func.*?^}$", text.read(), re.M | re.S)
        for case in cases:
            yield f"// judge: gradient scale=1e-11\n{case.replace('@', '@long_')}\n"
            if "bitcast_convert" not in case:    # to integers of this size
                yield f"// judge: gradient scale=1e-3\n{as_f32(case)}\n"
