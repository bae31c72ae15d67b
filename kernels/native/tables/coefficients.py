#!/usr/bin/env python3
"""Prints the polynomial coefficients used by package elem and by elem.h.

Each polynomial interpolates its function at the Chebyshev nodes of the stated
interval (within a factor of two of the minimax error), is computed with 120
decimal digits and rounded to double. Usage: coefficients.py [name ...]
"""
import sys

from mpmath import mp, mpf

mp.dps = 120


def interpolate(f, lo, hi, degree):
    """Monomial coefficients of the Chebyshev interpolant of f on [lo, hi]."""
    lo, hi, n = mpf(lo), mpf(hi), degree + 1
    nodes = [(lo + hi) / 2 + (hi - lo) / 2 * mp.cos(mp.pi * (2 * k + 1) / (2 * n)) for k in range(n)]
    table = [f(x) for x in nodes]
    for order in range(1, n):  # Newton's divided differences, in place
        for k in range(n - 1, order - 1, -1):
            table[k] = (table[k] - table[k - 1]) / (nodes[k] - nodes[k - order])
    coefficients = [mpf(0)] * n
    for k in range(n - 1, -1, -1):  # Horner's rule on the Newton form
        shifted = [mpf(0)] + coefficients[:-1]
        coefficients = [s - nodes[k] * c for s, c in zip(shifted, coefficients)]
        coefficients[0] += table[k]
    return coefficients


def exp_tail(r):
    """(exp(r) - 1 - r) / r^2."""
    if abs(r) < mpf("1e-50"):
        return mpf(1) / 2
    return (mp.expm1(r) - r) / r**2


def log_tail(z):
    """(log((1+s)/(1-s)) - 2 s) / s^3 with z = s^2."""
    s = mp.sqrt(z)
    return (mp.log((1 + s) / (1 - s)) - 2 * s) / s**3


HALF_LN2 = mp.log(2) / 2
S_MAX = (mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)

POLYNOMIALS = {
    # name: (function, low, high, degree)
    "exp": (exp_tail, -HALF_LN2 * mpf("1.0001"), HALF_LN2 * mpf("1.0001"), 10),
    "log": (log_tail, 0, S_MAX**2, 6),
}


def main():
    for name in sys.argv[1:] or POLYNOMIALS:
        f, lo, hi, degree = POLYNOMIALS[name]
        coefficients = interpolate(f, lo, hi, degree)
        rounded = [mpf(float(c)) for c in coefficients]
        worst = mpf(0)
        for k in range(201):
            x = mpf(lo) + (mpf(hi) - mpf(lo)) * (k + mpf("0.37")) / 201
            worst = max(worst, abs(mp.polyval(rounded[::-1], x) / f(x) - 1))
        print(f"{name}: degree {degree} on [{mp.nstr(mpf(lo), 8)}, {mp.nstr(mpf(hi), 8)}], "
              f"relative error {mp.nstr(worst, 3)}")
        for k, c in enumerate(rounded):
            print(f"  {k:2d}  {float(c)!r}")


if __name__ == "__main__":
    main()
