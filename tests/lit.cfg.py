"""The text tests: every .mlir, .dsc and .test file under tests/ with a RUN line.

`lit build/release/tests` runs all, `lit build/release/tests/ir` a folder of them.
"""
import os
import shutil

import lit.formats

config.name = "descent"
config.suffixes = [".mlir", ".dsc", ".test"]
config.test_format = lit.formats.ShTest(execute_external=False)
config.test_source_root = os.path.join(config.descent_source, "tests")
config.test_exec_root = os.path.join(config.descent_build, "tests")
# Inputs of tests: read by them, no tests themselves.
config.excludes = ["Inputs", "seeds", "fuzz"]

config.environment["DESCENT_DATA"] = config.descent_data
config.environment["JAX_PLATFORMS"] = "cpu"
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
    if name in os.environ:
        config.environment[name] = os.environ[name]


def tool(name):
    """A program of LLVM 19: Debian's packages install it with or without the suffix."""
    found = shutil.which(name + "-19") or shutil.which(name, path="/usr/lib/llvm-19/bin")
    if not found:
        lit_config.fatal(f"{name}-19 is not installed (scripts/test installs it)")
    return found


def built(*path):
    return os.path.join(config.descent_build, *path)


if shutil.which("zsh"):
    config.available_features.add("zsh")

# lit replaces in this order, and plain text: a longer name goes before its own beginning.
config.substitutions += [
    ("%descent-opt", built("tests", "tools", "descent-opt")),
    ("%descent-eval", built("tests", "tools", "descent-eval")),
    ("%descent-aot", built("tests", "tools", "descent-aot")),
    ("%descent-diff", built("tests", "tools", "descent-diff")),
    ("%descent-c", built("tests", "c", "descent-c")),
    ("%random-graph", built("tests", "tools", "random-graph")),
    ("%descent", built("descent")),
    ("%FileCheck", tool("FileCheck") + " --dump-input-filter=error"),
    ("%mlir-opt", tool("mlir-opt")),
    ("%not", tool("not")),
    ("%clang", tool("clang")),
    ("%nm", tool("llvm-nm")),
    ("%objdump", tool("llvm-objdump")),
    ("%readelf", tool("llvm-readelf")),
    ("%judges", os.path.join(config.test_source_root, "judges")),
    ("%python", os.path.join(config.descent_venv, "bin", "python")),
    ("%root", config.descent_source),
]
