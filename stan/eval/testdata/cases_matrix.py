"""Cases of linear algebra and Gaussian processes."""

import numpy as np

from stan_cases import AI, AR, AV, I, M, R, RV, V, case


def positive_qr(X, mode):
    """The factors with positive diagonal of R."""
    q, r = np.linalg.qr(X, mode=mode)
    sign = np.ones(q.shape[1])
    sign[: min(r.shape)] = np.where(np.diag(r) < 0, -1, 1)
    return q * sign, r * sign[:, None]


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
    case("sub_row", M(G), I(2), I(1), I(2), to="row_vector", value=G[1, :2], exact=True)
    case("diagonal", M(G), to="vector", exact=True)
    case("diag_matrix", V(b), to="matrix", exact=True)
    case("add_diag", M(G), R(0.5), to="matrix")
    case("add_diag", M(G), V(b), to="matrix")
    case("symmetrize_from_lower_tri", M(G), to="matrix", value=np.tril(G) + np.tril(G, -1).T, exact=True)
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
    case("trace", M(G), value=np.trace(G))
    case("trace_quad_form", M(S), M(A.T), value=np.trace(A @ S @ A.T), loose=1e-13)
    D = S[:2, :2]
    case("trace_gen_quad_form", M(D), M(G), M(A.T), value=np.trace(D @ A @ G @ A.T), loose=1e-13)
    case("matrix_power", M(G), I(5), to="matrix", value=np.linalg.matrix_power(G, 5), loose=1e-13)
    case("matrix_power", M(G), I(0), to="matrix", value=np.eye(3))
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
    case("chol2inv", M(L), to="matrix", value=np.linalg.inv(S), **loose)
    case("log_determinant_spd", M(S), value=np.linalg.slogdet(S)[1], **loose)
    for n in (1, 2, 3):
        case("inverse", M(G[:n, :n]), to="matrix", **loose)
        case("determinant", M(G[:n, :n]), value=np.linalg.det(G[:n, :n]), **loose)
        case("log_determinant", M(G[:n, :n]), **loose)
    W = np.array([[0.0, 1, 2, 3], [1, 1, 5, 2], [3, 1, 0, 1], [2, 2, 1, 7]])
    case("inverse", M(W), to="matrix", loose=1e-11)
    case("log_determinant", M(W), **loose)
    case("a \\ b", M(W), V([1.0, 2.0, -1.0, 0.3]), to="vector", loose=1e-11)
    case("determinant", M(W), value=np.linalg.det(W), fixed=True, **loose)
    T = np.array([[1.0, 2.0], [3.0, -4.0], [5.0, 6.5], [0.3, -2.0]])
    for thin, mode in (("_thin", "reduced"), ("", "complete")):
        for X in (T, A) if thin else (T[:2],):
            q, r = positive_qr(X, mode)
            case(f"qr{thin}_Q", M(X), to="matrix", value=q, fixed=True, **loose)
            case(f"qr{thin}_R", M(X), to="matrix", value=r, fixed=True, **loose)
    case("eigenvalues_sym", M(S), to="vector", fixed=True, **loose)
    singular = np.linalg.svd(T, compute_uv=False)
    case("singular_values", M(T), to="vector", value=singular, fixed=True, **loose)
    case("singular_values", M(T.T), to="vector", value=singular, fixed=True, **loose)
    Q = [[0.0, 2.0, 0.0], [1.5, 0.0, -3.0]]
    case("csr_extract_w", M(Q), to="vector", fixed=True)
    case("csr_extract_v", M(Q), to="array[] int", fixed=True)
    case("csr_extract_u", M(Q), to="array[] int", fixed=True)
    sparse = (I(2), I(3), V([2.0, 1.5, -3.0]), AI([2, 1, 3]), AI([1, 2, 4]))
    case("csr_matrix_times_vector", *sparse, V(b), to="vector", value=Q @ np.array(b))
    case("csr_to_dense_matrix", *sparse, to="matrix", value=Q)


def kernel(name, x, y, sigma, length, period=None):
    """A covariance function by its formula."""
    x, y = (np.reshape(np.asarray(p, float), (len(p), -1)) for p in (x, y))
    d2 = np.sum(((x[:, None] - y[None]) / (1 if period else length)) ** 2, axis=-1)
    d = np.sqrt(d2)
    shape = {
        "gp_exp_quad_cov": lambda: np.exp(-d2 / 2),
        "gp_exponential_cov": lambda: np.exp(-d),
        "gp_matern32_cov": lambda: (1 + np.sqrt(3) * d) * np.exp(-np.sqrt(3) * d),
        "gp_matern52_cov": lambda: (1 + np.sqrt(5) * d + 5 / 3 * d2) * np.exp(-np.sqrt(5) * d),
        "gp_periodic_cov": lambda: np.exp(-2 * np.sin(np.pi * d / period) ** 2 / length**2),
    }
    return sigma**2 * shape[name]()


def processes():
    x, y = [0.1, 0.7, -1.0], [0.3, 2.0]
    P, Q = [[0.1, 0.2], [0.7, -1.0], [1.5, 0.3]], [[0.0, 0.4], [2.0, 1.0]]
    form = {"to": "matrix", "loose": 1e-13}
    lengths = [0.8, 1.4]
    for name in ("gp_exp_quad_cov", "gp_matern32_cov", "gp_matern52_cov", "gp_exponential_cov"):
        case(name, AR(x), R(1.3), R(0.8), **form)
        case(name, AV(P), R(1.3), R(0.8), **form)
        case(name, AR(x), AR(y), R(1.3), R(0.8), value=kernel(name, x, y, 1.3, 0.8), **form)
        case(name, AV(P), AV(Q), R(1.3), AR(lengths), value=kernel(name, P, Q, 1.3, lengths), **form)
        case(name, AV(P), R(1.3), AR(lengths), value=kernel(name, P, P, 1.3, lengths), **form)
    periodic = kernel("gp_periodic_cov", x, x, 1.3, 0.8, 2.0)
    case("gp_periodic_cov", AR(x), R(1.3), R(0.8), R(2.0), value=periodic, to="matrix", loose=1e-12)
    case("gp_dot_prod_cov", AR(x), R(1.3), value=1.3**2 + np.outer(x, x), **form)
    case("gp_dot_prod_cov", AV(P), AV(Q), R(1.3), value=1.3**2 + np.array(P) @ np.array(Q).T, **form)


def hidden_chains():
    omega = np.array([[-1.0, -2.0, -0.3, -4.0], [-0.5, -3.0, -1.0, -0.1], [-2.0, -0.2, -0.4, -1.0]])
    gamma = np.array([[0.7, 0.2, 0.1], [0.3, 0.4, 0.3], [0.0, 0.5, 0.5]])
    rho = np.array([0.5, 0.3, 0.2])
    paths = np.array(np.meshgrid(*[range(3)] * 4, indexing="ij")).reshape(4, -1).T
    p = rho[paths[:, 0]] * np.prod(gamma[paths[:, :-1], paths[:, 1:]], axis=1)
    p = p * np.exp(np.sum(omega[paths, range(4)], axis=1))
    states = np.array([[p[paths[:, t] == k].sum() for t in range(4)] for k in range(3)]) / p.sum()
    args = (M(omega), M(gamma), V(rho))
    case("hmm_marginal", *args, value=np.log(p.sum()), loose=1e-13)
    case("hmm_hidden_state_prob", *args, to="matrix", value=states, fixed=True, loose=1e-13)
    case("hmm_marginal", M(omega), M(gamma + 0.1), V(rho), rejects=True)
