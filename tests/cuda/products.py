"""products.py DESCENT FILE ARCHITECTURE...: what the inner loops of products are made of, by NVIDIA's
assembler and disassembler: multiply-adds, which read shared memory 16 bytes at a time and nothing from
local memory. 77: these programs are not there, and scripts/test has not installed them."""
import re
import sys
from collections import Counter
from pathlib import Path

from sass import disassemble

# Of a kernel whose name begins so: the share of multiply-adds that its inner loop has at least.
LEAST = {"large": 0.88, "layer": 0.5, "conv": 0.8}
LESS = {"sm_75": 0.06}      # copies go through registers
OPCODE = re.compile(r"/\*[0-9a-f]{4,}\*/\s+(?:@!?U?P\w+\s+)?([A-Z][\w.]*)(.*)")
NEVER = "@!PT "         # instructions that only keep a distance


def loops(lines):
    """The opcodes from each label to the branches back to it."""
    opcodes, labels = [], {}
    for line in lines:
        if label := re.match(r"\s*(\.L_\w+):", line):
            labels[label[1]] = len(opcodes)
        elif found := OPCODE.search(line):
            opcodes.append("NOP" if NEVER in line else found[1])
            target = re.search(r"\((\.L_\w+)\)", found[2])
            if found[1].startswith("BRA") and target and target[1] in labels:
                yield opcodes[labels[target[1]]:]


def check(architecture, kernel, body):
    """The loop of a kernel that multiplies."""
    count = Counter(opcode.split(".")[0] for opcode in body)
    share = count["FFMA"] / len(body)
    narrow = [opcode for opcode in body if opcode.startswith("LDS") and not opcode.endswith(".128")]
    print(f"{architecture} {kernel}: {len(body)} instructions, {share:.1%} FFMA, {count['LDS']} LDS, "
          f"{count['LDGSTS'] + count['LDG']} copies, {count['BAR']} barrier")
    least = next(least for name, least in LEAST.items() if kernel.startswith(name))
    return share >= least - LESS.get(architecture, 0) and not narrow and count["BAR"] == 1


def check_kernels(architecture, kernels):
    good, found = True, set()
    for kernel, lines in kernels:
        good &= not re.search(r"\b(LDL|STL)\b", lines)      # local memory
        for body in loops(lines.splitlines()):
            if body.count("FFMA") > 100:
                found.add(kernel.split("_contraction")[0])
                good &= check(architecture, kernel, body)
    return good, found


def main():
    descent, file, *architectures = sys.argv[1:]
    functions = set(re.findall(r"func\.func @(\w+)", Path(file).read_text()))
    failed = False
    for architecture in architectures:
        good, found = check_kernels(architecture, disassemble(descent, file, architecture))
        if not good or found != functions:
            print(f"{architecture}: not good enough; without a loop: {sorted(functions - found)}")
            failed = True
    sys.exit(failed)


main()
