package bench

import "fmt"

// simSuite compares engines of discrete-event simulation.
func simSuite() Suite {
	return Suite{
		Name:    "sim",
		Heading: "Simulation, against other engines",
		Text: "Queues have exponential times and the same parameters everywhere; set-up is not timed. A unit is what the model is about, whatever\n" +
			"an engine makes of it: a customer, a PHOLD event, a replication. SimPy models are written as its documentation does it, one generator\n" +
			"for each customer. PHOLD has a population of one event for each logical process, remote probability 1/4, increments of lookahead 0.1\n" +
			"plus an exponential of mean 0.9, no payload but the number of the process, and runs until its horizon, SimPy's\n" +
			"until half a million events or time 1, whichever is later; of SimPy's entities at most 100,000 live at a time.",
		Rivals: []Rival{
			{Name: "quatre"},
			{Name: "simpy", Script: "bench/peers/sim_simpy.py", Env: "sim"},
			{Name: "ross", Absent: "no package of it; it wants to be built with MPI"},
			{Name: "simmer", Absent: "an R package, and there is no R"},
		},
		Columns: []Column{
			{Name: unitsPerSecond, What: "customers, PHOLD events, replications or entities per second", Better: More},
			{Name: stepsPerSecond, What: "events of handlers and processes, steps of flows, per second, as the engine counts them", Better: More},
			{Name: "ns/unit", What: "nanoseconds for each of them", Better: Less},
			{Name: "seconds", What: "of the measured part", Better: Less},
			{Name: MiB, What: "peak of resident memory of the process", Better: Less},
			{Name: bytesPerEntity, What: "memory in use for each live entity", Better: Less},
			{Name: "growth", What: "cost of an event with so many pending, as a multiple of that with 100", Better: Less},
			{Name: "z", What: "deviation of the mean wait, or of the number of events or departures, from the exact value in standard errors, all rounds together", Score: true},
			{Name: "exact", What: "mean time in the system (replications: departures) over its exact value"},
		},
		Cases: simCases(),
	}
}

// The names of columns of the suite of simulations.
const (
	unitsPerSecond = "units/s"
	stepsPerSecond = "steps/s"
	bytesPerEntity = "bytes/entity"
)

// simParams are the parameters of the cases; which of them matter depends on the
// model.
type simParams struct {
	Model   string  `json:"model"`
	Style   string  `json:"style,omitempty"`
	Horizon float64 `json:"horizon,omitempty"`
	// Runs is how many runs of the model Quatre makes, with other random numbers
	// each, for a measurement that takes long enough; peers make one.
	Runs         int `json:"runs,omitempty"`
	Replications int `json:"replications,omitempty"`
	Processes    int `json:"processes,omitempty"` // logical ones of PHOLD
	Entities     int `json:"entities,omitempty"`  // that live at a time
}

// simCases are the cases with the least that Quatre should reach.
func simCases() []Case {
	queue := func(name, style, title string, horizon float64, runs int, targets ...Target) Case {
		full := simParams{Model: name, Style: style, Horizon: horizon, Runs: runs}
		quick := full
		quick.Horizon, quick.Runs = horizon/20, 1
		return Case{Name: name + "-" + style, Title: title, Params: full, Quick: quick, Targets: targets, Run: runQueue}
	}
	phold := func(name string, processes int, horizon, target float64) Case {
		full := simParams{Model: "phold", Processes: processes, Horizon: horizon}
		return Case{
			Name: name, Title: fmt.Sprintf("PHOLD with %d logical processes", processes), Params: full,
			Quick:   simParams{Model: "phold", Processes: min(processes, 1024), Horizon: 5},
			Targets: []Target{{stepsPerSecond, number(target)}}, Run: runPHOLD,
		}
	}
	return []Case{
		queue("mm1", "handlers", "M/M/1 with load 0.8 as a state machine, with tallies of waits and sojourns and the level of customers", 100_000, 40, Target{stepsPerSecond, 30e6}),
		queue("mm1", "flow", "the same as a flow", 100_000, 40, Target{stepsPerSecond, 15e6}),
		queue("mm1", "processes", "the same with a process for each customer", 100_000, 10, Target{stepsPerSecond, 4e6}),
		queue("barbershop", "flow", "M/M/1 with means 18 and 16", 200_000, 200, Target{stepsPerSecond, 15e6}),
		queue("job_shop", "flow", "five stations in series with two servers each", 200_000, 20, Target{stepsPerSecond, 15e6}),
		queue("rework", "flow", "three servers, then with probability 0.15 another one", 200_000, 40, Target{stepsPerSecond, 15e6}),
		{
			Name: "replications", Title: "replications of the barbershop by 10,000 minutes, on all cores", Cores: 2, Main: "seconds",
			Params:  simParams{Model: "barbershop", Horizon: 10_000, Replications: 1000},
			Quick:   simParams{Model: "barbershop", Horizon: 10_000, Replications: 50},
			Targets: []Target{{"seconds", 0.060}}, Run: runReplications,
		},
		phold("phold-1024", 1024, 2000, 20e6),
		phold("phold-65536", 65536, 30, 10e6),
		phold("phold-1m", 1_000_000, 4, 5e6),
		{
			Name: "pending", Title: "the hold model with exponential increments: as many events pending, and 100", Main: "growth",
			Params: simParams{Model: "hold", Entities: 1_000_000}, Quick: simParams{Model: "hold", Entities: 10_000}, Targets: []Target{{"growth", 3}}, Run: runPending,
		},
		{
			Name: "live-flow", Title: "entities of a flow that live at a time, each in a delay with a resource in hand", Main: bytesPerEntity,
			Params:  simParams{Model: "live", Style: "flow", Entities: 1_000_000},
			Quick:   simParams{Model: "live", Style: "flow", Entities: 10_000},
			Targets: []Target{{bytesPerEntity, 200}}, Run: runLive,
		},
		{
			Name: "live-processes", Title: "processes that live at a time, each in a delay", Main: bytesPerEntity,
			Params:  simParams{Model: "live", Style: "processes", Entities: 100_000},
			Quick:   simParams{Model: "live", Style: "processes", Entities: 1000},
			Targets: []Target{{bytesPerEntity, 10_000}, {MiB, 954}}, Run: runLive,
		},
	}
}
