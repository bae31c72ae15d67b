"""particles as a worker of the suite smc, with waste-free moves, its default."""

import smc
from worker import Missing, serve


def run(p, seed, a):
    if p["kind"] != "smc2":
        raise Missing("a filter has no moves")
    return smc.run(p, seed, a, wastefree=True)


if __name__ == "__main__":
    serve(["particles", "numpy"], run)
