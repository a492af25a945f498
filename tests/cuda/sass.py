"""The instructions of kernels, by NVIDIA's assembler and disassembler."""
import os
import re
import subprocess
import sys
from pathlib import Path


def disassemble(descent, file, architecture):
    """The lines of each kernel, by name. Exits with 77 if the programs are not there, and
    scripts/test has not installed them."""
    done = subprocess.run([descent, "dump", file, "--stage=sass", f"--device={architecture}"],
                          capture_output=True, text=True)
    if done.returncode:
        print(done.stderr)
        sys.exit(1 if (Path(os.environ["VIRTUAL_ENV"]) / "requirements.txt").exists() else 77)
    return re.findall(r"^\.text\.(\w+):\n(.*?)(?=^\.text\.|\Z)", done.stdout, re.M | re.S)
