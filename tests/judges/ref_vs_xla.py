#!/usr/bin/env python3
"""Runs every public function of StableHLO files, and generated functions that apply every elementwise
op to every element type (--elementwise), with XLA and with the reference evaluator, and compares the results.
Lines `// judge: KEY=VALUE...` over a function tell how (see tests/ref/Inputs/xla/windows.mlir).
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
import zlib
from dataclasses import dataclass

import ml_dtypes
import numpy as np

import xla
from report import Report

FLOATS = ["f32", "f64", "bf16", "f16"]
SIGNED = ["i8", "i16", "i32", "i64"]
UNSIGNED = ["ui8", "ui16", "ui32", "ui64"]
INTS = SIGNED + UNSIGNED
ANY = FLOATS + INTS + ["i1"]

# op: element types, how far off in units of the last place a result of XLA may be
UNARY = {
    "stablehlo.abs": (FLOATS + SIGNED, 0), "stablehlo.cbrt": (FLOATS, 4),
    "stablehlo.ceil": (FLOATS, 0), "stablehlo.count_leading_zeros": (INTS, 0),
    "stablehlo.cosine": (FLOATS, 4), "chlo.erf": (FLOATS, 8),
    "stablehlo.exponential": (FLOATS, 4), "stablehlo.exponential_minus_one": (FLOATS, 8),
    "stablehlo.floor": (FLOATS, 0), "stablehlo.log": (FLOATS, 4),
    "stablehlo.log_plus_one": (FLOATS, 4), "stablehlo.logistic": (FLOATS, 8),
    "stablehlo.negate": (FLOATS + SIGNED + UNSIGNED, 0), "stablehlo.not": (INTS + ["i1"], 0),
    "stablehlo.popcnt": (INTS, 0), "stablehlo.round_nearest_afz": (FLOATS, 0),
    "stablehlo.round_nearest_even": (FLOATS, 0), "stablehlo.rsqrt": (FLOATS, 2),
    "stablehlo.sign": (FLOATS + SIGNED, 0), "stablehlo.sine": (FLOATS, 4),
    "stablehlo.sqrt": (FLOATS, 0), "stablehlo.tan": (FLOATS, 8), "stablehlo.tanh": (FLOATS, 8),
}
BINARY = {
    "add": (ANY, 0), "and": (INTS + ["i1"], 0), "atan2": (FLOATS, 8),
    "divide": (FLOATS + INTS, 0), "maximum": (ANY, 0), "minimum": (ANY, 0),
    "multiply": (ANY, 0), "or": (INTS + ["i1"], 0), "power": (FLOATS, 8),
    "remainder": (FLOATS + INTS, 0), "shift_left": (INTS, 0),
    "shift_right_arithmetic": (INTS, 0), "shift_right_logical": (INTS, 0),
    "subtract": (FLOATS + INTS, 0), "xor": (INTS + ["i1"], 0),
}
XLA_F64_ULP = {"stablehlo.log_plus_one": 128}       # ln(1 + x) plainly, where 1 + x is exact enough
DIRECTIONS = ["EQ", "NE", "GE", "GT", "LE", "LT"]
COUNT = 600         # elements of a generated case


@dataclass
class Judgement:
    """What is said about one function."""
    ulp: float = 0
    scale: float = 0
    low: float = -4
    high: float = 4
    limits: bool = False

    @classmethod
    def parse(cls, words):
        j = cls()
        for word in words:
            key, _, value = word.partition("=")
            setattr(j, key, float(value) if value else True)
        return j


# ------------------------------------------------------------------------------ generated cases

def function(name, arguments, lines, results):
    """lines: 'op...' of one result each, named %r0, %r1, ..."""
    head = ", ".join(f"%{chr(97 + i)}: {t}" for i, t in enumerate(arguments))
    body = "\n".join(f"  %r{i} = {line}" for i, line in enumerate(lines))
    names = ", ".join(f"%r{i}" for i in range(len(lines)))
    return (f"func.func @{name}({head}) -> ({', '.join(results)}) {{\n{body}\n"
            f"  return {names} : {', '.join(results)}\n}}\n")


def tensor(dtype):
    return f"tensor<{COUNT}x{dtype}>"


def generated():
    """(text, judgement) of functions that apply all ops to all element types."""
    for t in ANY:
        T, B = tensor(t), tensor("i1")
        unary = {op: (types, XLA_F64_ULP.get(op, u) if t == "f64" else u)
                 for op, (types, u) in UNARY.items()}
        for ulp in sorted({u for _, u in unary.values()}):
            lines = [f'"{op}"(%a) : ({T}) -> {T}' for op, (types, u) in unary.items()
                     if t in types and u == ulp]
            if lines:
                yield function(f"unary_{t}_{ulp}", [T], lines, [T] * len(lines)), Judgement(
                    ulp=ulp, low=-9, high=9, limits=True)
        for ulp in sorted({u for _, u in BINARY.values()}):
            lines = [f"stablehlo.{op} %a, %b : {T}" for op, (types, u) in BINARY.items()
                     if t in types and u == ulp]
            if lines:
                yield function(f"binary_{t}_{ulp}", [T, T], lines, [T] * len(lines)), Judgement(
                    ulp=ulp, low=-9, high=9, limits=True)
        kinds = ["", ", TOTALORDER"] if t in FLOATS else [""]
        lines = [f"stablehlo.compare {d}, %a, %b{k} : ({T}, {T}) -> {B}"
                 for d in DIRECTIONS for k in kinds]
        yield function(f"compare_{t}", [T, T], lines, [B] * len(lines)), Judgement(limits=True)
        lines = [f"stablehlo.convert %a : ({T}) -> {tensor(u)}" for u in ANY]
        yield function(f"convert_{t}", [T], lines, [tensor(u) for u in ANY]), Judgement(
            low=-400, high=400, limits=True)
        lines = [f"stablehlo.select %c, %a, %b : {B}, {T}",
                 f"stablehlo.clamp %a, %b, %a : {T}",
                 f"stablehlo.clamp %d, %a, %e : (tensor<{t}>, {T}, tensor<{t}>) -> {T}",
                 f"stablehlo.select %f, %a, %b : (tensor<i1>, {T}, {T}) -> {T}"]
        yield function(f"choose_{t}", [T, T, B, f"tensor<{t}>", f"tensor<{t}>", "tensor<i1>"],
                       lines, [T] * 4), Judgement()
    for t in INTS:      # XLA looks at 6 bits of the exponent
        T = tensor(t)
        yield function(f"power_{t}", [T, T], [f"stablehlo.power %a, %b : {T}"], [T]), Judgement(
            low=-9, high=40)
    for t in FLOATS:
        T = tensor(t)
        formats = [(5, 10), (8, 7), (4, 3), (5, 2), (3, 0), (11, 52)]
        lines = [f"stablehlo.reduce_precision %a, format = e{e}m{m} : {T}" for e, m in formats]
        yield function(f"precision_{t}", [T], lines, [T] * len(lines)), Judgement(limits=True)
        yield function(f"finite_{t}", [T], [f"stablehlo.is_finite %a : ({T}) -> {tensor('i1')}"],
                       [tensor("i1")]), Judgement(limits=True)
    for group in (["f32", "i32", "ui32"], ["f64", "i64", "ui64"], ["bf16", "f16", "i16", "ui16"]):
        for t in group:
            lines = [f"stablehlo.bitcast_convert %a : ({tensor(t)}) -> {tensor(u)}" for u in group]
            yield function(f"bits_{t}", [tensor(t)], lines, [tensor(u) for u in group]), Judgement(
                limits=True)


def random_graphs(program, count):
    """The first random graphs; half of them have only ops with derivatives."""
    for seed in range(count):
        words = [program, str(seed)] + ["smooth"] * (seed % 2)
        text = subprocess.run(words, text=True, capture_output=True, check=True).stdout
        yield text.replace("@main", f"@random_{seed}"), Judgement(scale=2e-5, low=-2, high=2)


# ---------------------------------------------------------------------------- inputs and results

def is_float(dtype):
    return dtype.kind == "f" or dtype in (ml_dtypes.bfloat16, np.float16)


def info(dtype):
    return ml_dtypes.finfo(dtype) if is_float(dtype) else np.iinfo(dtype)


def limits_of(dtype):
    if is_float(dtype):
        big, least = float(info(dtype).max), float(info(dtype).tiny)
        return [0.0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3.0, big,
                -big, least, -least, 127.5, 255.5, 65504.0, 65520.0, 2.0**31, -2.0**31, 2.0**63]
    low, high = int(info(dtype).min), int(info(dtype).max)
    return [low, low + 1, 0, 1, 2, 7, 8, 15, 31, 32, 63, 64, high - 1, high] + [-1] * (low < 0)


def make_input(value, judgement, rng):
    dtype, shape = value.dtype, value.shape
    if dtype == np.bool_:
        return rng.integers(0, 2, shape).astype(np.bool_)
    low, high = judgement.low, judgement.high
    if is_float(dtype):
        x = rng.uniform(low, high, shape).astype(dtype)
    else:
        low, high = max(low, float(info(dtype).min)), min(high, float(info(dtype).max))
        x = np.floor(rng.uniform(low, high, shape)).astype(dtype)
    if judgement.limits and x.size:
        flat, special = x.reshape(-1), limits_of(dtype)
        places = rng.integers(0, 3, flat.shape) == 0
        with np.errstate(over="ignore"):
            chosen = [np.array(special[i]).astype(dtype)
                      for i in rng.integers(0, len(special), int(places.sum()))]
        flat[places] = np.array(chosen, dtype)
    return x


def ordered(x):
    """The bits of floats as integers whose differences count values."""
    bits = x.view({2: np.int16, 4: np.int32, 8: np.int64}[x.dtype.itemsize]).astype(object)
    least = -(1 << (8 * x.dtype.itemsize - 1))
    return np.where(bits < 0, least - bits, bits)


def difference(got, want, judgement):
    """None, or what differs. XLA on the CPU takes subnormal numbers for 0."""
    if got.shape != want.shape or got.dtype != want.dtype:
        return f"{got.dtype}{got.shape} instead of {want.dtype}{want.shape}"
    if got.dtype == np.bool_ or not is_float(got.dtype):
        wrong = got != want
    else:
        with np.errstate(all="ignore"):
            a, b = got.astype(np.float64), want.astype(np.float64)
            tiny = 2 * float(info(got.dtype).tiny)
            same = (a == b) | (np.isnan(a) & np.isnan(b)) | ((abs(a) < tiny) & (abs(b) < tiny))
            greatest = np.max(np.abs(b[np.isfinite(b)]), initial=0)
            same |= np.abs(a - b) <= judgement.scale * greatest
            ulps = np.abs(ordered(got) - ordered(want))
            same |= np.isfinite(a) & np.isfinite(b) & (ulps <= judgement.ulp).astype(bool)
        wrong = ~same
    if not wrong.any():
        return None
    at = tuple(map(int, np.argwhere(wrong)[0]))
    return f"{int(wrong.sum())} of {wrong.size} differ; at {list(at)} {got[at]!r}, not {want[at]!r}"


# ------------------------------------------------------------------------------------- judging

HEAD = re.compile(r"\s*func\.func (?:public )?@(\w+)")


def judgements(text):
    """name -> Judgement of the public functions of a file."""
    found, words = {}, []
    for line in text.splitlines():
        if line.startswith("// judge:"):
            words = line.split()[2:]
        match = HEAD.match(line)
        if match:
            found[match[1]] = Judgement.parse(words)
            words = []
    return found


class Judge:
    """One file: its functions run by XLA, then all of them by one run of the evaluator."""

    def __init__(self, options, text, wanted):
        self.options, self.text, self.wanted = options, text, wanted
        self.work = tempfile.mkdtemp(dir=options.work)
        self.inputs = {}

    def path(self, name, kind, i):
        return os.path.join(self.work, f"{name}.{kind}{i}.npy")

    def prepare(self, name, program):
        rng = np.random.default_rng(zlib.crc32(name.encode()))
        self.inputs[name] = [make_input(v, self.wanted[name], rng) for v in program.inputs]
        for i, x in enumerate(self.inputs[name]):
            np.save(self.path(name, "in", i), x)

    def evaluate(self):
        source = os.path.join(self.work, "module.mlir")
        with open(source, "w", encoding="utf-8") as f:
            f.write(self.text)
        run = subprocess.run([self.options.eval, source, "--all", self.work], text=True,
                             capture_output=True, check=False)
        if run.returncode:
            raise xla.Bad(f"descent-eval: exit {run.returncode}\n{run.stderr}")

    def compare(self, name, program):
        wrong = []
        for i, want in enumerate(program(*self.inputs[name])):
            got = np.load(self.path(name, "out", i))
            if got.dtype.kind == "V":
                got = got.view(ml_dtypes.bfloat16)
            note = difference(got, want, self.wanted[name])
            if note:
                wrong.append(f"result {i}: {note}")
        if wrong:
            raise xla.Bad("\n".join(wrong))

    def run(self, report):
        programs = {name: xla.Program(self.text, name) for name in self.wanted}
        for name, program in programs.items():
            self.prepare(name, program)
        self.evaluate()
        for name, program in programs.items():
            report.check(name, lambda: self.compare(name, program))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--eval", required=True, help="the program descent-eval")
    parser.add_argument("--work", help="folder for inputs and outputs")
    parser.add_argument("--elementwise", action="store_true", help="the generated functions too")
    parser.add_argument("--random", metavar="RANDOM-GRAPH", help="random graphs by this program")
    parser.add_argument("--graphs", type=int, default=20, help="how many random graphs")
    parser.add_argument("--only", help="functions whose name contains this")
    options = parser.parse_args()
    report = Report("ref_vs_xla")
    jobs = []
    for path in options.files:
        with open(path, encoding="utf-8") as f:
            text = f.read()
        jobs.append((text, judgements(text)))
    if options.elementwise:
        for text, judgement in generated():
            jobs.append((text, {HEAD.search(text)[1]: judgement}))
    if options.random:
        for text, judgement in random_graphs(options.random, options.graphs):
            jobs.append((text, {HEAD.search(text)[1]: judgement}))
    with tempfile.TemporaryDirectory() as scratch:
        options.work = options.work or scratch
        for text, wanted in jobs:
            wanted = {n: j for n, j in wanted.items() if not options.only or options.only in n}
            if not wanted:
                continue
            judge = Judge(options, text, wanted)
            try:
                judge.run(report)
            except xla.Bad as e:
                report.check(f"{list(wanted)[:1]}...", lambda e=e: (_ for _ in ()).throw(e))
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
