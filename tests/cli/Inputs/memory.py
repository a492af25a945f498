"""memory.py DESCENT MODEL FOLDER: training needs no more memory than `check` announced and 100 MB."""
import os
import re
import resource
import subprocess
import sys

descent, model, folder = sys.argv[1:]
UNITS = {"bytes": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30}

told = subprocess.run([descent, "check", model], check=True, capture_output=True, text=True).stdout
number, unit = re.search(r"peak memory +([0-9.]+) (\w+) in training", told).groups()
announced = float(number) * UNITS[unit]
assert announced > 100 * 2**20, "the model is too small to say anything"
subprocess.run([descent, "train", model, "-q", "-o", os.path.join(folder, "w.safetensors")], check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
print(f"announced {announced / 2**20:.1f} MB, used {used / 2**20:.1f} MB")
sys.exit(used > announced + 100 * 2**20)
