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


def log_tail5(z):
    """(2 atanh(s) - 2 s - 2/3 s^3) / s^5 with z = s^2."""
    s = mp.sqrt(z)
    return (mp.log((1 + s) / (1 - s)) - 2 * s - 2 * s**3 / 3) / s**5


def sin_tail(z):
    """(sin(r) - r) / r^3 with z = r^2."""
    r = mp.sqrt(z)
    return (mp.sin(r) - r) / r**3


def cos_tail(z):
    """(cos(r) - 1 + r^2/2) / r^4 with z = r^2."""
    return (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2


def asin_tail(z):
    """(asin(x) - x) / x^3 with z = x^2."""
    x = mp.sqrt(z)
    return (mp.asin(x) - x) / x**3


def atan_tail(z):
    """(atan(x) - x) / x^3 with z = x^2."""
    x = mp.sqrt(z)
    return (mp.atan(x) - x) / x**3


def erf_tail(z):
    """erf(x)/x - 1 with z = x^2."""
    x = mp.sqrt(z)
    return mp.erf(x) / x - 1


ERFCX_POLE = 4
ERFCX_SLOPE = mpf("1.125")


def erfcx_map(t):
    """(1 + 9/8 z) exp(z^2) erfc(z) - 1 with z = 4 (1+t)/(1-t)."""
    z = ERFCX_POLE * (1 + t) / (1 - t)
    if z > 1e6:
        w = 1 / (2 * z * z)
        return (1 + ERFCX_SLOPE * z) / (z * mp.sqrt(mp.pi)) * sum((-1)**k * mp.fac2(2 * k - 1) * w**k for k in range(12)) - 1
    return (1 + ERFCX_SLOPE * z) * mp.exp(z * z) * mp.erfc(z) - 1


def lgamma2(f):
    """(lgamma(2+f) - c1 f - c2 f^2) / f^3 with the first coefficients of Taylor's series."""
    c1, c2 = mp.digamma(2), mp.psi(1, 2) / 2
    return (mp.loggamma(2 + f) - c1 * f - c2 * f * f) / f**3


def stirling(w):
    """x times Stirling's correction to lgamma(x), with w = 1/x^2."""
    x = 1 / mp.sqrt(w)
    return x * (mp.loggamma(x) - (x - mpf(1) / 2) * mp.log(x) + x - mp.log(2 * mp.pi) / 2)


DIGAMMA_ROOT = mp.findroot(mp.digamma, mpf("1.4616321449683623412626595423257213"))
DIGAMMA_MIDDLE = mpf("1.5") * mp.digamma(mpf("1.5")) / (mpf("1.5") - DIGAMMA_ROOT)


def digamma_root(f):
    """(x digamma(x) / (x - x0) - c0) / f with x = 1.5 + f, x0 the positive zero, c0 the value at f = 0."""
    x = mpf("1.5") + f
    return (x * mp.digamma(x) / (x - DIGAMMA_ROOT) - DIGAMMA_MIDDLE) / f


def digamma_tail(w):
    """(log(x) - 1/(2x) - digamma(x)) x^2 with w = 1/x^2."""
    x = 1 / mp.sqrt(w)
    return (mp.log(x) - 1 / (2 * x) - mp.digamma(x)) / w


def trigamma_tail(w):
    """(trigamma(x) - 1/x - 1/(2 x^2)) x^3 with w = 1/x^2."""
    x = 1 / mp.sqrt(w)
    return (mp.psi(1, x) - 1 / x - w / 2) * x**3


def temme_series(count, order):
    """Taylor coefficients in eta of Temme's c_0 .. c_{count-1} (DLMF 8.12.10-12).

    eta^2/2 = mu - log(1+mu), c_0 = 1/mu - 1/eta and
    c_k = c_{k-1}'/eta + (-1)^k g_k/mu with Gamma*(a) ~ sum g_k a^-k.
    """
    size = order + 2 * count + 3
    mu = [mpf(0), mpf(1)]  # mu mu' = eta (1 + mu)
    for n in range(2, size):
        cross = sum(mu[i] * (n + 1 - i) * mu[n + 1 - i] for i in range(2, n))
        mu.append((mu[n - 1] - cross) / (n + 1))
    inverse = [mpf(1)]  # eta/mu
    for n in range(1, size - 1):
        inverse.append(-sum(mu[j + 1] * inverse[n - j] for j in range(1, n + 1)))
    gamma_star = [mpf(1)]
    log_terms = [mpf(0)] * (count + 1)  # of log Gamma*, Stirling's series
    for k in range(1, count + 1, 2):
        log_terms[k] = mp.bernoulli(k + 1) / (k * (k + 1))
    for n in range(1, count + 1):
        gamma_star.append(sum(j * log_terms[j] * gamma_star[n - j] for j in range(1, n + 1)) / n)
    series = [inverse[1:]]
    for k in range(1, count):
        previous = series[-1]
        g = (-1) ** k * gamma_star[k]
        # the terms in 1/eta cancel
        series.append([(n + 2) * previous[n + 2] + g * inverse[n + 1] for n in range(len(previous) - 2)])
    return series


TEMME = temme_series(7, 60)
ETA_LOW, ETA_HIGH = mpf("-0.33"), mpf("0.37")


def temme(k):
    """Temme's c_k as a function of eta."""
    return lambda eta: mp.polyval(TEMME[k][::-1], eta)


HALF_LN2 = mp.log(2) / 2
S_MAX = (mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)
QUARTER_PI = mp.pi / 4
TAN_EIGHTH = mp.sqrt(2) - 1

POLYNOMIALS = {
    # name: (function, low, high, degree)
    "exp": (exp_tail, -HALF_LN2 * mpf("1.0001"), HALF_LN2 * mpf("1.0001"), 10),
    "log": (log_tail, 0, S_MAX**2, 6),
    "pow": (log_tail5, 0, S_MAX**2, 7),
    "sin": (sin_tail, 0, QUARTER_PI**2 * mpf("1.0001"), 6),
    "cos": (cos_tail, 0, QUARTER_PI**2 * mpf("1.0001"), 5),
    "asin": (asin_tail, 0, mpf("0.25"), 12),
    "atan": (atan_tail, 0, TAN_EIGHTH**2 * mpf("1.0001"), 10),
    "erf": (erf_tail, 0, 1, 12),
    "erfcx": (erfcx_map, -1, 1, 24),
    "lgamma": (lgamma2, mpf("-0.5"), mpf("0.5"), 17),
    "stirling": (stirling, 0, mpf(1) / 64, 6),
    "digamma": (digamma_root, mpf("-0.5"), mpf("0.5"), 15),
    "digammatail": (digamma_tail, 0, mpf(1) / 64, 6),
    "trigammatail": (trigamma_tail, 0, mpf(1) / 64, 6),
    "temme0": (temme(0), ETA_LOW, ETA_HIGH, 12),
    "temme1": (temme(1), ETA_LOW, ETA_HIGH, 10),
    "temme2": (temme(2), ETA_LOW, ETA_HIGH, 8),
    "temme3": (temme(3), ETA_LOW, ETA_HIGH, 6),
    "temme4": (temme(4), ETA_LOW, ETA_HIGH, 4),
    "temme5": (temme(5), ETA_LOW, ETA_HIGH, 3),
    "temme6": (temme(6), ETA_LOW, ETA_HIGH, 1),
}


def main():
    for name in sys.argv[1:] or POLYNOMIALS:
        f, lo, hi, degree = POLYNOMIALS[name]
        coefficients = interpolate(f, lo, hi, degree)
        rounded = [mpf(float(c)) for c in coefficients]
        absolute, relative = mpf(0), mpf(0)
        for k in range(201):
            x = mpf(lo) + (mpf(hi) - mpf(lo)) * (k + mpf("0.37")) / 201
            error = abs(mp.polyval(rounded[::-1], x) - f(x))
            absolute, relative = max(absolute, error), max(relative, error / abs(f(x)))
        print(f"{name}: degree {degree} on [{mp.nstr(mpf(lo), 8)}, {mp.nstr(mpf(hi), 8)}], "
              f"error {mp.nstr(absolute, 3)}, relative {mp.nstr(relative, 3)}")
        for k, c in enumerate(rounded):
            print(f"  {k:2d}  {float(c)!r}")


if __name__ == "__main__":
    main()
