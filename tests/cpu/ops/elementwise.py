"""Every elementwise op, on every element type it takes, by its accuracy."""
from text import ANY, FLOATS, INTS, SIGNED, function, tensor

COUNT = 67      # whole vectors of 4, 8 and 16 lanes, and a tail

# op: element types, how many values of the type it may be off, inputs from -x to x
UNARY = {
    "abs": (FLOATS + SIGNED, 0, 9), "cbrt": (FLOATS, 2, 9), "ceil": (FLOATS, 0, 9),
    "count_leading_zeros": (INTS, 0, 99), "cosine": (FLOATS, 2, 99), "erf": (FLOATS, 4, 4),
    "exponential": (FLOATS, 2, 20), "exponential_minus_one": (FLOATS, 4, 3),
    "floor": (FLOATS, 0, 9), "log": (FLOATS, 2, 99), "log_plus_one": (FLOATS, 4, 2),
    "logistic": (FLOATS, 4, 20), "negate": (FLOATS + INTS, 0, 9), "not": (INTS + ["i1"], 0, 99),
    "popcnt": (INTS, 0, 99), "round_nearest_afz": (FLOATS, 0, 9),
    "round_nearest_even": (FLOATS, 0, 9), "rsqrt": (FLOATS, 2, 99),
    "sign": (FLOATS + SIGNED, 0, 9), "sine": (FLOATS, 2, 99), "sqrt": (FLOATS, 0, 99),
    "tan": (FLOATS, 4, 9), "tanh": (FLOATS, 4, 4),
}
BINARY = {
    "add": (ANY, 0), "and": (INTS + ["i1"], 0), "atan2": (FLOATS, 4),
    "divide": (FLOATS + INTS, 0), "maximum": (ANY, 0), "minimum": (ANY, 0),
    "multiply": (ANY, 0), "or": (INTS + ["i1"], 0), "power": (FLOATS + INTS, 4),
    "remainder": (FLOATS + INTS, 0), "shift_left": (INTS, 0),
    "shift_right_arithmetic": (INTS, 0), "shift_right_logical": (INTS, 0),
    "subtract": (FLOATS + INTS, 0), "xor": (INTS + ["i1"], 0),
}
FORMATS = [(5, 10), (8, 7), (4, 3), (5, 2), (3, 0), (11, 52), (8, 23)]
SAME_SIZE = (["f32", "i32", "ui32"], ["f64", "i64", "ui64"], ["bf16", "f16", "i16", "ui16"],
             ["i8", "ui8"])


def spelled(op):
    return f'"{"chlo" if op == "erf" else "stablehlo"}.{op}"'


def accuracies():
    """(off by, reach) of functions: ops of one accuracy go together."""
    return sorted({(ulp, reach) for _, ulp, reach in UNARY.values()})


def unary(t):
    T = tensor(t, COUNT)
    for ulp, reach in accuracies():
        ops = [op for op, (types, u, r) in UNARY.items() if t in types and (u, r) == (ulp, reach)]
        if ops:
            yield function(f"unary_{t}_{ulp}_{reach}", [T],
                           [(f"{spelled(op)}(%a) : ({T}) -> {T}", T) for op in ops],
                           f"ulp={ulp} low={-reach} high={reach} limits")


def binary(t):
    T = tensor(t, COUNT)
    for ulp in sorted({u for _, u in BINARY.values()}):
        ops = [op for op, (types, u) in BINARY.items() if t in types and u == ulp]
        if ops:
            yield function(f"binary_{t}_{ulp}", [T, T],
                           [(f"stablehlo.{op} %a, %b : {T}", T) for op in ops],
                           f"ulp={ulp} low=-9 high=9 limits")


def compare(t):
    T, B = tensor(t, COUNT), tensor("i1", COUNT)
    orders = ["", ", TOTALORDER"] if t in FLOATS else [""]
    return function(f"compare_{t}", [T, T],
                    [(f"stablehlo.compare {d}, %a, %b{o} : ({T}, {T}) -> {B}", B)
                     for d in ("EQ", "NE", "GE", "GT", "LE", "LT") for o in orders], "limits")


def convert(t):
    T = tensor(t, COUNT)
    return function(f"convert_{t}", [T],
                    [(f"stablehlo.convert %a : ({T}) -> {tensor(u, COUNT)}", tensor(u, COUNT))
                     for u in ANY], "low=-400 high=400 limits")


def choose(t):
    T, B, S = tensor(t, COUNT), tensor("i1", COUNT), tensor(t)
    return function(f"choose_{t}", [T, T, B, S, S, tensor("i1")],
                    [(f"stablehlo.select %c, %a, %b : {B}, {T}", T),
                     (f"stablehlo.select %f, %a, %b : {tensor('i1')}, {T}", T),
                     (f"stablehlo.clamp %a, %b, %a : {T}", T),
                     (f"stablehlo.clamp %d, %a, %e : ({S}, {T}, {S}) -> {T}", T)], "limits")


def precision(t):
    T, B = tensor(t, COUNT), tensor("i1", COUNT)
    return function(f"precision_{t}", [T],
                    [(f"stablehlo.reduce_precision %a, format = e{e}m{m} : {T}", T)
                     for e, m in FORMATS] +
                    [(f"stablehlo.is_finite %a : ({T}) -> {B}", B)], "limits")


def bits(t, group):
    T = tensor(t, COUNT)
    return function(f"bits_{t}", [T],
                    [(f"stablehlo.bitcast_convert %a : ({T}) -> {tensor(u, COUNT)}",
                      tensor(u, COUNT)) for u in group], "limits")


def functions():
    for t in ANY:
        yield from unary(t)
        yield from binary(t)
        yield compare(t)
        yield convert(t)
        yield choose(t)
        if t in FLOATS:
            yield precision(t)
    for group in SAME_SIZE:
        for t in group:
            yield bits(t, group)
