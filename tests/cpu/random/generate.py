#!/usr/bin/env python3
"""generate.py KIND SEED COUNT: prints random functions as StableHLO, the same for the same
arguments. KIND is one of `products` (of any axes), `convolutions`, `reductions`, `attention` (with
q, k and v in any order of dimensions; half of them its gradient) and `updates` (of many donated
arguments, which read each other); operands come through slices, transposes, reshapes, paddings and
the like, and something follows, so that the compiler fuses what it can. Sizes are those around which kernels change: 0, 1, a lane more
or less than a vector, a row more than a block."""
import random
import sys
from math import prod

FLOATS = ["f32"] * 4 + ["f64", "bf16", "f16"]
SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64]
MOST_ELEMENTS, MOST_WORK, DEEPEST, MOST_ARGUMENTS = 30_000, 1_500_000, 4, 12


def tensor(dims, dtype):
    return f"tensor<{''.join(f'{n}x' for n in dims)}{dtype}>"


def listed(values):
    return f"[{', '.join(map(str, values))}]"


def is_float(dtype):
    return dtype[0] in "fb"


class Value:
    def __init__(self, name, dims, dtype):
        self.name, self.dims, self.dtype = name, list(dims), dtype

    @property
    def type(self):
        return tensor(self.dims, self.dtype)


class Function:
    """Ops are made backwards: value() makes what leads to a value of the type wanted."""

    def __init__(self, name, rng):
        self.name, self.rng = name, rng
        self.arguments, self.values, self.lines = [], [], []
        self.donated, self.gradient = {}, False    # argument: result

    def chance(self, p):
        return self.rng.random() < p

    def size(self, *more):
        return 0 if self.chance(0.05) else self.rng.choice([*SIZES, *more])

    # ------------------------------------------------------------------------------- ops

    def op(self, name, operands, dims, dtype, attributes=""):
        """A line that ends in the types of the operands and of the result."""
        names = ", ".join(v.name for v in operands)
        types = ", ".join(v.type for v in operands)
        return self.raw(f"{name} {names}{attributes} : ({types}) -> {tensor(dims, dtype)}", dims,
                        dtype)

    def raw(self, text, dims, dtype):
        """A line that ends in some other way."""
        result = Value(f"%v{len(self.lines)}", dims, dtype)
        self.lines.append(f"{result.name} = stablehlo.{text}")
        self.values.append(result)
        return result

    def constant(self, dims, dtype, value=None):
        if value is None:
            value = self.rng.choice(["0.0", "1.5", "-2.0"] if is_float(dtype) else ["0", "1", "3"])
        return self.raw(f"constant dense<{value}> : {tensor(dims, dtype)}", dims, dtype)

    def argument(self, dims, dtype):
        result = Value(f"%a{len(self.arguments)}", dims, dtype)
        self.arguments.append(result)
        self.values.append(result)
        return result

    def known(self, dims, dtype):
        same = [v for v in self.values if v.dims == dims and v.dtype == dtype]
        if same and self.chance(0.5):
            return self.rng.choice(same)
        room = len(self.arguments) < MOST_ARGUMENTS
        return self.argument(dims, dtype) if room else self.constant(dims, dtype)

    def value(self, dims, dtype, depth=0):
        """A value of this type, by some way."""
        dims = list(dims)
        if depth > DEEPEST or self.chance(0.2):
            return self.known(dims, dtype)
        ways = [self.unary, self.unary, self.binary, self.reshape, self.convert]
        if dims:
            ways += [self.slice, self.slice, self.transpose, self.transpose, self.reverse,
                     self.broadcast, self.pad, self.concatenate]
        return self.rng.choice(ways)(dims, dtype, depth + 1) or self.known(dims, dtype)

    # ------------------------------------------------------------------------------- ways

    def unary(self, dims, dtype, depth):
        return self.after(self.value(dims, dtype, depth))

    def after(self, x):
        ops = ["negate", "abs", "sign"]
        if is_float(x.dtype):
            ops += ["tanh", "cosine", "floor"]
        return self.raw(f"{self.rng.choice(ops)} {x.name} : {x.type}", x.dims, x.dtype)

    def binary(self, dims, dtype, depth):
        return self.joined(self.value(dims, dtype, depth), depth)

    def joined(self, x, depth):
        y = self.value(x.dims, x.dtype, depth)
        op = self.rng.choice(["add", "multiply", "maximum", "minimum", "subtract"])
        return self.raw(f"{op} {x.name}, {y.name} : {x.type}", x.dims, x.dtype)

    def slice(self, dims, dtype, depth):
        begin = [self.rng.choice([0, 0, 1, 3]) for _ in dims]
        step = [self.rng.choice([1, 1, 1, 2, 3]) for _ in dims]
        end = [b + ((n - 1) * s + 1 if n else 0) for b, n, s in zip(begin, dims, step)]
        whole = [e + self.rng.choice([0, 0, 1, 2]) for e in end]
        if prod(whole) > 2 * MOST_ELEMENTS:
            return None
        parts = [f"{b}:{e}:{s}" for b, e, s in zip(begin, end, step)]
        return self.op("slice", [self.value(whole, dtype, depth)], dims, dtype,
                       f" {listed(parts)}")

    def transpose(self, dims, dtype, depth):
        order = self.rng.sample(range(len(dims)), len(dims))
        before = [dims[order.index(i)] for i in range(len(dims))]
        return self.op("transpose", [self.value(before, dtype, depth)], dims, dtype,
                       f", dims = {listed(order)}")

    def reverse(self, dims, dtype, depth):
        axes = [i for i in range(len(dims)) if self.chance(0.5)] or [0]
        x = self.value(dims, dtype, depth)
        return self.raw(f"reverse {x.name}, dims = {listed(axes)} : {x.type}", dims, dtype)

    def reshape(self, dims, dtype, depth):
        return self.op("reshape", [self.value(self.regrouped(dims), dtype, depth)], dims, dtype)

    def regrouped(self, dims):
        """Other dimensions of as many elements."""
        count = prod(dims)
        ways = [[count], [*dims, 1], [1, *dims]]
        if count == 0:
            return self.rng.choice([*ways, [0, 3], [2, 0, 4]])
        factors = []
        while count > 1 and len(factors) < 4:
            divisors = [k for k in range(2, min(count, 70) + 1) if count % k == 0]
            factors.append(self.rng.choice(divisors or [count]))
            count //= factors[-1]
        return self.rng.choice([*ways, factors + [count] * (count > 1)])

    def broadcast(self, dims, dtype, depth):
        kept = [i for i in range(len(dims)) if self.chance(0.6)]
        before = [1 if self.chance(0.2) else dims[i] for i in kept]
        return self.op("broadcast_in_dim", [self.value(before, dtype, depth)], dims, dtype,
                       f", dims = {listed(kept)}")

    def pad(self, dims, dtype, depth):
        inner = [max(0, n - self.rng.choice([0, 0, 1, 2, 3])) for n in dims]
        low = [self.rng.randint(0, n - i) for n, i in zip(dims, inner)]
        high = [n - i - k for n, i, k in zip(dims, inner, low)]
        operands = [self.value(inner, dtype, depth), self.constant([], dtype)]
        return self.op("pad", operands, dims, dtype, f", low = {listed(low)}, "
                       f"high = {listed(high)}, interior = {listed([0] * len(dims))}")

    def convert(self, dims, dtype, depth):
        others = ["f32", "bf16", "f16", "f64"] if is_float(dtype) else ["i8", "i16", "i32"]
        other = self.rng.choice([t for t in others if t != dtype])
        return self.op("convert", [self.value(dims, other, depth)], dims, dtype)

    def concatenate(self, dims, dtype, depth):
        axis = self.rng.randrange(len(dims))
        if dims[axis] < 2:
            return None
        cut = self.rng.randrange(1, dims[axis])
        parts = [self.value([*dims[:axis], n, *dims[axis + 1:]], dtype, depth)
                 for n in (cut, dims[axis] - cut)]
        return self.op("concatenate", parts, dims, dtype, f", dim = {axis}")

    def reduced(self, x):
        axes = [i for i in range(len(x.dims)) if self.chance(0.5)] or [0]
        if not x.dims:
            return x
        op, value = self.rng.choice([("add", "0.0"), ("maximum", "-3.0"), ("minimum", "3.0")])
        start = self.constant([], x.dtype, value if is_float(x.dtype) else value[:-2])
        dims = [n for i, n in enumerate(x.dims) if i not in axes]
        return self.raw(f"reduce({x.name} init: {start.name}) applies stablehlo.{op} across "
                        f"dimensions = {listed(axes)} : ({x.type}, {start.type}) -> "
                        f"{tensor(dims, x.dtype)}", dims, x.dtype)

    # ------------------------------------------------------------------------------- text

    def known_of(self, i, argument):
        """Of every other argument it is said that it is finite, as all of them are."""
        known = ["descent.finite"] if i % 2 and is_float(argument.dtype) else []
        if argument.name in self.donated:
            known.append(f"tf.aliasing_output = {self.donated[argument.name]} : i32")
        return f" {{{', '.join(known)}}}" if known else ""

    def text(self, results):
        head = ", ".join(f"{v.name}: {v.type}{self.known_of(i, v)}"
                         for i, v in enumerate(self.arguments))
        types = ", ".join(v.type for v in results)
        names = ", ".join(v.name for v in results)
        short = any(v.dtype in ("bf16", "f16") for v in self.values)
        body = "".join(f"  {line}\n" for line in self.lines)
        return (f"// judge: {'gradient abs=1e-5 ' * self.gradient}scale={'0.06' if short else '5e-4'} "
                f"low=-2 high=2\n"
                f"func.func @{self.name}({head}) -> ({types}) {{\n{body}"
                f"  return {names} : {types}\n}}\n")


# ----------------------------------------------------------------------------------- products

def product_sizes(f):
    """Batching, free (left, right) and contracted sizes, cut down to what a test has time for."""
    rng = f.rng
    batch, left, right, inner = ([f.size() for _ in range(rng.choice(counts))] for counts in
                                 ([0, 0, 0, 1, 1, 2], [0, 1, 1, 1, 2], [0, 1, 1, 1, 2], [1]))
    inner = rng.choice([inner, [], [f.size(100, 129, 300)], [f.size(), f.size()],
                        [rng.choice([1025, 1500, 2049, 3000])]])
    groups = [batch, left, right, inner]
    while (prod(map(prod, groups)) > MOST_WORK
           or max(prod(batch) * prod(a) * prod(b) for a, b in
                  [(left, right), (left, inner), (right, inner)]) > MOST_ELEMENTS):
        largest = max(groups, key=prod)
        at = largest.index(max(largest))
        largest[at] = max(1, largest[at] // 2)
    return groups


def product_side(f, batch, inner, free):
    """The dimensions of an operand, where the batching and the contracted ones are, and the
    free ones in its order."""
    axes = [(kind, i) for kind, sizes in (("batch", batch), ("inner", inner), ("free", free))
            for i in range(len(sizes))]
    if f.chance(0.6):
        f.rng.shuffle(axes)
    sizes = {"batch": batch, "inner": inner, "free": free}
    dims = [sizes[kind][i] for kind, i in axes]
    places = [[axes.index((kind, i)) for i in range(len(sizes[kind]))] for kind in sizes]
    return dims, places[0], places[1], [free[i] for kind, i in axes if kind == "free"]


def product(f):
    dtype = f.rng.choice(FLOATS if f.chance(0.9) else ["i8", "i32", "i64"])
    batch, left, right, inner = product_sizes(f)
    dims, batch_axes, inner_axes, left = product_side(f, batch, inner, left)
    other, other_batch, other_inner, right = product_side(f, batch, inner, right)
    short = f.rng.choice(["bf16", "f16"]) if dtype == "f32" and f.chance(0.15) else dtype
    x, y = f.value(dims, short), f.value(other, short)
    if dims == other and f.chance(0.15):
        y = x
    axes = f", contracting_dims = {listed(inner_axes)} x {listed(other_inner)}"
    if batch:
        axes = f", batching_dims = {listed(batch_axes)} x {listed(other_batch)}" + axes
    return f.op("dot_general", [x, y], batch + left + right, dtype, axes)


# ------------------------------------------------------------------------------- convolutions

class Window:
    """One spatial dimension of a convolution."""

    def __init__(self, rng):
        pick = rng.choice
        self.size, self.taps = pick([1, 2, 3, 5, 8, 12]), pick([1, 1, 2, 3])
        self.stride, self.pad = pick([1, 1, 2, 3]), [pick([0, 0, 1, 2]), pick([0, 0, 1, 2])]
        self.spread, self.dilate = pick([1, 1, 1, 2]), pick([1, 1, 1, 2])
        self.reverse = pick([False] * 4 + [True])

    @property
    def results(self):
        padded = (self.size - 1) * self.spread + 1 + sum(self.pad)
        window = (self.taps - 1) * self.dilate + 1
        return (padded - window) // self.stride + 1 if padded >= window else 0


def ordered(f, names, sizes):
    """The dimensions of an operand in some order, with the sizes in it."""
    order = list(range(len(names)))
    if f.chance(0.5):
        f.rng.shuffle(order)
    elif f.chance(0.7):
        order = [0, *order[2:], 1]
    return listed(names[i] for i in order), [sizes[i] for i in order]


def convolution(f):
    """None if it would be too large."""
    pick, dtype = f.rng.choice, f.rng.choice(FLOATS)
    batch, channels = pick([1, 1, 2, 3]), pick([1, 2, 3, 4, 8, 17])
    outputs = pick([1, 2, 5, 16, 33])
    windows = [Window(f.rng) for _ in range(pick([1, 2, 2, 2, 3]))]
    groups, batch_groups = pick([(1, 1)] * 5 + [(2, 1), (3, 1), (1, 2)])
    inputs, outputs = channels * groups, outputs * groups * batch_groups
    spatial = [str(i) for i in range(len(windows))]
    x_order, x = ordered(f, ["b", "f", *spatial],
                         [batch * batch_groups, inputs] + [w.size for w in windows])
    k_order, k = ordered(f, ["i", "o", *spatial], [channels, outputs] + [w.taps for w in windows])
    r_order, r = ordered(f, ["b", "f", *spatial], [batch, outputs] + [w.results for w in windows])
    if (max(prod(x), prod(k), prod(r)) > MOST_ELEMENTS
            or prod(r) * channels * prod(w.taps for w in windows) > MOST_WORK):
        return None
    window = (f"stride = {listed(w.stride for w in windows)}, "
              f"pad = {listed(listed(w.pad) for w in windows)}, "
              f"lhs_dilate = {listed(w.spread for w in windows)}, "
              f"rhs_dilate = {listed(w.dilate for w in windows)}, "
              f"reverse = {listed(str(w.reverse).lower() for w in windows)}")
    a, b = f.value(x, dtype), f.value(k, dtype)
    return f.raw(f"convolution({a.name}, {b.name}) dim_numbers = {x_order}x{k_order}->{r_order}, "
                 f"window = {{{window}}} {{batch_group_count = {batch_groups} : i64, "
                 f"feature_group_count = {groups} : i64}} : ({a.type}, {b.type}) -> "
                 f"{tensor(r, dtype)}", r, dtype)


# --------------------------------------------------------------------------------- reductions

def reduction(f):
    pick = f.rng.choice
    dims = pick([[f.size(), f.size(100, 300)], [f.size(129)], [pick([1, 2, 3]), pick([1000, 8191])],
                 [pick([1000, 3000]), pick([1, 3, 9])], [f.size(), pick([1, 40]), f.size()],
                 [2, 3, f.size(), f.size()]])
    x = f.value(dims, pick(FLOATS if f.chance(0.9) else ["i8", "i32", "i64"]), 1)
    for _ in range(f.rng.randint(1, 3)):
        x = f.reduced(x)
        if f.chance(0.4):
            x = f.after(x)
    return x


# ---------------------------------------------------------------------------------- attention

def permuted(f, sizes):
    """A value of these sizes in some order, and where each of them is."""
    order = f.rng.sample(range(len(sizes)), len(sizes))
    x = f.value([sizes[i] for i in order], "f32", 2)
    return x, [order.index(i) for i in range(len(sizes))]


def dot(f, a, b, batch, contracted, dims):
    axes = f", batching_dims = {listed(batch[0])} x {listed(batch[1])}" if batch[0] else ""
    return f.op("dot_general", [a, b], dims, "f32",
                f"{axes}, contracting_dims = [{contracted[0]}] x [{contracted[1]}]")


def spread(f, x, dims):
    """Along a last dimension more."""
    return f.op("broadcast_in_dim", [x], dims, "f32", f", dims = {listed(range(len(dims) - 1))}")


def folded(f, x, op, start):
    start = f.constant([], "f32", start)
    dims = x.dims[:-1]
    return f.raw(f"reduce({x.name} init: {start.name}) applies stablehlo.{op} across dimensions = "
                 f"[{len(dims)}] : ({x.type}, {start.type}) -> {tensor(dims, 'f32')}", dims, "f32")


def elementwise(f, op, x, *more):
    names = ", ".join(v.name for v in (x, *more))
    return f.raw(f"{op} {names} : {x.type}", x.dims, x.dtype)


def causal(f, x):
    """What is behind a row's own place is never seen."""
    bits, numbers = tensor(x.dims, "i1"), tensor(x.dims, "i32")
    row, column = (f.raw(f"iota dim = {len(x.dims) - i} : {numbers}", x.dims, "i32") for i in (2, 1))
    seen = f.raw(f"compare GE, {row.name}, {column.name}, SIGNED : ({numbers}, {numbers}) -> {bits}",
                 x.dims, "i1")
    never = f.constant(x.dims, "f32", "0xFF800000")
    return f.raw(f"select {seen.name}, {x.name}, {never.name} : {bits}, {x.type}", x.dims, "f32")


def attention(f):
    pick = f.rng.choice
    heads = [pick([1, 2, 3, 4, 8]) for _ in range(pick([0, 1, 1, 2]))]
    rows, keys = pick([1, 3, 16, 17, 40, 65]), pick([1, 4, 16, 33, 64, 70])
    inner, width = pick([1, 3, 4, 8, 16, 17, 32]), pick([1, 4, 5, 16, 32, 33])
    n = len(heads)
    q, at_q = permuted(f, [*heads, rows, inner])
    k, at_k = permuted(f, [*heads, keys, inner])
    v, at_v = permuted(f, [*heads, keys, width])
    x = dot(f, q, k, (at_q[:n], at_k[:n]), (at_q[-1], at_k[-1]), [*heads, rows, keys])
    x = elementwise(f, "multiply", x, f.constant(x.dims, "f32", pick(["0.25", "0.7"])))
    if f.chance(0.4):
        x = causal(f, x)
    e = elementwise(f, "subtract", x, spread(f, folded(f, x, "maximum", "0xFF800000"), x.dims))
    e = elementwise(f, "exponential", e)
    p = elementwise(f, "divide", e, spread(f, folded(f, e, "add", "0.0"), x.dims))
    y = dot(f, p, v, (list(range(n)), at_v[:n]), (n + 1, at_v[n]), [*heads, rows, width])
    f.gradient = f.chance(0.5)
    if f.chance(0.5):
        order = f.rng.sample(range(n + 2), n + 2)
        y = f.op("transpose", [y], [y.dims[i] for i in order], "f32", f", dims = {listed(order)}")
    return y


# ------------------------------------------------------------------------------------ updates

def update(f):
    """A new value of an argument, from itself and others, old or new."""
    dims = f.rng.choice([[f.size()], [f.size()], [f.size(), f.size()], [], [f.size(), 3, 2]])
    x = f.argument(dims, "f32")
    y = f.joined(x, 1)
    return x, f.after(y) if f.chance(0.3) else y


def updates(f):
    results = []
    for _ in range(f.rng.randint(3, 10)):
        x, y = update(f)
        f.donated[x.name] = len(results)
        results.append(y)
    return results


# ---------------------------------------------------------------------------------- functions

def followed(f, x):
    """What comes behind, and sometimes a value from before as a second result."""
    for _ in range(f.rng.choice([0, 0, 1, 2, 3])):
        x = f.rng.choice([f.after, f.reduced, lambda v: f.joined(v, DEEPEST - 1)])(x)
    other = f.rng.choice(f.values)
    return [x] if other.name == x.name or f.chance(0.8) else [x, other]


KINDS = {"products": product, "convolutions": convolution, "reductions": reduction,
         "attention": attention, "updates": updates}


def function(kind, name, rng):
    made = None
    while made is None:
        f = Function(name, rng)
        made = KINDS[kind](f)
    return f.text(made if isinstance(made, list) else followed(f, made))


if __name__ == "__main__":
    kind, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    source = random.Random(f"{kind} {seed}")
    for i in range(count):
        print(function(kind, f"{kind}_{i}", source))
