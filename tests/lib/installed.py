#!/usr/bin/env python3
"""The library as a user gets it: installed into an empty folder, which is moved elsewhere; the
programs of docs/library.md compiled by pkg-config, a CMake project by find_package; run.

    installed.py ROOT BUILD WORK [FLAG...]      FLAG: of the compiler and linker
"""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

BLOCK = re.compile(r"^```c\n(.*?)^```", re.M | re.S)


def run(command, **options):
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          **options)
    if done.returncode:
        sys.exit(f"exit {done.returncode}: {shlex.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def install(build, work):
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    run(["cmake", "--install", build, "--component", "library", "--prefix", work / "first"])
    (work / "first").rename(work / "moved")
    return work / "moved"


def environment(prefix):
    pc = next(prefix.rglob("descent.pc"))
    libraries = next(prefix.rglob("libdescent.so")).parent
    return {**os.environ, "PKG_CONFIG_PATH": str(pc.parent), "LD_LIBRARY_PATH": str(libraries),
            "CMAKE_PREFIX_PATH": str(prefix)}


def run_document(document, work, env, flags):
    wanted = shlex.split(run(["pkg-config", "--cflags", "--libs", "descent"], env=env))
    blocks = BLOCK.findall(document.read_text())
    for i, text in enumerate(blocks):
        source = work / f"block{i}.c"
        source.write_text(text)
        run(["cc", "-std=c17", "-Wall", "-Wextra", "-Werror", "-pedantic", *flags, source,
             "-o", work / f"block{i}", *wanted])
        run([work / f"block{i}"], env=env, cwd=work)
    return work / "block0.c" if blocks else sys.exit("no programs in the document")


def run_project(folder, program, work, env, flags):
    build = work / "project"
    run(["cmake", "-G", "Ninja", "-S", folder, "-B", build, f"-DPROGRAM={program}",
         f"-DCMAKE_C_FLAGS={' '.join(flags)}",
         f"-DCMAKE_CXX_FLAGS={' '.join(flags)} -Wall -Wextra -Werror"], env=env)
    run(["cmake", "--build", build], env=env)
    del env["LD_LIBRARY_PATH"]      # CMake's programs know where the library is
    for name in ("shared", "static", "cplusplus"):
        run([build / name], env=env, cwd=work)


def main():
    root, build, work = (pathlib.Path(p).absolute() for p in sys.argv[1:4])
    flags = sys.argv[4:]
    env = environment(install(build, work))
    program = run_document(root / "docs/library.md", work, env, flags)
    run_project(root / "tests/lib/user", program, work, env, flags)


if __name__ == "__main__":
    main()
