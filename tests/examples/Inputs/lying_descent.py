"""Does what `descent` does, but rewrites the log of `train`: DESCENT is the program, LIE what
Python's re.sub takes, pattern=replacement."""
import os
import re
import subprocess
import sys

done = subprocess.run([os.environ["DESCENT"], *sys.argv[1:]])
if sys.argv[1] == "train":
    log = [a.split("=")[1] for a in sys.argv if a.startswith("--json=")][0]
    with open(log, encoding="utf-8") as f:
        text = f.read()
    pattern, replacement = os.environ["LIE"].split("=")
    with open(log, "w", encoding="utf-8") as f:
        f.write(re.sub(pattern, replacement, text))
sys.exit(done.returncode)
