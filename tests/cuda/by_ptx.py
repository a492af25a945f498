#!/usr/bin/env python3
"""by_ptx.py --run COMMAND...: runs a command whose kernels, on the emulator, are those that NVIDIA's
NVRTC makes: it compiles the text to PTX for DESCENT_PTX (sm_90a), and that becomes C++ (ptx.py). So
the assembly of backends/cuda is read by a second reader, and what a compiler may do with a text that
the host's compiler does not. 77: there is no NVRTC.

by_ptx.py OPTIONS... FILE.cc: what that command calls in place of the C++ compiler. The emulator's
NVRTC has put device.h in front of the kernels, and a table of them behind."""
import ctypes
import glob
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import ptx

HERE = Path(__file__).resolve().parent


def open_nvrtc():
    """Of the judges' Python, or of a toolkit; with what it opens by name, which then is there."""
    folders = glob.glob(f"{os.environ.get('VIRTUAL_ENV', '')}/lib/python3*/site-packages/nvidia/*/lib")
    for folder in [*folders, "/usr/local/cuda/lib64"]:
        for file in sorted(glob.glob(f"{folder}/libnvrtc.so.1[23]")):
            for builtins in glob.glob(f"{folder}/libnvrtc-builtins.so.1?.?"):
                ctypes.CDLL(builtins)
            return ctypes.CDLL(file)
    return None


def text_of(nvrtc, program, what):
    size = ctypes.c_size_t()
    getattr(nvrtc, f"nvrtcGet{what}Size")(program, ctypes.byref(size))
    text = ctypes.create_string_buffer(size.value)
    getattr(nvrtc, f"nvrtcGet{what}")(program, text)
    return text.value.decode()


def compile_to_ptx(text):
    nvrtc, program = open_nvrtc(), ctypes.c_void_p()
    options = [f"--gpu-architecture={os.environ.get('DESCENT_PTX', 'sm_90a')}", "--std=c++17", "--fmad=false"]
    given = (ctypes.c_char_p * len(options))(*[o.encode() for o in options])
    nvrtc.nvrtcCreateProgram(ctypes.byref(program), text.encode(), b"kernels.cu", 0, None, None)
    if nvrtc.nvrtcCompileProgram(program, len(options), given):
        sys.exit(text_of(nvrtc, program, "ProgramLog"))
    return text_of(nvrtc, program, "PTX")


def replace_kernels(source):
    """The emulator has blanked `__shared__` behind `extern`, and names that memory at the end."""
    head, kernels, tail = re.fullmatch(r'(.*?)(#line 1 "(?!emulator).*?)(#line 1 "emulator".*)', source, re.S).groups()
    kernels = re.sub(r"extern {11,}", "extern __shared__ ", kernels.split("\n", 1)[1])
    tail = re.sub(r"^EMU_DYNAMIC\(.*\n", "", tail, flags=re.M)
    helpers = (HERE / "ptx.h").read_text()
    return f'{head}#line 1 "ptx"\n{helpers}\n{ptx.to_cpp(compile_to_ptx(kernels))}\n{tail}'


def run(command):
    if not open_nvrtc():
        sys.exit(77)
    with tempfile.TemporaryDirectory() as cache:
        place = {"DESCENT_EMULATOR_CXX": str(HERE / "by_ptx.py"), "XDG_CACHE_HOME": cache}
        sys.exit(subprocess.run(command, env=os.environ | place).returncode)


def main():
    words = sys.argv[1:]
    if words[0] == "--run":
        run(words[1:])
    for file in (Path(w) for w in words if w.endswith(".cc") and "-S" in words):
        file.write_text(replace_kernels(file.read_text()))
    os.execvp("c++", ["c++", *words])


main()
