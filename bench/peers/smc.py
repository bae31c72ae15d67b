"""particles as a worker of the suite smc.

Models are written the way the documentation of particles does it: a
StateSpaceModel with laws over whole clouds.
"""

import json
import os
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(name, "1")

from worker import Missing, serve  # noqa: E402

import numpy as np  # noqa: E402
import particles  # noqa: E402
from particles import distributions as dists  # noqa: E402
from particles import smc_samplers  # noqa: E402
from particles import state_space_models as ssm  # noqa: E402
from scipy.special import gammaln  # noqa: E402

PRIOR = {"beta": (0.05, 0.85), "sigma": (0.05, 0.45), "gamma": (0.05, 0.30)}
INFECTED, SIZE, FLOOR = 5, 10.0, 0.1


class Step(dists.ProbDist):
    """S, E, I and new cases a step after `before`."""

    dim = 4

    def __init__(self, model, before):
        self.model, self.before = model, before

    def rvs(self, size=None):
        m = self.model
        s, e, i = (self.before[:, k].astype(np.int64) for k in range(3))
        infected = np.random.binomial(s, -np.expm1(-m.beta * i / m.population))
        fallen_ill = np.random.binomial(e, -np.expm1(-m.sigma))
        recovered = np.random.binomial(i, -np.expm1(-m.gamma))
        return np.stack([s - infected, e + infected - fallen_ill, i + fallen_ill - recovered, fallen_ill], axis=1).astype(float)


class First(dists.ProbDist):
    dim = 4

    def __init__(self, model):
        self.model = model

    def rvs(self, size=None):
        x = np.zeros((size, 4))
        x[:, 0], x[:, 1] = self.model.population - INFECTED, INFECTED
        return Step(self.model, x).rvs(size)


class Count(dists.ProbDist):
    """Negative binomial counts of the given cases."""

    def __init__(self, cases):
        self.mean = cases + FLOOR

    def logpdf(self, y):
        m = self.mean
        return gammaln(y + SIZE) - gammaln(SIZE) - gammaln(y + 1) + SIZE * np.log(SIZE / (SIZE + m)) + y * np.log(m / (SIZE + m))


class SEIR(ssm.StateSpaceModel):
    default_params = {"beta": 0.3, "sigma": 0.2, "gamma": 0.1, "population": 10_000.0}

    def PX0(self):
        return First(self)

    def PX(self, t, xp):
        return Step(self, xp)

    def PY(self, t, xp, x):
        return Count(x[:, 3])


def problem(p, a):
    with open(os.path.join(a.root, "bench", "smc_problems.json")) as f:
        return json.load(f)[p["problem"]]


def filters(p, seed, a):
    """Runs of a filter, with parameters known."""
    d = problem(p, a)
    if p["problem"] == "sv":
        model = ssm.StochVol(mu=d["mu"], rho=d["phi"], sigma=d["sigma"])
    else:
        SEIR.default_params["population"] = d["population"]
        model = SEIR(beta=0.3, sigma=0.2, gamma=0.1)
    y, n = np.array(d["y"], dtype=float), p["particles"]
    fk = ssm.Bootstrap(ssm=model, data=y)
    np.random.seed(seed)
    seconds, logs = [], []
    for _ in range(p["repeats"]):
        pf = particles.SMC(fk=fk, N=n, resampling="systematic", ESSrmin=1.0, qmc=p["kind"] == "sqmc", collect="off")
        began = time.perf_counter()
        pf.run()
        seconds.append(time.perf_counter() - began)
        logs.append(pf.logLt)
    figures = {"ns/particle-step": 1e9 * min(seconds) / n / len(y), "seconds": sum(seconds), "sd": np.std(logs, ddof=1)}
    if "log_evidence" in d and p["repeats"] > 2:
        w = np.exp(np.array(logs) - d["log_evidence"])
        figures["z"] = (w.mean() - 1) / (w.std(ddof=1) / np.sqrt(len(w)))
    return figures


def smc2(p, seed, a, wastefree):
    if p.get("window"):
        raise Missing("it has no windows")
    d = problem(p, a)
    SEIR.default_params["population"] = d["population"]
    prior = dists.StructDist({k: dists.Uniform(*v) for k, v in PRIOR.items()})
    length = p["moves"] if wastefree else p["moves"] + 1  # of the chains, the start included
    fk = smc_samplers.SMC2(
        ssm_cls=SEIR, prior=prior, data=np.array(d["y"], dtype=float), init_Nx=p["states"], ar_to_increase_Nx=-1.0, wastefree=wastefree, len_chain=length
    )
    np.random.seed(seed)
    sampler = particles.SMC(fk=fk, N=p["theta"] // length if wastefree else p["theta"], ESSrmin=0.5)
    began = time.perf_counter()
    sampler.run()
    seconds = time.perf_counter() - began
    w, theta = sampler.W, sampler.X.theta
    mean = [np.average(theta[k], weights=w) for k in PRIOR]
    sd = [np.sqrt(np.average((theta[k] - m) ** 2, weights=w)) for k, m in zip(PRIOR, mean, strict=True)]
    figures = {"seconds": seconds, "beta": mean[0], "beta sd": sd[0], "log evidence": sampler.logLt}
    if "mean" in d:
        figures["error"] = np.sqrt(np.mean([((m - r) / s) ** 2 for m, r, s in zip(mean, d["mean"], d["sd"], strict=True)]))
        figures["sd ratio"] = np.exp(np.mean(np.log(np.array(sd) / d["sd"])))
    return figures


def run(p, seed, a, wastefree=False):
    if p["kind"] == "smc2":
        return smc2(p, seed, a, wastefree)
    if p["kind"] not in ("filter", "sqmc"):
        raise Missing("it does not take data for ever")
    return filters(p, seed, a)


if __name__ == "__main__":
    serve(["particles", "numpy"], run)
