package bench

// bartSuite compares engines of sums of regression trees.
func bartSuite() Suite {
	return Suite{
		Name:    "bart",
		Heading: "Regression trees, against other engines",
		Text: "Every round has new data from the generators of bench/peers/bart_cases.py, the same for all systems, with 1,000 test rows that no\n" +
			"system has seen; errors and coverage are of the true f. One chain on one thread with the sweeps of the case, first those that grow\n" +
			"trees from their root (which bartz and dbarts do not have: they burn as many), then those that are kept; `quatre:default` is what\n" +
			"`quatre bart fit` does by itself, four chains one after the other. Compiling is not in the seconds of bartz: it fits twice and the second\n" +
			"fit is timed. Short runs are for comparing speed at an error; their intervals are too narrow in every system. A win needs an error,\n" +
			"intervals (by their score, Gneiting and Raftery 2007, which width and misses make worse) and predictions that are not worse. What takes\n" +
			"long is measured once. The fits, and the sweeps of the cases `…-two`, make two proposals for each tree here, which is the default; the sweeps\n" +
			"of the other cases make one, as those of the other systems always do.",
		Rivals: []Rival{
			{Name: "quatre"},
			{Name: "quatre:default"},
			{Name: "stochtree", Script: "bench/peers/bart_stochtree.py", Env: "bart"},
			{Name: "bartz", Script: "bench/peers/bart_bartz.py", Env: "bart"},
			{Name: "dbarts", Absent: "an R package, and there is no R"},
		},
		Columns: []Column{
			{Name: "seconds", What: "of the fit", Better: Less},
			{Name: "rmse", What: "root mean square error of the posterior mean of f", Better: Less, Slack: 1.02},
			{Name: "cover", What: "share of test rows whose f is within its 90 % interval"},
			{Name: "cover y", What: "share of new responses within the central 90 % of their predictive law"},
			{Name: "interval", What: "score of the 90 % intervals of f: mean width, and twenty times the distance by which f is outside", Better: Less, Slack: 1.05},
			{Name: "crps", What: "continuous ranked probability score of new responses", Better: Less, Slack: 1.02},
			{Name: "sigma", What: "posterior mean of the noise's standard deviation"},
			{Name: nsSweep, What: "nanoseconds of a sweep for each observation and tree, by the difference of a longer and a shorter fit", Better: Less},
			{Name: nsRegrow, What: "nanoseconds of a sweep that grows trees anew, for each observation, tree and column", Better: Less},
			{Name: nsPredict, What: "nanoseconds for each row, tree and draw", Better: Less},
			{Name: bytesRow, What: "peak of resident memory of the fit beyond what the process held with the data, for each observation and tree", Better: Less},
			{Name: MiB, What: "peak of resident memory of the process", Better: Less},
		},
		Cases: bartCases(),
	}
}

// The names of columns of the suite of trees.
const (
	nsSweep   = "ns/sweep"
	nsRegrow  = "ns/regrow"
	nsPredict = "ns/predict"
	bytesRow  = "bytes/row/tree"
)

// bartParams are the parameters of the cases.
type bartParams struct {
	// Kind is fit, sweep, regrow, predict or memory: what is measured.
	Kind    string `json:"kind"`
	Data    string `json:"data"` // the generator
	Rows    int    `json:"rows"`
	Columns int    `json:"columns"`
	Tests   int    `json:"tests,omitempty"` // rows
	Trees   int    `json:"trees"`
	Regrow  int    `json:"regrow,omitempty"` // sweeps
	Burn    int    `json:"burn,omitempty"`
	Draws   int    `json:"draws"`
	More    int    `json:"more,omitempty"` // sweeps of the longer fit, for a difference
	// Proposals is the number of proposals for each tree in a sweep of Quatre; 0 is its default, two.
	Proposals int `json:"proposals,omitempty"`
}

// bartProblem is one of the ten problems.
type bartProblem struct {
	name, title           string
	data                  string
	rows, columns         int
	trees, regrow, draws  int
	long                  bool // compared with a thousand sweeps, too
	once                  bool // takes long
	quickRows, quickTrees int
}

var bartProblems = []bartProblem{
	{"smoke", "Friedman's first function", "friedman1", 1000, 10, 200, 10, 100, true, false, 100, 10},
	{"medium-n", "the same, more rows", "friedman1", 10_000, 10, 200, 10, 100, false, true, 200, 10},
	{"large-n", "the same, many rows", "friedman1", 50_000, 10, 100, 5, 50, false, true, 300, 10},
	{"high-p", "a linear function of 5 of 100 columns", "sparse", 1000, 100, 200, 10, 100, false, true, 100, 10},
	{"extreme-p", "the same of 500 columns", "sparse", 5000, 500, 200, 10, 50, false, true, 200, 10},
	{"smooth-sin", "sines and a square", "sin", 5000, 5, 200, 15, 200, false, true, 200, 10},
	{"california", "a log-linear function with log-normal noise", "california", 20_000, 8, 200, 10, 100, false, true, 200, 10},
	{"friedman1", "Friedman's first function, few rows", "friedman1", 400, 10, 200, 10, 100, false, false, 100, 10},
	{"friedman2", "Friedman's second function, few rows", "friedman2", 400, 4, 200, 10, 100, false, false, 100, 10},
	{"simple-linear", "three times one of three columns, few rows", "linear", 160, 3, 50, 5, 50, false, false, 100, 10},
}

// bartCases are the ten problems with short and some of them with long runs, and measurements of speed
// and memory alone.
func bartCases() []Case {
	var cases []Case
	for _, p := range bartProblems {
		full := bartParams{Kind: "fit", Data: p.data, Rows: p.rows, Columns: p.columns, Tests: 1000, Trees: p.trees, Regrow: p.regrow, Draws: p.draws}
		quick := full
		quick.Rows, quick.Trees, quick.Draws, quick.Regrow, quick.Tests = p.quickRows, p.quickTrees, 10, 2, 100
		short := Case{Name: p.name, Title: p.title, Params: full, Quick: quick, Run: runBart}
		if p.once {
			short.Rounds = 1
		}
		cases = append(cases, short)
		if p.long {
			long, quickLong := full, quick
			long.Regrow, long.Burn, long.Draws = 0, 1000, 1000
			quickLong.Regrow, quickLong.Burn = 0, 10
			cases = append(cases, Case{Name: p.name + "-long", Title: "the same problem with 1,000 sweeps of burn-in and 1,000 kept", Params: long, Quick: quickLong, Rounds: 1, Run: runBart})
		}
	}
	alone := func(name, title, column string, p bartParams, targets ...Target) Case {
		quick := p
		quick.Rows, quick.Trees, quick.Draws = min(p.Rows, 500), 10, 5
		quick.Tests, quick.More = min(p.Tests, 500), min(p.More, 5)
		return Case{Name: name, Title: title, Main: column, Params: p, Quick: quick, Targets: targets, Rounds: 1, Run: runBart}
	}
	large := bartParams{Kind: "sweep", Data: "friedman1", Rows: 50_000, Columns: 50, Trees: 200, Draws: 10, More: 100}
	small := bartParams{Kind: "sweep", Data: "friedman1", Rows: 1000, Columns: 10, Trees: 200, Draws: 50, More: 1000}
	largeOne, smallOne := large, small
	largeOne.Proposals, smallOne.Proposals = 1, 1
	return append(cases,
		alone("sweep-50k", "Metropolis–Hastings sweeps with one proposal for each tree, 50,000 rows of 50 columns", nsSweep, largeOne, Target{nsSweep, 0.3}),
		alone("sweep-50k-two", "the same with two proposals, the default, where peers make one", nsSweep, large),
		alone("sweep-1k", "Metropolis–Hastings sweeps with one proposal for each tree, 1,000 rows of 10 columns", nsSweep, smallOne, Target{nsSweep, 1}),
		alone("sweep-1k-two", "the same with two proposals, the default, where peers make one", nsSweep, small),
		alone("regrow", "sweeps that grow trees from their root, 10,000 rows of 30 columns", nsRegrow,
			bartParams{Kind: "regrow", Data: "friedman1", Rows: 10_000, Columns: 30, Trees: 50, Draws: 1, Regrow: 3, More: 5}, Target{nsRegrow, 2}),
		alone("predict", "prediction of 100,000 rows by 100 draws", nsPredict,
			bartParams{Kind: "predict", Data: "friedman1", Rows: 1000, Columns: 10, Tests: 100_000, Trees: 200, Burn: 100, Draws: 100}, Target{nsPredict, 1.4}),
		alone("million", "a million rows of 50 columns", bytesRow,
			bartParams{Kind: "memory", Data: "friedman1", Rows: 1_000_000, Columns: 50, Trees: 50, Burn: 2, Draws: 3}, Target{bytesRow, 3}),
	)
}
