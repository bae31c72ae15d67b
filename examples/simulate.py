"""Write stan/NAME/data.json for the example programs.

Usage: python simulate.py [NAME ...]          (needs numpy)

Each example has a seed of its own, so that changing one leaves the others as
they are. The data of eight_schools are those of Rubin (1981), not simulated.
The committed files are the authority: numpy may change its random streams
between releases.
"""

import json
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent


def rounded(a, digits=4):
    """Nested lists of a, rounded; minus zero becomes zero."""
    return (np.round(np.asarray(a, dtype=float), digits) + 0.0).tolist()


def logistic_curve(x):
    return 1 / (1 + np.exp(-x))


def eight_schools(rng):
    return {
        "J": 8,
        "y": [28, 8, -3, 7, -1, 1, 18, 12],
        "sigma": [15, 10, 16, 11, 9, 11, 10, 18],
    }


def simple(rng):
    return {"N": 40, "y": rounded(rng.normal(3.5, 1.8, size=40))}


def medium(rng):
    y_a, y_b = rng.normal(2, 1, size=25), rng.normal(4, 1, size=25)
    return {"N": 25, "y_a": rounded(y_a), "y_b": rounded(y_b)}


def stress(rng):
    y = [rng.normal(m, s, size=20) for m, s in [(1, 0.5), (3, 1.5), (6, 5)]]
    return {"G": 3, "N": 20, "y": rounded(y)}


def funnel(rng):
    return {}


def logistic(rng):
    n, k = 60, 4
    x = np.round(rng.normal(size=(n, k)), 4)
    p = logistic_curve(0.5 + x @ [1.0, -0.7, 0.4, 0.0])
    y = (rng.uniform(size=n) < p).astype(int)
    return {"N": n, "K": k, "X": x.tolist(), "y": y.tolist()}


def sv(rng):
    t = 30
    s = np.cumsum(rng.normal(0, 0.15, size=t))
    return {"T": t, "r": rounded(np.exp(s) * rng.standard_t(10, size=t))}


def linear_regression(rng):
    n = 50
    x = np.round(rng.normal([10, -2, 0.5], [3, 1, 0.2], size=(n, 3)), 4)
    y = 4 + x @ [0.5, -1.2, 6.0] + rng.normal(0, 0.8, size=n)
    return {"N": n, "K": 3, "x": x.tolist(), "y": rounded(y)}


def poisson_offset(rng):
    n, regions = 48, 6
    region = np.repeat(np.arange(1, regions + 1), n // regions)
    exposure = np.round(rng.gamma(3, 20, size=n), 2)
    speed = np.round(rng.normal(0, 1, size=n), 3)
    effect = rng.normal(0, 0.4, size=regions)
    mean = exposure * np.exp(-2 + 0.3 * speed + effect[region - 1])
    return {
        "N": n,
        "R": regions,
        "accidents": rng.poisson(mean).tolist(),
        "region": region.tolist(),
        "exposure": exposure.tolist(),
        "speed": speed.tolist(),
    }


def negative_binomial(rng):
    n, phi = 40, 1.8
    x = np.round(rng.uniform(-1.5, 1.5, size=n), 3)
    mean = np.exp(1.2 + 0.8 * x)
    y = rng.poisson(mean * rng.gamma(phi, 1 / phi, size=n))
    return {"N": n, "x": x.tolist(), "y": y.tolist()}


def varying_slopes(rng):
    subjects, visits = 9, 5
    subject = np.repeat(np.arange(1, subjects + 1), visits)
    time = np.tile(np.arange(visits) - 2.0, subjects)
    level = rng.normal(110, 6, size=subjects)
    slope = rng.normal(5, 1.2, size=subjects)
    height = level[subject - 1] + slope[subject - 1] * time
    return {
        "N": subjects * visits,
        "S": subjects,
        "subject": subject.tolist(),
        "time": time.tolist(),
        "height": rounded(height + rng.normal(0, 1.5, size=height.size), 2),
    }


def random_walk(rng):
    t = 30
    level = 1 + np.cumsum(rng.normal(0, 0.3, size=t))
    return {"T": t, "y": rounded(level + rng.normal(0, 1, size=t))}


def garch(rng):
    t, variance, r = 60, 1.0, []
    for _ in range(t):
        r.append(0.1 + np.sqrt(variance) * rng.normal())
        variance = 0.3 + 0.3 * (r[-1] - 0.1) ** 2 + 0.5 * variance
    return {"T": t, "r": rounded(r), "sigma_first": 1.0}


def gaussian_mixture(rng):
    y = np.concatenate([rng.normal(-1.5, 0.6, size=22), rng.normal(2, 1.1, size=38)])
    return {"N": y.size, "y": rounded(rng.permutation(y))}


def ordered_mixture(rng):
    parts = [rng.normal(-4, 1, size=18), rng.normal(0.5, 0.7, size=24), rng.normal(5, 1.5, size=18)]
    y = rng.permutation(np.concatenate(parts))
    return {"K": 3, "N": y.size, "y": rounded(y)}


def zero_inflated_poisson(rng):
    n = 60
    x = np.round(rng.normal(size=n), 3)
    y = rng.poisson(np.exp(0.9 + 0.4 * x)) * (rng.uniform(size=n) > 0.3)
    return {"N": n, "y": y.tolist(), "x": x.tolist()}


def weibull_survival(rng):
    n, end = 50, 14.0
    treated = rng.integers(0, 2, size=n)
    time = np.exp(2.1 + 0.5 * treated) * rng.weibull(1.6, size=n)
    failed = time < end
    return {
        "N_failed": int(failed.sum()),
        "N_censored": int((~failed).sum()),
        "t_failed": rounded(time[failed], 3),
        "t_censored": [end] * int((~failed).sum()),
        "treated_failed": treated[failed].tolist(),
        "treated_censored": treated[~failed].tolist(),
    }


def dirichlet_multinomial(rng):
    districts, parties = 5, 4
    national = np.array([0.45, 0.3, 0.2, 0.05])
    votes = [rng.multinomial(60, rng.dirichlet(30 * national)) for _ in range(districts)]
    return {"D": districts, "P": parties, "votes": np.array(votes).tolist()}


def gaussian_process(rng):
    x = np.round(np.sort(rng.uniform(-4, 4, size=16)), 3)
    y = np.sin(1.4 * x) + rng.normal(0, 0.25, size=x.size)
    return {"N": x.size, "x": x.tolist(), "y": rounded(y)}


def correlated_errors(rng):
    n, rho = 24, 0.6
    x = np.round(np.linspace(0, 5, n), 3)
    place = np.arange(n)
    factor = np.linalg.cholesky(rho ** np.abs(place[:, None] - place))
    y = 1.5 - 0.7 * x + 0.9 * factor @ rng.normal(size=n)
    return {"N": n, "x": x.tolist(), "y": rounded(y), "rho": rho}


def user_functions(rng):
    dose = np.repeat([0, 0.1, 0.3, 1, 3, 10], 4).astype(float)
    mean = 12 * dose**1.5 / (0.8**1.5 + dose**1.5)
    y = rng.normal(mean, 0.4 + 0.08 * mean)
    return {"N": dose.size, "dose": dose.tolist(), "response": rounded(y)}


def missing_data(rng):
    n = 30
    x = np.round(rng.normal(2, 1.5, size=n), 4)
    y = 1 - 0.8 * x + rng.normal(0, 0.5, size=n)
    missing = np.sort(rng.choice(n, size=6, replace=False))
    seen = np.setdiff1d(np.arange(n), missing)
    return {
        "N_seen": seen.size,
        "N_missing": missing.size,
        "at_seen": (seen + 1).tolist(),
        "at_missing": (missing + 1).tolist(),
        "x_seen": x[seen].tolist(),
        "y": rounded(y),
    }


def changepoint(rng):
    count = np.concatenate([rng.poisson(3.2, size=19), rng.poisson(1.1, size=21)])
    return {"T": count.size, "count": count.tolist()}


def robust_regression(rng):
    n = 40
    x = np.round(rng.uniform(-3, 3, size=n), 3)
    y = 10 + 1.5 * x + 0.8 * rng.standard_t(3, size=n)
    return {"N": n, "x": x.tolist(), "y": rounded(y)}


def binomial_groups(rng):
    trials = rng.integers(5, 60, size=12)
    successes = rng.binomial(trials, rng.beta(6, 14, size=12))
    return {"G": 12, "trials": trials.tolist(), "successes": successes.tolist()}


def truncated_normal(rng):
    low, high = 0.0, 3.0
    y = rng.normal(1.2, 0.9, size=90)
    y = y[(y > low) & (y < high)][:50]
    return {"N": y.size, "low": low, "high": high, "y": rounded(y)}


def ordinal(rng):
    n, beta, cut = 60, np.array([1.2, -0.6]), [-1.0, 0.2, 1.5]
    x = np.round(rng.normal(size=(n, 2)), 3)
    latent = x @ beta + rng.logistic(size=n)
    answer = 1 + np.searchsorted(cut, latent)
    return {"K": 4, "N": n, "P": 2, "answer": answer.tolist(), "x": x.tolist()}


def hidden_markov(rng):
    t, state, y = 50, 0, []
    for _ in range(t):
        y.append(rng.normal([-1.0, 1.6][state], 0.8))
        if rng.uniform() < [0.15, 0.25][state]:
            state = 1 - state
    return {"T": t, "y": rounded(y)}


def choice(rng):
    n, k, p = 60, 3, 2
    x = np.round(rng.normal(size=(n, p)), 3)
    eta = np.column_stack([x @ [[1.0, -0.5], [0.3, 0.8]] + [0.2, -0.4], np.zeros(n)])
    kind = 1 + np.argmax(eta + rng.gumbel(size=(n, k)), axis=1)
    return {"K": k, "N": n, "P": p, "x": x.tolist(), "kind": kind.tolist()}


def gamma_regression(rng):
    n, shape = 40, 3.0
    x = np.round(rng.uniform(0, 2, size=n), 3)
    amount = rng.gamma(shape, np.exp(0.5 + 0.9 * x) / shape)
    return {"N": n, "x": x.tolist(), "amount": rounded(amount)}


def beta_regression(rng):
    n, precision = 36, 15
    x = np.round(rng.normal(size=n), 3)
    m = logistic_curve(-0.4 + 0.8 * x)
    share = rng.beta(m * precision, (1 - m) * precision)
    return {"N": n, "x": x.tolist(), "share": rounded(share)}


def horseshoe(rng):
    n, k = 40, 10
    x = np.round(rng.normal(size=(n, k)), 3)
    y = 2.5 * x[:, 1] - 1.5 * x[:, 6] + rng.normal(size=n)
    return {"K": k, "N": n, "X": x.tolist(), "y": rounded(y)}


def two_way_table(rng):
    mean = np.exp(2.2 + np.add.outer([0.5, -0.2, 0.1, -0.4], [0.6, 0.0, -0.6]))
    return {"R": 4, "C": 3, "count": rng.poisson(mean).tolist()}


def phases(rng):
    wait = np.concatenate([rng.exponential(1 / 0.4, size=30), rng.exponential(1 / 4, size=30)])
    return {"K": 2, "N": wait.size, "wait": rounded(rng.permutation(wait))}


def arma(rng):
    t, y, error = 50, [], 0.0
    for _ in range(t):
        last, error_last = (y[-1], error) if y else (0.8, 0.0)
        error = rng.normal(0, 0.6)
        y.append(0.4 + 0.5 * last + 0.3 * error_last + error)
    return {"T": t, "y": rounded(y)}


def truncated_counts(rng):
    size = rng.poisson(2.3, size=90)
    size = size[(size >= 1) & (size <= 6)][:60]
    return {"N": size.size, "largest": 6, "size": size.tolist()}


def crossed_effects(rng):
    eta = np.subtract.outer(rng.normal(0.4, 1, size=12), rng.normal(0, 0.8, size=7))
    right = rng.uniform(size=eta.shape) < logistic_curve(eta)
    return {"P": 12, "Q": 7, "right": right.astype(int).tolist()}


# Seed of each example. The function of the same name makes its data.
SEEDS = {
    "eight_schools": 0, "simple": 201, "medium": 202, "stress": 203, "funnel": 0,
    "logistic": 206, "sv": 209, "linear_regression": 210, "poisson_offset": 211,
    "negative_binomial": 212, "varying_slopes": 213, "random_walk": 214,
    "garch": 215, "gaussian_mixture": 216, "ordered_mixture": 217,
    "zero_inflated_poisson": 218, "weibull_survival": 219,
    "dirichlet_multinomial": 220, "gaussian_process": 221,
    "correlated_errors": 222, "user_functions": 223, "missing_data": 224,
    "changepoint": 225, "robust_regression": 226, "binomial_groups": 227,
    "truncated_normal": 228, "ordinal": 229, "hidden_markov": 230, "choice": 231,
    "gamma_regression": 232, "beta_regression": 233, "horseshoe": 234,
    "two_way_table": 235, "phases": 236, "arma": 237, "truncated_counts": 238,
    "crossed_effects": 239,
}  # fmt: skip


def main():
    for name in sys.argv[1:] or SEEDS:
        data = globals()[name](np.random.default_rng(SEEDS[name]))
        text = json.dumps(data, separators=(", ", ": "))
        (HERE / "stan" / name / "data.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
