"""Write stan/NAME/oracle.json: log density and gradient at five points.

Usage: python make_oracles.py [NAME ...]
       (needs pip install stanli bridgestan mpmath)

An oracle holds `unconstrained_dim`; `constrained_names`, the parameters;
`value_names`, the parameters, the transformed parameters and, where the
generated quantities draw no random numbers, those as well; and `points`, each
with

    q       unconstrained parameters in the order of declaration
    lp      log density, Jacobian included; a statement with ~ drops the
            terms without parameters, so that another implementation may
            differ by one constant for all points
    grad    its gradient
    values  the values named by value_names at q

The points are all 0.1, two near the origin, one where samplers start, and one
far out. Far out a density may be so badly conditioned that rounding q shows
in its gradient; such a point is no reference, and is drawn nearer until it is.
"""

import json
import sys
from pathlib import Path

import numpy as np
import stanli
from mpmath import mp

mp.dps = 50
HERE = Path(__file__).resolve().parent
FAR = 6.0  # half-width of the box for the far point
CONDITION = 1e-11  # relative change of lp or grad allowed for a change of q by rounding


def log_density(model, q):
    """Log density and gradient at q, or None where either is not finite."""
    try:
        lp, grad = model.log_prob_grad(q)
    except RuntimeError:
        return None
    return (lp, grad) if np.isfinite(lp) and np.isfinite(grad).all() else None


def well_conditioned(model, q):
    """Whether q moved by two roundings gives the same answer in effect."""
    here = log_density(model, q)
    moved = log_density(model, q * (1 + 4.5e-16))
    if here is None or moved is None:
        return False
    change = np.abs(here[1] - moved[1]) / np.maximum(1, np.abs(here[1]))
    return max(change.max(), abs(here[0] - moved[0]) / max(1, abs(here[0]))) < CONDITION


def points(model, rng):
    dim = model.n_unconstrained
    yield np.full(dim, 0.1)
    for width in (0.5, 1.0, 2.0):
        yield np.round(rng.uniform(-width, width, size=dim), 6)
    far = rng.uniform(-FAR, FAR, size=dim)
    while not well_conditioned(model, np.round(far, 6)):
        far *= 0.8
    yield np.round(far, 6)


def truncated_normal(data, q):
    """The program's log density in 50 digits, without constants."""
    mu, log_sigma = (mp.mpf(x) for x in q)
    sigma = mp.exp(log_sigma)
    low, high = ((mp.mpf(data[k]) - mu) / sigma for k in ("low", "high"))
    z = [(mp.mpf(y) - mu) / sigma for y in data["y"]]
    prior = -((mu - 1) ** 2) / 8 - sigma**2 / 4.5 + log_sigma
    kept = mp.log(mp.ncdf(high) - mp.ncdf(low))
    return prior - sum(x * x for x in z) / 2 - len(z) * (log_sigma + kept)


# Densities by other means, because Stan's gradient of normal_lcdf is a
# rational approximation that is good to about 2e-7 only.
EXACT = {"truncated_normal": truncated_normal}


def exact(density, data, q):
    """Log density and gradient of one of EXACT."""
    lp = density(data, q)
    grad = [
        mp.diff(lambda x, i=i: density(data, [*q[:i], x, *q[i + 1 :]]), q[i])
        for i in range(len(q))
    ]
    return float(lp), np.array([float(g) for g in grad])


def number(x):
    """JSON has no name for NaN and infinity."""
    return float(x) if np.isfinite(x) else None


def bracketed(name):
    """theta.1.2 of CmdStan's files as theta[1,2]."""
    base, *index = name.split(".")
    return f"{base}[{','.join(index)}]" if index else base


def oracle(folder):
    program = folder / "model.stan"
    data = json.loads((folder / "data.json").read_text())
    model = stanli.Model(stan_file=str(program), data=data)
    values = stanli.bridgestan_model(stan_file=str(program), data=data)
    generated = "_rng(" not in program.read_text()
    kinds = {"include_tp": True, "include_gq": generated}
    source = values.new_rng(1)
    rows = []
    for q in points(model, np.random.default_rng(sum(folder.name.encode()))):
        if folder.name in EXACT:
            found = exact(EXACT[folder.name], data, q.tolist())
        else:
            found = log_density(model, q)
        if found is None:
            raise SystemExit(f"{folder.name}: log density is not finite at {q.tolist()}")
        at_q = values.param_constrain(q, **kinds, rng=source)
        rows.append({
            "q": q.tolist(),
            "lp": float(found[0]),
            "grad": found[1].tolist(),
            "values": [number(v) for v in at_q],
        })  # fmt: skip
    return {
        "unconstrained_dim": model.n_unconstrained,
        "constrained_names": model.constrained_names,
        "value_names": [bracketed(n) for n in values.param_names(**kinds)],
        "points": rows,
    }


def main():
    chosen = sys.argv[1:]
    for program in sorted((HERE / "stan").glob("*/model.stan")):
        folder = program.parent
        if chosen and folder.name not in chosen:
            continue
        made = oracle(folder)
        lines = ",\n".join("  " + json.dumps(p) for p in made.pop("points"))
        text = json.dumps(made)[:-1] + ', "points": [\n' + lines + "\n]}\n"
        (folder / "oracle.json").write_text(text)
        print(folder.name, made["unconstrained_dim"])


if __name__ == "__main__":
    main()
