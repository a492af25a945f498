#!/usr/bin/env python3
"""Writes digits.npz, digits-sample.npy and diabetes.csv.gz from scikit-learn (1.9) into this folder."""
import gzip
import os

import numpy as np
from sklearn.datasets import load_diabetes, load_digits

HERE = os.path.dirname(os.path.abspath(__file__))


def write_digits():
    digits = load_digits()
    x, y = digits.images.astype(np.uint8), digits.target.astype(np.uint8)
    np.savez_compressed(os.path.join(HERE, "digits.npz"), x=x, y=y)
    np.save(os.path.join(HERE, "digits-sample.npy"), x[[np.argmax(y == d) for d in range(10)]])


def write_diabetes():
    patients = load_diabetes(scaled=False)
    lines = [",".join([*patients.feature_names, "progression"])]
    for row, target in zip(patients.data, patients.target):
        lines.append(",".join(f"{v:g}" for v in [*row, target]))
    path = os.path.join(HERE, "diabetes.csv.gz")
    with open(path, "wb") as f, gzip.GzipFile("", "wb", fileobj=f, mtime=0) as packed:
        packed.write(("\n".join(lines) + "\n").encode())


write_digits()
write_diabetes()
