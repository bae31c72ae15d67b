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

import numpy as np
import stanli

HERE = Path(__file__).resolve().parent
NAMES = "abcdefgh"
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


def case(call, *args, to="real", **marks):
    """Add the value of a call: a function's name, or an expression of a, b, …"""
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
    f = stanli.Function("f", stan_code="functions { " + source + " }")
    try:
        value = f({n: a.value for a, n in zip(args, names)})
    except RuntimeError:
        entry["rejects"] = True
    else:
        value = np.asarray(value)
        entry["dims"] = list(value.shape)
        entry["values"] = [number(x) for x in laid_out(value, to)]
    cases.append(entry)


def elementwise():
    inf, nan = np.inf, np.nan
    real = [-3.7, -1.0, -0.3, 0.0, 1e-9, 0.4, 1.0, 2.5, 11.0]
    plus = [1e-9, 0.2, 0.9, 1.0, 1.5, 2.0, 7.3, 120.0]
    unit = [1e-12, 0.02, 0.3, 0.5, 0.77, 0.999, 1 - 1e-12]
    tail = [-800.0, -40.0, -9.0, -2.0, -0.5, 0.0, 0.5, 3.0, 10.0, 40.0, 700.0]
    points = {
        "exp exp2 expm1 sin cos tan atan sinh cosh tanh asinh cbrt": real,
        "floor ceil round trunc step": [-2.5, -1.2, -0.5, 0.0, 0.5, 1.2, 2.5],
        "square inv_cloglog erf erfc Phi Phi_approx log1p_exp": real,
        "log log2 log10 sqrt inv inv_sqrt inv_square lgamma digamma tgamma": plus,
        "log1p": [-0.9, -1e-10, 0.0, 1e-10, 0.5, 30.0],
        "log1m": [-30.0, -0.5, 0.0, 1e-10, 0.5, 0.9],
        "log1m_exp": [-50.0, -3.0, -0.7, -0.1, -1e-8],
        "asin acos": [-1.0, -0.3, 0.0, 0.5, 1.0],
        "acosh": [1.0, 1.0001, 2.0, 1e12],
        "atanh": [-0.99, -1e-9, 0.0, 0.3, 0.999],
        "logit inv_Phi std_normal_qf": unit,
        "inv_logit log_inv_logit log1m_inv_logit": tail,
        "inv_erfc": [1e-9, 0.1, 1.0, 1.7, 1.999],
    }
    for names, x in points.items():
        for name in names.split():
            if name == "step":
                for v in x[::3]:
                    case(name, R(v))
            else:
                # Stan's Phi and its gradient, erf and quantiles are rational approximations in places.
                loose = {"inv_Phi": 1e-9, "std_normal_qf": 1e-9, "inv_erfc": 1e-9, "tgamma": 1e-14}.get(name)
                case(name, V(x), to="vector", **({"loose": loose} if loose else {}))
    case("std_normal_log_qf", V([-800.0, -310.0, -290.0, -50.0, -3.0, -0.7, -0.1, -1e-9]), to="vector", loose=1e-9)
    case("trigamma", V(plus), to="vector", fixed=True)
    case("tgamma", V([-3.5, -0.5, 3.0, 10.0, 50.5, 170.0]), to="vector", loose=1e-13)
    case("log10", AR([1000.0, 1e-5, 1e15]), to="array[] real")
    case("abs", V([-2.0, 0.5]), to="vector")
    case("abs", AI([-2, 3, 0]), to="array[] int", exact=True)
    case("exp", M([[0.1, 0.2, 0.3], [1, 2, 3]]), to="matrix")
    case("exp", AV([[0.1, 0.2, 0.3], [1, 2, 3]]), to="array[] vector")
    case("sqrt", AI([4, 9]), to="array[] real")
    case("exp", I(2))
    case("log", V([]), to="vector")
    case("sqrt", R(-1.0))
    case("log", R(-1.0))
    pairs = {
        "atan2": ([-1.0, 2.0, -0.3, 0.7, 1e-8, -4.0], [2.0, 0.4, -1.0, -0.2, 3.0, -1e3]),
        "fdim fmax fmin": ([1.0, -2.0, 3.0], [0.5, 4.0, 3.5]),
        "fmod": ([7.5, -7.5, 3.0], [2.0, 2.0, -0.7]),
        "hypot": ([3.0, -1e200, 1e-200], [4.0, 1e200, 2e-200]),
        "pow": ([2.0, 0.5, 3.0, 1.7], [0.5, 3.0, -1.0, 2.2]),
        "lmultiply": ([2.0, 0.0, 0.5], [3.0, 0.0, 0.1]),
        "log_diff_exp": ([1.0, -2.0, 700.0], [0.5, -30.0, 699.9]),
        "log_sum_exp": ([1.0, -2.0, 700.0], [0.5, -30.0, 699.9]),
        "log_inv_logit_diff": ([1.0, -2.0, 20.0], [0.5, -3.0, 19.0]),
        "gamma_p gamma_q": ([0.5, 2.0, 30.0, 3.0], [0.1, 2.5, 20.0, 9.0]),
        "lbeta beta": ([0.5, 2.0, 30.0], [0.1, 2.5, 20.0]),
        "lchoose": ([5.0, 10.5, 200.0], [2.0, 3.3, 30.0]),
        "log_rising_factorial": ([5.0, 10.5], [2.0, 3.3]),
        "log_falling_factorial": ([5.0, 10.5], [2.0, 3.3]),
    }
    for names, (x, y) in pairs.items():
        for name in names.split():
            loose = {"loose": 1e-12} if name.startswith(("l", "gamma", "beta")) else {}
            case(name, V(x), V(y), to="vector", **loose)
            case(name, R(x[0]), AR(y[:1]), to="array[] real", **loose)
            case(name, R(x[1]), R(y[1]), **loose)
    case("lmultiply", R(0.0), R(0.0))
    case("pow", I(2), I(10))
    case("a ^ b", V([1.0, 2.0]), R(3.0), to="vector")
    case("a .^ b", V([1.0, 2.0]), V([3.0, 0.4]), to="vector")
    case("ldexp", R(1.5), I(4))
    case("falling_factorial", R(5.5), I(3))
    case("rising_factorial", R(5.5), I(3))
    case("falling_factorial", I(7), I(3), to="int", exact=True)
    case("rising_factorial", I(7), I(3), to="int", exact=True)
    case("choose", I(10), I(3), to="int", exact=True)
    case("choose", I(3), I(10), to="int", exact=True)
    case("lmgamma", I(3), V([2.5, 10.0]), to="vector", loose=1e-13)
    case("binary_log_loss", I(1), R(0.3))
    case("binary_log_loss", I(0), R(0.3))
    case("inc_beta", R(2.0), R(3.5), R(0.4), loose=1e-12)
    case("fma", R(2.0), R(3.5), R(0.4))
    case("log_mix", R(0.3), R(-1.0), R(-2.5))
    case("log_mix", V([0.2, 0.3, 0.5]), V([-1.0, -2.0, 0.3]))
    case("log_mix", V([0.2, 0.8]), AV([[-1.0, -2.0], [0.3, -700.0], [-800.0, -801.0]]))
    case("int_step", R(0.0), to="int", exact=True)
    case("int_step", R(0.3), to="int", exact=True)
    case("is_nan", R(nan), to="int", exact=True)
    case("is_inf", R(-inf), to="int", exact=True)


def operators():
    A, B = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.5]], [[0.1, -2.0, 0.3], [1.4, 0.5, -6.0]]
    S = [[2.0, 0.3, -0.4], [0.1, 3.0, 0.6], [0.2, -0.5, 1.7]]
    for op in ("+", "-", ".*", "./"):
        case(f"a {op} b", V([1.0, 2.0]), V([0.5, 4.0]), to="vector")
        case(f"a {op} b", M(A), M(B), to="matrix")
        case(f"a {op} b", R(2.0), RV([0.5, 4.0]), to="row_vector")
        case(f"a {op} b", M(A), R(2.5), to="matrix")
        case(f"a {op} b", R(3.0), R(2.5))
    for op in ("+", "-", "*", "%/%", "%"):
        for x, y in ((7, 2), (-7, 2), (7, -2)):
            case(f"a {op} b", I(x), I(y), to="int", exact=True)
    case("a / b", I(-7), I(2), to="int", exact=True)
    case("a % b", I(7), I(0), to="int")
    case("a / b", I(7), I(0), to="int")
    case("a / b", I(7), R(2.0))
    for op in ("==", "!=", "<", "<=", ">", ">="):
        case(f"a {op} b", R(1.0), R(2.0), to="int", exact=True)
        case(f"a {op} b", I(2), I(2), to="int", exact=True)
    case("!a", I(3), to="int", exact=True)
    case("-a", V([1.0, -2.0]), to="vector")
    case("-a", I(3), to="int", exact=True)
    case("+a", V([1.0, -2.0]), to="vector")
    case("a'", M(A), to="matrix")
    case("a'", V([1.0, 2.0]), to="row_vector")
    case("a * b", R(2.0), M(A), to="matrix")
    case("a * b", M(A), V([1.0, 0.5, -2.0]), to="vector")
    case("a * b", RV([1.0, -0.5]), M(A), to="row_vector")
    case("a * b", RV([1.0, -0.5]), V([3.0, 2.0]))
    case("a * b", V([1.0, -0.5]), RV([3.0, 2.0, 1.0]), to="matrix")
    case("a * b", M(A), M(S), to="matrix")
    case("a * b", M(np.zeros((3, 0))), V([]), to="vector")
    case("a * b", M(A), V([1.0, 2.0]), to="vector")
    case("a + b", V([1.0, 2.0]), V([1.0]), to="vector")
    case("a / b", V([1.0, 2.0]), R(4.0), to="vector")
    case("a \\ b", M(S), V([1.0, 2.0, 3.0]), to="vector", loose=1e-12)
    case("a \\ b", M(S), M(np.eye(3)), to="matrix", loose=1e-12)
    case("a / b", RV([1.0, 2.0, 3.0]), M(S), to="row_vector", loose=1e-12)
    case("a / b", M(A), M(S), to="matrix", loose=1e-12)
    case("max(a, b)", I(3), I(-2), to="int", exact=True)
    case("min(a, b)", I(3), I(-2), to="int", exact=True)


def reductions():
    x, y = [1.5, -2.0, 0.3, 4.0, 2.2], [0.5, 1.0, -1.3, 2.0, 0.1]
    for name in "sum prod min max mean sd variance log_sum_exp norm1 norm2 dot_self".split():
        case(name, V(x), loose=1e-14)
        case(name, V([]))
        case(name, V([2.5]))
    for name in "sum prod min max mean sd variance log_sum_exp".split():
        case(name, AR(x), loose=1e-14)
        case(name, M([x, y]), loose=1e-14)
    for name in "sum prod min max".split():
        case(name, AI([3, -2, 5]), to="int", exact=True)
        case(name, AI(np.zeros(0, int)), to="int", exact=True)
    case("dot_product", V(x), V(y), loose=1e-14)
    case("dot_product", V(x), RV(y), loose=1e-14)
    case("dot_product", AR(x), AR(y), loose=1e-14)
    case("dot_product", V([]), V([]))
    case("dot_product", V([1.0]), V([1.0, 2.0]))
    case("distance", V(x), V(y), loose=1e-14)
    case("squared_distance", V(x), V(y), loose=1e-14)
    case("squared_distance", R(1.0), R(4.5))
    case("log_sum_exp", V([-np.inf, -np.inf]))
    for p in (0.0, 0.1, 0.5, 0.77, 1.0):
        case("quantile", V(x), R(p), fixed=True)
    case("quantile", AR(x), AR([0.25, 0.75]), to="array[] real", fixed=True)


def arrays():
    A = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.5]]
    v, n = V([1.5, -2.0, 0.3, 4.0]), AI([3, -2, 5, 3])
    exact = {"exact": True}
    for name in ("size", "num_elements", "rows", "cols"):
        case(name, M(A), to="int", **exact)
        case(name, V([1.0, 2.0]), to="int", **exact)
    case("size", R(1.0), to="int", **exact)
    case("size", AV([[1.0, 2.0]]), to="int", **exact)
    case("num_elements", AV([[1.0, 2.0]]), to="int", **exact)
    case("dims", AV([[1.0, 2.0]]), to="array[] int", **exact)
    case("head", v, I(2), to="vector", **exact)
    case("tail", v, I(3), to="vector", **exact)
    case("tail", n, I(2), to="array[] int", **exact)
    case("segment", v, I(2), I(2), to="vector", **exact)
    case("segment", v, I(3), I(3), to="vector")
    case("head", v, I(5), to="vector")
    case("head", AV([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), I(2), to="array[] vector", **exact)
    case("reverse", v, to="vector", **exact)
    case("reverse", n, to="array[] int", **exact)
    case("append_array", n, AI([1]), to="array[] int", **exact)
    case("append_array", AV([[1.0, 2.0]]), AV([[3.0, 4.0]]), to="array[] vector", **exact)
    case("append_row", v, R(2.0), to="vector", **exact)
    case("append_row", R(2.0), v, to="vector", **exact)
    case("append_row", v, v, to="vector", **exact)
    case("append_row", M(A), RV([7.0, 8.0, 9.0]), to="matrix", **exact)
    case("append_row", RV([7.0, 8.0]), RV([9.0, 10.0]), to="matrix", **exact)
    case("append_row", M(A), M(A), to="matrix", **exact)
    case("append_row", M(A), RV([7.0]), to="matrix")
    case("append_col", M(A), V([7.0, 8.0]), to="matrix", **exact)
    case("append_col", V([7.0, 8.0]), M(A), to="matrix", **exact)
    case("append_col", RV([7.0, 8.0]), R(1.0), to="row_vector", **exact)
    case("append_col", M(A), V([7.0]), to="matrix")
    case("cumulative_sum", v, to="vector")
    case("cumulative_sum", n, to="array[] int", **exact)
    for name in ("sort_asc", "sort_desc"):
        case(name, v, to="vector", exact=True, fixed=True)
        case(name, n, to="array[] int", **exact)
    for name in ("sort_indices_asc", "sort_indices_desc"):
        case(name, v, to="array[] int", exact=True, fixed=True)
        case(name, AI([3, -2, 5]), to="array[] int", **exact)
    case("rank", v, I(3), to="int", exact=True, fixed=True)
    case("to_vector", M(A), to="vector", **exact)
    case("to_vector", AI([1, 2]), to="vector", **exact)
    case("to_vector", RV([1, 2]), to="vector", **exact)
    case("to_row_vector", AR([1.0, 2.0]), to="row_vector", **exact)
    case("to_array_1d", M(A), to="array[] real", **exact)
    case("to_array_1d", AI2([[1, 2, 3], [4, 5, 6]]), to="array[] int", **exact)
    case("to_array_2d", M(A), to="array[,] real", **exact)
    case("to_matrix", v, I(2), I(2), to="matrix", **exact)
    case("to_matrix", v, I(2), I(2), I(0), to="matrix", **exact)
    case("to_matrix", v, I(2), I(2), I(1), to="matrix", **exact)
    case("to_matrix", v, I(3), I(2), to="matrix")
    case("to_matrix", AR2([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), to="matrix", **exact)
    case("to_matrix", AI2([[1, 2, 3], [4, 5, 6]]), to="matrix", **exact)
    case("to_matrix", ARV([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), to="matrix", **exact)
    case("to_matrix", v, to="matrix", **exact)
    case("to_matrix", M(A), I(3), I(2), to="matrix", **exact)
    case("to_int", R(-2.7), to="int", exact=True, fixed=True)
    case("rep_vector", R(2.5), I(3), to="vector", **exact)
    case("rep_row_vector", R(2.5), I(3), to="row_vector", **exact)
    case("rep_array", R(2.5), I(3), to="array[] real", **exact)
    case("rep_array", I(2), I(3), I(2), to="array[,] int", **exact)
    case("rep_array", v, I(2), to="array[] vector", **exact)
    case("rep_matrix", R(2.5), I(3), I(2), to="matrix", **exact)
    case("rep_matrix", v, I(2), to="matrix", **exact)
    case("rep_matrix", RV([1.0, 2.0]), I(3), to="matrix", **exact)
    case("rep_vector", R(2.5), I(0), to="vector", **exact)
    case("rep_vector", R(2.5), I(-1), to="vector")
    for base, to in (("vector", "vector"), ("row_vector", "row_vector"), ("array", "array[] real")):
        case(f"zeros_{base}", I(3), to=to, **exact)
        case(f"ones_{base}", I(3), to=to, **exact)
        case(f"one_hot_{base}", I(3), I(2), to=to, **exact)
        case(f"linspaced_{base}", I(5), R(-1.0), R(2.0), to=to, fixed=True)
        case(f"linspaced_{base}", I(1), R(-1.0), R(2.0), to=to, fixed=True)
    case("zeros_int_array", I(3), to="array[] int", **exact)
    case("ones_int_array", I(3), to="array[] int", **exact)
    case("one_hot_int_array", I(3), I(2), to="array[] int", **exact)
    case("one_hot_vector", I(3), I(4), to="vector")
    for k, low, high in ((5, 1, 9), (1, 1, 9), (4, 0, 9), (7, 1, 3), (3, 2, 2), (10, 1, 10)):
        case("linspaced_int_array", I(k), I(low), I(high), to="array[] int", exact=True, fixed=True)
    case("uniform_simplex", I(4), to="vector")
    case("identity_matrix", I(3), to="matrix", **exact)
    for name in "e pi sqrt2 log2 log10 machine_precision positive_infinity negative_infinity not_a_number".split():
        case(f"{name}()", to="real")


def matrices():
    A, B = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.5]]), np.array([[0.1, -2.0, 0.3], [1.4, 0.5, -6.0]])
    S = np.array([[2.0, 0.3, -0.4], [0.3, 3.0, 0.6], [-0.4, 0.6, 1.7]])
    L = np.linalg.cholesky(S)
    G = np.array([[2.0, 0.3, -0.4], [0.1, 3.0, 0.6], [0.2, -0.5, 1.7]])
    b = [1.0, -2.0, 0.5]
    for i in (1, 3, 4):
        case("col", M(A), I(i), to="vector", exact=True)
        case("row", M(A), I(i), to="row_vector", exact=True)
    case("block", M(G), I(2), I(1), I(2), I(3), to="matrix", exact=True)
    case("sub_col", M(G), I(2), I(1), I(2), to="vector", exact=True)
    case("sub_row", M(G), I(2), I(1), I(2), to="row_vector", exact=True)
    case("diagonal", M(G), to="vector", exact=True)
    case("diag_matrix", V(b), to="matrix", exact=True)
    case("add_diag", M(G), R(0.5), to="matrix")
    case("add_diag", M(G), V(b), to="matrix")
    case("symmetrize_from_lower_tri", M(G), to="matrix", exact=True)
    case("columns_dot_product", M(A), M(B), to="row_vector")
    case("rows_dot_product", M(A), M(B), to="vector")
    case("rows_dot_product", V(b), V(b), to="vector")
    case("columns_dot_self", M(A), to="row_vector")
    case("rows_dot_self", M(A), to="vector")
    case("columns_dot_self", V(b), to="row_vector")
    case("crossprod", M(A), to="matrix")
    case("tcrossprod", M(A), to="matrix")
    case("multiply_lower_tri_self_transpose", M(G), to="matrix")
    case("diag_pre_multiply", V([2.0, 3.0]), M(A), to="matrix")
    case("diag_post_multiply", M(A), V(b), to="matrix")
    for name in ("quad_form", "quad_form_sym"):
        case(name, M(S), V(b))
        case(name, M(S), M(A.T), to="matrix")
    case("quad_form_diag", M(G), V(b), to="matrix")
    case("trace", M(G))
    case("trace_quad_form", M(S), M(A.T))
    case("trace_gen_quad_form", M(S[:2, :2]), M(G), M(A.T))
    case("matrix_power", M(G), I(5), to="matrix", loose=1e-13)
    case("matrix_power", M(G), I(0), to="matrix")
    case("softmax", V(b), to="vector")
    case("log_softmax", V([1.0, -700.0, 720.0]), to="vector")
    loose = {"loose": 1e-12}
    # Solving through a factor reads one triangle only, so the symmetric matrix must enter as one.
    case("cholesky_decompose", M(S), to="matrix", loose=1e-13)
    case("cholesky_decompose", M(-S), to="matrix")
    case("mdivide_left_tri_low", M(L), V(b), to="vector", **loose)
    case("mdivide_left_tri_low", M(L), M(A.T), to="matrix", **loose)
    case("mdivide_right_tri_low", RV(b), M(L), to="row_vector", **loose)
    case("mdivide_right_tri_low", M(A), M(L), to="matrix", **loose)
    case("mdivide_left_spd", M(S), V(b), to="vector", **loose)
    case("mdivide_right_spd", RV(b), M(S), to="row_vector", **loose)
    case("mdivide_right_spd", M(A), M(S), to="matrix", **loose)
    case("inverse_spd", M(S), to="matrix", **loose)
    case("chol2inv", M(L), to="matrix", **loose)
    case("log_determinant_spd", M(S), **loose)
    for n in (1, 2, 3):
        case("inverse", M(G[:n, :n]), to="matrix", **loose)
        case("determinant", M(G[:n, :n]), **loose)
        case("log_determinant", M(G[:n, :n]), **loose)
    W = np.array([[0.0, 1, 2, 3], [1, 1, 5, 2], [3, 1, 0, 1], [2, 2, 1, 7]])
    case("inverse", M(W), to="matrix", fixed=True, **loose)
    case("determinant", M(W), fixed=True, **loose)
    T = np.array([[1.0, 2.0], [3.0, -4.0], [5.0, 6.5], [0.3, -2.0]])
    for name in ("qr_thin_Q", "qr_thin_R", "qr_Q", "qr_R"):
        case(name, M(T), to="matrix", fixed=True, **loose)
    case("qr_thin_R", M(A), to="matrix", fixed=True, **loose)
    case("eigenvalues_sym", M(S), to="vector", fixed=True, **loose)
    case("singular_values", M(T), to="vector", fixed=True, **loose)
    case("singular_values", M(T.T), to="vector", fixed=True, **loose)
    Q = [[0.0, 2.0, 0.0], [1.5, 0.0, -3.0]]
    case("csr_extract_w", M(Q), to="vector", fixed=True)
    case("csr_extract_v", M(Q), to="array[] int", fixed=True)
    case("csr_extract_u", M(Q), to="array[] int", fixed=True)
    sparse = (I(2), I(3), V([2.0, 1.5, -3.0]), AI([2, 1, 3]), AI([1, 2, 4]))
    case("csr_matrix_times_vector", *sparse, V(b), to="vector")
    case("csr_to_dense_matrix", *sparse, to="matrix")


def processes():
    x, y = [0.1, 0.7, -1.0], [0.3, 2.0]
    P, Q = [[0.1, 0.2], [0.7, -1.0], [1.5, 0.3]], [[0.0, 0.4], [2.0, 1.0]]
    for name in ("gp_exp_quad_cov", "gp_matern32_cov", "gp_matern52_cov", "gp_exponential_cov"):
        case(name, AR(x), R(1.3), R(0.8), to="matrix", loose=1e-13)
        case(name, AR(x), AR(y), R(1.3), R(0.8), to="matrix", loose=1e-13)
        case(name, AV(P), R(1.3), R(0.8), to="matrix", loose=1e-13)
        case(name, AV(P), AV(Q), R(1.3), AR([0.8, 1.4]), to="matrix", loose=1e-13)
        case(name, AV(P), R(1.3), AR([0.8, 1.4]), to="matrix", loose=1e-13)
    case("gp_exp_quad_cov", AR(x), R(-1.0), R(0.8), to="matrix")
    case("gp_periodic_cov", AR(x), R(1.3), R(0.8), R(2.0), to="matrix", loose=1e-12)
    case("gp_dot_prod_cov", AR(x), R(1.3), to="matrix", loose=1e-13)
    case("gp_dot_prod_cov", AV(P), AV(Q), R(1.3), to="matrix", loose=1e-13)


LAWS = {
    # name: (values, parameters, value outside the support or None, invalid parameters or None)
    "normal": ([-3.0, 0.2, 5.0], [0.5, 1.7], None, [0.5, -1.0]),
    "std_normal": ([-3.0, 0.2, 5.0], [], None, None),
    "lognormal": ([0.1, 1.2, 5.0], [0.5, 1.7], -1.0, [0.5, 0.0]),
    "student_t": ([-3.0, 0.2, 5.0], [3.5, 0.5, 1.7], None, [0.0, 0.5, 1.7]),
    "cauchy": ([-3.0, 0.2, 5.0], [0.5, 1.7], None, [0.5, -1.0]),
    "double_exponential": ([-3.0, 0.2, 5.0], [0.5, 1.7], None, [0.5, -1.0]),
    "logistic": ([-3.0, 0.2, 5.0], [0.5, 1.7], None, [0.5, -1.0]),
    "gumbel": ([-1.0, 0.2, 5.0], [0.5, 1.7], None, [0.5, -1.0]),
    "exponential": ([0.1, 1.2, 5.0], [1.7], -1.0, [-1.0]),
    "gamma": ([0.1, 1.2, 5.0], [2.5, 1.7], -1.0, [0.0, 1.0]),
    "inv_gamma": ([0.1, 1.2, 5.0], [2.5, 1.7], -1.0, [0.0, 1.0]),
    "chi_square": ([0.1, 1.2, 5.0], [2.5], -1.0, [0.0]),
    "inv_chi_square": ([0.1, 1.2, 5.0], [2.5], -1.0, [0.0]),
    "scaled_inv_chi_square": ([0.1, 1.2, 5.0], [2.5, 1.7], -1.0, [2.5, 0.0]),
    "weibull": ([0.1, 1.2, 5.0], [2.5, 1.7], -1.0, [0.0, 1.7]),
    "frechet": ([0.1, 1.2, 5.0], [2.5, 1.7], -1.0, [0.0, 1.7]),
    "rayleigh": ([0.1, 1.2, 5.0], [1.7], -1.0, [0.0]),
    "pareto": ([0.9, 1.2, 5.0], [0.8, 1.7], 0.5, [0.8, 0.0]),
    "pareto_type_2": ([0.9, 1.2, 5.0], [0.8, 1.7, 2.2], 0.5, [0.8, 0.0, 1.0]),
    "loglogistic": ([0.1, 1.2, 5.0], [0.8, 1.7], -1.0, [0.0, 1.7]),
    "skew_normal": ([-3.0, 0.2, 5.0], [0.5, 1.7, -1.2], None, [0.5, -1.0, 1.0]),
    "exp_mod_normal": ([-3.0, 0.2, 5.0], [0.5, 1.7, 0.6], None, [0.5, -1.0, 1.0]),
    "skew_double_exponential": ([-3.0, 0.2, 5.0], [0.5, 1.7, 0.3], None, [0.5, 1.7, 1.2]),
    "beta": ([0.1, 0.5, 0.93], [2.5, 1.7], 1.5, [0.0, 1.7]),
    "beta_proportion": ([0.1, 0.5, 0.93], [0.4, 1.7], 1.5, [0.4, 0.0]),
    "uniform": ([0.1, 0.5, 0.93], [-0.5, 1.7], 2.0, [1.0, 0.5]),
    "bernoulli": ([0, 1, 1], [0.3], 2, [1.2]),
    "bernoulli_logit": ([0, 1, 1], [0.3], 2, None),
    "binomial": ([0, 3, 7], [[8, 7, 9], 0.3], 11, [[8, 7, 9], 1.2]),
    "binomial_logit": ([0, 3, 7], [[8, 7, 9], 0.3], 11, None),
    "beta_binomial": ([0, 3, 7], [[8, 7, 9], 0.6, 1.7], 11, [[8, 7, 9], 0.0, 1.7]),
    "poisson": ([0, 3, 17], [2.3], -1, [-1.0]),
    "poisson_log": ([0, 3, 17], [0.7], -1, None),
    "neg_binomial": ([0, 3, 17], [2.3, 0.6], -1, [0.0, 1.0]),
    "neg_binomial_2": ([0, 3, 17], [2.3, 0.6], -1, [0.0, 1.0]),
    "neg_binomial_2_log": ([0, 3, 17], [0.7, 1.6], -1, None),
    "beta_neg_binomial": ([0, 3, 17], [2.3, 1.6, 0.8], -1, [0.0, 1.0, 1.0]),
    "discrete_range": ([2, 3, 5], [1, 6], 7, [6, 1]),
    "hypergeometric": ([2, 2], [3, 6, 7], None, [3, 1, 1]),
}
NO_CDF = {"bernoulli_logit", "binomial_logit", "poisson_log", "neg_binomial_2_log", "beta_neg_binomial", "hypergeometric",
          "beta_proportion", "skew_normal", "loglogistic"}


def arguments(values, parameters, vector):
    """Typed arguments: the value, then parameters; lists are containers."""
    discrete = isinstance(np.ravel(values)[0].item(), int)
    def typed(x, discrete):
        if np.ndim(x) == 0:
            return I(x) if discrete else R(x)
        return AI(x) if discrete else V(x)
    args = [typed(values if vector else values[1], discrete)]
    for p in parameters:
        whole = isinstance(np.ravel(p)[0].item(), int)
        if np.ndim(p) and not vector:
            p = p[1]
        args.append(typed(p, whole))
    return args


def laws():
    for name, (values, parameters, outside, invalid) in LAWS.items():
        discrete = isinstance(values[0], int)
        kind = "_lpmf" if discrete else "_lpdf"
        kinds = [kind] + ([] if name in NO_CDF else ["_lcdf", "_lccdf", "_cdf"])
        for suffix in kinds:
            loose = 1e-12 if suffix == kind else 1e-8
            vector = name != "hypergeometric"
            case(name + suffix, *arguments(values, parameters, vector), loose=loose)
            if suffix != "_cdf" and vector:
                case(name + suffix, *arguments(values, parameters, False), loose=loose)
        if parameters and not discrete:
            spread = [AR([p, p * 1.1, p * 1.3]) if i else V([p, p * 1.1, p * 0.9]) for i, p in enumerate(parameters)]
            case(name + kind, RV(values), *spread, loose=1e-12)
            case(name + kind, R(values[1]), *spread, loose=1e-12)
        if outside is not None:
            case(name + kind, *arguments([outside] * 3, parameters, False))
        if invalid is not None and name != "hypergeometric":
            case(name + kind, *arguments(values, invalid, False))
    case("normal_lpdf", V([]), R(0.0), R(1.0))
    case("normal_lpdf", V([1.0, 2.0]), V([1.0, 2.0, 3.0]), R(1.0))
    case("binomial_lpmf", AI([3, 4]), I(5), V([0.2, 0.7]), loose=1e-12)


def multivariate():
    S = np.array([[2.0, 0.3, -0.4], [0.3, 3.0, 0.6], [-0.4, 0.6, 1.7]])
    L = np.linalg.cholesky(S)
    y, mu = [1.0, -2.0, 0.5], [0.2, 0.4, -0.3]
    Y, MU = [y, [0.3, 0.1, 2.0]], [mu, [1.0, 2.0, 3.0]]
    loose = {"loose": 1e-12}
    for name, m in (("multi_normal", S), ("multi_normal_cholesky", L), ("multi_normal_prec", S)):
        case(name + "_lpdf", V(y), V(mu), M(m), **loose)
        case(name + "_lpdf", AV(Y), V(mu), M(m), **loose)
        case(name + "_lpdf", AV(Y), ARV(MU), M(m), **loose)
        case(name + "_lpdf", RV(y), AV(MU), M(m), **loose)
    case("multi_normal_lpdf", V(y), V(mu), M(-S))
    case("multi_normal_lpdf", V(y), V(mu[:2]), M(S))
    case("multi_student_t_lpdf", AV(Y), R(3.5), V(mu), M(S), **loose)
    case("multi_student_t_cholesky_lpdf", V(y), R(3.5), V(mu), M(L), **loose)
    theta, alpha = [0.2, 0.3, 0.5], [1.5, 0.7, 2.0]
    case("dirichlet_lpdf", V(theta), V(alpha), **loose)
    case("dirichlet_lpdf", AV([theta, [0.1, 0.8, 0.1]]), V(alpha), **loose)
    case("dirichlet_lpdf", AV([theta, [0.1, 0.8, 0.1]]), AV([alpha, [1.0, 1.0, 3.0]]), **loose)
    case("dirichlet_lpdf", V(theta), V([1.0, -1.0, 2.0]))
    case("multinomial_lpmf", AI([2, 0, 5]), V(theta), **loose)
    case("multinomial_logit_lpmf", AI([2, 0, 5]), V([0.3, -1.0, 2.0]), **loose)
    case("dirichlet_multinomial_lpmf", AI([2, 0, 5]), V(alpha), **loose)
    R3 = np.array([[1.0, 0.3, -0.2], [0.3, 1.0, 0.4], [-0.2, 0.4, 1.0]])
    for eta in (1.0, 2.5):
        case("lkj_corr_cholesky_lpdf", M(np.linalg.cholesky(R3)), R(eta), **loose)
        case("lkj_corr_lpdf", M(R3), R(eta), **loose)
    case("wishart_lpdf", M(S), R(4.5), M(R3), **loose)
    case("inv_wishart_lpdf", M(S), R(4.5), M(R3), **loose)
    case("categorical_lpmf", I(2), V(theta))
    case("categorical_lpmf", AI([2, 3, 3]), V(theta))
    case("categorical_lpmf", I(4), V(theta))
    case("categorical_lpmf", I(1), V([0.5, 0.6]))
    case("categorical_logit_lpmf", I(2), V([0.3, -1.0, 2.0]), **loose)
    case("categorical_logit_lpmf", AI([2, 1, 3]), V([0.3, -1.0, 2.0]), **loose)
    cuts = [-1.0, 0.3, 2.0]
    for name in ("ordered_logistic_lpmf", "ordered_probit_lpmf"):
        # Stan's probit works with differences of Phi.
        tolerance = {"loose": 1e-12 if "logistic" in name else 1e-8}
        for k in (1, 2, 3, 4):
            case(name, I(k), R(0.4), V(cuts), **tolerance)
        case(name, AI([1, 3, 4]), V([0.4, -1.0, 2.0]), V(cuts), **tolerance)
        case(name, AI([1, 3, 4]), V([0.4, -1.0, 2.0]), AV([cuts, [0.0, 1.0, 2.0], cuts]), **tolerance)
        case(name, I(5), R(0.4), V(cuts))
        case(name, I(2), R(0.4), V([1.0, 0.0, 2.0]))
    X = M([[1.0, 0.3], [-0.5, 2.0], [0.2, 0.1]])
    beta = V([0.7, -0.2])
    case("normal_id_glm_lpdf", V(y), X, R(0.3), beta, R(1.4), **loose)
    case("normal_id_glm_lpdf", V(y), X, V(mu), beta, V([1.4, 0.5, 1.0]), **loose)
    case("poisson_log_glm_lpmf", AI([0, 3, 1]), X, R(0.3), beta, **loose)
    case("bernoulli_logit_glm_lpmf", AI([0, 1, 1]), X, V(mu), beta, **loose)
    case("neg_binomial_2_log_glm_lpmf", AI([0, 3, 1]), X, R(0.3), beta, R(1.4), **loose)
    case("binomial_logit_glm_lpmf", AI([0, 3, 1]), AI([4, 4, 2]), X, R(0.3), beta, **loose)
    case("ordered_logistic_glm_lpmf", AI([1, 3, 4]), X, beta, V(cuts), **loose)
    B = M([[0.1, 0.2, -0.3], [0.5, -0.6, 0.7]])
    case("categorical_logit_glm_lpmf", AI([1, 3, 2]), X, V(mu), B, **loose)


for group in (elementwise, operators, reductions, arrays, matrices, processes, laws, multivariate):
    group()
lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
(HERE / "functions.json").write_text("[\n" + lines + "\n]\n")
print(len(cases), "cases,", sum("rejects" in c for c in cases), "rejected")
