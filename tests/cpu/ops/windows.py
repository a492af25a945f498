"""reduce_window and select_and_scatter: strides, dilations, padding, pooling, running sums."""
from text import body_of, dense, function, region, tensor

SCALE = {"add": "scale=2e-6"}
LOWEST = {"f32": "0xFF800000", "f64": "0xFFF0000000000000", "bf16": "0xFF80", "i32": "-2147483648",
          "ui8": "0"}
NEUTRAL = {"add": lambda t: "0.0" if t[0] in "fb" else "0", "maximum": lambda t: LOWEST[t]}


def spread(n, by):
    return n and (n - 1) * by + 1


def window(op, t, dims, size, stride=None, pad=None, base=None, dilate=None, init=None):
    """(lines before, op, result type) over %a."""
    rank = len(dims)
    stride, base, dilate = (x or (1,) * rank for x in (stride, base, dilate))
    pad = pad or ((0, 0),) * rank
    out = []
    for i in range(rank):
        n, k = spread(dims[i], base[i]) + sum(pad[i]), spread(size[i], dilate[i])
        out.append(0 if n < k else (n - k) // stride[i] + 1)
    T, S, R = tensor(t, *dims), tensor(t), tensor(t, *out)
    attributes = (f"window_dimensions = {dense(size)}, window_strides = {dense(stride)}, "
                  f"base_dilations = {dense(base)}, window_dilations = {dense(dilate)}, "
                  f"padding = dense<{[list(p) for p in pad]}> : tensor<{rank}x2xi64>")
    before = [f"%init = stablehlo.constant dense<{init or NEUTRAL[op](t)}> : {S}"]
    return before, (f'"stablehlo.reduce_window"(%a, %init) <{{{attributes}}}> '
                    f"({body_of(op, t)}) : ({T}, {S}) -> {R}"), R


CASES = {
    "pool": ((2, 8, 10, 5), (1, 2, 2, 1), dict(stride=(1, 2, 2, 1))),
    "pool_nchw": ((2, 5, 8, 10), (1, 1, 2, 2), dict(stride=(1, 1, 2, 2))),
    "overlapping": ((2, 9, 9, 17), (1, 3, 3, 1),
                    dict(stride=(1, 2, 2, 1), pad=((0, 0), (1, 1), (1, 1), (0, 0)))),
    "global": ((3, 7, 7, 6), (1, 7, 7, 1), {}),
    "same": ((2, 14, 15, 3), (1, 3, 3, 1), dict(pad=((0, 0), (1, 1), (1, 1), (0, 0)))),
    "dilated": ((9, 11), (2, 3), dict(dilate=(3, 2))),
    "spread": ((4, 5), (3, 2), dict(base=(2, 3), pad=((1, 2), (0, 1)))),
    "cropped": ((7, 8), (2, 2), dict(pad=((-1, 0), (-2, 1)))),
    "running": ((6, 33), (1, 33), dict(pad=((0, 0), (32, 0)))),
    "running_first": ((20, 3), (20, 1), dict(pad=((19, 0), (0, 0)))),
    "line": ((100,), (4,), dict(stride=(3,), pad=((2, 5),))),
    "nothing": ((3, 0), (2, 1), {}), "too_small": ((1, 3), (2, 1), {}),
    "started": ((5, 6), (2, 2), dict(pad=((1, 1), (0, 0)), init="10.0")),
    "large": ((8, 28, 28, 16), (1, 2, 2, 1), dict(stride=(1, 2, 2, 1))),
}


def pooled(name, op, t):
    dims, size, rest = CASES[name]
    before, line, R = window(op, t, dims, size, **rest)
    rule = SCALE.get(op, "") if t == "f32" else "scale=3e-2" if t == "bf16" and op == "add" else \
        "scale=1e-14" if t == "f64" else "low=-50 high=50"
    return function(f"{name}_{op}_{t}", [tensor(t, *dims)], [(line, R)], rule, before=before)


def between_loops():
    """A computed operand, a computed result: average pooling after relu."""
    dims, size, rest = CASES["overlapping"]
    before, line, R = window("add", "f32", dims, size, **rest)
    T = tensor("f32", *dims)
    before += [f"%zero = stablehlo.constant dense<0.0> : {T}",
               f"%x = stablehlo.maximum %a, %zero : {T}",
               f"%w = {line.replace('(%a', '(%x')}",
               f"%ninth = stablehlo.constant dense<0.125> : {R}"]
    return function("between_loops", [T, R], [(f"stablehlo.multiply %w, %ninth : {R}", R),
                                              (f"stablehlo.subtract %w, %b : {R}", R)],
                    "scale=2e-6", before=before)


def largest_with_place(dims, size, stride, out):
    """Two operands: the maximum of each window and where it is."""
    T, I = tensor("f32", *dims), tensor("i32", *dims)
    R, J = tensor("f32", *out), tensor("i32", *out)
    F, N, B = tensor("f32"), tensor("i32"), tensor("i1")
    body = region([("u", F), ("j", N), ("v", F), ("k", N)], [
        f"%g = stablehlo.compare GE, %u, %v : ({F}, {F}) -> {B}",
        f"%x = stablehlo.select %g, %u, %v : {B}, {F}",
        f"%y = stablehlo.select %g, %j, %k : {B}, {N}"], f"%x, %y : {F}, {N}")
    return f"""// judge:
func.func @largest_with_place(%a: {T}) -> ({R}, {J}) {{
  %i = stablehlo.iota dim = 1 : {I}
  %low = stablehlo.constant dense<0xFF800000> : {F}
  %zero = stablehlo.constant dense<0> : {N}
  %r:2 = "stablehlo.reduce_window"(%a, %i, %low, %zero) <{{window_dimensions = {dense(size)}, window_strides = {dense(stride)}}}> ({body}) : ({T}, {I}, {F}, {N}) -> ({R}, {J})
  return %r#0, %r#1 : {R}, {J}
}}
"""


def unpool(name, t, direction, by, dims, size, stride, pad, rule):
    out = tuple((n + sum(p) - k) // s + 1 for n, k, s, p in zip(dims, size, stride, pad))
    T, Y, S = tensor(t, *dims), tensor(t, *out), tensor(t)
    choose = region([("u", S), ("v", S)],
                    [f"%is = stablehlo.compare {direction}, %u, %v : ({S}, {S}) -> tensor<i1>"],
                    "%is : tensor<i1>")
    attributes = (f"window_dimensions = {dense(size)}, window_strides = {dense(stride)}, "
                  f"padding = dense<{[list(p) for p in pad]}> : tensor<{len(dims)}x2xi64>")
    line = (f'"stablehlo.select_and_scatter"(%a, %b, %c) <{{{attributes}}}> '
            f"({choose}, {body_of(by, t)}) : ({T}, {Y}, {S}) -> {T}")
    return function(f"unpool_{name}_{t}_{direction}_{by}", [T, Y, S], [(line, T)], rule)


def functions():
    for name in CASES:
        for op in ("add", "maximum"):
            yield pooled(name, op, "f32")
    for t in ("f64", "bf16", "i32", "ui8"):
        for name in ("pool", "overlapping", "spread"):
            for op in ("add", "maximum"):
                yield pooled(name, op, t)
    yield between_loops()
    yield largest_with_place((6, 20), (2, 3), (2, 3), (3, 6))
    none = ((0, 0),) * 4
    for t, rule in (("f32", "scale=2e-6"), ("f64", "scale=1e-14"), ("i32", "low=0 high=3")):
        yield unpool("pool", t, "GE", "add", (2, 8, 10, 5), (1, 2, 2, 1), (1, 2, 2, 1), none, rule)
        yield unpool("overlapping", t, "GE", "add", (2, 9, 9, 3), (1, 3, 3, 1), (1, 2, 2, 1),
                     ((0, 0), (1, 1), (1, 1), (0, 0)), rule)
        yield unpool("gaps", t, "GE", "add", (11, 12), (2, 2), (3, 4), ((0, 1), (2, 0)), rule)
    yield unpool("least", "i32", "LT", "maximum", (6, 6), (2, 2), (2, 2), none[:2], "low=0 high=3")
    yield unpool("large", "f32", "GE", "add", (8, 28, 28, 8), (1, 2, 2, 1), (1, 2, 2, 1), none,
                 "scale=2e-6")
