"""Reductions over every set of dimensions, by every op, of several operands, of all lengths."""
from itertools import combinations

from text import ANY, FLOATS, function, tensor


def subsets(rank):
    for n in range(1, rank + 1):
        yield from combinations(range(rank), n)


def reduced(dims, over):
    return [d for i, d in enumerate(dims) if i not in over]


def fold(op, value, init, t, dims, over):
    T, S, R = tensor(t, *dims), tensor(t), tensor(t, *reduced(dims, over))
    return (f"stablehlo.reduce({value} init: {init}) applies stablehlo.{op} across dimensions = "
            f"{list(over)} : ({T}, {S}) -> {R}", R)


def every_subset(name, op, t, dims, rule):
    return function(name, [tensor(t, *dims), tensor(t)],
                    [fold(op, "%a", "%b", t, dims, over) for over in subsets(len(dims))], rule)


def ops(t):
    names = ["add", "multiply", "maximum", "minimum"] if t != "i1" else ["maximum", "minimum"]
    if t not in FLOATS:
        names += ["and", "or", "xor"]
    dims = (5, 37)
    lines = [fold(op, "%a", "%b", t, dims, over) for op in names for over in ((0,), (1,), (0, 1))]
    loose = {"bf16": "scale=2e-2", "f16": "scale=5e-3", "f32": "scale=1e-6", "f64": "scale=1e-14"}
    return function(f"ops_{t}", [tensor(t, *dims), tensor(t)], lines, loose.get(t, "low=-9 high=9"))


def limits(t):
    """NaN wins; infinities; nothing else but the initial value."""
    dims = (6, 19)
    lines = [fold(op, "%a", "%b", t, d, over) if d == dims else fold(op, "%c", "%b", t, d, over)
             for op in ("maximum", "minimum") for d in (dims, (0, 3)) for over in ((0,), (1,))]
    return function(f"limits_{t}", [tensor(t, *dims), tensor(t), tensor(t, 0, 3)], lines, "limits")


def zeros(t, dims):
    """Sums of nothing but -0, to the sign: from +0, from -0, from what is known when it runs."""
    T, S = tensor(t, *dims), tensor(t)
    M = tensor(t, dims[0])
    lines = [fold("add", "%x", init, t, dims, over)
             for init in ("%plus", "%minus", "%z") for over in subsets(len(dims))]
    lines.append((f"stablehlo.add %y, %s : {T}", T))
    return function(f"zeros_{t}_{'x'.join(map(str, dims))}", [T, S], lines, before=[
        f"%minus = stablehlo.constant dense<-0.0> : {S}",
        f"%plus = stablehlo.constant dense<0.0> : {S}",
        f"%m = stablehlo.broadcast_in_dim %minus, dims = [] : ({S}) -> {T}",
        f"%p = stablehlo.abs %a : {T}",
        f"%x = stablehlo.multiply %p, %m : {T}",
        f"%q = stablehlo.abs %b : {S}",
        f"%z = stablehlo.multiply %q, %minus : {S}",
        f"%y = stablehlo.multiply %x, %p : {T}",
        f"%row = stablehlo.reduce(%y init: %minus) applies stablehlo.add across dimensions = [1] : "
        f"({T}, {S}) -> {M}",
        f"%s = stablehlo.broadcast_in_dim %row, dims = [0] : ({M}) -> {T}"])


def fused(t, dims, scale):
    """What is computed from several arguments, broadcast or moved, then folded."""
    T, S = tensor(t, *dims), tensor(t)
    V = tensor(t, dims[-1])
    rank = len(dims)
    flat = (dims[0] * dims[1], *dims[2:])
    lines = [fold("add", "%y", "%z", t, dims, over) for over in subsets(rank)]
    lines += [fold("add", "%f", "%z", t, flat, (0,)), fold("maximum", "%y", "%low", t, dims, (0,)),
              fold("add", "%q", "%z", t, dims[::-1], (0,))]
    return function(f"fused_{t}_{'x'.join(map(str, dims))}", [T, V], lines, f"scale={scale}", before=[
        f"%z = stablehlo.constant dense<0.0> : {S}",
        f"%low = stablehlo.constant dense<-1.0e30> : {S}",
        f"%v = stablehlo.broadcast_in_dim %b, dims = [{rank - 1}] : ({V}) -> {T}",
        f"%x = stablehlo.subtract %a, %v : {T}",
        f"%y = stablehlo.multiply %x, %x : {T}",
        f"%f = stablehlo.reshape %y : ({T}) -> {tensor(t, *flat)}",
        f"%q = stablehlo.transpose %y, dims = {list(range(rank))[::-1]} : "
        f"({T}) -> {tensor(t, *dims[::-1])}",
    ])


def argmax(dims, over):
    """The value and the index, the first one of equal ones."""
    T, I = tensor("f32", *dims), tensor("i32", *dims)
    R, J = tensor("f32", *reduced(dims, over)), tensor("i32", *reduced(dims, over))
    name = f"argmax_{'x'.join(map(str, dims))}_{''.join(map(str, over))}"
    return f"""// judge: low=-9 high=9
func.func @{name}(%a: {T}) -> ({R}, {J}) {{
  %i = stablehlo.iota dim = {over[0]} : {I}
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %r:2 = stablehlo.reduce(%a init: %low), (%i init: %zero) across dimensions = {list(over)} : ({T}, {I}, tensor<f32>, tensor<i32>) -> ({R}, {J}) reducer(%u: tensor<f32>, %v: tensor<f32>) (%j: tensor<i32>, %k: tensor<i32>) {{
    %g = stablehlo.compare GT, %u, %v : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %e = stablehlo.compare EQ, %u, %v : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %l = stablehlo.compare LT, %j, %k : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %b = stablehlo.and %e, %l : tensor<i1>
    %c = stablehlo.or %g, %b : tensor<i1>
    %x = stablehlo.select %c, %u, %v : tensor<i1>, tensor<f32>
    %y = stablehlo.select %c, %j, %k : tensor<i1>, tensor<i32>
    stablehlo.return %x, %y : tensor<f32>, tensor<i32>
  }}
  return %r#0, %r#1 : {R}, {J}
}}
"""


def unusual(dims, over):
    """A body that is no single op: u + v + u * v, on integers (no rounding is in the way)."""
    T, R, S = tensor("i32", *dims), tensor("i32", *reduced(dims, over)), tensor("i32")
    name = f"unusual_{'x'.join(map(str, dims))}_{''.join(map(str, over))}"
    return f"""// judge: low=-9 high=9
func.func @{name}(%a: {T}, %z: {S}) -> {R} {{
  %r = stablehlo.reduce(%a init: %z) across dimensions = {list(over)} : ({T}, {S}) -> {R} reducer(%u: {S}, %v: {S}) {{
    %one = stablehlo.constant dense<1> : {S}
    %x = stablehlo.add %u, %one : {S}
    %y = stablehlo.multiply %x, %v : {S}
    %s = stablehlo.add %y, %u : {S}
    stablehlo.return %s : {S}
  }}
  return %r : {R}
}}
"""


def functions():
    for t in ANY:
        yield ops(t)
    for t in FLOATS:
        yield limits(t)
        yield zeros(t, (5, 37))
    yield zeros("f32", (300, 301))
    for dims in ((3, 4, 17), (2, 3, 4, 5), (1, 1, 9), (17, 1, 3), (0, 3, 4), (3, 0, 4)):
        shape = "x".join(map(str, dims))
        yield every_subset(f"sum_{shape}", "add", "f32", dims, "scale=1e-6")
        yield every_subset(f"xor_{shape}", "xor", "i64", dims, "low=-1e9 high=1e9")
    for n in (0, 1, 2, 15, 16, 17, 31, 33, 64, 65, 127, 1000, 16385, 200003):
        yield every_subset(f"sum_{n}", "add", "f32", (n,), "scale=1e-6")
        yield every_subset(f"max_{n}", "maximum", "f32", (n,), "")
    for dims in ((3, 20000), (20000, 3), (300, 301), (40, 50, 60), (64, 28, 28)):
        shape = "x".join(map(str, dims))
        yield every_subset(f"sum_{shape}", "add", "f32", dims, "scale=2e-6")
    for dims in ((4, 70000), (1000, 600), (9000, 1030)):    # blocks of columns, panels, parts
        shape = "x".join(map(str, dims))
        yield every_subset(f"sum_{shape}", "add", "f32", dims, "scale=1e-5")
    yield every_subset("sum_f64", "add", "f64", (70, 90), "scale=1e-14")
    yield every_subset("max_ui8", "maximum", "ui8", (70, 90), "low=0 high=255")
    yield fused("f32", (4, 5, 33), 1e-6)
    yield fused("f64", (4, 5, 33), 1e-14)
    yield fused("f32", (32, 14, 70), 2e-6)
    for dims, over in (((4, 6), (1,)), ((4, 6), (0,)), ((300, 10), (1,)), ((7, 33), (1,)),
                       ((70,), (0,)), ((2, 3, 40), (2,))):
        yield argmax(dims, over)
        yield unusual(dims, over)
