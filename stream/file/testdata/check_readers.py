"""Check that cmdstanpy and ArviZ read the golden files bit for bit.

Needs cmdstanpy 1.3 and arviz 1.x (not CmdStan itself). Run in this folder:
    python check_readers.py
"""

import arviz as az
import cmdstanpy
import numpy as np


def rows(path):
    """The rows of a file, by the simplest reader that can be written."""
    header, values = None, []
    for line in open(path):
        if line.startswith("#"):
            continue
        cells = line.strip().split(",")
        if header is None:
            header = cells
        else:
            values.append([float(cell) for cell in cells])
    return header, np.array(values)


def same(a, b):
    """Bitwise equality, all NaNs being one."""
    a, b = np.ascontiguousarray(a, dtype=float), np.ascontiguousarray(b, dtype=float)
    return a.shape == b.shape and bool(np.all((a.view(np.int64) == b.view(np.int64)) | (np.isnan(a) & np.isnan(b))))


for name, metric, step_size, warmup in [("diagonal", "diag_e", 1.1, 5), ("dense", "dense_e", 0.25, 0), ("unit", "unit_e", 1.0, 0)]:
    path = f"{name}-2.csv"
    fit = cmdstanpy.from_csv([path])
    header, want = rows(path)
    got = fit.draws(inc_warmup=warmup > 0)[:, 0, :]
    assert same(got, want), (path, got, want)
    assert fit.metric_type == metric and fit.step_size[0] == step_size
    if name == "diagonal":
        assert fit.inv_metric[0].tolist() == [1, 1 / 3, 1e-9]
    if name == "dense":
        assert fit.inv_metric[0].tolist() == [[2, 0.5], [0.5, 1]]
    assert fit.time[0] == {"warmup": 1.25, "sampling": 0.00003, "total": 1.25003}, fit.time
    data = az.from_cmdstanpy(fit, save_warmup=warmup > 0)
    for column, variable, index in [("mu", "mu", ()), ("theta.3", "theta", (2,)), ("L.2.1", "L", (1, 0))]:
        drawn = data["posterior"][variable].values[0][(slice(None), *index)]
        assert same(drawn, want[warmup:, header.index(column)]), (path, column)
    # ArviZ leaves rows of warmup in sample_stats, so only the last ones are compared.
    draws = len(want) - warmup
    for stat, column in [("energy", "energy__"), ("step_size", "stepsize__"), ("lp", "lp__")]:
        read = data["sample_stats"][stat].values[0][-draws:]
        assert same(read, want[warmup:, header.index(column)]), (path, stat)
    print(f"{path}: cmdstanpy {cmdstanpy.__version__} and arviz {az.__version__} agree")
