"""The rows of an example's data, split as runtime/random.h says, read without Descent."""
import csv
import gzip
import os
import subprocess
from dataclasses import dataclass

import numpy as np

WORD = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15
SPLIT = WORD        # the stream of random numbers that is for the split


@dataclass
class Rows:
    inputs: list        # of arrays, raw as in the file: what `descent run` takes
    target: np.ndarray

    def part(self, rows):
        return Rows([x[rows] for x in self.inputs], self.target[rows])


def mix(z):
    """The finalizer of SplitMix64."""
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & WORD
    z = (z ^ z >> 27) * 0x94D049BB133111EB & WORD
    return z ^ z >> 31


def shuffled(count, seed=0, stream=SPLIT):
    """Fisher and Yates's permutation, from a random number for each place."""
    key = mix((mix(seed + GOLDEN & WORD) + (stream + 1) * GOLDEN) & WORD)
    order = list(range(count))
    for i in range(count - 1, 0, -1):
        j = mix(key + (i + 1) * GOLDEN & WORD) * (i + 1) >> 64
        order[i], order[j] = order[j], order[i]
    return order


def split(rows, test, shuffle=True):
    """Those to train on, those to test on."""
    count = len(rows.target)
    held = int(test * count + 0.5) if test < 1 else test
    order = shuffled(count) if shuffle else list(range(count))
    return rows.part(order[:count - held]), rows.part(order[count - held:])


def table(path):
    """name -> column"""
    with gzip.open(path, "rt", newline="") as f:
        names, *lines = csv.reader(f)
    return dict(zip(names, np.array(lines, np.float32).T))


def columns(path, target, *groups):
    """Each group is a list of names; without any all columns but the target are one."""
    data = table(path)
    groups = groups or [[name for name in data if name != target]]
    return Rows([np.stack([data[name] for name in group], 1) for group in groups], data[target])


def idx(path):
    """Magic number, sizes, values: big-endian."""
    with gzip.open(path) as f:
        data = f.read()
    sizes = [int.from_bytes(data[4 + 4 * i:8 + 4 * i], "big") for i in range(data[3])]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * len(sizes)).reshape(sizes)


def archive(path):
    with np.load(path) as found:
        return Rows([found["x"]], found["y"])


def computed(descent, source, entry, work):
    """A table's columns, from the entry point that computes them with seed 0."""
    seed = os.path.join(work, "seed.npy")
    np.save(seed, np.zeros(2, np.uint64))
    subprocess.run([descent, "run", source, "--entry", entry, "-i", seed, "--output-dir", work],
                   check=True, stdout=subprocess.DEVNULL)
    return Rows([np.load(os.path.join(work, "out0.npy"))], np.load(os.path.join(work, "out1.npy")))
