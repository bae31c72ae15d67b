"""Compare the reference with scipy, which shows that the two mean the same law.

scipy rounds in float64, so that it loses digits in tails and for large
parameters. In the bulk it must agree; elsewhere the difference is printed,
family by family, so that one sees what the reference is for.
"""

import warnings

import numpy as np
from scipy import stats

BULK = 15.0  # |log density| and |log tail| up to here count as the bulk
AGREE = 1e-6  # relative difference allowed there


def softmax(logits):
    e = np.exp(np.asarray(logits) - max(logits))
    return e / e.sum()


def expit(x):
    return 1 / (1 + np.exp(-x))


def neg_binomial(mu, phi):
    return stats.nbinom(phi, phi / (mu + phi))


FROZEN = {
    "normal": lambda mu, sigma: stats.norm(mu, sigma),
    "half_normal": lambda sigma: stats.halfnorm(scale=sigma),
    "log_normal": lambda mu, sigma: stats.lognorm(sigma, scale=np.exp(mu)),
    "student_t": lambda nu, mu, sigma: stats.t(nu, mu, sigma),
    "cauchy": lambda mu, sigma: stats.cauchy(mu, sigma),
    "half_cauchy": lambda sigma: stats.halfcauchy(scale=sigma),
    "laplace": lambda mu, sigma: stats.laplace(mu, sigma),
    "logistic": lambda mu, sigma: stats.logistic(mu, sigma),
    "exponential": lambda rate: stats.expon(scale=1 / rate),
    "gamma": lambda shape, rate: stats.gamma(shape, scale=1 / rate),
    "inverse_gamma": lambda shape, scale: stats.invgamma(shape, scale=scale),
    "weibull": lambda shape, scale: stats.weibull_min(shape, scale=scale),
    "beta": lambda a, b: stats.beta(a, b),
    "uniform": lambda low, high: stats.uniform(low, high - low),
    "dirichlet": lambda alpha: stats.dirichlet(alpha),
    "mv_normal": lambda mu, covariance: stats.multivariate_normal(mu, covariance),
    "mv_normal_precision": lambda mu, precision: stats.multivariate_normal(
        mu, np.linalg.inv(precision)
    ),
    "mv_normal_cholesky": lambda mu, cholesky: stats.multivariate_normal(
        mu, stats.Covariance.from_cholesky(cholesky)
    ),
    "bernoulli": lambda p: stats.bernoulli(p),
    "bernoulli_logit": lambda logit: stats.bernoulli(expit(logit)),
    "binomial": lambda n, p: stats.binom(n, p),
    "binomial_logit": lambda n, logit: stats.binom(n, expit(logit)),
    "poisson": lambda rate: stats.poisson(rate),
    "poisson_log": lambda log_rate: stats.poisson(np.exp(log_rate)),
    "neg_binomial": neg_binomial,
    "neg_binomial_log": lambda log_mu, phi: neg_binomial(np.exp(log_mu), phi),
    "beta_binomial": lambda n, a, b: stats.betabinom(n, a, b),
    "truncated_normal": lambda mu, sigma, low=-np.inf, high=np.inf: stats.truncnorm(
        (low - mu) / sigma, (high - mu) / sigma, mu, sigma
    ),
    "categorical": lambda probs: stats.rv_discrete(values=(range(1, len(probs) + 1), probs)),
    "categorical_logit": lambda logits: stats.rv_discrete(
        values=(range(1, len(logits) + 1), softmax(logits))
    ),
}


def half_student_t(x, nu, sigma):
    """scipy has no folded t; its parts follow from the t."""
    if x < 0:
        return {"logp": -np.inf, "logcdf": -np.inf, "logsf": 0.0}
    law = stats.t(nu, scale=sigma)
    return {
        "logp": np.log(2) + law.logpdf(x),
        "logcdf": np.log(2 * law.cdf(x) - 1),
        "logsf": np.log(2) + law.logsf(x),
    }


def scipy_values(family, params, x):
    """scipy's logp, logcdf and logsf as far as it has them, or None."""
    if family == "half_student_t":
        return half_student_t(x, **params)
    if family not in FROZEN:
        return None
    law = FROZEN[family](**params)
    logp = getattr(law, "logpdf", None) or law.logpmf
    found = {"logp": logp(x)}
    if not isinstance(x, list) and hasattr(law, "logcdf"):
        found |= {"logcdf": law.logcdf(x), "logsf": law.logsf(x)}
    return found


def compare(cases):
    """Yield family, where, the reference and scipy's value for all that scipy has."""
    for case in cases:
        for point in case["points"]:
            try:
                found = scipy_values(case["family"], case["params"], point["x"])
            except (ValueError, np.linalg.LinAlgError):
                continue  # refused by scipy: off the simplex, or not positive definite to it
            for key, value in (found or {}).items():
                if key in point:
                    where = f"{case['family']} {case['params']} x={point['x']} {key}"
                    yield case["family"], where, float(point[key]), float(value)


def report(cases):
    """Print scipy's worst loss by family; end with an error where the bulk differs."""
    worst, wrong = {}, []
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for family, where, expected, got in compare(cases):
            if expected == got:
                error = 0.0
            elif np.isfinite(expected) and np.isfinite(got):
                error = abs(got - expected) / max(1.0, abs(expected))
            else:
                error = np.inf
            worst[family] = max(worst.get(family, (0.0, "")), (error, where))
            if error > AGREE and abs(expected) < BULK:
                wrong.append(f"{where}: {expected} but scipy has {got}")
    for family, (error, where) in sorted(worst.items()):
        print(f"{family:28} {error:8.1e}  {where if error > AGREE else ''}")
    print(*wrong, sep="\n")
    if wrong:
        raise SystemExit(f"{len(wrong)} values differ from scipy in the bulk")
