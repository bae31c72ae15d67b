package bench

import "fmt"

// smcSuite compares sequential Monte Carlo.
func smcSuite() Suite {
	return Suite{
		Name:    "smc",
		Heading: "Sequential Monte Carlo, against other engines",
		Text: "Filters resample systematically at every step; their time is the least of the repeats in a process, without the first use of the model.\n" +
			"SMC² has the parameter particles and states of the case, states kept as many as they are, and its moves, for Quatre at most as many; `particles:waste-free` keeps every\n" +
			"state of its chains, which is what that package does by default, and has as many parameter particles in all. Data, truths and references\n" +
			"are in bench/smc_problems.json. pomp and LibBi are missing: there is no R and no package of LibBi.",
		Rivals: []Rival{
			{Name: "quatre"},
			{Name: "particles", Script: "bench/peers/smc.py", Env: "smc"},
			{Name: "particles:waste-free", Script: "bench/peers/smc_wastefree.py", Env: "smc"},
		},
		Columns: []Column{
			{Name: nsStep, What: "nanoseconds for each particle and step", Better: Less},
			{Name: "seconds", What: "of the measured part", Better: Less},
			{Name: "sd", What: "standard deviation of the log evidence over the repeats", Better: Less},
			{Name: "z", What: "deviation of the mean evidence from the exact one in standard errors, all rounds together", Score: true},
			{Name: "error", What: "distance of the posterior means from the references, in posterior standard deviations, root mean square over the parameters", Better: Less, Slack: 1.25},
			{Name: "sd ratio", What: "posterior standard deviations over the references', geometric mean"},
			{Name: "beta", What: "posterior mean of the infection rate; the quartiles show how much it scatters"},
			{Name: "beta sd", What: "its posterior standard deviation"},
			{Name: "log evidence", What: "estimate"},
			{Name: "growth", What: "time for each observation in the last tenth, as a multiple of that in the third", Better: Less},
			{Name: MiB, What: "peak of resident memory of the process", Better: Less},
		},
		Cases: smcCases(),
	}
}

// nsStep is the column that decides between filters.
const nsStep = "ns/particle-step"

// smcParams are the parameters of the cases.
type smcParams struct {
	// Kind is filter, sqmc, smc2 or forever.
	Kind      string `json:"kind"`
	Problem   string `json:"problem"`
	Particles int    `json:"particles,omitempty"`
	Repeats   int    `json:"repeats,omitempty"`

	Theta  int `json:"theta,omitempty"`
	States int `json:"states,omitempty"`
	Moves  int `json:"moves,omitempty"`
	Window int `json:"window,omitempty"`
	Length int `json:"length,omitempty"` // of data made by the case itself
}

// smcCases are the cases with the most that Quatre should take.
func smcCases() []Case {
	var cases []Case
	volatility := func(name, kind string, particles, repeats int, target float64) {
		cases = append(cases, Case{
			Name: name, Title: fmt.Sprintf("stochastic volatility, 200 observations, %d particles", particles),
			Params: smcParams{Kind: kind, Problem: "sv", Particles: particles, Repeats: repeats},
			Quick:  smcParams{Kind: kind, Problem: "sv", Particles: min(particles, 128), Repeats: 3},
			Run:    runFilters, Targets: []Target{{nsStep, number(target)}},
		})
	}
	volatility("sv-100", "filter", 100, 200, 40)
	volatility("sv-1k", "filter", 1000, 100, 25)
	volatility("sv-10k", "filter", 10_000, 30, 25)
	volatility("sv-100k", "filter", 100_000, 8, 25)
	volatility("sqmc-8k", "sqmc", 8192, 10, 100)
	for _, n := range []int{200, 2000} {
		cases = append(cases, Case{
			Name: fmt.Sprintf("seir-%d", n), Title: fmt.Sprintf("SEIR with exact binomials in 50,000 heads, 200 observations, %d particles", n),
			Params: smcParams{Kind: "filter", Problem: "seir-full-scale", Particles: n, Repeats: 40},
			Quick:  smcParams{Kind: "filter", Problem: "seir-full-scale", Particles: 50, Repeats: 3},
			Run:    runFilters, Targets: []Target{{nsStep, 100}},
		})
	}
	learn := func(name, title, problem string, cores int, p smcParams, targets ...Target) {
		p.Kind, p.Problem = "smc2", problem
		quick := p
		quick.Theta, quick.States = 24, 20
		cases = append(cases, Case{Name: name, Title: title, Main: "seconds", Cores: cores, Params: p, Quick: quick, Run: runSMC2, Targets: targets})
	}
	learn("smc2-smoke", "parameters of SEIR from 40 observations", "seir-smoke", 1, smcParams{Theta: 100, States: 50, Moves: 2})
	learn("smc2-medium", "parameters of SEIR from 100 observations", "seir-medium", 1, smcParams{Theta: 200, States: 100, Moves: 3})
	learn("smc2-online", "parameters of SEIR from 200 observations one by one, with windows, on all cores", "seir-full-scale", 2,
		smcParams{Theta: 400, States: 200, Moves: 3, Window: 30}, Target{"seconds", 60})
	return append(cases, Case{
		Name: "forever", Title: "an autoregression, one observation after the other, with windows", Main: "growth",
		Params: smcParams{Kind: "forever", Problem: "autoregression", Theta: 50, States: 50, Moves: 3, Window: 20, Length: 10_000},
		Quick:  smcParams{Kind: "forever", Problem: "autoregression", Theta: 20, States: 20, Moves: 1, Window: 10, Length: 300},
		Run:    runForever, Targets: []Target{{"growth", 1.25}},
	})
}
