"""compile.py DESCENT CUDA-USAGE ARCHITECTURE FILE...: NVIDIA's NVRTC compiles the kernels of all entry
points of models and graphs, within the limits of registers. A kernel whose text was compiled
already, under another name, is left out. 77: there is no NVRTC, and scripts/test has not installed
one."""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

KERNEL = re.compile(r'extern "C" __global__ void (?:__launch_bounds__\(\d+(?:, \d+)?\) )?(\w+)\(.*?\n}\n', re.S)
NONE = "NVRTC was not found"


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode and NONE in done.stderr and not (Path(os.environ["VIRTUAL_ENV"]) / "requirements.txt").exists():
        print(NONE)
        sys.exit(77)
    return done


def print_kernels(descent, file, architecture):
    done = run([descent, "dump", file, "--stage=cuda", f"--device={architecture}"])
    if done.returncode:
        sys.exit(f"{file}: {done.stderr}")
    return done.stdout


def leave_out(text, seen):
    """The text without the kernels that were seen, and how many are left."""
    count = 0

    def keep(match):
        nonlocal count
        kernel = match[0].replace(f" {match[1]}(", " (", 1)
        if kernel in seen:
            return ""
        seen.add(kernel)
        count += 1
        return match[0]

    return KERNEL.sub(keep, text), count


def check_ptx(descent, file, architecture):
    ptx = run([descent, "dump", file, "--stage=ptx", f"--device={architecture}"])
    if not re.search(rf"^\.target {architecture}\b", ptx.stdout, re.M):
        sys.exit(f"{file}: no PTX for {architecture}: {ptx.stderr}")


def main():
    descent, usage, architecture, *files = sys.argv[1:]
    seen, failed = set(), False
    check_ptx(descent, files[0], architecture)
    with tempfile.TemporaryDirectory() as folder:
        for file in files:
            text, count = leave_out(print_kernels(descent, file, architecture), seen)
            path = Path(folder) / f"{Path(file).stem}.cu"
            path.write_text(text)
            done = run([usage, str(path), architecture])
            told = done.stdout.count(" registers, ")
            print(f"{architecture} {file}: {told} kernels", flush=True)
            if done.returncode or told != count:
                print(f"{count} were printed\n{done.stderr}")
                failed = True
    sys.exit(failed)


main()
