"""Loops over every length, and ops that move elements: alone, inside other loops, one in another."""
from itertools import permutations

from text import ANY, function, tensor

LENGTHS = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 255, 1000, 4099, 300001]
ONE_OF_EACH_WIDTH = ["f32", "f64", "bf16", "ui8", "i1"]


def chain(n):
    """An elementwise chain with operands of several widths and results in the middle of it."""
    F, D, H, B, C = (tensor(t, n) for t in ("f32", "f64", "bf16", "i1", "i8"))
    return function(f"chain_{n}", [F, H, B, C, tensor("f32")], [
        (f"stablehlo.multiply %a, %s : {F}", F),
        (f"stablehlo.convert %r0 : ({F}) -> {D}", D),
        (f"stablehlo.select %c, %a, %w : {B}, {F}", F),
        (f"stablehlo.convert %d : ({C}) -> {H}", H),
        (f"stablehlo.add %b, %r3 : {H}", H),
        (f"stablehlo.compare LT, %r2, %a : ({F}, {F}) -> {B}", B),
    ], before=[f"%s = stablehlo.broadcast_in_dim %e, dims = [] : (tensor<f32>) -> {F}",
               f"%w = stablehlo.convert %b : ({H}) -> {F}"])


def transposes(t, dims):
    T = tensor(t, *dims)
    lines = []
    for p in permutations(range(len(dims))):
        R = tensor(t, *(dims[i] for i in p))
        lines.append((f"stablehlo.transpose %a, dims = {list(p)} : ({T}) -> {R}", R))
    return function(f"transpose_{t}_{'x'.join(map(str, dims))}", [T], lines)


def squares(t, n, m):
    """Transposed operands in loops: two of them, one also read elsewhere, an argument in place."""
    T, R = tensor(t, n, m), tensor(t, m, n)
    return function(f"squares_{t}_{n}x{m}", [T, T, (R, "{tf.aliasing_output = 0 : i32}")], [
        (f"stablehlo.add %x, %c : {R}", R),
        (f"stablehlo.maximum %r0, %y : {R}", R),
        (f"stablehlo.add %back, %r1 : {R}", R),
    ], before=[
        f"%x = stablehlo.transpose %a, dims = [1, 0] : ({T}) -> {R}",
        f"%y = stablehlo.transpose %b, dims = [1, 0] : ({T}) -> {R}",
        f"%back = stablehlo.reverse %x, dims = [0] : {R}"])


def slices(t):
    T = tensor(t, 5, 7, 9)
    cases = [("0:5, 0:7, 0:9", (5, 7, 9)), ("1:4, 2:3, 4:9", (3, 1, 5)),
             ("0:5:2, 1:7:3, 0:9:8", (3, 2, 2)), ("2:2, 0:7, 0:9", (0, 7, 9)),
             ("4:5, 6:7, 8:9", (1, 1, 1)), ("0:5:4, 0:7, 3:9:2", (2, 7, 3))]
    return function(f"slices_{t}", [T],
                    [(f"stablehlo.slice %a [{c}] : ({T}) -> {tensor(t, *d)}", tensor(t, *d))
                     for c, d in cases] +
                    [(f"stablehlo.reverse %a, dims = {list(d)} : {T}", T)
                     for d in ((0,), (1,), (2,), (0, 2), (0, 1, 2))])


def broadcasts(t):
    cases = [((), (), (3, 17)), ((17,), (1,), (3, 17)), ((3,), (0,), (3, 17)),
             ((3, 1), (0, 1), (3, 17)), ((1, 17), (0, 1), (3, 17)), ((1, 1), (0, 1), (3, 17)),
             ((3, 17), (1, 2), (2, 3, 17)), ((2, 17), (0, 2), (2, 3, 17)),
             ((17, 2), (2, 0), (2, 3, 17)), ((5,), (0,), (5, 0))]
    return function(f"broadcasts_{t}", [tensor(t, *c[0]) for c in cases],
                    [(f"stablehlo.broadcast_in_dim %{chr(97 + i)}, dims = {list(where)} : "
                      f"({tensor(t, *x)}) -> {tensor(t, *r)}", tensor(t, *r))
                     for i, (x, where, r) in enumerate(cases)])


def reshapes(t):
    T = tensor(t, 6, 35)
    return function(f"reshapes_{t}", [T],
                    [(f"stablehlo.reshape %a : ({T}) -> {tensor(t, *d)}", tensor(t, *d))
                     for d in ((210,), (35, 6), (2, 3, 5, 7), (1, 6, 1, 35), (210, 1))])


def concatenates(t):
    A, B, E, R = tensor(t, 3, 5), tensor(t, 3, 18), tensor(t, 3, 0), tensor(t, 4, 5)
    X = tensor(t, 3, 28)
    return function(f"concatenates_{t}", [A, B, E, R], [
        (f"stablehlo.concatenate %a, %b, %c, %a, dim = 1 : ({A}, {B}, {E}, {A}) -> {X}", X),
        (f"stablehlo.concatenate %d, %a, dim = 0 : ({R}, {A}) -> {tensor(t, 7, 5)}",
         tensor(t, 7, 5)),
        (f"stablehlo.concatenate %a, dim = 0 : ({A}) -> {A}", A)])


def pads(t):
    T, S = tensor(t, 3, 5), tensor(t)
    cases = [([1, 2], [3, 4], [0, 0], (7, 11)), ([0, 0], [0, 0], [1, 2], (5, 13)),
             ([-1, -2], [0, 1], [0, 0], (2, 4)), ([2, -1], [-1, 9], [1, 1], (6, 17)),
             ([0, -5], [0, 0], [0, 0], (3, 0)), ([-2, -3], [-1, -1], [2, 3], (4, 13))]
    return function(f"pads_{t}", [T, S],
                    [(f"stablehlo.pad %a, %b, low = {lo}, high = {hi}, interior = {mid} : "
                      f"({T}, {S}) -> {tensor(t, *d)}", tensor(t, *d)) for lo, hi, mid, d in cases])


def fused(t):
    """Views and pads inside loops: read at other points, guarded, of scalars, of each other."""
    A, V, S, P, C = (tensor(t, *d) for d in ((6, 10), (10,), (), (9, 14), (6, 20)))
    R = tensor(t, 10, 6)
    return function(f"fused_{t}", [A, V, S], [
        (f"stablehlo.multiply %a, %row : {A}", A),
        (f"stablehlo.add %back, %r0 : {A}", A),
        (f"stablehlo.multiply %p, %p : {P}", P),
        (f"stablehlo.maximum %two, %flip : {C}", C),
        (f"stablehlo.subtract %t, %t2 : {R}", R),
        (f"stablehlo.add %s, %s2 : {tensor(t, 3, 5)}", tensor(t, 3, 5)),
    ], before=[
        f"%row = stablehlo.broadcast_in_dim %b, dims = [1] : ({V}) -> {A}",
        f"%back = stablehlo.reverse %row, dims = [1] : {A}",
        f"%x = stablehlo.add %a, %row : {A}",
        f"%zero = stablehlo.multiply %c, %c : {S}",
        f"%p = stablehlo.pad %x, %zero, low = [1, -2], high = [2, 6], interior = [0, 0] : "
        f"({A}, {S}) -> {P}",
        f"%y = stablehlo.multiply %a, %a : {A}",
        f"%two = stablehlo.concatenate %a, %y, dim = 1 : ({A}, {A}) -> {C}",
        f"%flip = stablehlo.reverse %two, dims = [0] : {C}",
        f"%t = stablehlo.transpose %x, dims = [1, 0] : ({A}) -> {R}",
        f"%u = stablehlo.reshape %a : ({A}) -> {R}",
        f"%t2 = stablehlo.reverse %u, dims = [0] : {R}",
        f"%s = stablehlo.slice %y [0:6:2, 1:10:2] : ({A}) -> {tensor(t, 3, 5)}",
        f"%s1 = stablehlo.slice %row [1:4, 5:10] : ({A}) -> {tensor(t, 3, 5)}",
        f"%s2 = stablehlo.multiply %s, %s1 : {tensor(t, 3, 5)}",
    ])


def iotas(t):
    shapes = [((5,), 0), ((3, 70), 1), ((70, 3), 0), ((2, 3, 4), 1), ((0, 3), 1), ((300,), 0)]
    return function(f"iotas_{t}", [], [(f"stablehlo.iota dim = {d} : {tensor(t, *s)}",
                                        tensor(t, *s)) for s, d in shapes])


def constants(t):
    """Of many elements, so that they become globals; and of one."""
    values = [[(i * 37 + j * 11) % 2 for j in range(9)] for i in range(5)]
    text = str(values).lower()
    if t == "i1":
        text = text.replace("1", "true").replace("0", "false")
    elif t in ("f32", "f64", "bf16", "f16"):
        text = text.replace("1", "1.25").replace("0]", "-3.0]").replace("0,", "-3.0,")
    T = tensor(t, 5, 9)
    return function(f"constants_{t}", [T],
                    [(f"stablehlo.maximum %a, %k : {T}", T), (f"stablehlo.minimum %k, %a : {T}", T)],
                    before=[f"%k = stablehlo.constant dense<{text}> : {T}"])


def bits(t, dims):
    S = tensor("ui64", 2)
    R = tensor(t, *dims)
    return (f"// judge: low=0 high=1e18\nfunc.func @bits_{t}_{'x'.join(map(str, dims))}(%a: {S}) "
            f"-> ({S}, {R}) {{\n  %s, %r = stablehlo.rng_bit_generator %a, algorithm = THREE_FRY : "
            f"({S}) -> ({S}, {R})\n  return %s, %r : {S}, {R}\n}}\n")


def functions():
    for n in LENGTHS:
        yield chain(n)
    for t in ONE_OF_EACH_WIDTH:
        yield transposes(t, (3, 4, 17))
    yield transposes("f32", (2, 3, 4, 5))
    yield transposes("f32", (130, 97))
    yield transposes("f32", (3, 40, 33))
    yield transposes("bf16", (40, 33))
    yield transposes("ui8", (33, 40))
    for t, n, m in (("f32", 64, 128), ("f32", 50, 70), ("f64", 17, 33), ("f32", 9, 300), ("i32", 150, 8)):
        yield squares(t, n, m)
    yield transposes("f64", (64, 64))
    for t in ANY:
        for make in (slices, broadcasts, reshapes, concatenates, pads, constants):
            yield make(t)
        if t != "i1":
            yield iotas(t)
    for t in ("f32", "f64", "i32", "ui8"):
        yield fused(t)
    for t in ("ui32", "ui64"):
        for dims in ((), (1,), (5,), (33,), (4, 17), (3, 1, 7), (0, 3)):
            yield bits(t, dims)
    yield bits("ui32", (300, 401))
