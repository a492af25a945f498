#!/usr/bin/env python3
"""Computes the polynomials of passes/lower/emit/approx_poly.h (needs mpmath).

Each is the minimax fit of a smooth function over the interval that range reduction leaves, the
error weighted so that it is the relative error of the final result. Remez exchange: solve for equal
errors of alternating sign at the reference points, move the points to the extrema, repeat. The
coefficients are then rounded to the type they are used in; the error printed is with these.
"""
from mpmath import mp, mpf, matrix, lu_solve, cos, pi, exp, log, tanh, erf, erfc, sin, sqrt
import struct

mp.dps = 40


def horner(coefficients, x):
    value = mpf(0)
    for c in reversed(coefficients):
        value = value * x + c
    return value


def error(f, weight, coefficients, x):
    return (horner(coefficients, x) - f(x)) * weight(x)


def solve(f, weight, points, degree):
    """Coefficients with error +E, -E, +E, ... at degree + 2 points."""
    n = degree + 2
    a, b = matrix(n, n), matrix(n, 1)
    for i, x in enumerate(points):
        for k in range(degree + 1):
            a[i, k] = x ** k
        a[i, degree + 1] = (-1) ** i / weight(x)
        b[i] = f(x)
    return list(lu_solve(a, b))[:degree + 1]


def extrema(f, weight, coefficients, grid, count):
    """The largest error of each run of equal sign; the `count` neighbouring ones that matter."""
    runs = []
    for x in grid:
        e = error(f, weight, coefficients, x)
        if runs and (runs[-1][1] > 0) == (e > 0):
            if abs(e) > abs(runs[-1][1]):
                runs[-1] = (x, e)
        else:
            runs.append((x, e))
    while len(runs) > count:
        runs.pop(0 if abs(runs[0][1]) < abs(runs[-1][1]) else -1)
    return [x for x, _ in runs]


def remez(f, weight, low, high, degree, steps=400, rounds=8):
    nodes = [cos(pi * (2 * i + 1) / (2 * steps)) for i in range(steps)]
    grid = sorted((low + high) / 2 + (high - low) / 2 * x for x in nodes)
    n = degree + 2
    points = [grid[i * (steps - 1) // (n - 1)] for i in range(n)]
    for _ in range(rounds):
        coefficients = solve(f, weight, points, degree)
        found = extrema(f, weight, coefficients, grid, n)
        if len(found) < n:
            break
        points = found
    return coefficients, grid


def as_f32(x):
    return mpf(struct.unpack("f", struct.pack("f", float(x)))[0])


def show(name, what, f, weight, low, high, degree, single):
    coefficients, grid = remez(f, weight, mpf(low), mpf(high), degree)
    rounded = [as_f32(c) if single else mpf(float(c)) for c in coefficients]
    worst = max(abs(error(f, weight, rounded, x)) for x in grid)
    print(f"\n/* {what}; {float(worst):.1e} */")
    print(f"static const double {name}[] = {{")
    for c in rounded:
        digits, exponent = float(c).hex().split("p")
        print(f"    {digits.rstrip('0').rstrip('.')}p{exponent},")
    print("};")


def away_from_zero(f, at_zero):
    return lambda x: f(x) if abs(x) > mpf(10) ** -12 else mpf(at_zero)


print("""/* Coefficients, lowest power first, and the largest relative error of what they are used for.
 * Made by scripts/fit_approx.py: minimax fits by Remez exchange. Used by approx.c alone. */""")
H = log(mpf(2)) / 2 * mpf("1.001")
show("exp_poly", "(e^r - 1 - r) / r^2, |r| <= ln(2) / 2",
     away_from_zero(lambda r: (exp(r) - 1 - r) / r ** 2, 0.5), lambda r: r ** 2 / exp(r) + mpf(10) ** -12,
     -H, H, 4, True)
show("expm1_poly", "the same, relative to e^r - 1",
     away_from_zero(lambda r: (exp(r) - 1 - r) / r ** 2, 0.5),
     away_from_zero(lambda r: abs(r ** 2 / (exp(r) - 1)) + mpf(10) ** -12, 1e-12), -H, H, 5, True)
show("log_poly", "(ln(1 + f) - f + f^2 / 2) / f^3, sqrt(1/2) <= 1 + f <= sqrt(2)",
     away_from_zero(lambda f: (log(1 + f) - f + f * f / 2) / f ** 3, mpf(1) / 3),
     away_from_zero(lambda f: abs(f ** 3 / log(1 + f)) + mpf(10) ** -12, 1e-12),
     sqrt(mpf(2)) / 2 - 1, sqrt(mpf(2)) - 1, 8, True)
show("tanh_poly", "(tanh x - x) / x^3 in x^2, x <= 0.625",
     lambda z: (tanh(sqrt(z)) / sqrt(z) - 1) / z, lambda z: z * sqrt(z) / tanh(sqrt(z)),
     mpf(10) ** -9, mpf("0.625") ** 2, 4, True)
show("erf_poly", "erf(x) / x - 1 in x^2, x <= 0.925",
     lambda z: erf(sqrt(z)) / sqrt(z) - 1, lambda z: sqrt(z) / erf(sqrt(z)),
     mpf(10) ** -9, mpf("0.925") ** 2, 6, True)
show("erfc_poly", "-ln(erfc(t)) in t, 0.925 <= t <= 4",
     lambda t: -log(erfc(t)), lambda t: erfc(t) / erf(t), mpf("0.925"), mpf(4), 7, True)
Q = (pi / 4 * mpf("1.001")) ** 2
show("sin_poly", "(sin(r) / r - 1) / r^2 in r^2, |r| <= pi / 4",
     lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z, lambda z: z, mpf(10) ** -9, Q, 3, False)
show("cos_poly", "(cos r - 1) / r^2 in r^2, |r| <= pi / 4",
     lambda z: (cos(sqrt(z)) - 1) / z, lambda z: z, mpf(10) ** -9, Q, 4, False)
S = (sqrt(mpf(2)) - 1) / (sqrt(mpf(2)) + 1) * mpf("1.001")
show("log2_poly", "log2((1 + s) / (1 - s)) / s in s^2, |s| <= (sqrt(2) - 1) / (sqrt(2) + 1)",
     lambda z: log((1 + sqrt(z)) / (1 - sqrt(z)), 2) / sqrt(z), lambda z: mpf(1) / 2,
     mpf(10) ** -9, S ** 2, 4, False)
show("exp2_poly", "(2^f - 1) / f, |f| <= 1/2",
     away_from_zero(lambda f: (mpf(2) ** f - 1) / f, log(mpf(2))), lambda f: abs(f) + mpf(10) ** -6,
     -mpf("0.5005"), mpf("0.5005"), 6, False)
