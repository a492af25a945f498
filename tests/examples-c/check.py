#!/usr/bin/env python3
"""The examples of examples/c as a user builds them, with an installed Descent only.

    check.py install BUILD WORK                   installs the build into WORK
    check.py commands ROOT WORK NAME [FLAG...]    runs the commands that NAME's first comment shows
    check.py project ROOT WORK [FLAG...]          examples/c as a project of CMake, all programs

What the programs print is held to the marks below. FLAG: of the compiler and the linker.
"""
import math
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror"]


def run(command, **options):
    """What the command prints on stdout; it must succeed and print nothing on stderr."""
    done = subprocess.run(command, text=True, capture_output=True, **options)
    if done.returncode or done.stderr:
        words = command if isinstance(command, str) else shlex.join(map(str, command))
        sys.exit(f"exit {done.returncode}: {words}\n{done.stdout}{done.stderr}")
    return done.stdout


# ---------------------------------------------------------------------------------- marks

def number(pattern, text):
    found = re.findall(pattern, text)
    if len(found) != 1:
        sys.exit(f"{len(found)} matches of {pattern} in\n{text}")
    return float(found[0])


def at_least(pattern, mark):
    def check(text):
        value = number(pattern, text)
        if value < mark:
            sys.exit(f"{value} is below the mark, {mark}\n{text}")
        print(f"{value} of at least {mark}")
    return check


def is_xor(text):
    wanted = [f"{a} xor {b} = {a ^ b}" for a in (0, 1) for b in (0, 1)]
    if text.splitlines() != wanted:
        sys.exit(text)


def is_three(text):
    if not text.endswith("That is a 3.\n"):
        sys.exit(text)


def is_wave(text):
    """y = exp(-x) sin x, and its derivative, with four digits."""
    rows = [list(map(float, re.findall(r"= ([-+\d.]+)", line))) for line in text.splitlines()]
    for x, y, slope in rows:
        for value, wanted in ((y, math.exp(-x) * math.sin(x)),
                              (slope, math.exp(-x) * (math.cos(x) - math.sin(x)))):
            if abs(value - wanted) > 6e-5:
                sys.exit(f"{value} is not {wanted}\n{text}")
    if len(rows) != 5:
        sys.exit(f"{len(rows)} rows, not 5\n{text}")


MARKS = {
    "xor": is_xor,
    "cnn": at_least(r"([\d.]+) % of 1000 unseen digits", 97),
    "embedded": is_three,
    "cartpole": at_least(r"mean return of 100 games is ([\d.]+) of 200", 195),
    "hello": is_wave,
}


def check(name, command, again=False, **options):
    text = run(command, **options)
    MARKS[name](text)
    if again and run(command, **options) != text:
        sys.exit(f"{name}: a second run prints something else")


# -------------------------------------------------------------------------------- building

def install(build, work):
    shutil.rmtree(work, ignore_errors=True)
    run(["cmake", "--install", build, "--prefix", work])


def copy_examples(root, work):
    """The examples, and the data that their commands take, somewhere else."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(root / "examples/c", work / "c")
    (work / "data").mkdir()
    for path in ("digits.dsc", "data/digits.npz"):
        shutil.copy(root / "examples" / path, work / path)
    return work / "c"


def write_compilers(folder, flags):
    """A cc and a c++ for the front of PATH that also take the flags."""
    folder.mkdir()
    for name in ("cc", "c++"):
        words = shlex.join([shutil.which(name), *WARNINGS, *flags])
        (folder / name).write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        (folder / name).chmod(0o755)


def run_commands(root, work, prefix, name, flags):
    folder = copy_examples(root, work)
    write_compilers(work / "bin", flags)
    pc = next(prefix.rglob("descent.pc"))
    env = {**os.environ, "PATH": f"{work}/bin:{prefix}/bin:{os.environ['PATH']}",
           "PKG_CONFIG_PATH": str(pc.parent), "LD_LIBRARY_PATH": str(pc.parent.parent)}
    source = next(folder.glob(f"{name}.c*"))
    *build, program = re.findall(r"^(?: \*|//) {5}(.*?)(?: \*/)?$", source.read_text(), re.M)
    for command in build:
        run(command, shell=True, cwd=folder, env=env)
    if name == "embedded":      # "nothing of Descent is needed"
        del env["LD_LIBRARY_PATH"]
    check(name, program, again=not flags, shell=True, cwd=folder, env=env)


def run_project(root, work, prefix, flags):
    folder, build = copy_examples(root, work), work / "build"
    words = shlex.join([*WARNINGS, *flags])
    run(["cmake", "-G", "Ninja", "-S", folder, "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}",
         f"-DCMAKE_C_FLAGS={words}", f"-DCMAKE_CXX_FLAGS={words}"])
    run(["cmake", "--build", build, "--parallel", "2"])
    for name in MARKS:
        check(name, [build / name])


def main():
    what, *paths = sys.argv[1:4]
    first, work = (pathlib.Path(p).absolute() for p in paths)
    rest, prefix = sys.argv[4:], work.parent / "prefix"
    if what == "install":
        install(first, work)
    elif what == "commands":
        run_commands(first, work, prefix, rest[0], rest[1:])
    else:
        run_project(first, work, prefix, rest)


if __name__ == "__main__":
    main()
