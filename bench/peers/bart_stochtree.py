"""stochtree as a worker of the suite bart."""

import bart_cases as cases
from worker import serve

import numpy as np
import stochtree


def run(p, seed, arguments):
    def fit(x, y, regrow, burn, draws, seed):
        model = stochtree.BARTModel()
        model.sample(
            X_train=x, y_train=y, num_gfr=regrow, num_burnin=burn, num_mcmc=draws,
            general_params={"random_seed": seed, "num_threads": arguments.cores},
            mean_forest_params={"num_trees": p["trees"]},
        )  # fmt: skip
        return model

    def predict(model, x):
        f = np.asarray(model.predict(x, terms="y_hat")).T
        return f, np.sqrt(np.asarray(model.extract_parameter("sigma2")))

    return cases.carry_out(p, seed, fit, predict)


serve(["stochtree", "numpy"], run)
