"""Every family of the reference at a point: see `evaluate`.

Families on the line come from continuous.py and counts.py. Here they are cut
(truncated), recorded at limits (censored) and grouped (interval), and those
over several values at once are written out.
"""

from continuous import CONTINUOUS, Family, edge_power, log_or_inf, log_tail, normal_logp
from counts import COUNTS, POISSON
from mpmath import inf, mp, mpf

# ---- Cut and grouped -------------------------------------------------------

def mass(family, a, b, p):
    """P(a < X <= b), from whichever side loses no digits."""
    below, above = cdf_and_sf(family, a, p)
    if below <= above:
        return cdf_and_sf(family, b, p)[0] - below
    return above - cdf_and_sf(family, b, p)[1]


def cdf_and_sf(family, x, p):
    """P(X <= x) and P(X > x) for any x, infinite or outside the support too."""
    if x < family.low(p):
        return mpf(0), mpf(1)
    if x >= family.high(p):
        return mpf(1), mpf(0)
    return family.cdf(x, p), family.sf(x, p)


def truncated(family, step=0):
    """family given low <= X <= high; step is 1 for counts, whose low counts in."""

    def low(p):
        return p.get("low", -inf)

    def high(p):
        return p.get("high", inf)

    def kept(p):
        return mass(family, low(p) - step, high(p), p)

    return Family(
        lambda x, p: family.logp(x, p) - mp.log(kept(p)),
        lambda x, p: mass(family, low(p) - step, x, p) / kept(p),
        lambda x, p: mass(family, x, high(p), p) / kept(p),
        lambda p: max(low(p), family.low(p)),
        lambda p: min(high(p), family.high(p)),
    )


def censored_logp(family, x, p):
    """Log probability of x <= low or x >= high where x is that limit, else logp."""
    low, high = p.get("low", -inf), p.get("high", inf)
    if x < low or x > high:
        return -inf
    if x == low:
        return log_tail(*cdf_and_sf(family, x, p))
    if x == high:
        return log_tail(*reversed(cdf_and_sf(family, x, p)))
    return family.logp(x, p) if x >= family.low(p) else -inf


def interval_logp(family, ends, p):
    """Log probability that X lies between two ends, itself unseen."""
    return log_or_inf(mass(family, ends[0], ends[1], p))


TRUNCATED = {
    "truncated_normal": truncated(CONTINUOUS["normal"]),
    "truncated_gamma": truncated(CONTINUOUS["gamma"]),
    "truncated_poisson": truncated(POISSON, step=1),
}
CENSORED = {f"censored_{n}": CONTINUOUS[n] for n in ("normal", "weibull")}
INTERVAL = {f"interval_{n}": CONTINUOUS[n] for n in ("normal", "weibull")}
UNIVARIATE = CONTINUOUS | COUNTS | TRUNCATED

# ---- Several values at once: logp only -------------------------------------


def dirichlet_logp(x, p):
    if any(v < 0 for v in x) or abs(sum(x) - 1) > mpf(10) ** -8:
        return -inf
    alpha = p["alpha"]
    constant = mp.loggamma(sum(alpha)) - sum(mp.loggamma(a) for a in alpha)
    return constant + sum(edge_power(v, a) for v, a in zip(x, alpha))


def mv_normal_logp(x, p):
    """One of covariance, precision or the lower factor cholesky is given."""
    d = mp.matrix([v - m for v, m in zip(x, p["mu"])])
    if "precision" in p:
        precision = mp.matrix(p["precision"])
        square, log_det = (d.T * precision * d)[0], -mp.log(mp.det(precision))
    elif "cholesky" in p:
        factor = mp.matrix(p["cholesky"])
        z = mp.lu_solve(factor, d)
        square = (z.T * z)[0]
        log_det = 2 * sum(mp.log(factor[i, i]) for i in range(len(x)))
    else:
        covariance = mp.matrix(p["covariance"])
        square = (d.T * mp.lu_solve(covariance, d))[0]
        log_det = mp.log(mp.det(covariance))
    return -(len(x) * mp.log(2 * mp.pi) + log_det + square) / 2


def gaussian_random_walk_logp(x, p):
    """x[1] ~ Normal(0, init), x[t] ~ Normal(x[t-1] + drift, sigma)."""
    total = normal_logp(x[0] / p["init"], p) - mp.log(p["init"])
    for before, after in zip(x, x[1:]):
        z = (after - before - p["drift"]) / p["sigma"]
        total += normal_logp(z, p) - mp.log(p["sigma"])
    return total


def categorical_logp(x, p):
    """x counts from 1."""
    return log_or_inf(p["probs"][int(x) - 1]) if 1 <= x <= len(p["probs"]) else -inf


def categorical_logit_logp(x, p):
    if not 1 <= x <= len(p["logits"]):
        return -inf
    top = max(p["logits"])
    total = sum(mp.exp(v - top) for v in p["logits"])
    return p["logits"][int(x) - 1] - top - mp.log(total)


OTHERS = {
    "dirichlet": dirichlet_logp,
    "mv_normal": mv_normal_logp,
    "mv_normal_precision": mv_normal_logp,
    "mv_normal_cholesky": mv_normal_logp,
    "gaussian_random_walk": gaussian_random_walk_logp,
    "categorical": categorical_logp,
    "categorical_logit": categorical_logit_logp,
}


def as_mpf(value):
    """Parameters and points as exact mpf numbers, lists item by item."""
    return [as_mpf(v) for v in value] if isinstance(value, list) else mpf(value)


def evaluate(name, params, x):
    """The reference at one point: logp and, for univariate laws, logcdf and logsf."""
    p = {k: as_mpf(v) for k, v in params.items()}
    x = as_mpf(x)
    if name in OTHERS:
        return {"logp": OTHERS[name](x, p)}
    if name in CENSORED:
        return {"logp": censored_logp(CENSORED[name], x, p)}
    if name in INTERVAL:
        return {"logp": interval_logp(INTERVAL[name], x, p)}
    family = UNIVARIATE[name]
    inside = family.low(p) <= x <= family.high(p)
    below, above = cdf_and_sf(family, x, p)
    return {
        "logp": family.logp(x, p) if inside else -inf,
        "logcdf": log_tail(below, above),
        "logsf": log_tail(above, below),
    }
