"""Cases of densities and distribution functions."""

import numpy as np
from mpmath import mp

from stan_cases import AI, AR, ARV, AV, I, M, R, RV, V, case

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
    "von_mises": ([-3.0, 0.2, 1.5], [0.5, 1.7], None, [0.5, -1.0]),
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
          "beta_proportion", "skew_normal", "loglogistic", "von_mises"}


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
            if name == "discrete_range" and suffix != kind:
                given = {"_lcdf": np.log(2 / 6), "_lccdf": np.log(4 / 6), "_cdf": 2 / 6}
                case(name + suffix, I(3), I(1 + 1), I(6 + 1), value=given[suffix], loose=1e-12)
                continue
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
    for kappa in (0.0, 1e-3, 5.0, 19.9, 20.1, 35.0, 200.0):
        log_i0 = float(mp.log(mp.besseli(0, kappa)))
        value = kappa * np.cos(1.2 - 0.5) - np.log(2 * np.pi) - log_i0
        case("von_mises_lpdf", R(1.2), R(0.5), R(kappa), value=value, loose=1e-13)
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
