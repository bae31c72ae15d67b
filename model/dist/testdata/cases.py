"""The parameters and points of reference.json.

Points are where densities go wrong: both tails down to log densities of -1e3
to -1e5, the edges of the support and beyond, counts of zero and of thousands,
chances next to 0 and 1, scales from 1e-150 to 1e150. All numbers are the
float64 values nearest to what is written here.
"""

from math import inf

LIGHT = [0, 0.1, -0.6, 1, -2.5, 6, -9, 38.5, -45, 450]
HEAVY = [0, 0.1, -0.6, 1, -5, 30, -1e3, 1e8, -1e30, 1e100]
POSITIVE = [1e-300, 1e-12, 1e-3, 0.05, 0.4, 1, 2.5, 9, 60, 1e3, 2e4]


def at(mu, sigma, zs):
    return [mu + sigma * z for z in zs]


def scaled(s, xs):
    """Points in the support at the scale s, with zero and one outside."""
    return [-s, 0.0] + [s * x for x in xs]


def location_scale():
    yield "normal", {"mu": 0, "sigma": 1}, at(0, 1, LIGHT)
    yield "normal", {"mu": 3.5, "sigma": 0.001}, at(3.5, 0.001, LIGHT)
    yield "normal", {"mu": -2e6, "sigma": 1e8}, at(-2e6, 1e8, LIGHT)
    yield "normal", {"mu": 0, "sigma": 1e-150}, at(0, 1e-150, LIGHT) + [1]
    yield "normal", {"mu": 1e150, "sigma": 1e150}, at(1e150, 1e150, LIGHT)
    for nu in (0.5, 1, 3, 7.5, 60, 1e6):
        yield "student_t", {"nu": nu, "mu": 0, "sigma": 1}, HEAVY
    yield "student_t", {"nu": 4, "mu": -3, "sigma": 0.02}, at(-3, 0.02, HEAVY[:-2])
    yield "student_t", {"nu": 5, "mu": 1e3, "sigma": 1e120}, at(1e3, 1e120, HEAVY)
    yield "cauchy", {"mu": 0, "sigma": 1}, HEAVY
    yield "cauchy", {"mu": -2, "sigma": 2.5}, at(-2, 2.5, HEAVY)
    yield "cauchy", {"mu": 0, "sigma": 1e-140}, at(0, 1e-140, HEAVY)
    for mu, sigma in ((0, 1), (2, 0.01), (-5, 1e6), (0, 1e-150)):
        yield "laplace", {"mu": mu, "sigma": sigma}, at(mu, sigma, LIGHT + [-1e5])
        yield "logistic", {"mu": mu, "sigma": sigma}, at(mu, sigma, LIGHT + [-1e5])
    parts = {"weights": [0.25, 0.75], "mu": [-1, 3], "sigma": [0.5, 2]}
    yield "mixture_normal", parts, [-400, -40, -3, -1, 0, 1.2, 3, 12, 90, 800]
    parts = {"weights": [0.5, 0.375, 0.125], "mu": [-20, 0, 20], "sigma": [0.01, 1, 5]}
    yield "mixture_normal", parts, [-300, -20.3, -20, -19.99, -10, 0, 8, 20, 400]
    parts = {"weights": [0, 1], "mu": [0, 5], "sigma": [1, 1]}
    yield "mixture_normal", parts, [-30, 0, 5, 44]
    parts = {"weights": [2.0**-40, 1 - 2.0**-40], "mu": [0, 0], "sigma": [1e3, 1e-3]}
    yield "mixture_normal", parts, [0, 0.002, 0.01, 1, 2e3, 4e4]


def positive():
    for sigma in (1, 5, 1e-3, 1e150):
        yield "half_normal", {"sigma": sigma}, scaled(sigma, POSITIVE[:-2] + [400])
        yield "half_cauchy", {"sigma": sigma}, scaled(sigma, POSITIVE + [1e100])
    for nu, sigma in ((1, 1), (3, 2.5), (0.5, 0.01), (50, 10), (1e6, 1)):
        yield "half_student_t", {"nu": nu, "sigma": sigma}, scaled(sigma, POSITIVE + [1e100])
    for mu, sigma in ((0, 1), (2, 0.25), (-3, 10), (0, 1e-3)):
        xs = [1e-300, 1e-12, 1e-3, 0.4, 0.99, 1, 1.01, 3, 7.4, 50, 1e8, 1e300]
        yield "log_normal", {"mu": mu, "sigma": sigma}, scaled(1, xs)
    for rate in (1, 0.1, 50, 1e-150, 1e150):
        yield "exponential", {"rate": rate}, scaled(1 / rate, POSITIVE)
    for shape, rate in ((1, 1), (0.5, 2), (0.001, 1), (2, 0.1), (9.5, 3), (300, 0.01), (3e4, 1e3)):
        xs = POSITIVE + ([0.9, 1.1, 1.5] if shape > 100 else [])
        yield "gamma", {"shape": shape, "rate": rate}, scaled(shape / rate, xs[:-1])
    for shape, scale in ((1, 1), (0.5, 3), (3, 2), (0.01, 1), (40, 500), (2, 1e-100)):
        xs = [1e-4, 1e-3, 0.02, 0.3, 1, 1.4, 4, 25, 1e3, 1e9]
        yield "inverse_gamma", {"shape": shape, "scale": scale}, scaled(scale / shape, xs)
    for shape, scale in ((1, 2), (0.5, 1), (1.7, 9), (12, 0.3), (2, 1e-120), (2, 1e120)):
        top = 1e5 ** (1 / shape)
        xs = [1e-12, 1e-3, 0.05, 0.4, 1, 1.3, 7.0 ** (1 / shape), 900.0 ** (1 / shape), top]
        yield "weibull", {"shape": shape, "scale": scale}, scaled(scale, xs)


def bounded():
    inside = [1e-300, 1e-20, 1e-4, 0.03, 0.3, 0.5, 0.72, 0.99, 1 - 1e-9, 1 - 2.0**-53]
    shapes = ((1, 1), (2, 2), (0.5, 0.5), (0.01, 3), (5, 0.2), (30, 70), (1e4, 2), (1, 5), (800, 900))
    for a, b in shapes:
        yield "beta", {"a": a, "b": b}, [-0.1, 0, *inside, 1, 1.1]
    for low, high in ((0, 1), (-3, 5), (1e-150, 3e-150), (-1e150, 1e150)):
        width = high - low
        xs = [low + width * f for f in (0.001, 0.25, 0.5, 0.999)]
        yield "uniform", {"low": low, "high": high}, [low - width, low, *xs, high, high + width]


def chances():
    for p in (0, 1e-300, 1e-9, 0.3, 0.5, 0.9, 1 - 2.0**-53, 1):
        yield "bernoulli", {"p": p}, [-1, 0, 1, 2]
    for logit in (-800, -40, -1.3, 0, 0.2, 5, 40, 800):
        yield "bernoulli_logit", {"logit": logit}, [-1, 0, 1, 2]
    for n, p in ((1, 0.4), (10, 0.3), (10, 0), (10, 1), (25, 1e-12), (60, 0.999), (2000, 0.31)):
        xs = sorted({0, 1, n // 4, n // 3, n // 2, n - 1, n})
        yield "binomial", {"n": n, "p": p}, [-1, *xs, n + 1]
    yield "binomial", {"n": 1000000, "p": 0.4}, [0, 399000, 400000, 404000, 1000000]
    yield "binomial", {"n": 0, "p": 0.4}, [0, 1]
    for n, logit in ((10, -0.7), (25, -300), (60, 12), (60, 800), (2000, 0.5)):
        xs = sorted({0, 1, n // 3, n // 2, n - 1, n})
        yield "binomial_logit", {"n": n, "logit": logit}, [-1, *xs, n + 1]
    for n, a, b in ((10, 1, 1), (20, 0.5, 0.5), (50, 3, 9), (1000, 2, 300), (30, 1e-3, 2), (40, 1e6, 2e6)):
        xs = sorted({0, 1, n // 4, n // 2, n - 1, n})
        yield "beta_binomial", {"n": n, "a": a, "b": b}, [-1, *xs, n + 1]
    yield "categorical", {"probs": [0.125, 0.25, 0.625]}, [0, 1, 2, 3, 4]
    yield "categorical", {"probs": [0, 0.5, 0.5]}, [1, 2, 3]
    yield "categorical", {"probs": [2.0**-40, 0.25, 0.75 - 2.0**-40]}, [1, 2, 3]
    yield "categorical", {"probs": [1]}, [1]
    for logits in ([0, 0, 0], [-1.5, 2, 0.3, -4], [-900, 0, 900], [1e4, 1e4 + 1], [5]):
        yield "categorical_logit", {"logits": logits}, list(range(len(logits) + 2))


def counts():
    for rate in (1e-200, 0.02, 1, 4.5, 60, 1e4):
        xs = {0, 1, 2, 5, 40, 400, int(rate), int(1.05 * rate), int(1.4 * rate)}
        yield "poisson", {"rate": rate}, [-1, *sorted(xs)]
    for log_rate in (-800, -3, 0.5, 5, 9):
        yield "poisson_log", {"log_rate": log_rate}, [-1, 0, 1, 3, 30, 150, 9000]
    shapes = ((3, 1), (0.01, 2), (50, 0.001), (8, 30), (3, 1e8), (1e4, 2.5), (200, 5e3))
    for mu, phi in shapes:
        xs = sorted({0, 1, 2, 7, 50, int(mu), int(3 * mu)})
        yield "neg_binomial", {"mu": mu, "phi": phi}, [-1, *xs, 100000]
    for log_mu, phi in ((-30, 1), (0, 0.5), (4, 10), (9, 2.5), (40, 3)):
        yield "neg_binomial_log", {"log_mu": log_mu, "phi": phi}, [-1, 0, 1, 4, 60, 8000]
    for pi, rate in ((0.3, 2), (0, 4), (1e-12, 30), (0.999, 0.5), (0.5, 800)):
        params = {"pi": pi, "rate": rate}
        yield "zero_inflated_poisson", params, [-1, 0, 1, 2, 7, 40, 800]
    yield "zero_inflated_poisson", {"pi": 1, "rate": 3}, [0, 1]
    for pi, mu, phi in ((0.3, 2, 1), (1e-9, 50, 0.1), (0.9, 5, 1e5)):
        params = {"pi": pi, "mu": mu, "phi": phi}
        yield "zero_inflated_neg_binomial", params, [-1, 0, 1, 2, 7, 40, 800]


def cut():
    """Truncated, censored and interval laws; absent limits are left out."""

    def limits(params, low, high):
        ends = {"low": low, "high": high}
        return params | {k: v for k, v in ends.items() if abs(v) != inf}

    unit = {"mu": 0, "sigma": 1}
    spans = ((-1, inf), (-inf, 0.5), (-1, 2), (8, inf), (30, 31), (-inf, -40), (-0.001, 0.001))
    for low, high in spans:
        start = max(low, high - 12) if high < inf else low
        end = min(high, low + 12) if low > -inf else high
        inside = [start + (end - start) * f for f in (0.125, 0.5, 0.875)]
        xs = [start - 1, start, *inside, end, end + 1]
        yield "truncated_normal", limits(unit, low, high), xs
    wide = limits({"mu": 5, "sigma": 1e3}, 4.5, 5.5)
    yield "truncated_normal", wide, [4.4, 4.5, 4.75, 5, 5.5, 5.6]
    for low, high in ((1, inf), (-inf, 2), (0.5, 4), (50, inf), (1e-3, 2e-3)):
        ends = [v for v in (low, high) if abs(v) != inf]
        first, last = ends[0], ends[-1]
        xs = [-1, 0, first / 2, first, (first + last) / 2, last, 1.5 * last, 20 * last]
        for shape, rate in ((2.5, 1.5), (0.5, 2)):
            yield "truncated_gamma", limits({"shape": shape, "rate": rate}, low, high), xs
    for rate, low, high in ((2.5, 1, inf), (2.5, -inf, 3), (2.5, 1, 6), (4, 30, inf), (40, 3, 10), (0.01, 1, inf)):
        xs = [-1, 0, 1, 2, 3, 6, 7, 10, 11, 30, 45]
        yield "truncated_poisson", limits({"rate": rate}, low, high), xs
    for low, high in ((-1, inf), (-inf, 1.5), (-1, 1.5), (20, inf), (-inf, -30), (-40, 40)):
        xs = [-400, -40, -30, -2, -1, 0, 1, 1.5, 2, 20, 25, 40]
        yield "censored_normal", limits(unit, low, high), xs
    for low, high in ((0.5, inf), (-inf, 9), (0.5, 9), (-inf, 1e3)):
        xs = [-1, 0.1, 0.5, 0.6, 3, 9, 10, 1e3]
        yield "censored_weibull", limits({"shape": 1.5, "scale": 4}, low, high), xs
    spans = [[-1, 2], [0, 1e-9], [8, 9], [35, 40], [-31, -30], [-50, 50], [2, 2]]
    yield "interval_normal", unit, spans
    yield "interval_normal", {"mu": 70, "sigma": 0.5}, [[69, 71], [60, 61], [90, 200]]
    spans = [[0, 1], [1, 1.001], [3, 50], [1e3, 2e3], [1e-6, 2e-6]]
    yield "interval_weibull", {"shape": 1.5, "scale": 4}, spans
    yield "interval_weibull", {"shape": 0.6, "scale": 0.1}, spans


def several():
    thirds, point = [0.25, 0.25, 0.5], [2.0**-60, 0.5, 0.5 - 2.0**-60]
    for alpha in ([1, 1, 1], [2, 3, 4], [0.5, 0.5, 0.5], [0.01, 1, 30], [1e3, 2e3, 500]):
        yield "dirichlet", {"alpha": alpha}, [thirds, point, [0.125, 0.875, 0], [1, 0, 0], [0.5, 0.25, 0.5]]
    yield "dirichlet", {"alpha": [3, 1]}, [[0.75, 0.25], [-0.25, 1.25]]

    mean, far = [1, -2], [[1, -2], [1.5, -1], [40, 3], [-300, 250]]
    yield "mv_normal", {"mu": mean, "covariance": [[1, 0], [0, 1]]}, far
    yield "mv_normal", {"mu": mean, "covariance": [[2, 0.5], [0.5, 0.75]]}, far
    close = 1 - 2.0**-20
    yield "mv_normal", {"mu": mean, "covariance": [[1, close], [close, 1]]}, far[:3]
    small = [[4e-10, 1e-12], [1e-12, 9e-10]]
    yield "mv_normal", {"mu": [0, 0], "covariance": small}, [[0, 0], [1e-5, -3e-5], [1e-3, 5e-4]]
    yield "mv_normal", {"mu": [4], "covariance": [[9]]}, [[4], [13], [400]]
    five = [[2.0 ** -abs(i - j) for j in range(5)] for i in range(5)]
    zs = [[0, 0, 0, 0, 0], [1, -1, 0.5, 2, -0.25], [9, 8, -30, 0, 100]]
    yield "mv_normal", {"mu": [0] * 5, "covariance": five}, zs
    yield "mv_normal_precision", {"mu": mean, "precision": [[3, -1], [-1, 0.5]]}, far
    yield "mv_normal_precision", {"mu": [0] * 5, "precision": five}, zs
    yield "mv_normal_precision", {"mu": [0, 0], "precision": [[1e12, 0], [0, 1e-12]]}, [[0, 0], [1e-6, 2e6]]
    yield "mv_normal_cholesky", {"mu": mean, "cholesky": [[1.5, 0], [-0.5, 0.25]]}, far
    lower = [[(i + 1.0) / 2 if i == j else (j - i) / 8 if j < i else 0 for j in range(5)] for i in range(5)]
    yield "mv_normal_cholesky", {"mu": [1, 0, 0, 0, -1], "cholesky": lower}, zs
    yield "mv_normal_cholesky", {"mu": [0, 0], "cholesky": [[1e-8, 0], [1, 1e8]]}, [[0, 0], [1e-7, 1e9]]

    walk = [0.5, 0.75, -0.25, 1, 1.5]
    for sigma, init, drift in ((1, 1, 0), (0.1, 5, 0.2), (1e-3, 1e3, 0)):
        params = {"sigma": sigma, "init": init, "drift": drift}
        yield "gaussian_random_walk", params, [walk, [2], [0, 0, 0], [100, -300, 50, 0]]


def all_cases():
    for part in (location_scale, positive, bounded, chances, counts, cut, several):
        yield from part()
