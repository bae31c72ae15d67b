"""Continuous families on the line: log densities and tails, in mpmath.

Everything is written from the definitions and evaluated with the precision of
mp.dps digits, so that tails come out right to the last bit of a float64. The
parametrisation is Stan's: a gamma has a rate, an inverse gamma a scale, a
negative binomial a mean and a dispersion phi (variance mu + mu^2 / phi).

A univariate Family has logp(x, p), cdf(x, p) = P(X <= x) and sf(x, p) =
P(X > x) for x in the support [low(p), high(p)]; p holds the parameters as
mpf numbers. Outside the support it is densities.py that answers.
"""

from dataclasses import dataclass
from typing import Callable

from mpmath import inf, mp, mpf

mp.dps = 60


@dataclass
class Family:
    logp: Callable
    cdf: Callable
    sf: Callable
    low: Callable = lambda p: -inf
    high: Callable = lambda p: inf


def xlogy(x, y):
    """x log y with 0 log 0 = 0, and log 0 = -inf."""
    if x == 0:
        return mpf(0)
    return x * mp.log(y) if y > 0 else -inf * x


def log_or_inf(x):
    return mp.log(x) if x > 0 else -inf


def log_tail(part, rest):
    """log part, where part + rest = 1, from the smaller of the two."""
    return log_or_inf(part) if part <= rest else mp.log1p(-rest)


def zero(p):
    return mpf(0)


# ---- Location and scale ----------------------------------------------------


def location_scale(logp, sf):
    """The family of mu + sigma Z for a Z that is symmetric about zero."""

    def z(x, p):
        return (x - p["mu"]) / p["sigma"]

    return Family(
        logp=lambda x, p: logp(z(x, p), p) - mp.log(p["sigma"]),
        cdf=lambda x, p: sf(-z(x, p), p),
        sf=lambda x, p: sf(z(x, p), p),
    )


def half(logp, sf, centre):
    """The family of sigma |Z| for a symmetric Z; centre(z) = P(|Z| <= z)."""
    return Family(
        logp=lambda x, p: mp.log(2) + logp(x / p["sigma"], p) - mp.log(p["sigma"]),
        cdf=lambda x, p: centre(x / p["sigma"], p),
        sf=lambda x, p: 2 * sf(x / p["sigma"], p),
        low=zero,
    )


def normal_logp(z, p):
    return -z * z / 2 - mp.log(2 * mp.pi) / 2


def normal_sf(z, p):
    return mp.erfc(z / mp.sqrt(2)) / 2


def normal_centre(z, p):
    return mp.erf(z / mp.sqrt(2))


def student_t_logp(z, p):
    nu = p["nu"]
    constant = mp.loggamma((nu + 1) / 2) - mp.loggamma(nu / 2) - mp.log(nu * mp.pi) / 2
    return constant - (nu + 1) / 2 * mp.log1p(z * z / nu)


def student_t_sf(z, p):
    nu = p["nu"]
    tail = mp.betainc(nu / 2, mpf(1) / 2, 0, nu / (nu + z * z), regularized=True) / 2
    return tail if z >= 0 else 1 - tail


def student_t_centre(z, p):
    nu = p["nu"]
    return mp.betainc(mpf(1) / 2, nu / 2, 0, z * z / (nu + z * z), regularized=True)


def cauchy_logp(z, p):
    return -mp.log(mp.pi) - mp.log1p(z * z)


def cauchy_sf(z, p):
    return mp.atan2(1, z) / mp.pi


def cauchy_centre(z, p):
    return 2 * mp.atan(z) / mp.pi


def laplace_sf(z, p):
    return mp.exp(-z) / 2 if z >= 0 else 1 - mp.exp(z) / 2


# ---- Positive and bounded --------------------------------------------------


def gamma_logp(x, p):
    a, b = p["shape"], p["rate"]
    power = -inf if x == 0 and a > 1 else inf if x == 0 and a < 1 else xlogy(a - 1, x)
    return a * mp.log(b) - mp.loggamma(a) + power - b * x


def gamma_cdf(x, p):
    return mp.gammainc(p["shape"], 0, p["rate"] * x, regularized=True)


def gamma_sf(x, p):
    return mp.gammainc(p["shape"], p["rate"] * x, inf, regularized=True)


def inverse_gamma_logp(x, p):
    if x == 0:
        return -inf
    a, b = p["shape"], p["scale"]
    return a * mp.log(b) - mp.loggamma(a) - (a + 1) * mp.log(x) - b / x


def inverse_gamma_part(x, p, lower):
    if x == 0:
        return mpf(0) if lower else mpf(1)
    ends = (p["scale"] / x, inf) if lower else (0, p["scale"] / x)
    return mp.gammainc(p["shape"], *ends, regularized=True)


def weibull_logp(x, p):
    a, s = p["shape"], p["scale"]
    if x == 0:
        return inf if a < 1 else -inf if a > 1 else -mp.log(s)
    return mp.log(a / s) + (a - 1) * mp.log(x / s) - (x / s) ** a


def weibull_sf(x, p):
    return mp.exp(-((x / p["scale"]) ** p["shape"]))


def weibull_cdf(x, p):
    return -mp.expm1(-((x / p["scale"]) ** p["shape"]))


def edge_power(x, a):
    """(a - 1) log x, with its limit at x = 0."""
    if x > 0:
        return (a - 1) * mp.log(x)
    return mpf(0) if a == 1 else inf if a < 1 else -inf


def beta_logp(x, p):
    a, b = p["a"], p["b"]
    constant = mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b)
    return constant + edge_power(x, a) + edge_power(1 - x, b)


def log_normal_part(x, p, sign):
    if x == 0:
        return mpf(1) if sign > 0 else mpf(0)
    return normal_sf(sign * (mp.log(x) - p["mu"]) / p["sigma"], p)


def log_normal_logp(x, p):
    if x == 0:
        return -inf
    return normal_logp((mp.log(x) - p["mu"]) / p["sigma"], p) - mp.log(p["sigma"] * x)


CONTINUOUS = {
    "normal": location_scale(normal_logp, normal_sf),
    "half_normal": half(normal_logp, normal_sf, normal_centre),
    "log_normal": Family(
        log_normal_logp,
        lambda x, p: log_normal_part(x, p, -1),
        lambda x, p: log_normal_part(x, p, 1),
        low=zero,
    ),
    "student_t": location_scale(student_t_logp, student_t_sf),
    "half_student_t": half(student_t_logp, student_t_sf, student_t_centre),
    "cauchy": location_scale(cauchy_logp, cauchy_sf),
    "half_cauchy": half(cauchy_logp, cauchy_sf, cauchy_centre),
    "laplace": location_scale(lambda z, p: -mp.log(2) - abs(z), laplace_sf),
    "logistic": location_scale(
        lambda z, p: -abs(z) - 2 * mp.log1p(mp.exp(-abs(z))),
        lambda z, p: 1 / (1 + mp.exp(z)),
    ),
    "exponential": Family(
        lambda x, p: mp.log(p["rate"]) - p["rate"] * x,
        lambda x, p: -mp.expm1(-p["rate"] * x),
        lambda x, p: mp.exp(-p["rate"] * x),
        low=zero,
    ),
    "gamma": Family(gamma_logp, gamma_cdf, gamma_sf, low=zero),
    "inverse_gamma": Family(
        inverse_gamma_logp,
        lambda x, p: inverse_gamma_part(x, p, True),
        lambda x, p: inverse_gamma_part(x, p, False),
        low=zero,
    ),
    "weibull": Family(weibull_logp, weibull_cdf, weibull_sf, low=zero),
    "beta": Family(
        beta_logp,
        lambda x, p: mp.betainc(p["a"], p["b"], 0, x, regularized=True),
        lambda x, p: mp.betainc(p["b"], p["a"], 0, 1 - x, regularized=True),
        low=zero,
        high=lambda p: mpf(1),
    ),
    "uniform": Family(
        lambda x, p: -mp.log(p["high"] - p["low"]),
        lambda x, p: (x - p["low"]) / (p["high"] - p["low"]),
        lambda x, p: (p["high"] - x) / (p["high"] - p["low"]),
        low=lambda p: p["low"],
        high=lambda p: p["high"],
    ),
    "mixture_normal": Family(
        lambda x, p: mp.log(sum(mixture_parts(x, p, lambda z: mp.exp(normal_logp(z, p)), True))),
        lambda x, p: sum(mixture_parts(x, p, lambda z: normal_sf(-z, p), False)),
        lambda x, p: sum(mixture_parts(x, p, lambda z: normal_sf(z, p), False)),
    ),
}


def mixture_parts(x, p, f, density):
    """weight times f at the standardised x, over the scale if f is a density."""
    for w, mu, sigma in zip(p["weights"], p["mu"], p["sigma"]):
        yield w * f((x - mu) / sigma) / (sigma if density else 1)
