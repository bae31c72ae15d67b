"""Cases of elementary functions, operators, reductions and arrays."""

import numpy as np
from mpmath import mp
from scipy.special import betainc, logsumexp

from stan_cases import AI, AI2, AR, AR2, ARV, AV, I, M, R, RV, V, case


mp.dps = 60
PRECISE = {
    "Phi": mp.ncdf,
    "inv_Phi": lambda p: normal_quantile(p),
    "std_normal_qf": lambda p: normal_quantile(p),
    "inv_erfc": lambda p: mp.erfinv(1 - p),
}


def normal_quantile(p):
    return mp.sqrt(2) * mp.erfinv(2 * p - 1)


def normal_log_quantile(log_p):
    """Newton's method on log Phi, from the first term of its expansion."""
    log_p = mp.mpf(log_p)
    z = normal_quantile(mp.exp(log_p)) if log_p > -50 else -mp.sqrt(-2 * log_p)
    for _ in range(20):
        p = mp.ncdf(z)
        z -= (mp.log(p) - log_p) * p / mp.npdf(z)
    return z


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
                # The interpreter has rational approximations in places, so these come in 30 digits.
                value = [float(PRECISE[name](mp.mpf(v))) for v in x] if name in PRECISE else None
                case(name, V(x), to="vector", value=value, **({"loose": 1e-14} if name == "tgamma" else {}))
    x = [-800.0, -310.0, -290.0, -50.0, -3.0, -0.7, -0.1, -1e-9]
    case("std_normal_log_qf", V(x), to="vector", value=[float(normal_log_quantile(v)) for v in x], loose=1e-13)
    value = [float(mp.psi(1, mp.mpf(v))) for v in plus]
    case("trigamma", V(plus), to="vector", value=value, fixed=True)
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
    case("inc_beta", R(2.0), R(3.5), R(0.4), value=betainc(2.0, 3.5, 0.4), loose=1e-12)
    case("fma", R(2.0), R(3.5), R(0.4))
    case("log_mix", R(0.3), R(-1.0), R(-2.5))
    theta, lp = [0.2, 0.3, 0.5], [-1.0, -2.0, 0.3]
    case("log_mix", V(theta), V(lp), value=logsumexp(lp, b=theta), loose=1e-14)
    theta, lps = [0.2, 0.8], [[-1.0, -2.0], [0.3, -700.0], [-800.0, -801.0]]
    case("log_mix", V(theta), AV(lps), value=sum(logsumexp(x, b=theta) for x in lps), loose=1e-14)
    case("int_step", R(0.0), to="int", value=0, exact=True)
    case("int_step", R(0.3), to="int", value=1, exact=True)
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
    for name, f in (("norm1", lambda x: np.sum(np.abs(x))), ("norm2", np.linalg.norm)):
        for z in (x, [], [2.5]):
            case(name, V(z), value=f(z), loose=1e-14)
    for name in "sum prod min max mean sd variance log_sum_exp dot_self".split():
        case(name, V(x), loose=1e-14)
        if name != "mean":
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
    case("distance", V(x), V(y), value=np.linalg.norm(np.subtract(x, y)), loose=1e-14)
    case("squared_distance", V(x), V(y), loose=1e-14)
    case("squared_distance", R(1.0), R(4.5))
    case("log_sum_exp", V([-np.inf, -np.inf]))
    for p in (0.0, 0.1, 0.5, 0.77, 1.0):
        case("quantile", V(x), R(p), value=np.quantile(x, p), fixed=True, loose=1e-14)
    quarters = [0.25, 0.75]
    case("quantile", AR(x), AR(quarters), to="array[] real", value=np.quantile(x, quarters), fixed=True, loose=1e-14)


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
        case(name, v, to="vector", **exact)
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
    case("to_array_2d", M(A), to="array[,] real", value=A, **exact)
    case("to_matrix", v, I(2), I(2), to="matrix", **exact)
    case("to_matrix", v, I(2), I(2), I(0), to="matrix", **exact)
    case("to_matrix", v, I(2), I(2), I(1), to="matrix", **exact)
    case("to_matrix", v, I(3), I(2), to="matrix")
    case("to_matrix", AR2([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), to="matrix", **exact)
    case("to_matrix", AI2([[1, 2, 3], [4, 5, 6]]), to="matrix", **exact)
    case("to_matrix", ARV([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), to="matrix", **exact)
    case("to_matrix", v, to="matrix", **exact)
    case("to_matrix", M(A), I(3), I(2), to="matrix", **exact)
    case("to_int", R(-2.7), to="int", value=-2, exact=True, fixed=True)
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
