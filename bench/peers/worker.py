"""What the workers of the suites share; docs/benchmarks.md describes the suites.

A worker is called with --case NAME --seed N --cores N --root DIR --params JSON
and calls serve with a function for each model. Its last line on standard output
is {"figures": {...}, "versions": {...}} or {"missing": REASON}; whatever
libraries print goes to standard error.
"""

import argparse
import importlib.metadata
import json
import os
import resource
import sys


class Missing(Exception):
    """What the system cannot do."""


def serve(packages, run):
    """Calls run(params, seed, arguments), which returns figures by the names of columns."""
    p = argparse.ArgumentParser()
    p.add_argument("--case", required=True)
    p.add_argument("--seed", type=int, required=True)
    p.add_argument("--cores", type=int, default=1)
    p.add_argument("--root", default=".")
    p.add_argument("--params", type=json.loads, default={})
    a = p.parse_args()
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    try:
        figures = run(a.params, a.seed, a)
    except (ImportError, Missing) as reason:
        report = {"missing": str(reason)}
    else:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        report = {
            "figures": {name: plain(x) for name, x in ({"MiB": peak} | figures).items()},
            "versions": {name: importlib.metadata.version(name) for name in packages} | {"python": sys.version.split()[0]},
        }
    print(json.dumps(report), file=out, flush=True)


def plain(x):
    """A number that JSON can hold."""
    x = float(x)
    return x if x - x == 0 else "nan" if x != x else "inf" if x > 0 else "-inf"
