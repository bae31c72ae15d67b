"""Write data.json of the simulated posteriors, and reference.json of those whose moments are known exactly.

Usage: python generate.py [NAME ...]     (needs numpy and scipy; seeds are fixed)
"""

import json
import sys
from pathlib import Path

import numpy as np
from scipy import stats

HERE = Path(__file__).resolve().parent


def rounded(x, digits=4):
    return np.round(np.asarray(x, dtype=float), digits).tolist()


def groups(sizes):
    """The group of each row, counted from 1."""
    return np.repeat(np.arange(1, len(sizes) + 1), sizes)


def radon(tau):
    rng = np.random.default_rng(3101)
    sizes = np.round(1 + 115 * np.linspace(0, 1, 85) ** 5).astype(int)  # 1 to 116, median 5
    group = groups(sizes)
    floor = (rng.random(group.size) < 0.2).astype(float)
    level = 1.5 + tau * rng.standard_normal(85)
    y = level[group - 1] - 0.7 * floor + 0.75 * rng.standard_normal(group.size)
    return {"N": group.size, "J": 85, "group": group.tolist(), "floor": rounded(floor, 0), "y": rounded(y, 3)}


def nested():
    rng = np.random.default_rng(3102)
    region = np.repeat(np.arange(1, 11), 8)
    level = 1 + 0.6 * rng.standard_normal(10)[region - 1] + 0.15 * rng.standard_normal(80)
    county = groups(np.round(np.exp(rng.uniform(0, 5, 80))).astype(int))
    y = level[county - 1] + 0.8 * rng.standard_normal(county.size)
    return {"N": county.size, "R": 10, "J": 80, "region": region.tolist(), "county": county.tolist(), "y": rounded(y, 3)}


def both():
    return {"J": 4, "y": [0.0, 0.4, -0.3, 0.1], "noise": 0.25}


def poisson_groups():
    rng = np.random.default_rng(3103)
    exposure = np.exp(rng.uniform(-1, 3, 40))
    y = rng.poisson(exposure * np.exp(0.5 + 0.4 * rng.standard_normal(40)))
    return {"J": 40, "y": y.tolist(), "exposure": rounded(exposure)}


def bernoulli_groups():
    rng = np.random.default_rng(3104)
    group = groups(np.round(np.exp(rng.uniform(0, 4, 30))).astype(int))
    x = rng.standard_normal(group.size)
    eta = -0.5 + 0.5 * rng.standard_normal(30)[group - 1] + 0.8 * x
    y = (rng.random(group.size) < 1 / (1 + np.exp(-eta))).astype(int)
    return {"N": group.size, "J": 30, "group": group.tolist(), "x": rounded(x, 3), "y": y.tolist()}


def student_groups():
    rng = np.random.default_rng(3105)
    se = np.exp(rng.uniform(-1, 1, 25))
    y = 2 + 0.7 * rng.standard_t(4, 25) + se * rng.standard_normal(25)
    return {"J": 25, "y": rounded(y), "se": rounded(se)}


def noise_groups():
    rng = np.random.default_rng(3106)
    group = groups(rng.integers(3, 30, 20))
    theta, log_sigma = 1 + 0.4 * rng.standard_normal(20), 0.5 * rng.standard_normal(20)
    y = theta[group - 1] + np.exp(log_sigma[group - 1]) * rng.standard_normal(group.size)
    return {"N": group.size, "J": 20, "group": group.tolist(), "y": rounded(y)}


def sloped(seed, tau, rho):
    rng = np.random.default_rng(seed)
    group = groups(rng.integers(2, 12, 30))
    x = rng.standard_normal(group.size)
    z = rng.standard_normal((2, 30))
    a = 1 + tau[0] * z[0]
    b = -0.5 + tau[1] * (rho * z[0] + np.sqrt(1 - rho**2) * z[1])
    y = a[group - 1] + b[group - 1] * x + 0.8 * rng.standard_normal(group.size)
    return {"N": group.size, "J": 30, "group": group.tolist(), "x": rounded(x, 3), "y": rounded(y)}


def drift_walk():
    rng = np.random.default_rng(3108)
    x = np.cumsum(np.append(0.3, 0.2 + 0.3 * rng.standard_normal(99)))
    return {"T": 100, "y": rounded(x + 0.8 * rng.standard_normal(100))}


def count_walk():
    rng = np.random.default_rng(3110)
    x = 1 + np.cumsum(0.15 * rng.standard_normal(80))
    return {"T": 80, "y": rng.poisson(np.exp(x)).tolist()}


def crossed():
    rng = np.random.default_rng(3111)
    subject, item = np.meshgrid(np.arange(1, 31), np.arange(1, 9), indexing="ij")
    keep = rng.random(subject.shape) < 0.5
    subject, item = subject[keep], item[keep]
    y = 3 + 0.9 * rng.standard_normal(30)[subject - 1] + 0.2 * rng.standard_normal(8)[item - 1]
    y = y + 0.7 * rng.standard_normal(y.size)
    return {"N": y.size, "S": 30, "I": 8, "subject": subject.tolist(), "item": item.tolist(), "y": rounded(y)}


def positive_groups():
    rng = np.random.default_rng(3112)
    se = np.exp(rng.uniform(-1, 1, 15))
    theta = np.abs(1 + 0.8 * rng.standard_normal(15))
    return {"J": 15, "y": rounded(theta + se * rng.standard_normal(15)), "se": rounded(se)}


def eight_schools_units():
    data = json.loads((HERE / "eight_schools" / "data.json").read_text())
    known = json.loads((HERE / "eight_schools" / "reference.json").read_text())
    for numbers in known["parameters"].values():
        for key in numbers:
            if not key.startswith("ess") and key != "rhat":
                numbers[key] = 1000 * numbers[key]
    known |= {"model": "eight_schools_units", "method": "eight_schools times 1000; " + known["method"]}
    return {"J": 8, "y": [1000 * v for v in data["y"]], "sigma": [1000 * v for v in data["sigma"]]}, known


def exact(name, quantities):
    """A reference of exact values: {name: (mean, 5 %, 50 % and 95 % quantile, sd)}; None where there is no formula."""
    parameters = {}
    for key, (mean, low, middle, high, sd) in quantities.items():
        entry = {"mean": mean, "sd": sd, "q05": low, "q50": middle, "q95": high, "mcse_mean": 0}
        entry |= {"mcse_q05": 0, "mcse_q50": 0, "mcse_q95": 0}
        parameters[key] = {k: v for k, v in entry.items() if v is not None}
    return {"model": name, "method": "exact", "parameters": parameters}


def independent(name, law, scale):
    """The reference of x = scale * law, coordinate by coordinate."""
    low, high, sd = law.ppf(0.05), law.ppf(0.95), law.std()
    return exact(name, {f"x[{i + 1}]": (0.0, s * low, 0.0, s * high, s * sd) for i, s in enumerate(scale)})


def corr_ar():
    scale = rounded(np.exp(np.random.default_rng(3113).standard_normal(100)))
    return {"D": 100, "rho": 0.95, "scale": scale}, independent("corr_ar", stats.norm(), scale)


def corr_factors():
    rng = np.random.default_rng(3114)
    factors = np.array(rounded(2 * rng.standard_normal((100, 5))))
    scale = rounded(np.exp(rng.standard_normal(100)))
    total = np.array(scale) * np.sqrt(1 + (factors**2).sum(1))
    return {"D": 100, "K": 5, "F": factors.tolist(), "scale": scale}, independent("corr_factors", stats.norm(), total.tolist())


def banana():
    plain = (0.0, stats.norm.ppf(0.05), 0.0, stats.norm.ppf(0.95), 1.0)
    known = {f"rest[{i + 1}]": plain for i in range(8)}
    known["a"] = tuple(10 * v for v in plain)
    known["b"] = (0.0, None, None, None, np.sqrt(1 + 2 * 3.0**2))  # b = 3 (z^2 - 1) + e
    return {}, exact("banana", known)


def heavy_tails():
    scale = rounded(np.exp(np.random.default_rng(3115).standard_normal(20)))
    return {"D": 20, "scale": scale}, independent("heavy_tails", stats.t(4), scale)


def scales():
    scale = (10.0 ** np.linspace(-3, 3, 50)).tolist()
    return {"D": 50, "scale": scale}, independent("scales", stats.norm(), scale)


def seasons():
    rng = np.random.default_rng(3116)
    level = np.cumsum(0.2 * rng.standard_normal(48))
    season = np.array([1, -0.5, 0.3, -0.8])[np.arange(48) % 4]
    return {"T": 48, "y": rounded(level + season + 0.5 * rng.standard_normal(48))}


def second_order():
    rng = np.random.default_rng(3117)
    x = np.zeros(120)
    for t in range(2, 120):
        x[t] = 1.2 * x[t - 1] - 0.5 * x[t - 2] + 0.4 * rng.standard_normal()
    return {"T": 100, "y": rounded(1 + x[20:] + 0.5 * rng.standard_normal(100)), "noise": 0.5}


def steps():
    rng = np.random.default_rng(3118)
    return {"T": 80, "y": rounded(np.cumsum(0.3 * rng.standard_normal(80)) + 0.4 * rng.standard_normal(80))}


def volatility_steps():
    rng = np.random.default_rng(3119)
    h = np.full(150, -1.0)
    for t in range(1, 150):
        h[t] = -1 + 0.95 * (h[t - 1] + 1) + 0.25 * rng.standard_normal()
    return {"T": 150, "y": rounded(np.exp(h / 2) * rng.standard_normal(150))}


def signed_loading():
    rng = np.random.default_rng(3120)
    group = groups(rng.integers(2, 8, 20))
    y = 1 - 0.3 * rng.standard_normal(20)[group - 1] + 0.8 * rng.standard_normal(group.size)
    return {"N": group.size, "J": 20, "group": group.tolist(), "y": rounded(y)}


def item_response():
    rng = np.random.default_rng(3121)
    person, item = (v.ravel() for v in np.meshgrid(np.arange(60), np.arange(12), indexing="ij"))
    ability, difficulty = rng.standard_normal(60), 0.3 + 0.8 * rng.standard_normal(12)
    eta = np.exp(0.3 * rng.standard_normal(12))[item] * (ability[person] - difficulty[item])
    y = (rng.random(720) < 1 / (1 + np.exp(-eta))).astype(int)
    return {"J": 60, "K": 12, "N": 720, "person": (person + 1).tolist(), "item": (item + 1).tolist(), "y": y.tolist()}


def walks_of_counts():
    rng = np.random.default_rng(3122)
    x = 1.2 + np.cumsum(np.array([0.05, 0.15, 0.3, 0.1]) * rng.standard_normal((30, 4)), axis=0)
    return {"T": 30, "K": 4, "y": rng.poisson(np.exp(x)).tolist()}


def measurement_error():
    rng = np.random.default_rng(3123)
    x = 1 + 1.2 * rng.standard_normal(60)
    measured = x + 0.8 * rng.standard_normal(60)
    return {"N": 60, "measured": rounded(measured), "tau": 0.8, "y": rounded(2 - 1.5 * x + 0.8 * rng.standard_normal(60))}


def occupancy():
    rng = np.random.default_rng(3124)
    region = rng.integers(0, 8, 60)
    occupied = rng.random(60) < 1 / (1 + np.exp(-(0.5 + 0.8 * rng.standard_normal(8))[region]))
    y = occupied * rng.binomial(5, 1 / (1 + np.exp(0.5 - 0.6 * rng.standard_normal(60))))
    return {"S": 60, "V": 5, "R": 8, "y": y.tolist(), "region": (region + 1).tolist()}


MAKERS = {
    "radon": lambda: radon(0.3),
    "radon_tight": lambda: radon(0.03),
    "nested": nested,
    "both": both,
    "poisson_groups": poisson_groups,
    "bernoulli_groups": bernoulli_groups,
    "student_groups": student_groups,
    "noise_groups": noise_groups,
    "correlated_effects": lambda: sloped(3107, (0.5, 0.3), 0.6),
    "slopes": lambda: sloped(3109, (0.8, 0.1), 0.0),
    "drift_walk": drift_walk,
    "count_walk": count_walk,
    "crossed": crossed,
    "positive_groups": positive_groups,
    "seasons": seasons,
    "second_order": second_order,
    "steps": steps,
    "volatility_steps": volatility_steps,
    "signed_loading": signed_loading,
    "item_response": item_response,
    "walks_of_counts": walks_of_counts,
    "measurement_error": measurement_error,
    "occupancy": occupancy,
    "eight_schools_units": eight_schools_units,
    "corr_ar": corr_ar,
    "corr_factors": corr_factors,
    "banana": banana,
    "heavy_tails": heavy_tails,
    "scales": scales,
}


def main():
    for name in sys.argv[1:] or MAKERS:
        made = MAKERS[name]()
        data, known = made if isinstance(made, tuple) else (made, None)
        (HERE / name / "data.json").write_text(json.dumps(data, separators=(",", ":")) + "\n")
        if known:
            (HERE / name / "reference.json").write_text(json.dumps(known, indent=1) + "\n")


if __name__ == "__main__":
    main()
