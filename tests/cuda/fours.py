"""fours.py DESCENT FILE: the inner loops of products by warps in fours (sm_90a), by NVIDIA's assembler
and disassembler: four products, nothing that waits for them twice, and no copies but in boxes, of which
each kernel has as many as are said here. 77: these programs are not there, and scripts/test has not
installed them."""
import re
import sys
from collections import Counter

from sass import disassemble

BOXES = {"product": 5, "batches": 0}
OPCODE = re.compile(r"/\*[0-9a-f]{4,}\*/\s+(?:@!?U?P\w+\s+)?([A-Z]\w*)")


def loop_of(lines):
    """From a label in front of the first product to the first branch back to one."""
    first = lines.index("HGMMA")
    begin = {m[1]: m.end() for m in re.finditer(r"^\s*(\.L_\w+):", lines[:first], re.M)}
    for back in re.finditer(r"BRA[.\w]* [^`\n]*`\((\.L_\w+)\)", lines[first:]):
        if back[1] in begin:
            return Counter(OPCODE.findall(lines[begin[back[1]]:first + back.end()]))
    return Counter()


def check(kernel, lines):
    boxes = next(n for name, n in BOXES.items() if kernel.startswith(name))
    all_of, loop = Counter(OPCODE.findall(lines)), loop_of(lines)
    good = (loop["HGMMA"] == all_of["HGMMA"] == 4 and all_of["UTMALDG"] == boxes
            and not all_of["LDL"] and not all_of["STL"]
            and (not boxes or not (loop["BAR"] or all_of["LDGSTS"])))
    print(f"{kernel}: {sum(loop.values())} instructions, {loop['HGMMA']} products, "
          f"{all_of['UTMALDG']} boxes, {loop['LDGSTS']} copies, {loop['BAR']} barriers"
          + ("" if good else " -- not what is asked for"))
    return good


def main():
    descent, file = sys.argv[1:]
    found = [check(kernel, lines) for kernel, lines in disassemble(descent, file, "sm_90a")]
    sys.exit(len(found) != len(BOXES) or not all(found))


main()
