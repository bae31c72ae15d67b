"""The cases of functions.json: arguments with their types, and what Stan makes of them."""



import numpy as np
import stanli

NAMES = "abcdeghk"
BARRED = ("_lpdf", "_lpmf", "_lcdf", "_lccdf", "_cdf")
cases = []


class Arg:
    """An argument with its Stan type."""

    def __init__(self, kind, value, dtype=float):
        self.kind = kind
        self.value = np.asarray(value, dtype=dtype)


def R(x):
    return Arg("real", x)


def I(n):
    return Arg("int", n, int)


def V(x):
    return Arg("vector", np.reshape(np.asarray(x, float), -1))


def RV(x):
    return Arg("row_vector", np.reshape(np.asarray(x, float), -1))


def M(x):
    return Arg("matrix", x)


def AR(x):
    return Arg("array[] real", x)


def AI(x):
    return Arg("array[] int", x, int)


def AI2(x):
    return Arg("array[,] int", x, int)


def AR2(x):
    return Arg("array[,] real", x)


def AV(x):
    return Arg("array[] vector", x)


def ARV(x):
    return Arg("array[] row_vector", x)


def laid_out(value, kind):
    """The elements in the order of the evaluator's values."""
    value = np.asarray(value)
    if "matrix" in kind:
        value = np.swapaxes(value, -1, -2)
    return value.ravel().tolist()


def number(x):
    """JSON has no name for NaN and infinity."""
    if isinstance(x, float) and not np.isfinite(x):
        return "NaN" if np.isnan(x) else "Inf" if x > 0 else "-Inf"
    return x


class Rejected(Exception):
    """Stan refuses the arguments."""


def stan(source, args):
    f = stanli.Function("f", stan_code="functions { " + source + " }")
    try:
        return f(args)
    except RuntimeError as e:
        if "unsupported function" in str(e):
            raise
        raise Rejected from e


def case(call, *args, to="real", value=None, **marks):
    """Add the value of a call: a function's name, or an expression of a, b, …

    A value is given for the functions that the interpreter does not have.
    """
    names = NAMES[: len(args)]
    if call.replace("_", "").isalnum():
        rest = ", ".join(names)
        if call.endswith(BARRED):
            rest = names[0] + " | " + ", ".join(names[1:])
        call = f"{call}({rest})"
    params = ", ".join(f"{a.kind} {n}" for a, n in zip(args, names))
    if marks.get("fixed"):
        params = ", ".join(f"data {a.kind} {n}" for a, n in zip(args, names))
    source = f"{to} f({params}) {{ return {call}; }}"
    entry = {"source": source, "args": [], **marks}
    for a in args:
        values = [number(x) for x in laid_out(a.value, a.kind)]
        entry["args"].append({"type": a.kind, "dims": list(a.value.shape), "values": values})
    if value is None and not marks.get("rejects"):
        try:
            value = stan(source, {n: a.value for a, n in zip(args, names)})
        except Rejected:
            entry["rejects"] = True
    if value is not None:
        value = np.asarray(value, dtype=int if "int" in to else float)
        entry["dims"] = list(value.shape)
        entry["values"] = [number(x) for x in laid_out(value, to)]
    cases.append(entry)
