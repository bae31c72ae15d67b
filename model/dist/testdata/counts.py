"""Families of counts: log probabilities and tails, in mpmath.

The form is that of continuous.py: logp, cdf and sf inside the support.
"""

from continuous import Family, log_or_inf, xlogy, zero
from mpmath import inf, mp, mpf

def summed(logp, high=lambda p: inf):
    """A count family whose tails are sums of its probabilities.

    The sum walks away from x down the slope, and the other tail is what it
    leaves. It ends where terms have fallen so far that the rest, which they
    bound from then on, cannot matter.
    """

    def walk(x, p, step, end):
        total, last = mpf(0), mpf(0)
        while x != end + step:
            term = mp.exp(logp(x, p))
            total += term
            if term < last and term < total * mpf(10) ** (-mp.dps):
                break
            last, x = term, x + step
        return total

    def tails(x, p):
        if x >= high(p):
            return mpf(1), mpf(0)
        if logp(x + 1, p) > logp(x, p):
            below = walk(x, p, -1, 0)
            return below, 1 - below
        above = walk(x + 1, p, 1, high(p))
        return 1 - above, above

    return Family(logp, lambda x, p: tails(x, p)[0], lambda x, p: tails(x, p)[1], zero, high)


def log_choose(n, k):
    return mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1)


def log_beta(a, b):
    return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


def times(count, log):
    """count times log with 0 times -inf = 0."""
    return count * log if count > 0 else mpf(0)


def binomial_logp(x, p):
    log_p = p["log_p"] if "log_p" in p else log_or_inf(p["p"])
    log_q = p["log_q"] if "log_q" in p else mp.log1p(-p["p"]) if p["p"] < 1 else -inf
    return log_choose(p["n"], x) + times(x, log_p) + times(p["n"] - x, log_q)


def poisson_logp(x, p):
    return xlogy(x, p["rate"]) - p["rate"] - mp.loggamma(x + 1)


def neg_binomial_logp(x, p):
    mu, phi = p["mu"], p["phi"]
    ways = mp.loggamma(x + phi) - mp.loggamma(phi) - mp.loggamma(x + 1)
    return ways + xlogy(x, mu / (mu + phi)) - phi * mp.log1p(mu / phi)


def neg_binomial_part(x, p, lower):
    """P(X <= x) or P(X > x); a sum would need too many terms for small phi."""
    mu, phi = p["mu"], p["phi"]
    share = (phi if lower else mu) / (mu + phi)
    sizes = (phi, x + 1) if lower else (x + 1, phi)
    return mp.betainc(*sizes, 0, share, regularized=True)


def beta_binomial_logp(x, p):
    n, a, b = p["n"], p["a"], p["b"]
    return log_choose(n, x) + log_beta(x + a, n - x + b) - log_beta(a, b)


def with_parameter(family, convert):
    """The same family in other parameters; convert gives the first ones."""
    return Family(
        lambda x, p: family.logp(x, convert(p)),
        lambda x, p: family.cdf(x, convert(p)),
        lambda x, p: family.sf(x, convert(p)),
        lambda p: family.low(convert(p)),
        lambda p: family.high(convert(p)),
    )


def logit_to_logs(p):
    """The logs of success and failure, which keep a chance next to 0 or 1 apart from it."""
    log_p, log_q = (-mp.log1p(mp.exp(s * p["logit"])) for s in (-1, 1))
    return {**p, "log_p": log_p, "log_q": log_q}


def zero_inflated(family):
    """With probability pi a sure zero, else a draw from family."""

    def logp(x, p):
        inner = (1 - p["pi"]) * mp.exp(family.logp(x, p))
        return log_or_inf(inner + (p["pi"] if x == 0 else 0))

    return Family(
        logp,
        lambda x, p: p["pi"] + (1 - p["pi"]) * family.cdf(x, p),
        lambda x, p: (1 - p["pi"]) * family.sf(x, p),
        family.low,
        family.high,
    )


TRIALS = {"high": lambda p: p["n"]}
BINOMIAL = summed(binomial_logp, **TRIALS)
BERNOULLI = with_parameter(BINOMIAL, lambda p: {**p, "n": mpf(1)})
POISSON = summed(poisson_logp)
NEG_BINOMIAL = Family(
    neg_binomial_logp,
    lambda x, p: neg_binomial_part(x, p, True),
    lambda x, p: neg_binomial_part(x, p, False),
    zero,
)

COUNTS = {
    "bernoulli": BERNOULLI,
    "bernoulli_logit": with_parameter(BERNOULLI, logit_to_logs),
    "binomial": BINOMIAL,
    "binomial_logit": with_parameter(BINOMIAL, logit_to_logs),
    "poisson": POISSON,
    "poisson_log": with_parameter(POISSON, lambda p: {"rate": mp.exp(p["log_rate"])}),
    "neg_binomial": NEG_BINOMIAL,
    "neg_binomial_log": with_parameter(NEG_BINOMIAL, lambda p: {**p, "mu": mp.exp(p["log_mu"])}),
    "beta_binomial": summed(beta_binomial_logp, **TRIALS),
    "zero_inflated_poisson": zero_inflated(POISSON),
    "zero_inflated_neg_binomial": zero_inflated(NEG_BINOMIAL),
}
