"""Data and scores of the suite bart, as bench/suite_bart_data.go and suite_bart_run.go have them.

Uniform numbers are a hash of their place (the finalizer of SplitMix64), so that
every system gets the same data up to the rounding of elementary functions.
"""

import gc
import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import time

import numpy as np
from scipy.special import ndtr

GOLDEN = 0x9E3779B97F4A7C15
WORD = 2**64 - 1


def mixed(z):
    """The hash of numbers below 2^64."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def uniform(seed, sequence, start, count):
    """Numbers start, start+1, … of a sequence, in [0, 1)."""
    rotated = ((seed << 8) | (seed >> 56)) & WORD
    base = int(mixed(np.array([(rotated * GOLDEN + sequence) & WORD], dtype=np.uint64))[0])
    k = np.arange(start + 1, start + count + 1, dtype=np.uint64)
    z = np.uint64(base) + k * np.uint64(GOLDEN)
    return (mixed(z) >> np.uint64(11)).astype(float) * 2.0**-53


def normal(seed, sequence, count):
    u = uniform(seed, sequence, 0, 2 * count).reshape(count, 2)
    return np.sqrt(-2 * np.log1p(-u[:, 0])) * np.cos(2 * np.pi * u[:, 1])


def friedman1(x):
    return 10 * np.sin(np.pi * x[0] * x[1]) + 20 * (x[2] - 0.5) ** 2 + 10 * x[3] + 5 * x[4]


def sparse(x):
    return 3 * x[0] + 2 * x[1] - 1.5 * x[2] + 0.8 * x[3] + 0.3 * x[4]


def sines(x):
    return np.sin(2 * np.pi * x[0]) + np.cos(2 * np.pi * x[1]) + 2 * x[2] ** 2 + x[3]


def friedman2(x):
    return np.hypot(x[0], x[1] * x[2] - 1 / (x[1] * x[3]))


def california(x):
    g = 0.4 * np.log(x[0] + 1) - 0.1 * np.log(x[4] + 1) + 0.2 * np.log(x[2] + 1) - 0.05 * np.abs(x[6] - 37)
    return np.exp(g - 0.03 * np.abs(x[7] + 120) + 0.01 * x[1] - 0.1 * x[5] + 0.045) / 100


# Ranges of the columns (the last stands for all that follow), f, noise.
GENERATORS = {
    "friedman1": ([(0, 1)], friedman1, 1.0),
    "sparse": ([(0, 10)], sparse, 0.5),
    "sin": ([(0, 1)], sines, 0.2),
    "linear": ([(0, 10)], lambda x: 3 * x[0], 0.5),
    "friedman2": ([(0, 100), (40 * np.pi, 560 * np.pi), (0, 1), (1, 11)], friedman2, 0.1),
    "california": ([(1, 51), (1, 51), (1, 11), (1, 6), (1, 35001), (1, 7), (32, 37), (-124, -114)], california, 0.3),
}


def rows(p, seed, sequence, count):
    ranges, f, _ = GENERATORS[p["data"]]
    columns = p["columns"]
    x = uniform(seed, sequence, 0, count * columns).reshape(count, columns)
    for j in range(columns):
        low, high = ranges[min(j, len(ranges) - 1)]
        x[:, j] = low + (high - low) * x[:, j]
    return x, f(x.T)


def generate(p, seed):
    """Rows to fit and rows to test: x, y, x_test, f_test, y_test."""
    sd = GENERATORS[p["data"]][2]
    x, f = rows(p, seed, 0, p["rows"])
    xt, ft = rows(p, seed, 2, p.get("tests", 0))
    if p["data"] == "friedman2":
        sd *= f.std()
    e, et = sd * normal(seed, 1, len(f)), sd * normal(seed, 3, len(ft))
    if p["data"] == "california":
        return x, f * np.exp(e - sd * sd / 2), xt, ft, ft * np.exp(et - sd * sd / 2)
    return x, f + e, xt, ft, ft + et


def crps(y, f, sd):
    """Of mixtures of normals in equal parts; f: draws x rows."""

    def absolute(mean, s):
        z = mean / s
        return 2 * s * np.exp(-z * z / 2) / np.sqrt(2 * np.pi) + mean * (2 * ndtr(z) - 1)

    first = absolute(y - f, sd[:, None]).mean(0)
    second = np.zeros_like(y)
    for k in range(len(sd)):
        second += absolute(f[k] - f, np.hypot(sd[k], sd)[:, None]).mean(0)
    return (first - second / (2 * len(sd))).mean()


def score(f, sd, f_test, y_test):
    """Figures of draws of f (draws x rows) and of sigma."""
    low, high = np.quantile(f, [0.05, 0.95], axis=0)
    u = ndtr((y_test - f) / sd[:, None]).mean(0)
    few = slice(None, None, max(len(sd) // 100, 1))
    return {
        "rmse": np.sqrt(np.mean((f.mean(0) - f_test) ** 2)),
        "cover": np.mean((f_test >= low) & (f_test <= high)),
        "interval": np.mean(high - low + 20 * (np.maximum(low - f_test, 0) + np.maximum(f_test - high, 0))),
        "cover y": np.mean((u >= 0.05) & (u <= 0.95)),
        "crps": crps(y_test, f[few], sd[few]),
        "sigma": sd.mean(),
    }


def timed(call):
    began = time.perf_counter()
    out = call()
    return time.perf_counter() - began, out


def peak():
    """The peak of the resident memory of this process, in KiB."""
    with open("/proc/self/status") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmHWM:"))


def forget_peak():
    """Makes the peak what the process holds now, and returns it."""
    gc.collect()
    with open("/proc/self/clear_refs", "w") as f:
        f.write("5")
    return peak()


def carry_out(p, seed, fit, predict):
    """Figures of a case. fit(x, y, regrow, burn, draws, seed) returns something that
    predict(it, x) makes draws of f and of sigma of, both as arrays."""
    x, y, xt, ft, yt = generate(p, seed)
    sweeps = (p.get("regrow", 0), p.get("burn", 0), p["draws"])
    if p["kind"] in ("sweep", "regrow"):
        regrow, burn, draws = sweeps
        longer = (regrow + p["more"], burn, draws) if p["kind"] == "regrow" else (regrow, burn, draws + p["more"])
        short, _ = timed(lambda: fit(x, y, *sweeps, seed))
        long, _ = timed(lambda: fit(x, y, *longer, seed))
        units = p["rows"] * p["trees"] * p["more"] * (p["columns"] if p["kind"] == "regrow" else 1)
        return {"seconds": long - short, "ns/" + p["kind"]: 1e9 * (long - short) / units}
    if p["kind"] == "memory":
        before = forget_peak()
        seconds, _ = timed(lambda: fit(x, y, *sweeps, seed))
        return {"seconds": seconds, "bytes/row/tree": 1024 * (peak() - before) / (p["rows"] * p["trees"])}
    seconds, model = timed(lambda: fit(x, y, *sweeps, seed))
    took, (f, sd) = timed(lambda: predict(model, xt))
    if p["kind"] == "predict":
        return {"seconds": took, "ns/predict": 1e9 * took / (len(xt) * p["trees"] * len(sd))}
    return {"seconds": seconds} | score(f, sd, ft, yt)
