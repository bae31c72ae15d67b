"""A peer as a worker of the benchmark harness, which is described in docs/benchmarks.md.

  python peers.py --system SYSTEM --program MODEL.stan --data DATA.json [--peer NAME] [--chains ...]

It builds and compiles one posterior, then obeys one line of JSON at a time on
standard input, {"seed": 1, "draws": "FILE"}, and answers on standard output:

  {"event": "drawn"}       as soon as the constrained draws are in memory
  {"event": "done", ...}   when they are in the file: float64, [chain][draw][name]
  {"event": "missing"}     instead of all that, if the library or a program is not there

Every peer gets the same data, numbers of draws, target acceptance 0.8 and tree
depth 10, double precision, and else its own defaults. --check compares the
peer's log density with stanli's at random points and stops.
"""

import argparse
import importlib.metadata
import json
import logging
import os
import re
import resource
import sys
import time

TARGET = 0.8
DEPTH = 10


class Stop(Exception):
    """What there is no such thing of."""


class Stanli:
    """A Stan interpreter in C++ with Stan's own sampler."""

    packages = ["stanli"]

    def __init__(self, a):
        import stanli

        self.a = a
        self.model = stanli.Model(stan_file=a.program, data=json.load(open(a.data)))

    def sample(self, seed):
        # Warmup is saved for the count of its gradients.
        fit = self.model.sample(
            chains=self.a.chains, parallel_chains=min(self.a.chains, self.a.cores), seed=seed, warmup=self.a.warmup,
            samples=self.a.draws, delta=TARGET, max_depth=DEPTH, refresh=0, save_warmup=True,
        )  # fmt: skip
        draws = {name: fit.draws(name)[:, -self.a.draws :] for name in fit.variables}
        steps = fit["n_leapfrog__"].reshape(self.a.chains, -1)
        facts = {"gradients": int(steps.sum()), "warmup_gradients": int(steps[:, : -self.a.draws].sum())}
        return draws, facts | {"divergences": int(fit["divergent__"].reshape(self.a.chains, -1)[:, -self.a.draws :].sum())}


class NutpieOnStanli:
    """nutpie's sampler on stanli's gradients, called from native code; a model for each chain, since it keeps state."""

    packages = ["nutpie", "stanli", "numba"]

    def __init__(self, a):
        self.a = a
        self.models = []  # kept alive
        self.compiled = [self.compile() for _ in range(a.chains)]

    def compile(self):
        import ctypes
        from types import SimpleNamespace

        import numba
        import numpy as np
        import stanli
        from nutpie.compile_pymc import CompiledPyMCModel

        model = stanli.Model(stan_file=self.a.program, data=json.load(open(self.a.data)))
        self.models.append(model)
        handle, dim = int(model._m), model.n_unconstrained
        word = ctypes.c_ssize_t
        gradient = ctypes.CFUNCTYPE(ctypes.c_int, word, word, word, word)(ctypes.cast(stanli._lib.stanli_grad, ctypes.c_void_p).value)
        number, count = numba.types.CPointer(numba.types.double), numba.types.uint64

        @numba.cfunc(numba.types.int64(count, number, number, number, numba.types.voidptr))
        def log_density(_, q, grad, value, __):
            slopes = numba.carray(grad, (dim,))
            lp = numba.carray(value, (1,))
            failed = gradient(handle, numba.carray(q, (dim,)).ctypes.data, lp.ctypes.data, slopes.ctypes.data)
            return 0 if failed == 0 and np.isfinite(lp[0]) and np.all(np.isfinite(slopes)) else 3

        @numba.cfunc(numba.types.int64(count, count, number, number, numba.types.voidptr))
        def expand(_, __, q, out, ___):
            numba.carray(out, (dim,))[:] = numba.carray(q, (dim,))
            return 0

        def start(seed):
            return np.random.default_rng(seed).uniform(-2, 2, dim)

        return CompiledPyMCModel(
            dims={}, compiled_logp_func=SimpleNamespace(address=log_density.address, keep=log_density),
            compiled_expand_func=SimpleNamespace(address=expand.address, keep=expand), initial_point_func=start, shared_data={},
            shared_var_keys={}, user_data=np.zeros(1), n_expanded=dim, shape_info=(["q"], [slice(0, dim)], [(dim,)]),
            logp_func=None, expand_func=None, _n_dim=dim, _shapes={"q": (dim,)}, _coords={},
        )  # fmt: skip

    def sample(self, seed):
        draws, facts = sample_nutpie(self.compiled, self.a, seed)
        return draws, facts | {"unconstrained": True}


def sample_nutpie(compiled, a, seed):
    """Draws of the chains: of one compiled model for all of them, or of a list with one for each."""
    import nutpie
    import numpy as np

    each = compiled if isinstance(compiled, list) else [compiled]
    chains = a.chains // len(each)
    began = time.perf_counter()
    samplers = [
        nutpie.sample(
            c, draws=a.draws, tune=a.warmup, chains=chains, cores=min(chains, a.cores), seed=seed if len(each) == 1 else 1000 * seed + i,
            target_accept=TARGET, maxdepth=DEPTH, progress_bar=False, blocking=False, return_raw_trace=True,
        )
        for i, c in enumerate(each)
    ]  # fmt: skip
    raw = [s.wait() for s in samplers]
    seconds = time.perf_counter() - began
    parts = []
    for s, trace in zip(samplers, raw):
        s._return_raw_trace = False  # its draws are there; turning them into ArviZ's form is not sampling
        parts.append(of_tree(s._extract(trace)))
    draws = {name: np.concatenate([d[name] for d, _ in parts]) for name in parts[0][0]}
    facts = {name: sum(f[name] for _, f in parts) for name in parts[0][1]}
    return draws, facts | {"seconds": seconds}


def of_tree(tree):
    draws = {name: values.values for name, values in tree.posterior.data_vars.items()}
    warmup = int(tree.warmup_sample_stats["n_steps"].sum())
    facts = {"gradients": warmup + int(tree.sample_stats["n_steps"].sum()), "warmup_gradients": warmup}
    return draws, facts | {"divergences": int(tree.sample_stats["diverging"].sum())}


class PyMC:
    """PyMC with its own sampler. It compiles anew in every call, which its own clock leaves out."""

    packages = ["pymc", "pytensor", "numba"]

    def __init__(self, a):
        import models

        self.a = a
        programs = models.pymc_models()
        if a.peer not in programs:
            raise Stop("there is no PyMC program of this posterior")
        self.model = programs[a.peer](models.arrays(json.load(open(a.data))))

    def sample(self, seed):
        import pymc as pm

        logging.getLogger("pymc").setLevel(logging.ERROR)
        tree = pm.sample(
            draws=self.a.draws, tune=self.a.warmup, chains=self.a.chains, cores=min(self.a.chains, self.a.cores), random_seed=seed,
            nuts_sampler="pymc", nuts={"target_accept": TARGET, "max_treedepth": DEPTH}, progressbar=False,
            compute_convergence_checks=False, discard_tuned_samples=False, model=self.model,
        )  # fmt: skip
        draws, facts = of_tree(tree)
        return draws, facts | {"seconds": float(tree.posterior.attrs["sampling_time"])}

    def log_density(self, values):
        import numpy as np

        if not hasattr(self, "compiled"):
            self.compiled = self.model.compile_logp()
        point = {v.name: v.name.removesuffix("_log__") for v in self.model.value_vars}
        return float(self.compiled({n: np.log(values[p]) if n != p else values[p] for n, p in point.items()}))

    def shapes(self):
        point = self.model.initial_point()
        return {n.removesuffix("_log__"): (v.shape, n.endswith("_log__")) for n, v in point.items()}


class PyMCNutpie(PyMC):
    """PyMC with nutpie, its default sampler."""

    packages = ["pymc", "nutpie", "pytensor", "numba"]

    def __init__(self, a):
        import nutpie

        super().__init__(a)
        self.compiled_model = nutpie.compile_pymc_model(self.model)

    def sample(self, seed):
        return sample_nutpie(self.compiled_model, self.a, seed)


class NumPyro:
    """NumPyro's NUTS within one compiled function; several chains as devices of the host."""

    packages = ["numpyro", "jax"]

    def __init__(self, a):
        import jax
        import models

        self.a = a
        jax.config.update("jax_enable_x64", True)
        programs = models.numpyro_models()
        if a.peer not in programs:
            raise Stop("there is no NumPyro program of this posterior")
        data = models.arrays(json.load(open(a.data)))
        self.program = lambda: programs[a.peer](data)
        self.run = (jax.pmap if a.chains > 1 else jax.vmap)(self.chain)
        if a.chains == 1:
            self.run = jax.jit(self.run)

    def chain(self, key):
        from numpyro.infer import MCMC, NUTS

        kernel = NUTS(self.program, target_accept_prob=TARGET, max_tree_depth=DEPTH)
        mcmc = MCMC(kernel, num_warmup=self.a.warmup, num_samples=self.a.draws, progress_bar=False)
        mcmc.warmup(key, extra_fields=("num_steps",), collect_warmup=True)
        steps = mcmc.get_extra_fields()["num_steps"].sum()
        mcmc.run(mcmc.post_warmup_state.rng_key, extra_fields=("diverging", "num_steps"))
        extra = mcmc.get_extra_fields()
        return mcmc.get_samples(), extra["diverging"].sum(), extra["num_steps"].sum(), steps

    def sample(self, seed):
        import jax
        import numpy as np

        keys = jax.random.split(jax.random.PRNGKey(seed), self.a.chains)
        draws, divergences, steps, warmup = jax.block_until_ready(self.run(keys))
        facts = {"gradients": int(steps.sum() + warmup.sum()), "warmup_gradients": int(warmup.sum())}
        return {k: np.asarray(v) for k, v in draws.items()}, facts | {"divergences": int(divergences.sum())}

    def log_density(self, values):
        from numpyro.infer.util import potential_energy, unconstrain_fn

        return -float(potential_energy(self.program, (), {}, unconstrain_fn(self.program, (), {}, values)))

    def shapes(self):
        import jax
        from numpyro.handlers import seed, trace

        sites = trace(seed(self.program, jax.random.PRNGKey(0))).get_trace()
        free = {n: s for n, s in sites.items() if s["type"] == "sample" and not s["is_observed"]}
        return {n: (s["value"].shape, "Positive" in repr(s["fn"].support)) for n, s in free.items()}


class BlackJAX(NumPyro):
    """BlackJAX's NUTS on NumPyro's log density, starting uniformly on (-2, 2)."""

    packages = ["blackjax", "numpyro", "jax"]

    def chain(self, key):
        import blackjax
        import jax
        from numpyro.infer.util import initialize_model

        parts = initialize_model(jax.random.PRNGKey(0), self.program)

        def log_density(z):
            return -parts.potential_fn(z)

        names = list(parts.param_info.z)
        begin, warm, draw, *each = jax.random.split(key, 3 + len(names))
        start = {
            n: jax.random.uniform(k, jax.numpy.shape(parts.param_info.z[n]), minval=-2, maxval=2) for n, k in zip(names, each)
        }
        tuning = blackjax.window_adaptation(
            blackjax.nuts, log_density, target_acceptance_rate=TARGET, max_num_doublings=DEPTH
        )
        (state, tuned), history = tuning.run(warm, start, self.a.warmup)
        kernel = blackjax.nuts(log_density, **tuned)

        def step(state, key):
            state, info = kernel.step(key, state)
            return state, (state.position, info.is_divergent, info.num_integration_steps)

        _, (z, divergent, steps) = jax.lax.scan(step, state, jax.random.split(draw, self.a.draws))
        draws = jax.vmap(parts.postprocess_fn)(z)
        return draws, divergent.sum(), steps.sum(), history.info.num_integration_steps.sum()


SYSTEMS = {
    "stanli": Stanli,
    "nutpie-stanli": NutpieOnStanli,
    "pymc-nutpie": PyMCNutpie,
    "pymc": PyMC,
    "numpyro": NumPyro,
    "blackjax": BlackJAX,
}


def set_environment(a):
    """What must be set before the libraries are imported: one thread per chain, and devices for chains."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ[name] = "1"
    os.environ["JAX_PLATFORMS"] = "cpu"
    flags = ["--xla_cpu_multi_thread_eigen=false", f"--xla_force_host_platform_device_count={a.chains}"]
    os.environ["XLA_FLAGS"] = " ".join(flags)


def write(path, draws):
    """Write the draws and return the names of their columns, indices from 1."""
    import numpy as np

    names, columns = [], []
    for name, values in draws.items():
        values = np.asarray(values, dtype=np.float64)
        for index in np.ndindex(values.shape[2:]):
            names.append(name + (f"[{','.join(str(i + 1) for i in index)}]" if index else ""))
            columns.append(values[(slice(None), slice(None), *index)])
    np.stack(columns, axis=-1).tofile(path)
    return names


def peak_kib():
    """The largest resident memory of this process or of one that it started."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if os.path.exists("/proc/self/status"):  # does not count what came before this program
        own = int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1])
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


def serve(a, out):
    def say(**message):
        print(json.dumps(message), file=out, flush=True)

    system = SYSTEMS[a.system]
    try:
        peer = system(a)
    except (ImportError, Stop) as reason:
        say(event="missing", reason=str(reason))
        return
    versions = {p: importlib.metadata.version(p) for p in system.packages}
    for line in sys.stdin:
        order = json.loads(line)
        began = time.perf_counter()
        draws, facts = peer.sample(order["seed"])
        facts.setdefault("seconds", time.perf_counter() - began)
        say(event="drawn")
        names = write(order["draws"], draws)
        say(event="done", names=names, peak_kib=peak_kib(), versions=versions, **facts)


def check(a):
    """Prove that the peer's log density and stanli's differ by one constant."""
    import numpy as np

    peer, stan = SYSTEMS[a.system](a), Stanli(a).model
    rng, gaps = np.random.default_rng(0), []
    for _ in range(10):
        point = {n: rng.uniform(-1, 1, shape) for n, (shape, _) in peer.shapes().items()}
        values = {n: np.exp(v) if peer.shapes()[n][1] else v for n, v in point.items()}
        q = stan.unconstrain({n: v.tolist() for n, v in values.items()})
        gaps.append(peer.log_density(values) - stan.log_prob_grad(q)[0])
    spread = float(np.ptp(gaps))
    good = spread < 1e-8 * max(1.0, np.abs(gaps).max())
    print(f"{a.system} {a.peer}: differs by a constant up to {spread:.1e}: {'good' if good else 'NOT THE SAME POSTERIOR'}")
    return 0 if good else 1


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--system", required=True, choices=SYSTEMS)
    p.add_argument("--program", required=True)
    p.add_argument("--data", required=True)
    p.add_argument("--peer", default="", help="the name of the posterior in models.py")
    for name, default in (("chains", 1), ("warmup", 1000), ("draws", 1000), ("cores", 1)):
        p.add_argument(f"--{name}", type=int, default=default)
    p.add_argument("--check", action="store_true")
    a = p.parse_args()
    set_environment(a)
    if a.check:
        try:
            raise SystemExit(check(a))
        except Stop as reason:
            raise SystemExit(f"{a.system} {a.peer}: {reason}")
    # Whatever libraries print goes to standard error.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    serve(a, out)


if __name__ == "__main__":
    main()
