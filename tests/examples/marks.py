"""What each example must reach on held-out data, and how its predictions are measured."""
import os
from dataclasses import dataclass, field
from typing import Callable

import numpy as np

import rows

SIGNS = ["charSemicolon", "charRoundbracket", "charSquarebracket", "charExclamation", "charDollar",
         "charHash", "capitalAve", "capitalLong", "capitalTotal"]


@dataclass
class Places:
    descent: str
    examples: str       # the folder of the .dsc files
    data: str           # the folder of the data that is not shipped
    work: str

    def shipped(self, name):
        return os.path.join(self.examples, "data", name)

    def large(self, name):
        return os.path.join(self.data, name)


@dataclass
class Example:
    split: Callable         # Places -> (rows to train on, rows to test on)
    metric: str             # its name in the log
    measure: Callable       # (predictions, target) -> the same metric
    mark: Callable          # (training rows, test rows) -> the bound
    at_most: bool = False
    large_data: bool = False
    # Other ways to the metric: models of the file, each run on what the one before gave.
    also: list = field(default_factory=list)


# ------------------------------------------------------------------------------------- measures

def r2(p, y):
    return 1 - ((y - p) ** 2).sum() / ((y - y.mean()) ** 2).sum()


def squared_error(p, y):
    return ((p.reshape(y.shape) - y) ** 2).mean()


def above(threshold):
    return lambda p, y: ((p > threshold) == (y > 0.5)).mean()


def greatest(p, y):
    return (p.argmax(1) == y).mean()


def equal(p, y):
    return (p == y).mean()


# ---------------------------------------------------------------------------------------- bounds

def fixed(mark):
    return lambda train, test: mark


def least_squares(train, test):
    """r2 of the exact solution, less 0.01."""
    def with_one(x):
        return np.c_[x.astype(np.float64), np.ones(len(x))]
    w = np.linalg.lstsq(with_one(train.inputs[0]), train.target, rcond=None)[0]
    return r2(with_one(test.inputs[0]) @ w, test.target) - 0.01


def pca(size):
    """The error on the test rows of the best linear code for the training rows."""
    def bound(train, test):
        mean = train.target.mean(0)
        axes = np.linalg.svd(train.target - mean, full_matrices=False)[2][:size]
        x = test.target - mean
        return squared_error(x @ axes.T @ axes, x)
    return bound


# ------------------------------------------------------------------------------------------ data

def patients(at):
    return rows.split(rows.columns(at.shipped("diabetes.csv.gz"), "progression"), 88,
                      shuffle=False)


def mails(at):
    return rows.split(rows.columns(at.shipped("spambase.csv.gz"), "type"), 0.2)


def mails_in_two(at):
    path = at.shipped("spambase.csv.gz")
    words = [name for name in rows.table(path) if name not in (*SIGNS, "type")]
    return rows.split(rows.columns(path, "type", SIGNS, words), 0.2)


def digits(at):
    return rows.split(rows.archive(at.shipped("digits.npz")), 0.2)


def pixels(at):
    images = rows.archive(at.shipped("digits.npz"))
    images.target = images.inputs[0].reshape(-1, 64) / 16.0
    return rows.split(images, 0.2)


def mnist(at):
    images, labels = (rows.idx(at.large(f"mnist/t10k-{name}-ubyte.gz"))
                      for name in ("images-idx3", "labels-idx1"))
    return rows.split(rows.Rows([images], labels), 2000, shuffle=False)


def wave(at):
    return rows.split(rows.computed(at.descent, os.path.join(at.examples, "sine.dsc"),
                                    "data.wave", at.work), 0.2)


EXAMPLES = {
    "linear": Example(patients, "r2", r2, least_squares),
    "sine": Example(wave, "loss", squared_error, fixed(1e-4), at_most=True),
    "logistic": Example(mails, "accuracy", above(0), fixed(0.90),
                        also=[(["probability"], above(0.5))]),
    "spam": Example(mails, "accuracy", above(0), fixed(0.93)),
    "wide_deep": Example(mails_in_two, "accuracy", above(0), fixed(0.93)),
    "softmax": Example(digits, "accuracy", greatest, fixed(0.94)),
    "digits": Example(digits, "accuracy", greatest, fixed(0.98), also=[(["classify"], equal)]),
    "autoencoder": Example(pixels, "loss", squared_error, pca(8), at_most=True,
                           also=[(["encode", "decode"], squared_error)]),
    "inception": Example(mnist, "accuracy", greatest, fixed(0.975), large_data=True),
    "resnet": Example(mnist, "accuracy", greatest, fixed(0.98), large_data=True),
}
