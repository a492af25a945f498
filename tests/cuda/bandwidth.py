"""bandwidth.py DESCENT FILE ARCHITECTURE...: how kernels that are bound by memory move it, by NVIDIA's
assembler and disassembler. A line over a function, "at most N instructions, OPCODE OPCODE": so many
has a thread of its largest kernel, and it loads and stores in the GPU's memory by these, and nothing
in local memory. 77: these programs are not there, and scripts/test has not installed them."""
import re
import sys
from pathlib import Path

from sass import disassemble

OPCODE = re.compile(r"/\*[0-9a-f]{4,}\*/\s+(?:@!?U?P\w+\s+)?([A-Z][\w.]*)")
ASKED = re.compile(r"^// at most (\d+) instructions, (\S+) (\S+)\nfunc\.func @(\w+)", re.M)


def opcodes_of(lines):
    """Those behind a kernel's last one only fill up."""
    return [opcode for opcode in OPCODE.findall(lines) if opcode != "NOP"]


def judge(architecture, kernel, opcodes, most, load, store):
    moves = {kind: sorted({o.replace(".CONSTANT", "") for o in opcodes if o.startswith(kind)})
             for kind in ("LDG", "STG", "LDL", "STL")}
    if any(o.startswith("ATOM") for o in opcodes) and opcodes.count("STG.E") == 1:
        moves["STG"].remove("STG.E")        # blocks count themselves; the last one resets that
    good = (len(opcodes) <= int(most) and moves["LDG"] == [load] and moves["STG"] == [store]
            and not moves["LDL"] and not moves["STL"])
    print(f"{architecture} {kernel}: {len(opcodes)} instructions, {moves['LDG']} {moves['STG']}"
          + ("" if good else f" -- not what is asked for: {most}, {load}, {store}"))
    return good


def main():
    descent, file, *architectures = sys.argv[1:]
    asked = {name: rest for *rest, name in ASKED.findall(Path(file).read_text())}
    good = True
    for architecture in architectures:
        largest = {}
        for kernel, lines in disassemble(descent, file, architecture):
            opcodes = opcodes_of(lines)
            name = re.match(r"(\w+?)_(loop|row|reduce)_", kernel)[1]
            if len(opcodes) > len(largest.get(name, (0, []))[1]):
                largest[name] = (kernel, opcodes)
        good &= largest.keys() == asked.keys()
        for name, (kernel, opcodes) in largest.items():
            good &= judge(architecture, kernel, opcodes, *asked[name])
    sys.exit(not good)


main()
