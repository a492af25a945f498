"""Softmax between products and its gradient, as layers and other programs write it: masks, scales,
orders of dimensions. On GPUs it becomes kernels of its own (passes/attention)."""
from text import function, tensor

JUDGE = "scale=1e-5"
NEVER = {"causal": "0xFF800000", "where": "-2.0e38", "late": "0xFF800000"}


def dims(numbers):
    return "[" + ", ".join(map(str, numbers)) + "]"


class Attention:
    """The lines of softmax(q k^T * scale + mask) v for a batch, T queries and S keys of D, values of
    E. Layout `bhtd` has heads before positions, `bthd` behind, as they lie after a dense layer;
    in `tdbh` the batch and the heads are the neighbours in memory. Operands of products are made
    `narrow` (bf16, f16), and what these give, too, if `rounds`: everything else is f32."""

    def __init__(self, heads=(2, 3), T=20, S=20, D=16, E=16, layout="bhtd", mask=None, scale=0.0625,
                 narrow=None, rounds=False):
        self.narrow, self.rounds = narrow, rounds
        self.heads, self.T, self.S, self.D, self.E = list(heads), T, S, D, E
        self.layout, self.mask, self.scale, self.lines = layout, mask, scale, []
        self.scores, self.rows = tensor("f32", *heads, T, S), tensor("f32", *heads, T)
        self.bits = self.scores.replace("f32", "i1")
        self.S0 = tensor("f32")

    def order(self):
        """Which of heads, position, width (counted in this order) is each dimension of q, k and v."""
        n = len(self.heads)
        heads = list(range(n))
        return {"bhtd": [*heads, n, n + 1], "bthd": [0, n, *heads[1:], n + 1], "tdbh": [n, n + 1, *heads]}[self.layout]

    def array(self, count, width):
        sizes = [*self.heads, count, width]
        return tensor("f32", *(sizes[i] for i in self.order()))

    def where(self):
        """The dimensions of heads, position and width in q, k and v."""
        n = len(self.heads)
        at = [self.order().index(i) for i in range(n + 2)]
        return at[:n], at[n], at[n + 1]

    def add(self, name, line):
        self.lines.append(f"%{name} = {line}")

    def op(self, name, op, *operands, rows=False):
        names = ", ".join(f"%{x}" for x in operands)
        self.add(name, f"stablehlo.{op} {names} : {self.rows if rows else self.scores}")

    def value(self, name, number, t=None):
        self.add(name, f"stablehlo.constant dense<{number}> : {t or self.scores}")

    def fold(self, name, op, x):
        self.value(f"{name}_init", "0xFF800000" if op == "maximum" else "0.0", self.S0)
        self.add(name, f"stablehlo.reduce(%{x} init: %{name}_init) applies stablehlo.{op} across "
                       f"dimensions = [{len(self.heads) + 1}] : ({self.scores}, {self.S0}) -> {self.rows}")

    def spread(self, name, x):
        self.add(name, f"stablehlo.broadcast_in_dim %{x}, dims = {list(range(len(self.heads) + 1))} : "
                       f"({self.rows}) -> {self.scores}")

    def convert(self, name, x, source, to):
        self.add(name, f"stablehlo.convert %{x} : ({source}) -> {to}")

    def dot(self, name, a, b, types, batch, contract, out):
        if self.narrow:
            self.narrow_dot(name, a, b, types, batch, contract, out)
        else:
            self.product(name, a, b, types, batch, contract, out)

    def narrow_dot(self, name, a, b, types, batch, contract, out):
        less = [t.replace("f32", self.narrow) for t in types]
        self.convert(f"{name}_a", a, types[0], less[0])
        self.convert(f"{name}_b", b, types[1], less[1])
        if not self.rounds:
            self.product(name, f"{name}_a", f"{name}_b", less, batch, contract, out)
            return
        rounded = out.replace("f32", self.narrow)
        self.product(f"{name}_n", f"{name}_a", f"{name}_b", less, batch, contract, rounded)
        self.convert(name, f"{name}_n", rounded, out)

    def product(self, name, a, b, types, batch, contract, out):
        self.add(name, f"stablehlo.dot_general %{a}, %{b}, batching_dims = {batch[0]} x {batch[1]}, "
                       f"contracting_dims = [{contract[0]}] x [{contract[1]}] : ({types[0]}, {types[1]}) -> {out}")

    def pairs(self, name, a, b, width):
        """Scores: each row of a with each of b."""
        h, _, w = self.where()
        self.dot(name, a, b, (self.array(self.T, width), self.array(self.S, width)), (h, h), (w, w), self.scores)

    def sums(self, name, p, x, width, over, swapped=False):
        """p summed with rows of x, over keys (1) or queries (0); the result lies as x does."""
        h, at, _ = self.where()
        n = len(self.heads)
        count = self.S if over else self.T
        kept = self.T if over else self.S
        if swapped:
            out = tensor("f32", *self.heads, width, kept)
            self.dot(f"{name}_p", x, p, (self.array(count, width), self.scores), (h, list(range(n))),
                     (at, n + over), out)
            order = [i if i < n else 2 * n + 1 - i for i in self.order()]
        else:
            out = tensor("f32", *self.heads, kept, width)
            self.dot(f"{name}_p", p, x, (self.scores, self.array(count, width)), (list(range(n)), h),
                     (n + over, at), out)
            order = self.order()
        if order == list(range(n + 2)):
            self.lines[-1] = self.lines[-1].replace(f"%{name}_p =", f"%{name} =", 1)
            return
        self.add(name, f"stablehlo.transpose %{name}_p, dims = {order} : ({out}) -> {self.array(kept, width)}")

    def masked(self):
        if self.mask == "added":
            n = len(self.heads)
            self.add("masks", f"stablehlo.broadcast_in_dim %m, dims = [{n}, {n + 1}] : "
                              f"({tensor('f32', self.T, self.S)}) -> {self.scores}")
            self.op("x", "add", "scaled", "masks")
        elif self.mask:
            i32 = tensor("i32", self.T, self.S)
            self.add("i", f"stablehlo.iota dim = 0 : {i32}")
            self.add("j", f"stablehlo.iota dim = 1 : {i32}")
            if self.mask == "late":             # the first rows see nothing: NaN
                self.value("three", 3, i32)
                self.add("from", f"stablehlo.subtract %i, %three : {i32}")
            first = "from" if self.mask == "late" else "i"
            self.add("before", f"stablehlo.compare GE, %{first}, %j, SIGNED : ({i32}, {i32}) -> {i32.replace('i32', 'i1')}")
            n = len(self.heads)
            self.add("seen", f"stablehlo.broadcast_in_dim %before, dims = [{n}, {n + 1}] : "
                             f"({i32.replace('i32', 'i1')}) -> {self.bits}")
            self.value("never", NEVER[self.mask])
            self.add("x", f"stablehlo.select %seen, %scaled, %never : {self.bits}, {self.scores}")
        else:
            self.op("x", "add", "scaled", "scaled")

    def forward(self, swapped=False, late=False):
        self.pairs("s", "a", "b", self.D)
        self.value("scale", self.scale)
        self.op("scaled", "multiply", "s", "scale")
        self.masked()
        self.fold("max", "maximum", "x")
        self.spread("maxs", "max")
        self.op("low", "subtract", "x", "maxs")
        self.op("e", "exponential", "low")
        self.fold("sum", "add", "e")
        self.spread("sums", "sum")
        self.op("p", "divide", "e", "sums")
        self.sums("y", "p", "c", self.E, 1, swapped)
        return self

    def backward(self):
        self.pairs("dp", "d", "c", self.E)
        self.sums("dv", "p", "d", self.E, 0)
        self.op("g", "divide", "dp", "sums")
        self.op("w", "multiply", "g", "p")
        self.op("lost", "negate", "w")
        self.fold("delta", "add", "lost")
        self.spread("deltas", "delta")
        self.op("moved", "add", "g", "deltas")
        self.op("de", "multiply", "moved", "e")
        self.op("ds", "multiply", "de", "scale")
        self.sums("dq", "ds", "b", self.D, 1)
        self.sums("dk", "ds", "a", self.D, 0)
        return self

    def function(self, name, results, more=()):
        """Results by name; `more` are (name, type) pairs."""
        T, S, D, E = self.T, self.S, self.D, self.E
        arguments = [self.array(T, D), self.array(S, D), self.array(S, E), self.array(T, E)]
        shapes = {"y": (T, E), "dq": (T, D), "dk": (S, D), "dv": (S, E)}
        kinds = [(r, self.array(*shapes[r])) for r in results] + list(more)
        lines = [(f"stablehlo.add %{r}, %{r} : {t}", t) for r, t in kinds]
        judge = {"bf16": "scale=1e-2", "f16": "scale=2e-3", None: JUDGE}[self.narrow]
        text = function(name, arguments, lines, judge, before=self.lines)
        if self.mask == "added":
            text = text.replace(") -> (", f", %m: {tensor('f32', T, S)}) -> (", 1)
        return text


def functions():
    for T, S, D, E in [(16, 16, 16, 16), (20, 70, 32, 24), (130, 65, 80, 64), (33, 200, 64, 1), (64, 96, 32, 32)]:
        a = Attention(T=T, S=S, D=D, E=E)
        yield a.forward().function(f"plain_{T}x{S}x{D}x{E}", ["y"])
    for mask in ["causal", "where", "added"]:
        yield Attention(T=40, S=40, mask=mask).forward().function(f"forward_{mask}", ["y"])
        for layout in ["bhtd", "bthd", "tdbh"]:
            heads = (2, 4) if layout == "tdbh" else (2, 3)
            a = Attention(heads, T=40, S=40, mask=mask, layout=layout).forward(swapped=layout == "bthd")
            yield a.backward().function(f"gradient_{mask}_{layout}", ["y", "dq", "dk", "dv"])
    a = Attention(heads=[2], T=40, S=80, mask="late").forward()
    yield a.backward().function("gradient_late", ["y", "dq", "dk", "dv"])
    # One head, three dimensions of heads, more than a tile of each, depths that fill no step.
    yield Attention(heads=[1], T=70, S=150, D=80, E=33).forward().backward().function(
        "gradient_one_head", ["dq", "dk", "dv"])
    yield Attention(heads=[2, 1, 3], T=17, S=16, D=9, E=128).forward().backward().function(
        "gradient_three", ["dv", "dk", "y"])
    yield Attention(heads=[2], T=40, S=300, D=16).forward().backward().function("gradient_wide", ["dq"])
    yield Attention(heads=[2], T=300, S=40, D=16).forward().backward().function("gradient_tall", ["dk", "dv"])
    # Rows that do not fit into a block's memory: one pass.
    a = Attention(heads=[2], T=20, S=1500, D=64, E=32).forward()
    yield a.function("online", ["y"], [("sum", a.rows), ("max", a.rows)])
    for mask, T in [("late", 40), ("causal", 1200)]:
        a = Attention(heads=[1], T=T, S=1200, E=64, mask=mask).forward()
        yield a.function(f"online_{mask}", ["y"])
    for narrow, rounds in [("bf16", False), ("bf16", True), ("f16", True)]:
        a = Attention(T=40, S=40, D=32, mask="causal", layout="bthd", narrow=narrow, rounds=rounds)
        yield a.forward().backward().function(
            f"narrow_{narrow}{'_rounds' * rounds}", ["y", "dq", "dk", "dv"])
    a = Attention(heads=[2], T=33, S=150, D=20, E=72, narrow="bf16", rounds=True).forward().backward()
    yield a.function("narrow_odd", ["y", "dq", "dk", "dv"])
    for mask, T in [("added", 20), ("late", 40)]:
        a = Attention(heads=[1], T=T, S=1200, D=64, E=32, mask=mask, narrow="bf16").forward()
        yield a.function(f"narrow_long_{mask}", ["y"])
    # What folds give is a result as well; scores that somebody else reads stay as they are.
    a = Attention(mask="causal").forward()
    yield a.function("sums_too", ["y"], [("sum", a.rows), ("max", a.rows)])
    yield a.function("scores_too", ["y"], [("p", a.scores)])
