#!/usr/bin/env python3
"""What the library shows: every function of the headers, under its version, and nothing else.

    symbols.py INCLUDE SHARED STATIC
"""
import pathlib
import re
import subprocess
import sys

FUNCTION = re.compile(r"^DESCENT_API\b[^;{]*?\b(descent_\w+)\(", re.M | re.S)


def declared(include):
    return {name for header in include.glob("*.h")
            for name in FUNCTION.findall(header.read_text())}


def symbols(*command):
    """Names and versions of what a file defines for others (A: the version itself)."""
    text = subprocess.run(["nm", "--defined-only", *command], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    rows = [line.split() for line in text.splitlines() if len(line.split()) == 3]
    return [row[2].partition("@@") for row in rows if row[1] != "A"]


def main():
    include, shared, static = map(pathlib.Path, sys.argv[1:])
    wanted = declared(include)
    visible = symbols("-D", "--with-symbol-versions", shared)
    problems = [f"not exported: {name}" for name in wanted - {s[0] for s in visible}]
    problems += [f"exported: {s[0]}" for s in visible if s[0] not in wanted]
    problems += [f"without version: {s[0]}" for s in visible if s[2] != "DESCENT_0.1"]
    hidden = {s[0] for s in symbols("-g", static)}
    problems += [f"{static.name}: {name}" for name in wanted ^ hidden]
    sys.exit("\n".join(problems) if problems else len(wanted) < 100)


if __name__ == "__main__":
    main()
