#!/usr/bin/env python3
"""graphs.py RANDOM-GRAPH COUNT: prints its graphs of the seeds below COUNT as functions of one file,
every other one to be differentiated."""
import subprocess
import sys

RULES = ["scale=2e-5", "gradient scale=1e-4 abs=1e-5"]


def body(text):
    """What is in the module."""
    return text[text.index("{") + 1:text.rindex("}")]


if __name__ == "__main__":
    tool, count = sys.argv[1], int(sys.argv[2])
    for seed in range(count):
        smooth = ["smooth"] * (seed % 2)
        text = subprocess.run([tool, str(seed), *smooth], stdout=subprocess.PIPE, text=True,
                              check=True).stdout
        print(f"// judge: {RULES[seed % 2]} low=-2 high=2 small")
        print(body(text).replace("@main(", f"@graph_{seed}("))
