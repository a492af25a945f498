"""PTX to C++ that runs on the emulator: each instruction of NVIDIA's compiler becomes one statement
by what "PTX ISA" says of it, those of threads, copies and tensor cores calls of the emulator's
functions (device.h). ptx.h has the rest. Registers are words; goto is goto.

    setp.gt.u32  %p1, %r2, 31;       Xp1 = ptx_get<uint32_t>(Xr2) > (uint32_t)31ul;
    @%p1 bra     $L__BB0_4;    ->    if (Xp1) { goto X_L__BB0_4; }
    ld.shared.f32 %f1, [%r3+4];      Xf1 = *(const uint32_t *)(ptx_shared(Xr3) + 4);

Only what kernels of Descent have is known: of anything else Unknown is raised."""
import re

C = {"u8": "uint8_t", "s8": "int8_t", "b8": "uint8_t", "u16": "uint16_t", "s16": "int16_t",
     "b16": "uint16_t", "u32": "uint32_t", "s32": "int32_t", "b32": "uint32_t", "u64": "uint64_t",
     "s64": "int64_t", "b64": "uint64_t", "f32": "float", "f64": "double", "f16": "uint16_t",
     "bf16": "uint16_t", "pred": "bool"}
INDEX = {"%tid": "threadIdx", "%ctaid": "blockIdx", "%ntid": "blockDim", "%nctaid": "gridDim"}
COMPARE = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
           "lo": "<", "ls": "<=", "hi": ">", "hs": ">="}
KINDS = {"tf32": 0, "bf16": 1, "f16": 2}     # as device.h numbers them


class Unknown(Exception):
    pass


def bits(t):
    return 8 if t == "pred" else int(re.sub(r"\D", "", t))


def as_bits(t):
    return t if t == "pred" else f"b{bits(t)}"


def unsigned(t):
    return t.replace("s", "u")


def split(text):
    """At commas outside of brackets."""
    return [x.strip() for x in re.findall(r"(?:\{[^}]*\}|\[[^\]]*\]|\([^)]*\)|[^,])+", text) if x.strip()]


def members(vector):
    return split(vector.strip("{} "))


class Function:
    """The body of a kernel or function, statement by statement."""

    def __init__(self, addresses):
        self.addresses = dict(addresses)    # of variables, as C++
        self.types = {}                     # of registers
        self.parameters = {}
        self.line = 0

    # ------------------------------------------------------------------------- operands

    @staticmethod
    def name(text):
        return "X" + re.sub(r"\W", "_", text.lstrip("%"))

    def variable(self, name):
        """The address of a variable in its own space."""
        at = self.addresses.get(name)
        if at and at.startswith("shared:"):
            return f"((uint64_t){at[7:]} - (uint64_t)emu_dynamic)"
        return f"(uint64_t){at}" if at else None

    def value(self, x, t):
        if x in self.types:
            return self.name(x) if t == "pred" else f"ptx_get<{C[t]}>({self.name(x)})"
        if x.startswith("!"):
            return "!" + self.value(x[1:], t)
        if re.fullmatch(r"0[fF][0-9a-fA-F]{8}", x):
            return f"ptx_get<{C[t]}>((uint32_t)0x{x[2:]})"
        if re.fullmatch(r"0[dD][0-9a-fA-F]{16}", x):
            return f"ptx_get<{C[t]}>((uint64_t)0x{x[2:]}ul)"
        if re.fullmatch(r"-?(\d+|0x[0-9a-fA-F]+)U?", x):
            return f"({C[t]}){int(x.rstrip('U'), 0) & 2**64 - 1}ul"
        index, _, part = x.partition(".")
        if index in INDEX:
            return f"({C[t]}){INDEX[index]}.{part}"
        at, _, offset = x.partition("+")
        if at in self.parameters:
            return f"({C[t]})(uint64_t)&{self.parameters[at]}"
        if self.variable(at):
            return f"({C[t]})({self.variable(at)} + {offset or 0})"
        raise Unknown(f"operand {x}")

    def set(self, register, expression):
        """An expression that has the type of the instruction, signed or not, or of float."""
        if register == "_":
            return f"(void)({expression});"
        t = self.types[register]
        if t == "pred":
            return f"{self.name(register)} = {expression};"
        return f"{self.name(register)} = ({C[as_bits(t)]})ptx_bits({expression});"

    def address(self, x, space):
        base, _, offset = x.strip("[] ").partition("+")
        base, offset = base.strip(), f" + ({offset.strip() or 0})"
        if base in self.parameters:
            return f"((uint64_t)&{self.parameters[base]}{offset})"
        shared = space.startswith("shared")
        if base in self.types:
            register = self.name(base)
            return f"(ptx_shared({register}){offset})" if shared else f"({register}{offset})"
        at = self.variable(base)
        if not at:
            raise Unknown(f"address {x}")
        return f"((uint64_t)emu_dynamic + {at}{offset})" if shared else f"({at}{offset})"

    # --------------------------------------------------------------------- instructions

    def binary(self, x, t, sign):
        return f"({C[t]})({self.value(x[1], t)} {sign} {self.value(x[2], t)})"

    def move(self, x, t):
        if x[0].startswith("{"):
            parts = members(x[0])
            w = bits(t) // len(parts)
            sets = [self.set(r, f"(uint{w}_t)(all >> {w * i})") for i, r in enumerate(parts)]
            return f"const uint64_t all = {self.value(x[1], as_bits(t))}; {' '.join(sets)}"
        if x[1].startswith("{"):
            parts = members(x[1])
            w = bits(t) // len(parts)
            all_of = [f"(uint64_t){self.value(r, f'b{w}')} << {w * i}" for i, r in enumerate(parts)]
            return self.set(x[0], " | ".join(all_of))
        return self.set(x[0], self.value(x[1], as_bits(t)))

    def memory(self, op, x, parts, t):
        space = next((p for p in parts if p in ("global", "shared", "param", "local", "const")), "")
        at = self.address(x[0] if op == "st" else x[1], space)
        word = C[t] if t[0] != "f" else C[as_bits(t)]
        count = next((int(p[1]) for p in parts if p in ("v2", "v4")), 1)
        if count == 1 and op == "st":
            return f"*({word} *){at} = {self.value(x[1], as_bits(t) if t[0] == 'f' else t)};"
        if count == 1:
            return self.set(x[0], f"*(const {word} *){at}")
        names = members(x[1] if op == "st" else x[0])
        vector = {8: "uchar", 16: "ushort", 32: "uint", 64: "ulonglong"}[bits(t)] + str(count)
        if op == "st":
            values = ", ".join(self.value(n, as_bits(t)) for n in names)
            return f"*({vector} *){at} = {vector}{{{values}}};"
        sets = [self.set(n, f"({word})all.{'xyzw'[i]}") for i, n in enumerate(names)]
        return f"const {vector} all = *(const {vector} *){at}; {' '.join(sets)}"

    def compare(self, x, parts, t):
        a, b, how = self.value(x[1], t), self.value(x[2], t), parts[1]
        unordered = f"{a} != {a} || {b} != {b}"
        if how == "nan":
            test = f"({unordered})"
        elif t[0] == "f" and how not in COMPARE:
            test = f"({a} {COMPARE[how[:-1]]} {b} || {unordered})"
        elif t[0] == "f" and how == "ne":
            test = f"({a} < {b} || {a} > {b})"
        else:
            test = f"({a} {COMPARE[how]} {b})"
        join = {"and": "&&", "or": "||", "xor": "!="}.get(parts[2])
        if join:
            test = f"({test} {join} {self.value(x[3], 'pred')})"
        return self.set(x[0], test)

    def multiply(self, op, x, parts, t):
        how, wide, u = parts[1], f"{t[0]}{2 * bits(t)}", unsigned(t)
        if how == "wide":
            product, t = f"({C[wide]}){self.value(x[1], t)} * {self.value(x[2], t)}", wide
        elif how == "hi":
            w = C[wide] if wide in C else "__int128" if t[0] == "s" else "unsigned __int128"
            product = f"({C[t]})(({w}){self.value(x[1], t)} * {self.value(x[2], t)} >> {bits(t)})"
        else:
            product = f"({C[u]})(1ul * {self.value(x[1], u)} * {self.value(x[2], u)})"
        if op == "mad":
            u = unsigned(t)
            product = f"({C[u]})({product} + {self.value(x[3], u)})"
        return self.set(x[0], product)

    def carrying(self, op, x, parts, t):
        """add.cc, addc, mad.lo.cc, madc.hi ..., of 32 bits or 64."""
        u, carry = unsigned(as_bits(t).replace("b", "u")), "+ carry" if op.endswith("c") else ""
        wide = "unsigned __int128"
        first, last = f"({wide}){self.value(x[1], u)}", self.value(x[-1], u)
        if op[0] == "m":
            product = f"({wide}){self.value(x[1], u)} * {self.value(x[2], u)}"
            first = f"({wide})({C[u]})({product} >> {bits(t) if 'hi' in parts else 0})"
        sign = "-" if op[0] == "s" else "+"
        keep = f"carry = all >> {bits(t)} & 1; " if "cc" in parts else ""
        carry = carry.replace("+", sign)
        return f"const {wide} all = {first} {sign} {last} {carry}; {keep}{self.set(x[0], f'({C[u]})all')}"

    def convert(self, x, parts, to, of):
        whole = {"rni": "rint", "rzi": "trunc", "rmi": "floor", "rpi": "ceil"}
        rounds = next((whole[p] for p in parts if p in whole), None)
        floats = to[0] == "f" or to == "bf16", of[0] == "f"
        v = f"ptx_of_f16({self.value(x[1], of)})" if of == "f16" else self.value(x[1], of)
        if "sat" in parts:
            raise Unknown("cvt.sat")
        if to == "f16":
            v = f"ptx_f16({v})"
        elif to == "bf16":
            v = f"ptx_bf16({v})"
        elif floats == (False, True):
            v = f"ptx_int<{C[to]}>({rounds}((double){v}))"
        elif rounds:
            v = f"({C[to]}){rounds}((double){v})"
        elif "rz" in parts:
            v = f"ptx_toward_0((double){v})"
        else:
            v = f"({C[to]}){v}"
        return self.set(x[0], v)

    def shuffle(self, x, kind):
        number = ("idx", "up", "down", "bfly").index(kind)
        width = f"32 - (int)({self.value(x[3], 'u32')} >> 8 & 31)"
        return self.set(x[0].partition("|")[0],
                        f"(uint32_t)emu_shuffle({self.line}, {number}, {self.value(x[4], 'u32')}, "
                        f"{self.value(x[1], 'u32')}, (int){self.value(x[2], 'u32')}, {width})")

    def matrices(self, x, parts):
        parts_of = [members(v) for v in x]
        a, b = ([self.value(r, "b32") for r in v] for v in parts_of[1:3])
        sums = ", ".join(self.value(r, "f32") for r in parts_of[3])
        kind = KINDS[parts[-2]]
        if parts[3:6] != ["m16n8k8" if kind == 0 else "m16n8k16", "row", "col"]:
            raise Unknown("mma")
        sets = " ".join(self.set(r, f"d[{i}]") for i, r in enumerate(parts_of[0]))
        return (f"float d[4] = {{{sums}}}; unsigned a[4] = {{{', '.join(a)}}}, b[2] = {{{', '.join(b)}}}; "
                f"emu_mma({self.line}, {kind}, d, a, b); {sets}")

    def warpgroup(self, x, parts):
        if parts[1] == "fence":
            return ""
        if parts[1] == "commit_group":
            return "emu_wgmma_commit();"
        if parts[1] == "wait_group":
            return f"emu_wgmma_wait({self.line}, {x[0]});"
        sums, columns = members(x[0]), re.fullmatch(r"m64n(\d+)k\d+", parts[4])[1]
        values = ", ".join(self.value(r, "f32") for r in sums)
        turns = ", ".join(x[6:8]) or "0, 0"
        sets = " ".join(self.set(r, f"d[{i}]") for i, r in enumerate(sums))
        return (f"float d[{len(sums)}] = {{{values}}}; "
                f"if (!{self.value(x[3], 'pred')}) __builtin_memset(d, 0, sizeof d); "
                f"emu_wgmma({self.line}, {KINDS[parts[-1]]}, {columns}, {turns}, d, "
                f"{self.value(x[1], 'u64')}, {self.value(x[2], 'u64')}); {sets}")

    def copy(self, x, parts):
        if parts[2] == "commit_group":
            return "emu_async_commit();"
        if parts[2] == "wait_group":
            return f"emu_async_wait({x[0]});"
        if parts[2] == "bulk":
            where = re.fullmatch(r"\[\s*([^,\s]+)\s*,\s*\{\s*([^,\s]+)\s*,\s*([^,\s]+)\s*\}\s*\]", x[1])
            return (f"emu_bulk_copy({self.line}, (void *){self.address(x[0], 'shared')}, "
                    f"(const void *){self.value(where[1], 'u64')}, "
                    f"(const void *){self.address(x[2], 'shared')}, "
                    f"(int){self.value(where[2], 'u32')}, (int){self.value(where[3], 'u32')});")
        if parts[2] == "cg" and x[2] != "16":
            raise Unknown("cp.async.cg")
        present = self.value(x[3], "u32") if len(x) > 3 else x[2]
        return (f"emu_async_copy({self.line}, (void *){self.address(x[0], 'shared')}, "
                f"(const void *){self.address(x[1], 'global')}, {x[2]}, {present});")

    def phase(self, x, parts):
        """mbarrier"""
        where = f"(const void *){self.address(x[0] if parts[1] == 'init' else x[1], 'shared')}"
        if parts[1] == "init":
            return f"emu_barrier_init({self.line}, {where}, {self.value(x[1], 'u32')});"
        if parts[1] == "arrive":
            more = self.value(x[2], "u32") if "expect_tx" in parts else "0"
            return f"emu_barrier_arrive({self.line}, {where}, {more});"
        if parts[1:3] == ["try_wait", "parity"]:
            return f"emu_barrier_wait({self.line}, {where}, {self.value(x[2], 'u32')}); {self.set(x[0], 'true')}"
        raise Unknown("mbarrier")

    def fence(self, parts):
        if parts[1] == "mbarrier_init":
            return "emu_barrier_fence();"
        return "emu_fence_copies();" if parts[1:3] == ["proxy", "async"] else ""

    def fragments(self, x, parts):
        """ldmatrix"""
        names = members(x[0])
        sets = " ".join(self.set(r, f"all[{i}]") for i, r in enumerate(names))
        return (f"unsigned all[4]; emu_load_matrix({self.line}, all, (const void *)"
                f"{self.address(x[1], 'shared')}, {len(names)}, {int('trans' in parts)}); {sets}")

    def pointer(self, x, parts):
        """cvta, between an address in a space and one in all memory."""
        space, sign = (parts[2], "-") if parts[1] == "to" else (parts[1], "+")
        base = f" {sign} (uint64_t)emu_dynamic" if space == "shared" else ""
        return self.set(x[0], self.value(x[1], "u64") + base)

    def simple(self, op, x, parts, t):
        """One expression of values."""
        v = [self.value(y, t) for y in x[1:2]] if len(x) > 1 and x[1][0] != "{" else []
        f = "f" if t == "f32" else ""
        more = [lambda u, y=y: self.value(y, u) for y in x[2:]]
        nan = str("NaN" in parts).lower()
        real = t[0] == "f"
        table = {
            "add": lambda: f"ptx_add_rz({v[0]}, {more[0](t)})" if "rz" in parts else
                   self.binary(x, t if real else unsigned(t), "+"),
            "sub": lambda: self.binary(x, t if real else unsigned(t), "-"),
            "mul": lambda: self.binary(x, t, "*"),
            "div": lambda: self.binary(x, t, "/"),
            "rem": lambda: self.binary(x, t, "%"),
            "and": lambda: self.binary(x, t, "&"),
            "or": lambda: self.binary(x, t, "|"),
            "xor": lambda: self.binary(x, t, "^"),
            "not": lambda: "!" + v[0] if t == "pred" else f"({C[t]})~{v[0]}",
            "shl": lambda: f"ptx_shl<{C[t]}>({v[0]}, {more[0]('u32')})",
            "shr": lambda: f"ptx_shr<{C[t]}>({v[0]}, {more[0]('u32')})",
            "fma": lambda: ("ptx_fma_rz" if "rz" in parts else "fma" + f) +
                   f"({v[0]}, {more[0](t)}, {more[1](t)})",
            "max": lambda: f"ptx_max({v[0]}, {more[0](t)}, {nan})" if real else f"max({v[0]}, {more[0](t)})",
            "min": lambda: f"ptx_min({v[0]}, {more[0](t)}, {nan})" if real else f"min({v[0]}, {more[0](t)})",
            "neg": lambda: f"-{v[0]}" if real else f"({C[t]})(0ul - (uint64_t){v[0]})",
            "abs": lambda: f"fabs{f}({v[0]})" if real else
                   f"({C[t]})({v[0]} < 0 ? 0ul - (uint64_t){v[0]} : (uint64_t){v[0]})",
            "rcp": lambda: f"1 / {v[0]}",
            "sqrt": lambda: f"sqrt{f}({v[0]})",
            "ex2": lambda: f"exp2f({v[0]})",
            "lg2": lambda: f"log2f({v[0]})",
            "copysign": lambda: f"copysign{f}({more[0](t)}, {v[0]})",
            "popc": lambda: f"(uint32_t)__builtin_popcountll({v[0]})",
            "clz": lambda: f"(uint32_t)({v[0]} ? __builtin_clzll({v[0]}) - {64 - bits(t)} : {bits(t)})",
            "bfi": lambda: f"ptx_bfi<{C[t]}>({v[0]}, {more[0](t)}, {more[1]('u32')}, {more[2]('u32')})",
            "bfe": lambda: f"ptx_bfe({v[0]}, {more[0]('u32')}, {more[1]('u32')})",
            "prmt": lambda: f"ptx_prmt({v[0]}, {more[0](t)}, {more[1](t)})",
            "dp2a": lambda: f"ptx_dp2a({v[0]}, {more[0](t)}, {more[1](t)})",
            "shf": lambda: f"ptx_shf_{parts[1]}({v[0]}, {more[0](t)}, {more[1](t)})",
            "selp": lambda: f"{more[1]('pred')} ? {self.value(x[1], as_bits(t))} : {more[0](as_bits(t))}",
        }
        if op not in table or (op == "bfe" and t != "u32") or (op == "dp2a" and "hi" in parts):
            raise Unknown(".".join(parts))
        return self.set(x[0], table[op]())

    def instruction(self, opcode, x):
        parts = re.split(r"\.", opcode.replace("::", ":"))
        op, t = parts[0], parts[-1]
        if op in ("ret", "exit"):
            return "return;"
        if op == "bra":
            return f"goto {self.name(x[0])};"
        if opcode == "bar.warp.sync":
            return f"emu_warp({self.line}, {self.value(x[0], 'u32')}, 0, 0);"
        if op in ("bar", "barrier"):
            return f"emu_barrier({self.line});"
        if op == "mov":
            return self.move(x, t)
        if op in ("ld", "st"):
            return self.memory(op, x, parts, t)
        if op == "setp":
            return self.compare(x, parts, t)
        if op in ("addc", "subc", "madc") or "cc" in parts:
            return self.carrying(op, x, parts, t)
        if op in ("mul", "mad") and t[0] != "f":
            return self.multiply(op, x, parts, t)
        if op == "cvt":
            return self.convert(x, parts, *parts[-2:])
        if op == "atom" and parts[1:5] == ["acq_rel", "gpu", "add", "u32"]:
            return self.set(x[0], f"emu_add_in_order({self.line}, (unsigned *){self.address(x[1], '')}, "
                                  f"{self.value(x[2], 'u32')})")
        calls = {"cvta": self.pointer, "mma": self.matrices, "wgmma": self.warpgroup, "cp": self.copy,
                 "mbarrier": self.phase, "ldmatrix": self.fragments}
        if op in calls:
            return calls[op](x, parts)
        if op in ("fence", "membar"):
            return self.fence(parts)
        if op == "shfl":
            return self.shuffle(x, parts[2])
        return self.simple(op, x, parts, t)

    # ----------------------------------------------------------------------- statements

    def declare(self, t, names):
        out = []
        for name in split(names):
            many = re.fullmatch(r"(\S+)<(\d+)>", name)
            for one in [f"{many[1]}{i}" for i in range(int(many[2]))] if many else [name]:
                self.types[one] = t
                out.append(f"{'bool' if t == 'pred' else C[as_bits(t)]} {self.name(one)} = 0;")
        return " ".join(out)

    def call(self, text):
        result, function, given = re.fullmatch(
            r"call(?:\.uni)?\s*(?:\(\s*(\w+)\s*\)\s*,)?\s*([\w$]+)\s*,\s*\((.*?)\)", text, re.S).groups()
        values = [f"*(uint64_t *)&{self.parameters[p]}" for p in split(given)]
        return f"{self.name(function)}({', '.join(['&' + self.parameters[result] if result else '0'] + values)});"

    def statement(self, text):
        found = re.fullmatch(r"\.reg\s+\.(\w+)\s+(.*)", text, re.S)
        if found:
            return self.declare(*found.groups())
        found = re.fullmatch(r"\.param\s+(?:\.align\s+\d+\s+)?\.\w+\s+(\w+)(?:\[\d+\])?", text)
        if found:
            self.parameters[found[1]] = self.name(found[1])
            return f"PtxBytes<64, 8> {self.name(found[1])};"
        found = re.fullmatch(r"\.local\s+\.align\s+(\d+)\s+\.b8\s+(\w+)\[(\d+)\]", text)
        if found:
            self.addresses[found[2]] = self.name(found[2])
            return f"__align__({found[1]}) unsigned char {self.name(found[2])}[{found[3]}];"
        if text.startswith(".pragma"):
            return ""
        if text.startswith("call"):
            return self.call(text)
        guard, opcode, operands = re.fullmatch(r"(?:@(!?%?[\w$]+)\s+)?([\w.:]+)\s*(.*)", text, re.S).groups()
        made = f"{{ {self.instruction(opcode, split(operands))} }}"
        if not guard:
            return made
        return f"if ({'!' * guard.count('!')}{self.name(guard.lstrip('!'))}) {made}"

    def body(self, text, line):
        """Registers are declared first, for no goto may pass by; those of a block in it."""
        declared, out, depth = [], ["uint32_t carry = 0; (void)carry;"], 0
        text = "\n".join(one.strip() for one in text.split("\n"))
        for found in re.finditer(r"([$\w]+):|([{}])|([^;{}\n][^;{}]*(?:\{[^}]*\}[^;{}]*)*);|\n", text):
            label, brace, statement = found.groups()
            self.line = line + text.count("\n", 0, found.start())
            if label:
                out.append(f"{self.name(label)}: ;")
            elif brace:
                depth += 1 if brace == "{" else -1
                out.append(brace)
            elif statement and statement.strip():
                made = self.statement(" ".join(statement.split()))
                (declared if statement.strip().startswith((".reg", ".local")) and not depth else out).append(made)
        return declared + out


# ------------------------------------------------------------------------------------- modules

VARIABLE = re.compile(r"^\s*(?:\.visible |\.extern |\.weak )*\.(global|const|shared)\s+(?:\.align\s+(\d+)\s+)?"
                      r"\.(\w+)\s+([\w$]+)(?:\[(\d*)\])?(?:\s*=\s*\{?([^};]*)\}?)?\s*;", re.M)
FUNCTION = re.compile(r"^(?:\.visible |\.weak )?\.(entry|func)\s+([^{;]*)\{\n(.*?)^\}", re.M | re.S)
PARAMETER = re.compile(r"\.param\s+(?:\.align\s+(\d+)\s+)?\.(\w+)\s+(?:\.ptr\s+(?:\.\w+\s+)*(?:\.align\s+\d+\s+)?)?"
                       r"([\w$]+)(?:\[(\d+)\])?")


def variable(found, addresses):
    """Shared memory keeps its name for the emulator, which tells by it whose it is."""
    space, align, t, name, count, values = found.groups()
    if space == "shared" and ".extern" in found[0]:
        addresses[name] = "shared:emu_dynamic"
        return ""
    addresses[name] = ("shared:" if space == "shared" else "") + Function.name(name)
    kind = '__attribute__((section("emu_shared"))) ' if space == "shared" else ""
    label = f' asm("{name}")' if space == "shared" else ""
    first = f" = {{{', '.join(f'({C[t]}){v.strip()}ul' for v in values.split(','))}}}" if values else ""
    return (f"static __attribute__((used)) __align__({align or bits(t) // 8}) {kind}{C[t]} "
            f"{Function.name(name)}[{count or 1}]{label}{first};")


def parameters(f, text):
    out = []
    for align, t, name, count in PARAMETER.findall(text):
        f.parameters[name] = Function.name(name)
        out.append(f"{f'PtxBytes<{count}, {align}>' if count else C[as_bits(t)]} {Function.name(name)}")
    return out


def function(found, addresses, line):
    kind, head, text = found.groups()
    result, name, given = re.search(r"(\([^)]*\))?\s*([\w$]+)\s*(?:\(([^)]*)\))?", head).groups()
    f = Function(addresses)
    takes = parameters(f, given or "")
    if kind == "func":
        takes.insert(0, "void *result")
        for _, _, back, _ in PARAMETER.findall(result or ""):
            f.parameters[back] = "(*(PtxBytes<64, 8> *)result)"
    own = []
    for v in VARIABLE.finditer(text):
        own.append(variable(v, f.addresses))
    body = "\n".join(f.body(VARIABLE.sub(lambda v: "\n" * v[0].count("\n"), text), line))
    head = f'extern "C" void {name}' if kind == "entry" else f"static void {Function.name(name)}"
    return "\n".join(own), f"{head}({', '.join(takes)})", body


def to_cpp(text):
    text = re.sub(r"//[^\n]*", "", text)
    addresses = {}
    variables = [variable(v, addresses) for v in VARIABLE.finditer(FUNCTION.sub("", text))]
    functions = [function(f, addresses, text.count("\n", 0, f.start(3)) + 1) for f in FUNCTION.finditer(text)]
    return "\n".join(variables + [own for own, _, _ in functions] + [f"{head};" for _, head, _ in functions]
                     + [f"{head}\n{{\n{body}\n}}" for _, head, body in functions]) + "\n"
