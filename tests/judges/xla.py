"""What the judges share: StableHLO text to a verified module, and an entry point to a function.

jaxlib brings the parser, the verifier and XLA's CPU compiler; nothing of JAX itself is used
but its registration of the CPU backend.
"""
import os
from dataclasses import dataclass

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import jax
import ml_dtypes
import numpy as np
from jax._src.lib import xla_client
from jax.extend import backend
from jaxlib.mlir import ir
from jaxlib.mlir._mlir_libs import _jax_mlir_ext
from jaxlib.mlir.dialects import chlo, stablehlo

jax.config.update("jax_enable_x64", True)

DTYPES = {"f64": np.float64, "f32": np.float32, "f16": np.float16, "bf16": ml_dtypes.bfloat16,
          "i1": np.bool_, "i8": np.int8, "i16": np.int16, "i32": np.int32, "i64": np.int64,
          "ui8": np.uint8, "ui16": np.uint16, "ui32": np.uint32, "ui64": np.uint64}
GRAPH_DIALECTS = {"builtin", "func", "stablehlo", "chlo"}


class Bad(Exception):
    """What is judged is wrong, or what was given to judge it with."""


def context():
    registry = ir.DialectRegistry()
    _jax_mlir_ext.register_dialects(registry)
    ctx = ir.Context()
    ctx.append_dialect_registry(registry)
    ctx.load_all_available_dialects()
    stablehlo.register_dialect(ctx)
    chlo.register_dialect(ctx)
    return ctx


def parse(text, ctx):
    """The verified module of a graph dump; raises Bad if it is none."""
    try:
        module = ir.Module.parse(text, ctx)     # verifies too
    except ir.MLIRError as e:
        raise Bad(str(e)) from e
    functions = 0

    def visit(op):
        nonlocal functions
        dialect = op.name.split(".")[0]
        if dialect not in GRAPH_DIALECTS:
            raise Bad(f"{op.name}: the graph level has only {sorted(GRAPH_DIALECTS)}")
        functions += op.name == "func.func"
        return ir.WalkResult.ADVANCE

    module.operation.walk(visit)
    if not functions:
        raise Bad("the module has no function")
    return module


@dataclass
class Value:
    """An argument or a result of an entry point, with the attributes that Descent gives it."""
    shape: tuple
    dtype: np.dtype
    name: str           # descent.name, "" if it has none
    role: str           # descent.role
    replaced_by: int    # tf.aliasing_output: the result that takes its place; -1 if none does

    def accept(self, array):
        """The array as the program wants it; numpy reads bf16 back as two raw bytes."""
        array = np.asarray(array)
        if array.dtype.kind == "V" and array.dtype.itemsize == self.dtype.itemsize:
            array = array.view(self.dtype)
        if array.shape != self.shape or array.dtype != self.dtype:
            raise Bad(f"argument {self.name!r} wants {self.dtype}{list(self.shape)}, "
                      f"got {array.dtype}{list(array.shape)}")
        return array


def describe(types, attributes):
    def one(type_, attrs):
        get = lambda key: attrs[key].value if key in attrs else None
        alias = get("tf.aliasing_output")
        return Value(tuple(type_.shape), np.dtype(DTYPES[str(type_.element_type)]),
                     get("descent.name") or "", get("descent.role") or "",
                     -1 if alias is None else alias)

    return [one(ir.RankedTensorType(t), a) for t, a in zip(types, attributes)]


def make_main(module, entry):
    """XLA compiles @main: gives the entry point that name and makes all others private."""
    functions = ir.SymbolTable(module.operation)
    if entry not in functions:
        names = [ir.StringAttr(f.attributes["sym_name"]).value for f in module.body.operations]
        raise Bad(f"no function @{entry}; there are {names}")
    if entry != "main":
        if "main" in functions:
            rename(module, functions["main"], "main", "descent.other_main")
        rename(module, functions[entry], entry, "main")
    for function in module.body.operations:
        name = ir.SymbolTable.get_symbol_name(function).value
        function.attributes["sym_visibility"] = ir.StringAttr.get(
            "public" if name == "main" else "private")
    return ir.SymbolTable(module.operation)["main"]


def rename(module, function, old, new):
    ir.SymbolTable.replace_all_symbol_uses(old, new, module.operation)
    ir.SymbolTable.set_symbol_name(function, new)


class Program:
    """An entry point, compiled by XLA for the CPU: call it with one numpy array per argument.

    Donation is taken out first: what is donated here is deleted, and callers keep theirs.
    """

    def __init__(self, text, entry):
        with context() as ctx, ir.Location.unknown():
            module = parse(text, ctx)
            main = make_main(module, entry)
            count = len(main.type.inputs)
            self.inputs = describe(main.type.inputs, attributes(main, "arg_attrs", count))
            count = len(main.type.results)
            self.outputs = describe(main.type.results, attributes(main, "res_attrs", count))
            if "arg_attrs" in main.attributes:
                del main.attributes["arg_attrs"]
            cpu = backend.get_backend("cpu")
            devices = xla_client.DeviceList(tuple(cpu.local_devices()[:1]))
            try:
                self.executable = cpu.compile_and_load(module, devices,
                                                       xla_client.CompileOptions())
            except jax.errors.JaxRuntimeError as e:
                raise Bad(f"XLA does not compile @{entry}: {e}") from e

    def __call__(self, *arrays):
        if len(arrays) != len(self.inputs):
            raise Bad(f"{len(self.inputs)} arguments wanted, {len(arrays)} given")
        given = [jax.device_put(v.accept(a)) for v, a in zip(self.inputs, arrays)]
        results = self.executable.execute_sharded(given)
        return [np.asarray(r[0]) for r in results.disassemble_into_single_device_arrays()]


def attributes(function, key, count):
    if key not in function.attributes:
        return [{}] * count
    return [ir.DictAttr(a) for a in ir.ArrayAttr(function.attributes[key])]
