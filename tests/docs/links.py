#!/usr/bin/env python3
"""What the documents name exists: files, ops, passes, stages, identifiers of the code.

    links.py ROOT [FILE...]     FILE: a document, by default all of ROOT's
"""
import pathlib
import re
import sys

CODE = (".c", ".h", ".def", ".py", ".dsc")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
QUOTED = re.compile(r"`([^`\s]+)`")
OP = re.compile(r"(?<![#\w@.\"])(?:stablehlo|chlo|func|scf|memref|vector|arith|math)\.[a-z_0-9]+")
PASS = re.compile(r"--(?:after|pass)[= ]([a-z][a-z.0-9]*)")
STAGE = re.compile(r"--stage[= ]([a-z]+)")
NAME = re.compile(r"^(?:ir|pass|ref|cpu|lang|rt|api|cli|infer|grad|emit|simplify|fuse|lower|point"
                  r"|index|approx|OP|IR|KIND)_\w+$|^[A-Z]\w*[a-z]\w*$")


class Code:
    """What there is to be named."""

    def __init__(self, root):
        self.root = root
        self.folders = [p.name for p in root.iterdir() if p.is_dir() and p.name != "build"]
        ops = (root / "ir/ops.def").read_text()
        self.ops = set(re.findall(r'"((?:\w+)\.\w+)"', ops))
        self.op_ids = re.findall(r"^(?:GRAPH_OP|KERNEL_OP|A1|A2)\((\w+),", ops, re.M)
        rows = re.findall(r'^    \{"([\w.]+)",\s*pass_\w+,\s*(?:NULL|"(\w+)")',
                          (root / "passes/pipeline.c").read_text(), re.M)
        self.passes = [name for name, _ in rows]
        self.stages = {stage for _, stage in rows} | {"graph", "llvm", "asm", "cuda", "ptx",
                                                          "sass"}
        self.names = {"OP_" + op for op in self.op_ids}
        for folder in self.folders:
            for path in (root / folder).rglob("*"):
                if path.suffix in CODE:
                    self.names.update(re.findall(r"\w+", path.read_text(errors="replace")))

    def has_path(self, path):
        """`*`, NAME and <anything> stand for any name."""
        return any(self.root.glob(re.sub(r"<\w+>|NAME", "*", path)))


def path_of(word, code):
    """A quoted word that names a file of the repository, without what follows it (:12)."""
    first = word.split("/")[0]
    return word.rstrip("/").split(":")[0] if "/" in word and first in code.folders else None


def problems(document, code):
    text = document.read_text()
    prose = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    for link in LINK.findall(prose):
        if "://" not in link and not (document.parent / link).exists():
            yield f"no file {link}"
    for word in QUOTED.findall(prose):
        path = path_of(word, code)
        if path and not code.has_path(path):
            yield f"no file {path}"
        if NAME.match(word.rstrip("()")) and word.rstrip("()") not in code.names:
            yield f"nothing in the code is called {word}"
    for op in sorted(set(OP.findall(text)) - code.ops):
        yield f"no op {op}"
    for name in PASS.findall(text):
        if name not in code.passes:
            yield f"no pass {name}"
    for stage in STAGE.findall(text):
        if stage not in code.stages:
            yield f"no stage {stage}"
    table = re.search(r"^\| pass \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.M)
    if table and re.findall(r"^\| `([\w.]+)` \|", table[1], re.M) != code.passes:
        yield "the table of passes is not that of passes/pipeline.c"


def main():
    root = pathlib.Path(sys.argv[1])
    code = Code(root)
    documents = [pathlib.Path(p) for p in sys.argv[2:]] or [
        *sorted(root.glob("*.md")), *sorted(root.glob("docs/*.md")),
        *sorted(root.glob("examples/**/*.md")), *sorted(root.glob("bench/*.md"))]
    failed = False
    for document in documents:
        for problem in problems(document, code):
            print(f"{document}: {problem}")
            failed = True
    sys.exit(failed)


if __name__ == "__main__":
    main()
