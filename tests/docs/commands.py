#!/usr/bin/env python3
"""What the documents show is what happens: runs the commands in them and looks for the output.

    commands.py ROOT BUILD WORK DOCUMENT...

A block ```text that begins with `$ ` is a command and lines of its output, in order; others may
stand between them. In a line `...` stands for anything; amounts of blanks and the numbers of values
(%12, %cst_3) do not count. A comment before the block, <!-- numbers vary --> or <!-- exit 1 -->,
says so.
"""
import os
import pathlib
import re
import subprocess
import sys

BLOCK = re.compile(r"(?:<!-- (.*?) -->\n)?^```text\n\$ (.*?)\n(.*?)^```", re.M | re.S)
VALUE = re.compile(r"%([a-z_]*?)_?\d+\b")
NUMBER = re.compile(r"\d+(\.\d+)?(e-?\d+)?([kM]\b| (us|ms|s)\b)?")


def plain(line, masked):
    line = VALUE.sub(r"%\1", " ".join(line.split()))
    return NUMBER.sub("#", line) if masked else line


def shows(pattern, line):
    """Whether the line is the pattern, whose `...` stand for anything."""
    parts = [re.escape(part.strip()) for part in pattern.split("...")]
    return re.fullmatch(r"\s*.*\s*".join(parts), line) is not None


def missing(wanted, output, masked):
    """The first line wanted that does not follow those before it in the output; None if all do."""
    lines = iter(plain(line, masked) for line in output.splitlines())
    for pattern in wanted.splitlines():
        if pattern.strip("\n .") and not any(shows(plain(pattern, masked), x) for x in lines):
            return pattern
    return None


def check(document, environment, work):
    good = True
    for remark, command, wanted in BLOCK.findall(document.read_text()):
        done = subprocess.run(command, shell=True, cwd=work, env=environment, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        status = int(remark.split()[1]) if remark.startswith("exit") else 0
        line = missing(wanted, done.stdout, "numbers vary" in remark)
        if done.returncode != status:
            print(f"{document}: exit {done.returncode}: {command}\n{done.stdout}")
        elif line:
            print(f"{document}: not in the output of {command}:\n{line}")
        good &= done.returncode == status and line is None
    return good


def main():
    root, build, work, *documents = (pathlib.Path(p).absolute() for p in sys.argv[1:])
    work.mkdir(parents=True, exist_ok=True)
    for folder in root.iterdir():
        link = work / folder.name
        if folder.is_dir() and folder.name != "build" and not link.is_symlink():
            link.symlink_to(folder)
    programs = [str(build), str(build / "tests/tools"), os.environ["PATH"]]
    environment = {**os.environ, "PATH": os.pathsep.join(programs)}
    results = [check(document, environment, work) for document in documents]
    sys.exit(not all(results))


if __name__ == "__main__":
    main()
