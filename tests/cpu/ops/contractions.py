"""Products: every order of dimensions, every size around the tiles, epilogues and prologues."""
from itertools import permutations

from text import INTS, function, tensor

SIZES = [0, 1, 2, 5, 16, 17, 64, 65, 100, 300]
SCALE = {"f32": "scale=3e-6", "f64": "scale=1e-14", "bf16": "scale=1e-2", "f16": "scale=2e-3"}


def dot(lhs, rhs, batch, contract):
    """(op without its operands' names, result type) of two (type, dims)."""
    (t, a), (_, b) = lhs, rhs
    free = [d for i, d in enumerate(a) if i not in batch[0] + contract[0]]
    free += [d for i, d in enumerate(b) if i not in batch[1] + contract[1]]
    R = tensor(t, *(a[i] for i in batch[0]), *free)
    batching = f"batching_dims = {list(batch[0])} x {list(batch[1])}, " if batch[0] else ""
    return (f"{batching}contracting_dims = {list(contract[0])} x {list(contract[1])} : "
            f"({tensor(t, *a)}, {tensor(t, *b)}) -> {R}", R)


def matmul(t, m, n, k, rule=None):
    """a * b, with each operand as it is and transposed."""
    lines, arguments = [], []
    for left, where_a in (((m, k), 1), ((k, m), 0)):
        arguments.append(tensor(t, *left))
    for right in ((k, n), (n, k)):
        arguments.append(tensor(t, *right))
    for i, (a, ca) in enumerate((((m, k), 1), ((k, m), 0))):
        for j, (b, cb) in enumerate((((k, n), 0), ((n, k), 1))):
            text, R = dot((t, a), (t, b), ((), ()), ((ca,), (cb,)))
            lines.append((f"stablehlo.dot_general %{'ab'[i]}, %{'cd'[j]}, {text}", R))
    return function(f"matmul_{t}_{m}_{n}_{k}", arguments, lines, rule or SCALE.get(t, ""))


def orders(t):
    """Two batch and two contracting dimensions of three, in every order."""
    size = {"p": 2, "q": 3, "m": 5, "n": 7, "k": 4, "l": 3}
    lines = []
    a, b = "pmkql"[:5], "plqnk"
    for batch in permutations("pq"):
        for contract in permutations("kl"):
            text, R = dot((t, [size[c] for c in a]), (t, [size[c] for c in b]),
                          (tuple(a.index(c) for c in batch), tuple(b.index(c) for c in batch)),
                          (tuple(a.index(c) for c in contract), tuple(b.index(c) for c in contract)))
            lines.append((f"stablehlo.dot_general %a, %b, {text}", R))
    return function(f"orders_{t}", [tensor(t, *(size[c] for c in a)),
                                    tensor(t, *(size[c] for c in b))], lines, SCALE.get(t, ""))


def batched(t, b, m, n, k):
    """Every place of the batch among the dimensions of both operands."""
    size = dict(b=b, m=m, n=n, k=k)
    lines, arguments = [], []
    names = [("".join(x), "".join(y)) for x, y in zip(permutations("bmk"), permutations("bnk"))]
    for i, (x, y) in enumerate(names):
        text, R = dot((t, [size[c] for c in x]), (t, [size[c] for c in y]),
                      ((x.index("b"),), (y.index("b"),)), ((x.index("k"),), (y.index("k"),)))
        arguments += [tensor(t, *(size[c] for c in x)), tensor(t, *(size[c] for c in y))]
        lines.append((f"stablehlo.dot_general %{chr(97 + 2 * i)}, %{chr(98 + 2 * i)}, {text}", R))
    return function(f"batched_{t}_{b}_{m}_{n}_{k}", arguments, lines, SCALE[t])


def vectors(t, n):
    V, M = tensor(t, n), tensor(t, n, 3)
    lines = [dot((t, (n,)), (t, (n,)), ((), ()), ((0,), (0,))),
             dot((t, (n,)), (t, (n,)), ((0,), (0,)), ((), ())),
             dot((t, (n,)), (t, (n, 3)), ((), ()), ((0,), (0,))),
             dot((t, (n, 3)), (t, (n,)), ((), ()), ((0,), (0,))),
             dot((t, (n, 3)), (t, (n, 3)), ((0,), (0,)), ((1,), (1,)))]
    names = ["%a, %a", "%a, %a", "%a, %b", "%b, %a", "%b, %b"]
    return function(f"vectors_{t}_{n}", [V, M],
                    [(f"stablehlo.dot_general {names[i]}, {text}", R)
                     for i, (text, R) in enumerate(lines)], SCALE.get(t, ""))


def views(t):
    """Operands that are reshaped, transposed, sliced, broadcast, computed, constant."""
    A, S = tensor(t, 6, 40), tensor(t)
    B = tensor(t, 40, 24)
    text, R = dot((t, (6, 40)), (t, (40, 24)), ((), ()), ((1,), (0,)))
    before = [f"%r1_ = stablehlo.reshape %a : ({A}) -> {tensor(t, 2, 3, 40)}",
              f"%t1 = stablehlo.transpose %r1_, dims = [1, 0, 2] : ({tensor(t, 2, 3, 40)}) -> {tensor(t, 3, 2, 40)}",
              f"%x1 = stablehlo.reshape %t1 : ({tensor(t, 3, 2, 40)}) -> {A}",
              f"%x2 = stablehlo.reverse %a, dims = [1] : {A}",
              f"%x3 = stablehlo.broadcast_in_dim %c, dims = [] : ({S}) -> {A}",
              f"%x4 = stablehlo.tanh %a : {A}",
              f"%s5 = stablehlo.slice %b [0:40:2, 3:9] : ({B}) -> {tensor(t, 20, 6)}",
              f"%t5 = stablehlo.transpose %s5, dims = [1, 0] : ({tensor(t, 20, 6)}) -> {tensor(t, 6, 20)}",
              f"%x5 = stablehlo.concatenate %t5, %t5, dim = 1 : ({tensor(t, 6, 20)}, {tensor(t, 6, 20)}) -> {A}",
              f"%x6 = stablehlo.iota dim = 1 : {A}",
              f"%x7 = stablehlo.constant dense<0.5> : {A}"]
    return function(f"views_{t}", [A, B, S],
                    [(f"stablehlo.dot_general %x{i}, %b, {text}", R) for i in range(1, 8)],
                    SCALE[t], before=before)


def epilogues(t, m, n, k):
    """bias and relu; residual; two uses; a second product; scaled and masked; a row of sums."""
    X, W, C, V, I, S = (tensor(t, m, k), tensor(t, k, n), tensor(t, m, n), tensor(t, n),
                        tensor("i1", m, n), tensor(t))
    text, _ = dot((t, (m, k)), (t, (k, n)), ((), ()), ((1,), (0,)))
    square, Q = dot((t, (m, n)), (t, (m, n)), ((), ()), ((1,), (1,)))
    return function(f"epilogues_{t}_{m}_{n}_{k}", [X, W, C, V, I], [
        (f"stablehlo.maximum %biased, %zeros : {C}", C),
        (f"stablehlo.add %scaled, %c : {C}", C),
        (f"stablehlo.select %e, %p, %zeros : {I}, {C}", C),
        (f"stablehlo.dot_general %biased, %r0, {square}", Q),
        (f"stablehlo.reduce(%r1 init: %z) applies stablehlo.add across dimensions = [1] : "
         f"({C}, {S}) -> {tensor(t, m)}", tensor(t, m)),
        (f"stablehlo.reduce(%r0 init: %z) applies stablehlo.add across dimensions = [0] : "
         f"({C}, {S}) -> {V}", V),
        (f"stablehlo.transpose %r1, dims = [1, 0] : ({C}) -> {tensor(t, n, m)}", tensor(t, n, m)),
        (f"stablehlo.convert %r1 : ({C}) -> {tensor('bf16', m, n)}", tensor("bf16", m, n)),
    ][:7], SCALE[t], before=[
        f"%z = stablehlo.constant dense<0.0> : {S}",
        f"%zeros = stablehlo.broadcast_in_dim %z, dims = [] : ({S}) -> {C}",
        f"%half = stablehlo.constant dense<0.5> : {C}",
        f"%bias = stablehlo.broadcast_in_dim %d, dims = [1] : ({V}) -> {C}",
        f"%p = stablehlo.dot_general %a, %b, {text}",
        f"%biased = stablehlo.add %p, %bias : {C}",
        f"%q = stablehlo.dot_general %a, %b, {text}",
        f"%scaled = stablehlo.multiply %q, %half : {C}",
    ])


def rows(t, n, k):
    """A row by a matrix that is known to be finite, with an epilogue; where the matrix is
    long, k is cut into parts. Of relu's results about half are 0."""
    X, W, V = tensor(t, 1, k), tensor(t, k, n), tensor(t, 1, n)
    text, _ = dot((t, (1, k)), (t, (k, n)), ((), ()), ((1,), (0,)))
    return function(f"rows_{t}_{n}_{k}", [X, (W, "{descent.finite}"), V], [
        (f"stablehlo.add %p, %c : {V}", V),
        (f"stablehlo.dot_general %a, %b, {text}", V)], SCALE[t], before=[
        f"%z = stablehlo.constant dense<0.0> : {X}",
        f"%relu = stablehlo.maximum %a, %z : {X}",
        f"%p = stablehlo.dot_general %relu, %b, {text}"])


def prologues(t, m, n, k, contract=((1,), (0,))):
    """What a product computes for itself: a, b, both, one value twice, converted, spread, with an
    epilogue behind."""
    a = (k, m) if contract[0] == (0,) else (m, k)
    b = (n, k) if contract[1] == (1,) else (k, n)
    X, W, C, S, I = tensor(t, *a), tensor(t, *b), tensor(t, m, n), tensor(t, b[-1]), tensor("i8", *a)
    text, _ = dot((t, a), (t, b), ((), ()), contract)
    square, Q = dot((t, a), (t, a), ((), ()), (contract[0],) * 2)
    lines = [(f"stablehlo.dot_general %relu, %b, {text}", C),
             (f"stablehlo.dot_general %a, %scaled, {text}", C),
             (f"stablehlo.add %p, %c : {C}", C),
             (f"stablehlo.dot_general %both, %both, {square}", Q),
             (f"stablehlo.dot_general %narrow, %b, {text}", C),
             (f"stablehlo.dot_general %half, %b, {text}", C)]
    return function(f"prologues_{t}_{m}_{n}_{k}_{contract[0][0]}{contract[1][0]}", [X, W, C, S, I],
                    lines, SCALE[t], before=[
        f"%z = stablehlo.constant dense<0.0> : {X}",
        f"%relu = stablehlo.maximum %a, %z : {X}",
        f"%spread = stablehlo.broadcast_in_dim %d, dims = [1] : ({S}) -> {W}",
        f"%scaled = stablehlo.multiply %b, %spread : {W}",
        f"%negative = stablehlo.negate %a : {X}",
        f"%sum = stablehlo.subtract %b, %spread : {W}",
        f"%p = stablehlo.dot_general %negative, %sum, {text}",
        f"%both = stablehlo.abs %a : {X}",
        f"%narrow = stablehlo.convert %e : ({I}) -> {X}",
        f"%half = stablehlo.add %a, %a : {X}"])


def chains(t):
    """Chains whose ops ask for indices, in operands of several dimensions and batches."""
    A, B, V, K = tensor(t, 3, 5, 2, 20), tensor(t, 3, 2, 20, 34), tensor(t, 2, 20), tensor(t, 20, 34)
    text, R = dot((t, (3, 5, 2, 20)), (t, (3, 2, 20, 34)), ((0,), (0,)), ((2, 3), (1, 2)))
    long, L = dot((t, (3, 5, 40)), (t, (40, 34)), ((), ()), ((2,), (0,)))
    merged, M = dot((t, (3, 5, 40)), (t, (3, 40, 34)), ((0,), (0,)), ((2,), (1,)))
    P, F = tensor(t, 3, 5, 40), tensor(t, 3, 40, 34)
    return function(f"chains_{t}", [A, B, V, K], [
        (f"stablehlo.dot_general %shifted, %b, {text}", R),
        (f"stablehlo.dot_general %a, %spread, {text}", R),
        (f"stablehlo.dot_general %shifted2, %spread2, {text}", R),
        (f"stablehlo.dot_general %flat, %both, {merged}", M),
        (f"stablehlo.dot_general %flat2, %twice, {long}", L)], SCALE[t], before=[
        f"%v = stablehlo.broadcast_in_dim %c, dims = [2, 3] : ({V}) -> {A}",
        f"%shifted = stablehlo.add %a, %v : {A}",
        f"%shifted2 = stablehlo.subtract %a, %v : {A}",
        f"%k = stablehlo.broadcast_in_dim %d, dims = [2, 3] : ({K}) -> {B}",
        f"%spread = stablehlo.multiply %b, %k : {B}",
        f"%spread2 = stablehlo.add %b, %k : {B}",
        f"%other = stablehlo.maximum %a, %v : {A}",
        f"%flat = stablehlo.reshape %other : ({A}) -> {P}",
        f"%more = stablehlo.maximum %b, %k : {B}",
        f"%both = stablehlo.reshape %more : ({B}) -> {F}",
        f"%less = stablehlo.minimum %a, %v : {A}",
        f"%flat2 = stablehlo.reshape %less : ({A}) -> {P}",
        f"%doubled = stablehlo.add %d, %d : {K}",
        f"%twice = stablehlo.concatenate %doubled, %d, dim = 0 : ({K}, {K}) -> {tensor(t, 40, 34)}"])


def strides(t):
    """Views that are read with strides, on either side: slices, reverses, broadcasts, constants."""
    A, B, V = tensor(t, 12, 40), tensor(t, 40, 24), tensor(t, 20)
    H, G, C = tensor(t, 6, 20), tensor(t, 20, 12), tensor(t, 6, 12)
    text, _ = dot((t, (6, 20)), (t, (20, 12)), ((), ()), ((1,), (0,)))
    table = [[(i * 7 + j * 3) % 11 - 5.0 for j in range(20)] for i in range(6)]
    lhs = [f"stablehlo.slice %a [1:12:2, 3:40:2] : ({A}) -> {tensor(t, 6, 19)}",
           f"stablehlo.slice %a [6:12, 20:40] : ({A}) -> {H}",
           f"stablehlo.reverse %l1, dims = [0, 1] : {H}",
           f"stablehlo.broadcast_in_dim %c, dims = [1] : ({V}) -> {H}",
           f"stablehlo.constant dense<{table}> : {H}",
           f"stablehlo.constant dense<0.25> : {H}"]
    rhs = [f"stablehlo.slice %b [0:40:2, 3:24] : ({B}) -> {tensor(t, 20, 21)}",
           f"stablehlo.slice %b [3:23, 12:24] : ({B}) -> {G}",
           f"stablehlo.reverse %s1, dims = [1] : {G}",
           f"stablehlo.broadcast_in_dim %c, dims = [0] : ({V}) -> {G}",
           f"stablehlo.reshape %h : ({tensor(t, 240)}) -> {G}",
           f"stablehlo.constant dense<0.25> : {G}"]
    before = [f"%g = stablehlo.slice %b [0:10, 0:24] : ({B}) -> {tensor(t, 10, 24)}",
              f"%h = stablehlo.reshape %g : ({tensor(t, 10, 24)}) -> {tensor(t, 240)}"]
    before += [f"%l{i} = {x}" for i, x in enumerate(lhs)] + [f"%s{i} = {x}" for i, x in enumerate(rhs)]
    return function(f"strides_{t}", [A, B, V],
                    [(f"stablehlo.dot_general %l{i}, %s{6 - i if i > 2 else i}, {text}", C)
                     for i in range(1, 6)] +
                    [(f"stablehlo.dot_general %l1, %s{i}, {text}", C) for i in range(2, 6)],
                    SCALE[t], before=before)


def mixed(t, to, m, n, k):
    """Results of another type than the operands."""
    A, B, C = tensor(t, m, k), tensor(t, k, n), tensor(to, m, n)
    text = f"contracting_dims = [1] x [0] : ({A}, {B}) -> {C}"
    return function(f"mixed_{t}_{to}_{m}_{n}_{k}", [A, B, C],
                    [(f"stablehlo.dot_general %a, %b, {text}", C), (f"stablehlo.add %p, %c : {C}", C)],
                    SCALE.get(to, ""), before=[f"%p = stablehlo.dot_general %a, %b, {text}"])


def dots(t, m, n, k):
    """Few rows by k contiguous in both operands, batches of dot products, and epilogues."""
    lines = []
    for i, (a, b, batch, contract) in enumerate((
            ((m, k), (n, k), ((), ()), ((1,), (1,))),
            ((n, k), (m, k), ((), ()), ((1,), (1,))),
            ((n, k), (n, k), ((0,), (0,)), ((1,), (1,))),
            ((k,), (n, k), ((), ()), ((0,), (1,))))):
        text, R = dot((t, a), (t, b), batch, contract)
        names = {(m, k): "a", (n, k): "b", (k,): "c"}
        lines += [(f"stablehlo.dot_general %{names[a]}, %{names[b]}, {text}", R),
                  (f"stablehlo.negate %r{2 * i} : {R}", R)]
    return function(f"dots_{t}_{m}_{n}_{k}", [tensor(t, m, k), tensor(t, n, k), tensor(t, k)], lines,
                    SCALE[t])


def staged_rows(t):
    """Rows that are computed for a tile, along several dimensions of k, and none at all; columns
    that are the same for all k."""
    A, B, N = tensor(t, 33, 8, 5), tensor(t, 33, 5), tensor(t, 8)
    C, D, M = tensor(t, 6, 9, 7), tensor(t, 6, 7, 3), tensor(t, 9, 3)
    V, W, P = tensor(t, 130), tensor(t, 5, 200), tensor(t, 5, 130)
    spread, _ = dot((t, (5, 200)), (t, (130, 200)), ((), ()), ((1,), (1,)))
    rows, _ = dot((t, (33, 8, 5)), (t, (33, 5)), ((), ()), ((0, 2), (0, 1)))
    tile, _ = dot((t, (6, 9, 7)), (t, (6, 7, 3)), ((), ()), ((0, 2), (0, 1)))
    none, Z = dot((t, (0, 5)), (t, (33, 5)), ((), ()), ((1,), (1,)))
    return function(f"staged_rows_{t}", [A, B, C, D, V, W],
                    [(f"stablehlo.dot_general %a, %row, {rows}", N),
                     (f"stablehlo.dot_general %rows, %d, {tile}", M),
                     (f"stablehlo.dot_general %empty, %b, {none}", Z),
                     (f"stablehlo.dot_general %f, %v, {spread}", P)], SCALE[t], before=[
        f"%v = stablehlo.broadcast_in_dim %e, dims = [0] : ({V}) -> {tensor(t, 130, 200)}",
        f"%row = stablehlo.abs %b : {B}",
        f"%rows = stablehlo.negate %c : {C}",
        f"%all = stablehlo.negate %b : {B}",
        f"%empty = stablehlo.slice %all [3:3, 0:5] : ({B}) -> {tensor(t, 0, 5)}"])


def functions():
    for m in (1, 5, 64, 65):
        for n in (1, 5, 16, 17, 65):
            for k in (1, 5, 64):
                yield matmul("f32", m, n, k)
    for n in SIZES:
        yield matmul("f32", n, 17, 5)
        yield matmul("f32", 5, n, 17)
        yield matmul("f32", 17, 5, n)
        yield matmul("f64", n, 17, 5)
        yield matmul("f64", 5, n, 17)
        yield matmul("f64", 17, 5, n)
    for n, k in ((64, 300), (70, 2048), (128, 4096)):
        yield rows("f32", n, k)
    yield rows("f64", 100, 1100)
    yield matmul("f32", 100, 300, 65)
    yield matmul("f32", 300, 100, 300)
    yield matmul("f32", 17, 65, 1500)
    yield matmul("f64", 65, 100, 300)
    for t in ["bf16", "f16", *INTS]:
        yield matmul(t, 5, 17, 9)
    for t in ("f32", "f64", "bf16", "i32"):
        yield orders(t)
        yield vectors(t, 5)
    for n in (0, 1, 16, 1000):
        yield vectors("f32", n)
    for sizes in ((3, 5, 7, 4), (2, 17, 33, 16), (8, 32, 16, 32), (1, 5, 6, 7), (0, 2, 3, 4)):
        yield batched("f32", *sizes)
    yield batched("f64", 3, 5, 7, 4)
    yield views("f32")
    yield views("f64")
    for sizes in ((5, 7, 3), (32, 64, 57), (65, 100, 33), (1, 16, 300), (64, 1, 10)):
        yield epilogues("f32", *sizes)
    yield epilogues("f64", 17, 33, 20)
    for sizes in ((5, 7, 3), (6, 64, 64), (65, 100, 33), (1, 16, 300), (64, 1, 10), (20, 130, 700)):
        yield prologues("f32", *sizes)
        yield prologues("f32", *sizes, ((1,), (1,)))
    yield prologues("f32", 33, 65, 20, ((0,), (0,)))
    yield prologues("f32", 70, 40, 1100)
    yield prologues("f32", 130, 140, 150, ((1,), (1,)))
    for t in ("f64", "bf16", "f16"):
        yield prologues(t, 17, 33, 20)
        yield chains(t)
        yield strides(t)
    yield chains("f32")
    yield staged_rows("f32")
    yield staged_rows("f64")
    yield staged_rows("f16")
    yield strides("f32")
    for to in ("f32", "f64", "f16"):
        yield mixed("bf16", to, 17, 33, 70)
    for t, to in (("f32", "bf16"), ("f32", "f64"), ("f64", "f32"), ("i8", "i32"), ("ui8", "i32"),
                  ("i32", "i8")):
        yield mixed(t, to, 5, 17, 9)
    for sizes in ((1, 5, 16), (1, 70, 100), (2, 33, 65), (3, 7, 300), (4, 18, 64), (1, 1100, 17)):
        yield dots("f32", *sizes)
    yield dots("f64", 1, 21, 40)
    yield dots("bf16", 1, 21, 40)
