"""bartz, on the processor, as a worker of the suite bart."""

import os

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import bart_cases as cases
from worker import Missing, serve

import bartz
import jax
import numpy as np


def run(p, seed, _):
    if p["kind"] == "regrow":
        raise Missing("no sweeps that grow trees from their root")

    def fit(x, y, regrow, burn, draws, seed):
        columns, response = x.T if p["kind"] == "memory" else np.ascontiguousarray(x.T), y.astype(np.float32)

        def once(seed):
            model = bartz.Bart(
                columns, response, num_trees=p["trees"], n_save=draws, n_burn=burn + regrow, num_chains=None, seed=seed, printevery=None
            )
            jax.block_until_ready(model.get_error_sdev())
            return model

        once(seed + 1000)  # compiles
        seconds, model = cases.timed(lambda: once(seed))
        times.append(seconds)
        return model

    def predict(model, x):
        f = np.asarray(model.predict(np.ascontiguousarray(x.T), kind="mean_samples"), float)
        return f, np.asarray(model.get_error_sdev(), float).reshape(-1)

    times = []
    figures = cases.carry_out(p, seed, fit, predict)
    # The seconds without compiling.
    if p["kind"] == "sweep":
        figures["ns/sweep"] *= (times[1] - times[0]) / figures["seconds"]
        figures["seconds"] = times[1] - times[0]
    elif p["kind"] != "predict":
        figures["seconds"] = times[0]
    return figures


serve(["bartz", "jax", "numpy"], run)
