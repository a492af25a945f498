"""gather, scatter, dynamic_slice and dynamic_update_slice: indices inside and outside, of every
integer type, windows, batches, all ways of combining."""
from text import ANY, INTS, body_of, dense, function, region, tensor


def listed(**attributes):
    return ", ".join(f"{k} = {list(v) if not isinstance(v, int) else v}"
                     for k, v in attributes.items() if v != ())


def gather(t, u, dims, index, sizes, result, offset, collapsed, start, vector, batch=((), ())):
    T, I, R = tensor(t, *dims), tensor(u, *index), tensor(t, *result)
    numbers = listed(offset_dims=offset, collapsed_slice_dims=collapsed,
                     operand_batching_dims=batch[0], start_indices_batching_dims=batch[1],
                     start_index_map=start, index_vector_dim=vector)
    return [T, I], (f'"stablehlo.gather"(%a, %b) <{{dimension_numbers = #stablehlo.gather<{numbers}>, '
                    f"slice_sizes = {dense(sizes)}}}> : ({T}, {I}) -> {R}"), R


GATHERS = {
    "rows": ((5, 3), (4, 1), (1, 3), (4, 3), (1,), (0,), (0,), 1),
    "rows_wide": ((50, 33), (70,), (1, 33), (70, 33), (1,), (0,), (0,), 1),
    "columns": ((5, 3), (4, 1), (5, 1), (5, 4), (0,), (1,), (1,), 1),
    "elements": ((5, 7), (9, 2), (1, 1), (9,), (), (0, 1), (0, 1), 1),
    "of_matrix": ((6, 4), (2, 3), (1, 4), (2, 3, 4), (2,), (0,), (0,), 2),
    "front": ((5, 3), (4, 1), (1, 3), (3, 4), (0,), (0,), (0,), 1),
    "scalar": ((5, 3), (), (1, 3), (3,), (0,), (0,), (0,), 0),
    "windows": ((5, 4, 3), (2, 6), (1, 2, 3), (6, 2, 3), (1, 2), (0,), (0, 1), 0),
    "windows_mixed": ((5, 4, 3), (6, 2), (2, 3, 2), (2, 6, 3, 2), (0, 2, 3), (), (2, 0), 1),
    "batches": ((3, 2, 4, 5), (2, 7, 3, 1), (1, 1, 1, 5), (2, 7, 3, 5), (3,), (2,), (2,), 3,
                ((0, 1), (2, 0))),
    "picked": ((6, 4), (6,), (1, 1), (6,), (), (1,), (1,), 1, ((0,), (0,))),
    "none": ((5, 3), (0, 1), (1, 3), (0, 3), (1,), (0,), (0,), 1),
    "large": ((1000, 64), (2000,), (1, 64), (2000, 64), (1,), (0,), (0,), 1),
}

SCATTERS = {    # operand, indices, updates, update_window, inserted, scatter_to_operand, vector
    "rows": ((5, 3), (8, 1), (8, 3), (1,), (0,), (0,), 1),
    "rows_implied": ((5, 3), (8,), (3, 8), (0,), (0,), (0,), 1),
    "elements": ((4, 5), (30, 2), (30,), (), (0, 1), (0, 1), 1),
    "windows": ((5, 6), (7, 2), (7, 2, 3), (1, 2), (), (1, 0), 1),
    "one": ((5, 6), (2,), (2, 3), (0, 1), (), (0, 1), 0),
    "batches": ((3, 4, 2), (5, 3), (5, 3, 2), (2,), (1,), (1,), 2, ((0,), (1,))),
    "none": ((5, 3), (0, 1), (0, 3), (1,), (0,), (0,), 1),
    "embedding": ((50, 33), (400, 1), (400, 33), (1,), (0,), (0,), 1),
    "large": ((2000, 40), (3000, 1), (3000, 40), (1,), (0,), (0,), 1),
}


def body(op, t):
    if op == "replace":
        return region([("x", tensor(t)), ("y", tensor(t))], [], f"%y : {tensor(t)}")
    return body_of(op, t)


def scatter(t, u, op, dims, index, update, window, inserted, to, vector, batch=((), ())):
    T, I, U = tensor(t, *dims), tensor(u, *index), tensor(t, *update)
    numbers = listed(update_window_dims=window, inserted_window_dims=inserted,
                     input_batching_dims=batch[0], scatter_indices_batching_dims=batch[1],
                     scatter_dims_to_operand_dims=to, index_vector_dim=vector)
    return [T, I, U], (f'"stablehlo.scatter"(%a, %b, %c) <{{scatter_dimension_numbers = '
                       f"#stablehlo.scatter<{numbers}>}}> ({body(op, t)}) : ({T}, {I}, {U}) -> {T}"), T


def reach(dims):
    """A rule whose indices go past both ends."""
    return f"low=-2 high={max(dims) + 1}"


def gathered(name, t, u):
    arguments, op, R = gather(t, u, *GATHERS[name])
    return function(f"gather_{name}_{t}_{u}", arguments, [(op, R)], reach(GATHERS[name][0]))


def scattered(name, t, u, op):
    arguments, line, R = scatter(t, u, op, *SCATTERS[name])
    loose = " scale=2e-6" if t == "f32" and op == "add" else ""
    return function(f"scatter_{name}_{op}_{t}_{u}", arguments, [(line, R)],
                    reach(SCATTERS[name][0]) + loose)


def computed():
    """Indices and updates that are computed, the result used: the gradient of an embedding."""
    (A, I, U), line, _ = scatter("f32", "i32", "add", *SCATTERS["embedding"])
    (_, J), row, R = gather("f32", "i32", *GATHERS["rows_wide"])
    S, X = tensor("i32"), "tensor<400x1xi32>"
    return function("embedding", [A, I, U, J], [
        (f"stablehlo.multiply %new, %lr : {A}", A), (f"stablehlo.add %rows, %rows : {R}", R)],
        "low=0 high=50 scale=2e-6", before=[
            f"%one = stablehlo.constant dense<1> : {X}",
            f"%i = stablehlo.subtract %b, %one : {X}",
            f"%u = stablehlo.negate %c : {U}",
            f"%zero = stablehlo.constant dense<0.0> : {A}",
            f"%sum = {line.replace('(%a, %b, %c)', '(%zero, %i, %u)')}",
            f"%lr = stablehlo.constant dense<0.25> : {A}",
            f"%new = stablehlo.add %a, %sum : {A}",
            f"%k = stablehlo.constant dense<2> : {J}",
            f"%j = stablehlo.multiply %d, %k : {J}",
            f"%rows = {row.replace('(%a, %b)', '(%a, %j)')}"])


def two_at_once():
    F, N = tensor("f32"), tensor("i32")
    both = region([("x", N), ("p", F), ("y", N), ("q", F)],
                  [f"%z = stablehlo.add %x, %y : {N}", f"%m = stablehlo.maximum %p, %q : {F}"],
                  f"%z, %m : {N}, {F}")
    A, B, I, U, V = (tensor("i32", 5), tensor("f32", 5), tensor("i32", 9, 1), tensor("i32", 9),
                     tensor("f32", 9))
    return f"""// judge: low=-2 high=6
func.func @scatter_two(%a: {A}, %b: {B}, %i: {I}, %u: {U}, %v: {V}) -> ({A}, {B}) {{
  %r:2 = "stablehlo.scatter"(%a, %b, %i, %u, %v) <{{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}}> ({both}) : ({A}, {B}, {I}, {U}, {V}) -> ({A}, {B})
  return %r#0, %r#1 : {A}, {B}
}}
"""


def dynamic(t, u):
    T, U, S = tensor(t, 5, 19), tensor(t, 2, 7), tensor(u)
    return function(f"dynamic_{t}_{u}", [T, U, S, S], [
        (f"stablehlo.dynamic_slice %a, %c, %d, sizes = [2, 7] : ({T}, {S}, {S}) -> {U}", U),
        (f"stablehlo.dynamic_slice %a, %d, %c, sizes = [5, 1] : ({T}, {S}, {S}) -> {tensor(t, 5, 1)}",
         tensor(t, 5, 1)),
        (f"stablehlo.dynamic_update_slice %a, %b, %c, %d : ({T}, {U}, {S}, {S}) -> {T}", T),
        (f"stablehlo.dynamic_update_slice %a, %a, %c, %d : ({T}, {T}, {S}, {S}) -> {T}", T),
        (f"stablehlo.and %r0, %b : {U}" if t == "i1" else f"stablehlo.add %r0, %b : {U}", U),
    ], "low=-30 high=30")


def functions():
    for name in GATHERS:
        yield gathered(name, "f32", "i32")
    for t in ANY:
        yield gathered("windows", t, "i64")
        yield dynamic(t, "i32")
    for u in INTS:
        yield gathered("rows", "f32", u)
        yield dynamic("f32", u)
        yield scattered("rows", "i32", u, "add")
    for name in SCATTERS:
        for op in ("add", "replace"):
            yield scattered(name, "i32", "i32", op)
        yield scattered(name, "f32", "i64", "add")
    for op in ("maximum", "minimum", "multiply", "subtract"):
        yield scattered("windows", "i32", "i32", op)
    for t in ("f64", "i64", "i8", "ui16", "i1"):
        yield scattered("elements", t, "i32", "maximum")
    yield computed()
    yield two_at_once()
