"""Make reference.json: small sets of draws with ArviZ's numbers for them.

Needs arviz 1.3.0 and scipy. Run in this folder:
    python make_reference.py
"""

import json
import math
import warnings

import arviz_stats
import numpy as np
import scipy
from arviz_stats.base import array_stats
from scipy import special, stats

rng = np.random.default_rng(20240229)


def ar1(chains, draws, phi):
    """AR(1) chains with unit variance, started in their stationary law."""
    x = np.empty((chains, draws))
    x[:, 0] = rng.normal(size=chains)
    for t in range(1, draws):
        x[:, t] = phi * x[:, t - 1] + math.sqrt(1 - phi**2) * rng.normal(size=chains)
    return x


def with_value(x, value, count):
    """A copy of x in which count elements are replaced by value."""
    x = x.copy()
    for i in range(count):
        x[i % x.shape[0], 3 + 7 * i] = value
    return x


iid = rng.normal(size=(4, 100))
cases = {
    "iid": iid,
    "iid, larger": rng.normal(size=(4, 500)),
    "AR(1) 0.3": ar1(4, 200, 0.3),
    "AR(1) 0.9": ar1(4, 200, 0.9),
    "AR(1) 0.99": ar1(4, 250, 0.99),
    "antithetic": ar1(4, 200, -0.7),
    "strongly antithetic": ar1(4, 100, -0.97),
    "alternating": np.tile([1.0, -1.0, 1.5, -1.5], (3, 15)) + 0.01 * rng.normal(size=(3, 60)),
    "different means": iid + np.array([[0.0], [0.5], [1.0], [4.0]]),
    "different scales": iid * np.array([[1.0], [1.0], [0.3], [5.0]]),
    "trend": iid + np.linspace(0, 3, 100),
    "random walk": np.cumsum(rng.normal(size=(4, 80)), axis=1),
    "constant": np.full((4, 20), 2.5),
    "constant, not a binary fraction": np.full((4, 30), 0.1),
    "stuck chains": np.repeat(np.array([[1.0], [2.0], [4.0]]), 30, axis=1),
    "one stuck chain": np.vstack([iid[:3], np.full((1, 100), 0.25)]),
    "integers": rng.poisson(3.0, size=(4, 100)).astype(float),
    "binary": rng.binomial(1, 0.3, size=(4, 100)).astype(float),
    "rare event": rng.binomial(1, 0.02, size=(4, 100)).astype(float),
    "one draw differs": with_value(np.zeros((2, 40)), 1.0, 1),
    "ties": np.round(ar1(4, 100, 0.5), 1),
    "odd number of draws": ar1(4, 51, 0.4),
    "odd number, two chains": rng.normal(size=(2, 77)),
    "one chain": ar1(1, 150, 0.6),
    "one chain, odd": ar1(1, 63, 0.2),
    "two chains": ar1(2, 100, 0.5),
    "eight chains": ar1(8, 40, 0.5),
    "heavy tails": rng.standard_cauchy(size=(4, 100)),
    "lognormal": np.exp(2 * rng.normal(size=(4, 100))),
    "large offset": 1e3 + 1e-2 * np.round(rng.normal(size=(4, 60)), 3),
    "small scale": 1e-9 * rng.normal(size=(4, 60)),
    "below resolution": 1e-17 * rng.normal(size=(4, 20)),
    "with NaN": with_value(iid[:, :30], math.nan, 1),
    "all NaN": np.full((2, 10), math.nan),
    "with +Inf": with_value(iid[:, :40], math.inf, 2),
    "with -Inf": with_value(iid[:, :40], -math.inf, 1),
    "with both infinities": with_value(with_value(iid[:, :40], -math.inf, 3), math.inf, 2),
}
for n in range(1, 12):
    cases[f"short, {n} draws"] = rng.normal(size=(2, n))
cases["short, one chain"] = rng.normal(size=(1, 5))
cases["short, ties"] = np.array([[1.0, 2, 2, 1, 3, 1], [2, 2, 1, 1, 1, 3]])

PROBS = [0.05, 0.25, 0.5, 0.95]


def number(x):
    """A float as JSON can hold it."""
    x = float(x)
    return x if math.isfinite(x) else {"nan": "nan", "inf": "inf", "-inf": "-inf"}[str(x)]


def expected(x):
    """ArviZ's numbers for one quantity."""
    ess = lambda method, **more: array_stats.ess(x, method=method, **more)
    mcse = lambda method, **more: array_stats.mcse(x, method=method, **more)
    out = {
        "mean": np.mean(x),
        "sd": np.std(x, ddof=1),
        "mad": stats.median_abs_deviation(x, axis=None),
        "rhat": array_stats.rhat(x),
        "ess_bulk": ess("bulk"),
        "ess_tail": ess("tail", prob=(0.05, 0.95)),
        "ess_mean": ess("mean"),
        "ess_sd": ess("sd"),
        "ess_median": ess("median"),
        "mcse_mean": mcse("mean"),
        "mcse_sd": mcse("sd"),
    }
    for p in PROBS:
        out[f"quantile {p}"] = array_stats.quantile(x, p, axis=None)
        out[f"ess_quantile {p}"] = ess("quantile", prob=p)
        out[f"mcse_quantile {p}"] = mcse("quantile", prob=p)
    out = {name: number(value) for name, value in out.items()}
    out["bfmi"] = [number(v) for v in np.atleast_1d(array_stats.bfmi(x))]
    return out


def short(x):
    """x to six digits, so that the file stays small."""
    return np.array([[float(f"{v:.6g}") for v in row] for row in x])


def main():
    warnings.filterwarnings("ignore")
    np.seterr(all="ignore")
    reference = {
        "made_with": {"arviz_stats": arviz_stats.__version__, "numpy": np.__version__, "scipy": scipy.__version__},
        "cases": [],
        "normal_quantile": [],
        "beta_quantile": [],
    }
    for name, x in cases.items():
        if name != "large offset":  # whose six digits would all be the offset's
            x = short(x)
        draws = [[number(v) for v in row] for row in x]
        reference["cases"].append({"name": name, "draws": draws, "expected": expected(x)})
    for p in [1e-300, 1e-20, 1e-6, 0.001, 0.02425, 0.075, 0.0750001, 0.3, 0.5, 0.6, 0.925, 0.97575, 0.999, 1 - 1e-6, 1 - 1e-15, 0.625 / 400.25, 399.625 / 400.25]:
        reference["normal_quantile"].append([p, float(special.ndtri(p))])
    for ess in [1, 3.7, 10, 55.5, 400, 4321.1, 1e5]:
        for p in [0.05, 0.5, 0.95, 0.999]:
            for tail in [0.1586553, 0.8413447]:
                a, b = ess * p + 1, ess * (1 - p) + 1
                reference["beta_quantile"].append([a, b, tail, float(stats.beta.ppf(tail, a, b))])
    with open("reference.json", "w") as f:
        head = {key: value for key, value in reference.items() if key != "cases"}
        f.write(json.dumps(head)[:-1] + ', "cases": [\n')
        f.write(",\n".join(json.dumps(case) for case in reference["cases"]))
        f.write("\n]}\n")


main()
