"""Write functions.json: values of the library's functions, computed by Stan.

Usage: python functions.py    (needs pip install stanli numpy)

Each case holds the `source` of a Stan function f, its arguments, and the value
that Stan gives: `dims` and `values`, column-major within a vector or matrix
and row-major over array dimensions, or `rejects` where Stan refuses the call.
`exact` marks functions of ints and of structure, whose values are exact;
`fixed` those that no parameter may enter. `loose` is a relative tolerance
where Stan itself is less accurate than this project, as its comment says.
"""

import json
from pathlib import Path

import cases_basic
import cases_laws
import cases_matrix
from stan_cases import cases

HERE = Path(__file__).resolve().parent

cases_basic.elementwise()
cases_basic.operators()
cases_basic.reductions()
cases_basic.arrays()
cases_matrix.matrices()
cases_matrix.processes()
cases_matrix.hidden_chains()
cases_laws.laws()
cases_laws.multivariate()
lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
(HERE / "functions.json").write_text("[\n" + lines + "\n]\n")
print(len(cases), "cases,", sum("rejects" in c for c in cases), "rejected")
