"""Check the example Stan programs against oracles of log density and gradient.

Usage:
    python check_oracle.py                     every folder of examples/stan
    python check_oracle.py --posteriordb DIR   every program of
                                               examples/posteriordb, too
    python check_oracle.py ... NAME NAME       only these programs

DIR holds `index.json`, `data/DATA.json` and `oracle/POSTERIOR.json` in the
form of the collection posteriordb: index.json lists posteriors with their
`name`, `model` and `data`; an oracle has `constrained_names` and `points`, a
list of unconstrained vectors `q` with the log density `lp` (Jacobian
included) and its gradient `grad`.

An oracle may have dropped other constants than the program does, so log
densities are compared as differences from the first finite point, gradients
as they are. The programs are run by stanli (pip install stanli), which
evaluates Stan programs in process with Stan's own math library. A point whose
log density is not finite has null for both and must not be finite here.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import stanli

HERE = Path(__file__).resolve().parent
TOLERANCE = 1e-9  # relative
# Stan's gradient of normal_lcdf, which T[low, high] uses, is a rational
# approximation; the oracle of this program was made in 50 digits.
LOOSER = {"truncated_normal": 1e-6}


def evaluate(model, point):
    """Log density and gradient at an unconstrained point, or (None, None)."""
    try:
        lp, grad = model.log_prob_grad(np.asarray(point, dtype=float))
    except RuntimeError:
        return None, None
    if not (np.isfinite(lp) and np.isfinite(grad).all()):
        return None, None
    return float(lp), np.asarray(grad)


def worst_error(model, points):
    """Largest relative error over all points, or a sentence on what differs."""
    worst, base = 0.0, None
    for k, point in enumerate(points, start=1):
        lp, grad = evaluate(model, point["q"])
        if (lp is None) != (point["lp"] is None):
            return f"point {k}: log density is {lp}, the oracle has {point['lp']}"
        if lp is None:
            continue
        if base is None:
            base = (lp, point["lp"])
        size = max(1.0, abs(point["lp"]), abs(base[1]))
        worst = max(worst, abs((lp - base[0]) - (point["lp"] - base[1])) / size)
        expected = np.asarray(point["grad"])
        error = np.abs(grad - expected) / np.maximum(1.0, np.abs(expected))
        worst = max(worst, float(error.max()))
    return worst


def check(title, program, data, oracle):
    """Print one line for a program; True where it agrees with its oracle."""
    try:
        model = stanli.Model(stan_file=str(program), data=data)
        parameters = oracle["constrained_names"]
        if model.constrained_names[: len(parameters)] != parameters:
            outcome = "its parameters or their order differ from the oracle's"
        else:
            outcome = worst_error(model, oracle["points"])
    except Exception as err:  # a broken program must not end the whole check
        outcome = f"{type(err).__name__}: {err}"
    good = isinstance(outcome, float) and outcome <= LOOSER.get(title, TOLERANCE)
    text = f"{outcome:.1e}" if isinstance(outcome, float) else outcome
    print(f"{'ok  ' if good else 'FAIL'} {title}: {text}")
    return good


def read(path):
    return json.loads(path.read_text())


def own_cases():
    for program in sorted((HERE / "stan").glob("*/model.stan")):
        folder = program.parent
        yield folder.name, folder.name, program, folder / "data.json", folder / "oracle.json"


def posteriordb_cases(root):
    for entry in read(root / "index.json"):
        program = HERE / "posteriordb" / f"{entry['model']}.stan"
        if program.exists():
            data = root / "data" / f"{entry['data']}.json"
            oracle = root / "oracle" / f"{entry['name']}.json"
            yield entry["name"], entry["model"], program, data, oracle


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--posteriordb", type=Path, metavar="DIR")
    parser.add_argument("names", nargs="*", metavar="NAME")
    args = parser.parse_args()

    cases = list(own_cases())
    if args.posteriordb:
        cases += posteriordb_cases(args.posteriordb)
    if args.names:
        cases = [c for c in cases if c[0] in args.names or c[1] in args.names]
    if not cases:
        sys.exit("no program of that name; see examples/stan and examples/posteriordb")
    failed = [c[0] for c in cases if not check(c[0], c[2], read(c[3]), read(c[4]))]
    print(f"{len(cases) - len(failed)} of {len(cases)} agree with their oracles")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
