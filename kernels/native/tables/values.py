#!/usr/bin/env python3
"""Writes known values of the functions of elem.h, computed with mpmath in 60 digits,
as rows QE_VALUE(name, arguments, value, rest): the result is value + rest, so that
errors below a unit in the last place can be told. Usage: values.py > ../test/values.inc
"""
import random

from mpmath import mp, mpf

mp.dps = 60
random.seed(20)


def normcdf(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def lognormcdf(x):
    return mp.log1p(-normcdf(-x)) if x > 0 else mp.log(normcdf(x))


def normquantile(p):
    if p > mpf("0.5"):
        return -normquantile(1 - p)
    start = -mp.sqrt(-2 * mp.log(p)) if p < mpf("0.1") else mpf(0)
    return mp.findroot(lambda t: mp.log(normcdf(t)) - mp.log(p), start)


def difference(f, x):
    """The derivative of f at x by a central difference in 150 digits."""
    with mp.workdps(150):
        h = x * mpf(10) ** -40
        return (f(x + h) - f(x - h)) / (2 * h)


def gammap(a, x):
    return mp.gammainc(a, 0, x, regularized=True)


def betainc(a, b, x):
    return mp.betainc(a, b, 0, x, regularized=True)


def spread(count, low, high):
    return [random.uniform(low, high) for _ in range(count)]


def decades(count, low, high):
    return [10 ** random.uniform(low, high) for _ in range(count)]


SHAPES = list(zip(decades(12, -1, 3), decades(12, -0.3, 0.3)))
TRIPLES = list(zip(decades(10, -1, 2), decades(10, -1, 2), spread(10, 0.1, 0.9)))

FUNCTIONS = {
    "exp": (mp.exp, spread(12, -740, 709) + spread(8, -1, 1)),
    "expm1": (mp.expm1, spread(12, -2, 2) + decades(6, -15, 2)),
    "log": (mp.log, spread(10, 0.5, 2) + decades(8, -320, 308)),
    "log1p": (mp.log1p, spread(10, -0.99, 2) + decades(8, -15, 15)),
    "log1pexp": (lambda x: mp.log1p(mp.exp(x)), spread(12, -40, 40)),
    "invlogit": (lambda x: 1 / (1 + mp.exp(-x)), spread(12, -40, 40)),
    "sin": (mp.sin, spread(12, -10, 10) + decades(6, 1, 25)),
    "cos": (mp.cos, spread(12, -10, 10) + decades(6, 1, 25)),
    "tan": (mp.tan, spread(12, -10, 10) + decades(6, 1, 25)),
    "asin": (mp.asin, spread(16, -1, 1)),
    "acos": (mp.acos, spread(16, -1, 1)),
    "atan": (mp.atan, spread(12, -4, 4) + decades(6, -10, 10)),
    "sinh": (mp.sinh, spread(12, -3, 3) + spread(6, -700, 700)),
    "cosh": (mp.cosh, spread(12, -3, 3) + spread(6, -700, 700)),
    "tanh": (mp.tanh, spread(16, -3, 3)),
    "erf": (mp.erf, spread(16, -3, 3)),
    "erfc": (mp.erfc, spread(16, -3, 26)),
    "normcdf": (normcdf, spread(16, -38, 6)),
    "lognormcdf": (lognormcdf, spread(16, -200, 8)),
    "normquantile": (normquantile, spread(12, 0, 1) + decades(8, -300, -1)),
    "lgamma": (lambda x: mp.loggamma(x).real, spread(12, 0, 10) + decades(8, -10, 100)),
    "digamma": (mp.digamma, spread(12, 0, 10) + decades(8, -10, 100)),
    "trigamma": (lambda x: mp.psi(1, x), spread(12, 0, 10) + decades(8, -10, 100)),
    "pow": (lambda x, y: x**y, list(zip(decades(16, -2, 2), spread(16, -100, 100)))),
    "logbeta": (lambda a, b: mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b), SHAPES),
    "gammap": (gammap, [(a, a * r) for a, r in SHAPES]),
    "gammaq": (lambda a, x: mp.gammainc(a, x, mp.inf, regularized=True), [(a, a * r) for a, r in SHAPES]),
    "gammap_da": (lambda a, x: difference(lambda s: gammap(s, x), a), [(a, a * r) for a, r in SHAPES if a < 100]),
    "betainc": (betainc, TRIPLES),
    "betainc_da": (lambda a, b, x: difference(lambda s: betainc(s, b, x), a), TRIPLES),
    "betainc_db": (lambda a, b, x: difference(lambda s: betainc(a, s, x), b), TRIPLES),
}


def main():
    print("/* Written by tables/values.py. */")
    for name, (f, arguments) in FUNCTIONS.items():
        for row in arguments:
            row = row if isinstance(row, tuple) else (row,)
            exact = f(*map(mpf, row))
            value = float(exact)
            if abs(value) < 1e-290:
                continue
            rest = float(exact - mpf(value))
            print(f"QE_VALUE({name}, ({', '.join(map(repr, row))}), {value!r}, {rest!r})")


if __name__ == "__main__":
    main()
