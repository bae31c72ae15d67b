"""Programs of benchmark posteriors for libraries that do not read Stan.

Each function takes the data and returns a PyMC model, or is a NumPyro model;
the names of parameters are those of the Stan program, and so is the density up
to a constant (peers.py --check proves it).
"""

import numpy as np


def pymc_models():
    """PyMC models by name."""
    import pymc as pm
    import pytensor.tensor as pt

    def simple(d):
        mu = pm.Normal("mu", 0, 10)
        sigma = pm.HalfNormal("sigma", 5)
        pm.Normal("seen", mu, sigma, observed=d["y"])

    def medium(d):
        centre = pm.Normal("mu_global", 0, 10)
        spread = pm.Exponential("sigma_global", scale=1)
        noise = pm.Exponential("sigma_obs", scale=2)
        for group, name in (("a", "alpha"), ("b", "beta")):
            level = pm.Normal(name, centre, spread)
            pm.Normal(f"seen_{group}", level, noise, observed=d[f"y_{group}"])

    def stress(d):
        centre = pm.Normal("mu_pop", 0, 10)
        spread = pm.HalfNormal("sigma_pop", 5)
        theta = pm.Normal("theta", centre, spread, shape=d["G"])
        sigma = pm.HalfNormal("sigma", 5, shape=d["G"])
        pm.Normal("seen", theta[:, None], sigma[:, None], observed=d["y"])

    def eight_schools(d):
        mu = pm.Normal("mu", 0, 5)
        tau = pm.HalfNormal("tau", 5)
        theta = pm.Normal("theta", mu, tau, shape=d["J"])
        pm.Normal("seen", theta, d["sigma"], observed=d["y"])

    def funnel(_):
        y = pm.Normal("y", 0, 3)
        pm.Normal("x", 0, pt.exp(y / 2), shape=9)

    def logistic(d):
        alpha = pm.Normal("alpha", 0, 10)
        beta = pm.Normal("beta", 0, 10, shape=d["K"])
        pm.Bernoulli("seen", logit_p=alpha + pt.dot(d["X"], beta), observed=d["y"])

    def sv(d):
        # A rate of 50 would be inverted in single precision.
        sigma = pm.Exponential("sigma", scale=1 / 50)
        nu = pm.Exponential("nu", scale=10)
        start = pm.Normal.dist(0, sigma)
        s = pm.GaussianRandomWalk("s", mu=0, sigma=sigma, init_dist=start, steps=d["T"] - 1)
        pm.StudentT("seen", nu=nu, mu=0, sigma=pt.exp(s), observed=d["r"])

    def radon(d):
        mu = pm.Normal("mu", 0, 5)
        tau = pm.HalfNormal("tau", 1)
        beta = pm.Normal("beta", 0, 5)
        sigma = pm.HalfNormal("sigma", 1)
        a = pm.Normal("a", mu, tau, shape=d["J"])
        pm.Normal("seen", a[d["group"] - 1] + beta * d["floor"], sigma, observed=d["y"])

    def poisson_groups(d):
        mu = pm.Normal("mu", 0, 2)
        tau = pm.HalfNormal("tau", 1)
        theta = pm.Normal("theta", mu, tau, shape=d["J"])
        pm.Poisson("seen", pt.exp(theta) * d["exposure"], observed=d["y"])

    def count_walk(d):
        step = pm.HalfNormal("step", 0.5)
        start = pm.Normal.dist(1, 1)
        x = pm.GaussianRandomWalk("x", mu=0, sigma=step, init_dist=start, steps=d["T"] - 1)
        pm.Poisson("seen", pt.exp(x), observed=d["y"])

    def linear_regression(d):
        beta = pm.Flat("beta", shape=3)
        sigma = pm.HalfCauchy("sigma", 2.5)
        fit = beta[0] + beta[1] * d["mom_hs"] + beta[2] * d["mom_iq"]
        pm.Normal("seen", fit, sigma, observed=d["kid_score"])

    def wells(d):
        alpha, beta = pm.Flat("alpha"), pm.Flat("beta", shape=3)
        eta = alpha + beta[0] * d["dist"] / 100 + beta[1] * d["arsenic"] + beta[2] * d["educ"] / 4
        pm.Bernoulli("seen", logit_p=eta, observed=d["switched"])

    def varying_intercepts(d):
        mu = pm.Normal("mu_alpha", 0, 10)
        beta = pm.Normal("beta", 0, 10)
        spread, noise = pm.HalfNormal("sigma_alpha", 1), pm.HalfNormal("sigma_y", 1)
        alpha = pm.Normal("alpha", mu, spread, shape=d["J"])
        fit = alpha[d["county_idx"] - 1] + beta * d["floor_measure"]
        pm.Normal("seen", fit, noise, observed=d["log_radon"])

    def standardised_schools(d):
        mu = pm.Normal("mu", 0, 5)
        tau = pm.HalfCauchy("tau", 5)
        z = pm.Normal("theta_trans", 0, 1, shape=d["J"])
        pm.Normal("seen", mu + tau * z, d["sigma"], observed=d["y"])

    def autoregression(d):
        y, k = d["y"], d["K"]
        alpha = pm.Normal("alpha", 0, 10)
        beta = pm.Normal("beta", 0, 10, shape=k)
        sigma = pm.HalfCauchy("sigma", 2.5)
        lags = np.column_stack([y[k - 1 - i : len(y) - 1 - i] for i in range(k)])
        pm.Normal("seen", alpha + pt.dot(lags, beta), sigma, observed=y[k:])

    programs = [simple, medium, stress, eight_schools, funnel, logistic, sv, radon, poisson_groups, count_walk]
    programs += [linear_regression, wells, varying_intercepts, standardised_schools, autoregression]

    def built(program):
        def build(d):
            with pm.Model() as model:
                program(d)
            return model

        return build

    return {p.__name__: built(p) for p in programs}


def numpyro_models():
    """NumPyro models by name, as functions of the data."""
    import jax.numpy as jnp
    import numpyro.distributions as dist
    from numpyro import factor, sample
    from numpyro.handlers import mask

    def flat(name, shape=()):
        """A parameter without a prior."""
        with mask(mask=False):
            return sample(name, dist.Normal(0, 1).expand(shape))

    def several(law, n):
        return law.expand([n])

    def simple(d):
        mu = sample("mu", dist.Normal(0, 10))
        sigma = sample("sigma", dist.HalfNormal(5))
        sample("seen", dist.Normal(mu, sigma), obs=d["y"])

    def medium(d):
        centre = sample("mu_global", dist.Normal(0, 10))
        spread = sample("sigma_global", dist.Exponential(1))
        noise = sample("sigma_obs", dist.Exponential(0.5))
        for group, name in (("a", "alpha"), ("b", "beta")):
            level = sample(name, dist.Normal(centre, spread))
            sample(f"seen_{group}", dist.Normal(level, noise), obs=d[f"y_{group}"])

    def stress(d):
        centre = sample("mu_pop", dist.Normal(0, 10))
        spread = sample("sigma_pop", dist.HalfNormal(5))
        theta = sample("theta", several(dist.Normal(centre, spread), d["G"]))
        sigma = sample("sigma", several(dist.HalfNormal(5), d["G"]))
        sample("seen", dist.Normal(theta[:, None], sigma[:, None]), obs=d["y"])

    def eight_schools(d):
        mu = sample("mu", dist.Normal(0, 5))
        tau = sample("tau", dist.HalfNormal(5))
        theta = sample("theta", several(dist.Normal(mu, tau), d["J"]))
        sample("seen", dist.Normal(theta, d["sigma"]), obs=d["y"])

    def funnel(_):
        y = sample("y", dist.Normal(0, 3))
        sample("x", several(dist.Normal(0, jnp.exp(y / 2)), 9))

    def logistic(d):
        alpha = sample("alpha", dist.Normal(0, 10))
        beta = sample("beta", several(dist.Normal(0, 10), d["K"]))
        sample("seen", dist.Bernoulli(logits=alpha + d["X"] @ beta), obs=d["y"])

    def sv(d):
        sigma = sample("sigma", dist.Exponential(50))
        nu = sample("nu", dist.Exponential(0.1))
        s = sample("s", dist.GaussianRandomWalk(sigma, num_steps=d["T"]))
        sample("seen", dist.StudentT(nu, 0, jnp.exp(s)), obs=d["r"])

    def radon(d):
        mu = sample("mu", dist.Normal(0, 5))
        tau = sample("tau", dist.HalfNormal(1))
        beta = sample("beta", dist.Normal(0, 5))
        sigma = sample("sigma", dist.HalfNormal(1))
        a = sample("a", several(dist.Normal(mu, tau), d["J"]))
        sample("seen", dist.Normal(a[d["group"] - 1] + beta * d["floor"], sigma), obs=d["y"])

    def poisson_groups(d):
        mu = sample("mu", dist.Normal(0, 2))
        tau = sample("tau", dist.HalfNormal(1))
        theta = sample("theta", several(dist.Normal(mu, tau), d["J"]))
        sample("seen", dist.Poisson(jnp.exp(theta) * d["exposure"]), obs=d["y"])

    def count_walk(d):
        step = sample("step", dist.HalfNormal(0.5))
        x = flat("x", (d["T"],))
        factor("start", dist.Normal(1, 1).log_prob(x[0]))
        factor("steps", dist.Normal(x[:-1], step).log_prob(x[1:]).sum())
        sample("seen", dist.Poisson(jnp.exp(x)), obs=d["y"])

    def linear_regression(d):
        beta = flat("beta", (3,))
        sigma = sample("sigma", dist.HalfCauchy(2.5))
        fit = beta[0] + beta[1] * d["mom_hs"] + beta[2] * d["mom_iq"]
        sample("seen", dist.Normal(fit, sigma), obs=d["kid_score"])

    def wells(d):
        alpha, beta = flat("alpha"), flat("beta", (3,))
        eta = alpha + beta[0] * d["dist"] / 100 + beta[1] * d["arsenic"] + beta[2] * d["educ"] / 4
        sample("seen", dist.Bernoulli(logits=eta), obs=d["switched"])

    def varying_intercepts(d):
        mu = sample("mu_alpha", dist.Normal(0, 10))
        beta = sample("beta", dist.Normal(0, 10))
        spread = sample("sigma_alpha", dist.HalfNormal(1))
        noise = sample("sigma_y", dist.HalfNormal(1))
        alpha = sample("alpha", several(dist.Normal(mu, spread), d["J"]))
        fit = alpha[d["county_idx"] - 1] + beta * d["floor_measure"]
        sample("seen", dist.Normal(fit, noise), obs=d["log_radon"])

    def standardised_schools(d):
        mu = sample("mu", dist.Normal(0, 5))
        tau = sample("tau", dist.HalfCauchy(5))
        z = sample("theta_trans", several(dist.Normal(0, 1), d["J"]))
        sample("seen", dist.Normal(mu + tau * z, d["sigma"]), obs=d["y"])

    def autoregression(d):
        y, k = d["y"], d["K"]
        alpha = sample("alpha", dist.Normal(0, 10))
        beta = sample("beta", several(dist.Normal(0, 10), k))
        sigma = sample("sigma", dist.HalfCauchy(2.5))
        lags = np.column_stack([y[k - 1 - i : len(y) - 1 - i] for i in range(k)])
        sample("seen", dist.Normal(alpha + lags @ beta, sigma), obs=y[k:])

    programs = [simple, medium, stress, eight_schools, funnel, logistic, sv, radon, poisson_groups, count_walk]
    programs += [linear_regression, wells, varying_intercepts, standardised_schools, autoregression]
    return {p.__name__: p for p in programs}


def arrays(data):
    """The data with every list as an array."""
    return {k: np.array(v) if isinstance(v, list) else v for k, v in data.items()}
