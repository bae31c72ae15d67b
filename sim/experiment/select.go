package experiment

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim/stat"
)

// Selection is the outcome of a search for the best of several models.
type Selection struct {
	Best    int       // its index
	Means   []float64 // of the outcome, by model
	Used    []int     // replications, by model
	Reason  string    // how the search ended
	samples [][]float64
}

// Goal is what makes a model the best.
type Goal struct {
	Outcome string
	Largest bool // the largest is best; else the smallest
	// Indifference is the difference that is worth detecting: see SelectBest.
	Indifference float64
	// Begin is the number of replications of each model to begin with; 0
	// stands for 10.
	Begin int
	// Most is the number of replications of all models together at which to
	// give up; 0 stands for 100 000.
	Most int
}

// SelectBest finds the best of k models with a fixed confidence: if the best is
// better than all others by at least the indifference, it is chosen with
// probability at least the level of the options. It is the fully sequential
// procedure of Kim and Nelson 2001 ("A fully sequential procedure for
// indifference-zone selection in simulation", procedure KN with c = 1), which
// allows for common random numbers: replication i of all models has the same
// key.
func SelectBest(ctx context.Context, models []Model, key rng.Key, o Options, g Goal) (*Selection, error) {
	g, err := g.checked(len(models))
	if err != nil {
		return nil, err
	}
	if !(g.Indifference > 0) {
		return nil, fmt.Errorf("experiment: an indifference of %v: want it > 0", g.Indifference)
	}
	search, err := newSearch(ctx, models, key, o, g)
	if err != nil {
		return nil, err
	}
	k, n0 := len(models), float64(g.Begin)
	eta := (elem.Pow(2*(1-search.o.Level)/float64(k-1), -2/(n0-1)) - 1) / 2
	h2 := 2 * eta * (n0 - 1)
	variance := search.differenceVariances(g.Begin)
	alive := make([]int, k)
	for i := range alive {
		alive[i] = i
	}
	for n := g.Begin; ; n++ {
		alive = search.screen(alive, n, func(i, l int) float64 {
			return max(0, g.Indifference/(2*float64(n))*(h2*variance[i][l]/(g.Indifference*g.Indifference)-float64(n)))
		})
		if len(alive) == 1 {
			return search.selection(alive[0], "the others were eliminated"), nil
		}
		if search.total() >= g.Most {
			return search.selection(search.leader(alive), fmt.Sprintf("%d models are left at the limit of replications", len(alive))), nil
		}
		for _, i := range alive {
			if err := search.more(ctx, i, n+1); err != nil {
				return nil, err
			}
		}
	}
}

// OCBA spends a budget of replications so as to make the probability of
// choosing the best model large: after g.Begin replications of each, further
// ones go by steps to where they help most, by the optimal computing budget
// allocation (Chen, Lin, Yücesan and Chick 2000, theorem 3):
// N_i/N_j = ((s_i/δ_i)/(s_j/δ_j))² for models i, j other than the best b, and
// N_b = s_b √(Σ N_i²/s_i²), δ being the distance from the best.
func OCBA(ctx context.Context, models []Model, key rng.Key, o Options, g Goal) (*Selection, error) {
	g, err := g.checked(len(models))
	if err != nil {
		return nil, err
	}
	search, err := newSearch(ctx, models, key, o, g)
	if err != nil {
		return nil, err
	}
	all := make([]int, len(models))
	for i := range all {
		all[i] = i
	}
	for search.total() < g.Most {
		step := min(g.Most-search.total(), max(1, len(models)*g.Begin/4))
		want := search.allocate(search.total() + step)
		grown := false
		for i, n := range want {
			if have := len(search.samples[i]); n > have && search.total() < g.Most {
				if err := search.more(ctx, i, min(n, have+g.Most-search.total())); err != nil {
					return nil, err
				}
				grown = true
			}
		}
		if !grown { // rounding has left nothing: the leader gets one
			b := search.leader(all)
			if err := search.more(ctx, b, len(search.samples[b])+1); err != nil {
				return nil, err
			}
		}
	}
	return search.selection(search.leader(all), "the budget is spent"), nil
}

func (g Goal) checked(models int) (Goal, error) {
	if g.Begin == 0 {
		g.Begin = 10
	}
	if g.Most == 0 {
		g.Most = 100_000
	}
	if models < 2 || g.Begin < 3 || g.Most < models*g.Begin {
		return g, fmt.Errorf("experiment: a selection of %d models with %d replications to begin with and %d at most: want at least 2 models, 3 replications, and enough for them",
			models, g.Begin, g.Most)
	}
	return g, nil
}

// search holds what is known of the models. Outcomes that should be small are
// negated, so that the largest is best.
type search struct {
	models  []Model
	key     rng.Key
	o       Options
	g       Goal
	samples [][]float64
}

func newSearch(ctx context.Context, models []Model, key rng.Key, o Options, g Goal) (*search, error) {
	o.Precision, o.Sink, o.Antithetic = nil, nil, false
	o, err := o.checked()
	if err != nil {
		return nil, err
	}
	s := &search{models: models, key: key, o: o, g: g, samples: make([][]float64, len(models))}
	for i := range models {
		if err := s.more(ctx, i, g.Begin); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// more runs model i until there are n replications.
func (s *search) more(ctx context.Context, i, n int) error {
	done, err := replicate(ctx, s.models[i], s.key, s.o, len(s.samples[i]), n)
	if err != nil {
		return err
	}
	for _, d := range done {
		if d.err != nil {
			return fmt.Errorf("experiment: model %d: %w", i, d.err)
		}
		j := slices.Index(d.names, s.g.Outcome)
		if j < 0 || math.IsNaN(d.values[j]) {
			return fmt.Errorf("experiment: model %d yields no outcome %q: there are %s", i, s.g.Outcome, strings.Join(d.names, ", "))
		}
		x := d.values[j]
		if !s.g.Largest {
			x = -x
		}
		s.samples[i] = append(s.samples[i], x)
	}
	return nil
}

// total returns the number of replications of all models.
func (s *search) total() (n int) {
	for _, x := range s.samples {
		n += len(x)
	}
	return n
}

// leader returns the one of some models with the largest mean.
func (s *search) leader(among []int) int {
	return slices.MaxFunc(among, func(a, b int) int {
		ma, mb := stat.Mean(s.samples[a]), stat.Mean(s.samples[b])
		switch {
		case ma < mb:
			return -1
		case ma > mb:
			return 1
		}
		return b - a
	})
}

// differenceVariances returns the sample variances of X_i − X_l over the first
// n replications.
func (s *search) differenceVariances(n int) [][]float64 {
	k := len(s.models)
	v := make([][]float64, k)
	d := make([]float64, n)
	for i := range v {
		v[i] = make([]float64, k)
		for l := range k {
			for r := range d {
				d[r] = s.samples[i][r] - s.samples[l][r]
			}
			sd := stat.StandardDeviation(d)
			v[i][l] = sd * sd
		}
	}
	return v
}

// screen returns the models that no other beats by more than the margin.
func (s *search) screen(alive []int, n int, margin func(i, l int) float64) (left []int) {
	mean := func(i int) float64 { return stat.Mean(s.samples[i][:n]) }
	for _, i := range alive {
		if !slices.ContainsFunc(alive, func(l int) bool { return l != i && mean(i) < mean(l)-margin(i, l) }) {
			left = append(left, i)
		}
	}
	return left
}

// allocate returns the numbers of replications that share a budget best.
func (s *search) allocate(budget int) []int {
	k := len(s.models)
	all := make([]int, k)
	for i := range all {
		all[i] = i
	}
	b := s.leader(all)
	best := stat.Mean(s.samples[b])
	weight := make([]float64, k)
	sum, squares := 0.0, 0.0
	for i := range weight {
		if i == b {
			continue
		}
		sd := max(stat.StandardDeviation(s.samples[i]), 1e-300)
		delta := max(best-stat.Mean(s.samples[i]), 1e-3*sd)
		weight[i] = (sd / delta) * (sd / delta)
		sum += weight[i]
		squares += weight[i] * weight[i] / (sd * sd)
	}
	weight[b] = stat.StandardDeviation(s.samples[b]) * math.Sqrt(squares)
	sum += weight[b]
	n := make([]int, k)
	for i := range n {
		n[i] = int(math.Round(float64(budget) * weight[i] / sum))
	}
	return n
}

func (s *search) selection(best int, reason string) *Selection {
	out := &Selection{Best: best, Reason: reason, samples: s.samples}
	for _, x := range s.samples {
		mean := stat.Mean(x)
		if !s.g.Largest {
			mean = -mean
		}
		out.Means, out.Used = append(out.Means, mean), append(out.Used, len(x))
	}
	return out
}
