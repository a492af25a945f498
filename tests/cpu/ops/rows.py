"""Row kernels: softmax, log-softmax, normalisations and their gradients, with several results, by
the last dimension or the last two, short and long rows."""
from text import function, tensor

SCALE = {"f32": "scale=4e-6", "f64": "scale=2e-14", "bf16": "scale=3e-2"}


class Rows:
    """Writes the lines of a function over rows: dims[:keep] are the rows."""

    def __init__(self, t, dims, keep):
        self.t, self.keep, self.lines = t, keep, []
        self.T, self.R, self.S = tensor(t, *dims), tensor(t, *dims[:keep]), tensor(t)
        self.V = tensor(t, *dims[keep:])
        self.over = list(range(keep, len(dims)))

    def add(self, name, line):
        self.lines.append(f"%{name} = {line}")
        return self

    def op(self, name, op, *operands, rows=False):
        names = ", ".join(f"%{x}" for x in operands)
        return self.add(name, f"stablehlo.{op} {names} : {self.R if rows else self.T}")

    def value(self, name, number, rows=False):
        return self.add(name, f"stablehlo.constant dense<{number}> : {self.R if rows else self.T}")

    def fold(self, name, op, x):
        init = "-1.0e30" if op == "maximum" else "0.0"
        self.add(f"{name}_init", f"stablehlo.constant dense<{init}> : {self.S}")
        return self.add(name, f"stablehlo.reduce(%{x} init: %{name}_init) applies stablehlo.{op} across "
                              f"dimensions = {self.over} : ({self.T}, {self.S}) -> {self.R}")

    def spread(self, name, x):
        return self.add(name, f"stablehlo.broadcast_in_dim %{x}, dims = {list(range(self.keep))} : "
                              f"({self.R}) -> {self.T}")

    def repeat(self, name, x):
        return self.add(name, f"stablehlo.broadcast_in_dim %{x}, dims = {self.over} : "
                              f"({self.V}) -> {self.T}")

    def function(self, name, arguments, results, tail=()):
        kinds = {"rows": self.R, "all": self.T}
        lines = [(f"stablehlo.add %{x}, %{x} : {kinds[k]}", kinds[k]) for x, k in results]
        return function(name, arguments, lines + list(tail), SCALE[self.t], before=self.lines)


def softmax(r, x):
    return (r.fold("max", "maximum", x).spread("maxs", "max").op("low", "subtract", x, "maxs")
            .op("e", "exponential", "low").fold("sum", "add", "e").spread("sums", "sum")
            .op("p", "divide", "e", "sums"))


def softmaxes(name, t, dims, keep):
    """Softmax, log-softmax and the sums, all of them results."""
    r = softmax(Rows(t, dims, keep), "a")
    r.op("logsum", "log", "sum", rows=True).spread("logs", "logsum").op("logp", "subtract", "low", "logs")
    return r.function(f"softmax_{name}_{t}", [r.T], [("p", "all"), ("logp", "all"), ("logsum", "rows")])


def masked_softmax(t, dims, keep):
    """Of a scaled product with a mask, as attention does; and its gradient."""
    r = Rows(t, dims, keep)
    r.value("third", 0.3).op("scaled", "multiply", "a", "third").value("never", "-1.0e9")
    r.add("x", f"stablehlo.select %b, %scaled, %never : {r.T.replace(t, 'i1')}, {r.T}")
    softmax(r, "x").op("pd", "multiply", "p", "c").fold("dot", "add", "pd").spread("dots", "dot")
    r.op("d", "subtract", "c", "dots").op("dx", "multiply", "d", "p")
    return r.function(f"masked_{'x'.join(map(str, dims))}_{t}", [r.T, r.T.replace(t, "i1"), r.T],
                      [("p", "all"), ("dx", "all")])


def layer_norm(t, dims, keep, count):
    """Mean, variance, normalised, scaled and moved."""
    r = Rows(t, dims, keep)
    r.fold("sum", "add", "a").value("inv", 1 / count, rows=True).op("mean", "multiply", "sum", "inv", rows=True)
    r.spread("means", "mean").op("x", "subtract", "a", "means").op("xx", "multiply", "x", "x")
    r.fold("squares", "add", "xx").op("var", "multiply", "squares", "inv", rows=True)
    r.value("eps", 0.001, rows=True).op("vare", "add", "var", "eps", rows=True)
    r.op("rs", "rsqrt", "vare", rows=True).spread("rss", "rs").op("n", "multiply", "x", "rss")
    r.repeat("gain", "b").repeat("move", "c").op("g", "multiply", "n", "gain").op("y", "add", "g", "move")
    return r.function(f"layer_norm_{'x'.join(map(str, dims))}_{t}", [r.T, r.V, r.V],
                      [("y", "all"), ("mean", "rows"), ("rs", "rows")])


def cross_entropy(t, dims):
    """The mean loss of labels by one-hot comparison, and its gradient by the scores."""
    r = Rows(t, dims, 1)
    I, J = tensor("i32", dims[0]), tensor("i32", *dims)
    softmax(r, "a").op("logsum", "log", "sum", rows=True).spread("logs", "logsum")
    r.op("logp", "subtract", "low", "logs")
    r.add("label", f"stablehlo.broadcast_in_dim %b, dims = [0] : ({I}) -> {J}")
    r.add("class", f"stablehlo.iota dim = 1 : {J}")
    r.add("is", f"stablehlo.compare EQ, %label, %class : ({J}, {J}) -> {tensor('i1', *dims)}")
    r.add("hot", f"stablehlo.convert %is : ({tensor('i1', *dims)}) -> {r.T}")
    r.op("chosen", "multiply", "logp", "hot").fold("each", "add", "chosen")
    r.add("zero", f"stablehlo.constant dense<0.0> : {r.S}").op("d", "subtract", "p", "hot")
    total = (f"stablehlo.reduce(%each init: %zero) applies stablehlo.add across dimensions = [0] : "
             f"({r.R}, {r.S}) -> {r.S}", r.S)
    return r.function(f"cross_entropy_{'x'.join(map(str, dims))}_{t}", [r.T, I], [("d", "all")], [total])


def functions():
    for n in (1, 2, 3, 10, 15, 16, 17, 33, 64, 100, 1000, 20000):
        yield softmaxes(f"{n}", "f32", (5, n), 1)
    for name, dims, keep in (("many", (700, 40), 1), ("of_4", (2, 3, 4, 9), 3), ("two", (6, 4, 9), 1),
                             ("one_row", (50,), 0), ("no_rows", (0, 7), 1), ("empty", (3, 0), 1)):
        yield softmaxes(name, "f32", dims, keep)
    for t in ("f64", "bf16"):
        yield softmaxes("some", t, (5, 33), 1)
    for dims in ((4, 17), (3, 20, 20), (64, 64)):
        yield masked_softmax("f32", dims, len(dims) - 1)
    yield masked_softmax("f64", (4, 17), 1)
    for dims, keep, count in (((5, 7), 1, 7), ((3, 4, 64), 2, 64), ((6, 5, 9), 1, 45),
                              ((200, 100), 1, 100), ((2, 5000), 1, 5000), ((3, 1), 1, 1)):
        yield layer_norm("f32", dims, keep, count)
    yield layer_norm("f64", (5, 7), 1, 7)
    for dims in ((5, 10), (64, 10), (32, 1000), (1, 3)):
        yield cross_entropy("f32", dims)
