"""SimPy as a worker of the suite sim.

Models are written the way SimPy's documentation does it: a generator process
for each customer, `with resource.request()`, expovariate of one random.Random.
"""

import math
import multiprocessing
import random
import time

from worker import Missing, serve

import simpy

# Mean interarrival time, (servers, mean service) of the stations in series, and
# a probability with the station of those who must come again.
QUEUES = {
    "mm1": (1.25, [(1, 1.0)], None),
    "barbershop": (18.0, [(1, 16.0)], None),
    "job_shop": (6.0, [(2, m) for m in (8.0, 6.0, 10.0, 5.0, 7.0)], None),
    "rework": (4.0, [(3, 5.0)], (0.15, (1, 8.0))),
}
# Exact mean wait, asymptotic variance of the mean of n waits times n, exact mean
# time in the system.
KNOWN = {
    "mm1": (4.0, 1976.0, 5.0), "barbershop": (128.0, 5951488.0, 144.0), "job_shop": (None, None, 71.78821921113),
    "rework": (None, None, 7.158493248045),
}  # fmt: skip
DEPARTURES = 547.6473174299  # of the barbershop by 10,000 from empty
REMOTE, LOOKAHEAD, MEAN = 0.25, 0.1, 0.9


class Queue:
    """A queueing model and what it has seen."""

    def __init__(self, model, seed):
        self.env, self.exp = simpy.Environment(), random.Random(seed)
        interarrival, stations, again = QUEUES[model]
        self.stations = [(simpy.Resource(self.env, capacity=c), mean) for c, mean in stations]
        self.again = again and (again[0], (simpy.Resource(self.env, capacity=again[1][0]), again[1][1]))
        self.done, self.wait, self.time = 0, 0.0, 0.0
        self.env.process(self.source(interarrival))

    def source(self, interarrival):
        while True:
            yield self.env.timeout(self.exp.expovariate(1 / interarrival))
            self.env.process(self.customer())

    def customer(self):
        env, began = self.env, self.env.now
        ways = self.stations
        for resource, mean in ways:
            asked = env.now
            with resource.request() as request:
                yield request
                self.wait += env.now - asked
                yield env.timeout(self.exp.expovariate(1 / mean))
        if self.again and self.exp.random() < self.again[0]:
            resource, mean = self.again[1]
            with resource.request() as request:
                yield request
                yield env.timeout(self.exp.expovariate(1 / mean))
        self.done += 1
        self.time += env.now - began


def rates(units, seconds):
    return {"units/s": units / seconds, "ns/unit": 1e9 * seconds / units, "seconds": seconds}


def queue(p, seed, _):
    model = Queue(p["model"], seed)
    began = time.perf_counter()
    model.env.run(until=p["horizon"])
    figures = rates(model.done, time.perf_counter() - began)
    wait, variance, sojourn = KNOWN[p["model"]]
    figures["exact"] = model.time / model.done / sojourn
    if wait:
        figures["z"] = (model.wait / model.done - wait) / math.sqrt(variance / model.done)
    return figures


def departures(args):
    model, horizon, seed = args
    q = Queue(model, seed)
    q.env.run(until=horizon)
    return q.done


def replications(p, seed, a):
    n = p["replications"]
    jobs = [(p["model"], p["horizon"], 1_000_000 * seed + i) for i in range(n)]
    with multiprocessing.Pool(a.cores) as pool:
        pool.map(abs, range(a.cores))  # the processes are there
        began = time.perf_counter()
        done = pool.map(departures, jobs, chunksize=max(1, n // (4 * a.cores)))
        seconds = time.perf_counter() - began
    mean = sum(done) / n
    sd = math.sqrt(sum((x - mean) ** 2 for x in done) / (n - 1))
    return rates(n, seconds) | {"exact": mean / DEPARTURES, "z": (mean - DEPARTURES) / (sd / math.sqrt(n))}


def increments(horizon):
    """Mean and variance of the number of increments that end by a horizon."""
    if horizon >= 4:  # as in the limit, by far
        return horizon + (MEAN * MEAN - 1) / 2, MEAN * MEAN * horizon
    mean, square, k = 0.0, 0.0, 1
    while LOOKAHEAD * k < horizon:
        x = (horizon - LOOKAHEAD * k) / MEAN
        below = math.exp(-x) * sum(x**j / math.factorial(j) for j in range(k))
        mean, square, k = mean + 1 - below, square + (2 * k - 1) * (1 - below), k + 1
    return mean, square - mean * mean


def phold(p, seed, _):
    """One timeout with a callback for each event, no processes. Half a million
    events, or one for each process, are enough for a rate."""
    horizon = min(p["horizon"], max(1.0, 500_000 / p["processes"]))
    env, rng, n, count = simpy.Environment(), random.Random(seed), p["processes"], [0]

    def fire(event):
        count[0] += 1
        at = event._value
        if rng.random() < REMOTE:
            to = rng.randrange(n - 1)
            at = to + (to >= at)
        send(at)

    def send(at):
        env.timeout(LOOKAHEAD + rng.expovariate(1 / MEAN), at).callbacks.append(fire)

    for at in range(n):
        send(at)
    began = time.perf_counter()
    env.run(until=horizon)
    figures = rates(count[0], time.perf_counter() - began)
    mean, variance = increments(horizon)
    return figures | {"steps/s": figures["units/s"], "z": (count[0] - n * mean) / math.sqrt(n * variance)}


def in_use():
    """Bytes of resident memory."""
    with open("/proc/self/statm") as f:
        return 4096 * int(f.read().split()[1])


def live(p, seed, _):
    """A tenth of a million entities are enough to weigh one."""
    entities = min(p["entities"], 100_000)
    before, env, exp = in_use(), simpy.Environment(), random.Random(seed)
    place = simpy.Resource(env, capacity=entities)

    def waiting():
        while True:
            yield env.timeout(exp.expovariate(1))

    def holding():
        with place.request() as request:
            yield request
            yield from waiting()

    for _ in range(entities):
        env.process(holding() if p["style"] == "flow" else waiting())
    env.run(until=1)
    weight = in_use() - before
    n = 0
    began = time.perf_counter()
    while env.peek() <= 1.5:
        env.step()
        n += 1
    return rates(n, time.perf_counter() - began) | {"bytes/entity": weight / entities}


def run(p, seed, a):
    if p["model"] in QUEUES:
        return (replications if "replications" in p else queue)(p, seed, a)
    try:
        return {"phold": phold, "live": live}[p["model"]](p, seed, a)
    except KeyError as name:
        raise Missing(f"it has no calendar to be measured alone ({name})") from None


if __name__ == "__main__":
    serve(["simpy"], run)
