"""Write reference.json: log densities and tails that the distributions must meet.

Usage: python make_reference.py            (needs mpmath 1.4)
       python make_reference.py --check    compares with scipy as well

reference.json is {"cases": [...]}; a case has `family`, `params` (by name, in
Stan's parametrisation) and `points`. A point has `x` (a number, or a list for
a law over several values) and `logp`, and where the family has a distribution
function `logcdf` = log P(X <= x) and `logsf` = log P(X > x). Numbers are
float64 values: what they say is the true value at exactly those inputs,
rounded once. Infinities are the strings "+Inf" and "-Inf".

What the names mean beyond Stan's:
    gaussian_random_walk  x[1] ~ Normal(0, init), steps ~ Normal(drift, sigma)
    categorical           x counts from 1
    mixture_normal        weights, mu and sigma by component
    truncated_*           low and high, one of which may be absent; counts
                          may equal both
    censored_*            x at low or high stands for everything beyond it
    interval_*            x = [a, b]: the value is known to lie between
"""

import json
import sys
from pathlib import Path

from cases import all_cases
from densities import evaluate
from mpmath import isinf

HERE = Path(__file__).resolve().parent


def number(value):
    """An mpf as JSON: the nearest float64, infinities by name, no minus zero."""
    rounded = float(value)
    if isinf(rounded):
        return "+Inf" if rounded > 0 else "-Inf"
    return rounded + 0.0


def case(family, params, xs):
    points = []
    for x in xs:
        found = evaluate(family, params, x)
        points.append({"x": x} | {k: number(v) for k, v in found.items()})
    return {"family": family, "params": params, "points": points}


def main():
    cases = [case(*c) for c in all_cases()]
    lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
    (HERE / "reference.json").write_text('{"cases":[\n' + lines + "\n]}\n")
    if "--check" in sys.argv[1:]:
        from check_scipy import report

        report(cases)


if __name__ == "__main__":
    main()
