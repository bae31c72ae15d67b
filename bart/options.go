package bart

import (
	"fmt"
	"math"
	"runtime"

	"github.com/quatre-ppl/quatre/stream"
)

// Switch is a choice that is made from the data unless it is made by the user.
type Switch uint8

const (
	// Auto leaves the choice to the package.
	Auto Switch = iota
	// On and Off make it.
	On
	Off
)

// Moves are the relative frequencies of the kinds of proposals.
type Moves struct {
	// GrowPrune splits a leaf or joins two. It must be > 0.
	GrowPrune float64
	// Perturb moves the cut of an inner node.
	Perturb float64
	// Change gives a node above two leaves a new rule.
	Change float64
	// Swap exchanges the rules of an inner node and its parent.
	Swap float64
}

// Prior holds the constants of the priors; zeros stand for the defaults.
type Prior struct {
	// Alpha and Beta: a node of depth d is split with probability
	// Alpha·(1+d)^(−Beta). Defaults 0.95 and 2 (Chipman, George and McCulloch 2010).
	Alpha, Beta float64
	// K sets the prior of f: K standard deviations of the sum of trees reach from
	// the middle to the end of the range of y. Default 5 with 1000 rows and more, if half the range is
	// at least five times the estimate of σ: of 2, 3, 4, 5, 6 and 8 it gives the smallest errors over large,
	// noisy and smooth functions together. With less it is in proportion to √(rows·range/σ), and
	// at least 1.25: few rows cannot overcome a tighter prior. In families with a latent response they
	// reach over three standard deviations of its noise; default 2.
	K float64
	// Nu and Q are of the prior of σ², scaled inverse chi-square with Nu degrees of
	// freedom and P(σ < estimate) = Q. Defaults 3 and 0.5: with few rows the usual 0.9 lets trees
	// explain noise.
	Nu, Q float64
	// Sigma is the estimate of σ for that prior; 0 takes the residuals of a
	// least-squares fit, or the standard deviation of y if there are not enough rows.
	Sigma float64
	// MinLeaf is the smallest number of training rows of a leaf. Default 5.
	MinLeaf int
}

// Options are the choices of a fit; zeros stand for the defaults.
type Options struct {
	// Seed names the random numbers.
	Seed uint64
	// Family is the law of the response given f. Default Gaussian.
	Family Family
	// Trees is the number of trees. Default 200 with 1000 rows and more and in families with a latent response, in
	// proportion to the root of the number of rows with fewer, and at least 50.
	Trees int
	// VarianceTrees is the number of trees whose product is the precision of the noise, so that
	// its size may vary with the columns, for Gaussian. Default 0: it does not vary. 40 are
	// good where it does.
	VarianceTrees int
	// Chains is the number of independent chains. Default 4. One chain cannot tell
	// how well it mixes: its intervals are too narrow.
	Chains int
	// Burn and Draws are the numbers of sweeps of each chain that are not kept and
	// that are. Default 250 each, 500 with 100 columns or more. A negative Burn is none.
	Burn, Draws int
	// Regrow is the number of sweeps before Burn that grow every tree anew from its root. They
	// come near the data faster than the steps of a chain do, but leave chains closer to one
	// another than the posterior is wide, so they are for short runs. Default 0. Families with weighted
	// working responses, weights, and leaves with a Basis do without.
	Regrow int
	// Thin keeps every so many sweeps only; Draws sweeps are kept. Default 1.
	Thin int
	// Workers is the number of chains that run at the same time. Default: as
	// many as there are processors.
	Workers int

	// Cuts is the largest number of cut points of a Numeric column, at its
	// quantiles. Default 255, which is the most unless Exact is set.
	Cuts int
	// Exact makes every midpoint between neighbouring values a cut point.
	Exact bool

	// Prior holds the constants of the priors.
	Prior Prior
	// Moves are the frequencies of proposals. Default: one GrowPrune to three Perturb.
	Moves Moves
	// Proposals is the number of proposals for each tree in a sweep. Default 2.
	Proposals int
	// Sparse draws the features' probabilities from a Dirichlet prior that prefers few
	// features (Linero 2018). Auto is on unless there are FeatureWeights: where all
	// columns matter it costs little, and where few do it gains much.
	Sparse Switch
	// FeatureWeights are the prior probabilities of the columns in splits, in
	// proportion; nil is the same for all. A column of weight 0 is never split.
	FeatureWeights []float64

	// Basis names columns whose effect is linear within each leaf: a leaf holds a regression on
	// them and a constant instead of a number. All its coefficients have the same prior, the columns
	// brought to mean 0 and standard deviation 1. They may be split as well, unless their
	// FeatureWeights are 0. They are Numeric, and nothing in them is missing.
	Basis []string

	// Periods is the largest number of periods that DiscreteTime cuts time into, at quantiles of
	// the events' times. Default 30: every row counts once for each period that it lived to see.
	Periods int

	// Watch is the number of training rows whose f is followed draw by draw, for R-hat, ESS and
	// the width of intervals. Default 100, or all rows if there are fewer.
	Watch int
	// WatchRows are the numbers of those rows, from 0; nil takes them evenly. The DiscreteTime family, whose rows are
	// periods, does without.
	WatchRows []int
	// Sink receives the draws of σ and f at the watched rows; nil keeps them in
	// the fit only.
	Sink stream.Sink
	// Progress hears after each sweep of each chain. Calls do not overlap.
	Progress func(Progress)
	// Kernel computes the sums over rows; nil is Reference. The results are the same.
	Kernel Kernel
}

// manyColumns is the number of columns from which sparse priors and longer runs
// are the default.
const manyColumns = 100

// complete returns the options with defaults filled in, but for K where it depends on the response: see problem.calibrate.
func (o Options) complete(d *Data) (Options, error) {
	many := len(d.Columns) >= manyColumns
	sweeps := 250
	if many {
		sweeps = 500
	}
	fill(&o.Chains, 4)
	fill(&o.Burn, sweeps)
	fill(&o.Draws, sweeps)
	fill(&o.Thin, 1)
	fill(&o.Workers, runtime.GOMAXPROCS(0))
	fill(&o.Cuts, maxNarrow)
	fill(&o.Proposals, 2)
	fill(&o.Watch, 100)
	fill(&o.Periods, 30)
	fill(&o.Prior.MinLeaf, 5)
	o.Burn = max(o.Burn, 0)
	fillFloat(&o.Prior.Alpha, 0.95)
	fillFloat(&o.Prior.Beta, 2)
	_, latent := latentReach[o.Family]
	if latent {
		fillFloat(&o.Prior.K, 2)
	}
	fill(&o.Trees, defaultTrees(d.Rows(), latent))
	fillFloat(&o.Prior.Nu, 3)
	fillFloat(&o.Prior.Q, 0.5)
	if o.Moves == (Moves{}) {
		o.Moves = Moves{GrowPrune: 1, Perturb: 3}
	}
	if o.Sparse == Auto {
		o.Sparse = On
		if o.FeatureWeights != nil {
			o.Sparse = Off
		}
	}
	if o.Kernel == nil {
		o.Kernel = Reference{}
	}
	o.Watch = min(o.Watch, d.Rows())
	if o.WatchRows != nil {
		o.Watch = len(o.WatchRows)
	}
	return o, o.validate(d)
}

func fill(value *int, standard int) {
	if *value == 0 {
		*value = standard
	}
}

func fillFloat(value *float64, standard float64) {
	if *value == 0 {
		*value = standard
	}
}

// orDefault is the value, or what stands for it where it is 0.
func orDefault(value, standard float64) float64 {
	fillFloat(&value, standard)
	return value
}

// validate reports the first option that is out of range.
func (o *Options) validate(d *Data) error {
	for _, c := range []struct {
		name        string
		value, most int
	}{
		{"trees", o.Trees, 1 << 20}, {"chains", o.Chains, 1 << 16}, {"draws", o.Draws, 1 << 24}, {"thin", o.Thin, 1 << 24},
		{"workers", o.Workers, 1 << 16}, {"proposals", o.Proposals, 1 << 10}, {"min leaf", o.Prior.MinLeaf, math.MaxInt32},
		{"cuts", o.Cuts, maxNarrow}, {"periods", o.Periods, 1 << 16},
	} {
		if c.value < 1 || c.value > c.most {
			return fmt.Errorf("bart: option %s is %d, want 1 to %d", c.name, c.value, c.most)
		}
	}
	p := &o.Prior
	for _, c := range []struct {
		name             string
		value, low, high float64
	}{
		{"alpha", p.Alpha, 0, 1}, {"beta", p.Beta, 0, 100}, {"k", orDefault(p.K, largestK), 0, 1e6}, {"nu", p.Nu, 0, 1e9}, {"q", p.Q, 0, 1},
	} {
		if !(c.value > c.low && c.value < c.high) {
			return fmt.Errorf("bart: option %s is %v, want it between %v and %v", c.name, c.value, c.low, c.high)
		}
	}
	if o.VarianceTrees < 0 || o.VarianceTrees > 1<<20 || o.VarianceTrees > 0 && o.Family != Gaussian {
		return fmt.Errorf("bart: option variance trees is %d with the %v family, want 0 to %d with gaussian", o.VarianceTrees, o.Family, 1<<20)
	}
	if o.Family == Poisson && len(o.Basis) > 0 {
		return fmt.Errorf("bart: the factors of the poisson family cannot be regressions: take the count family, or leave the basis out")
	}
	if len(o.Basis) > maxBasis {
		return fmt.Errorf("bart: a basis of %d columns, at most %d are possible", len(o.Basis), maxBasis)
	}
	if _, err := newBasis(d, o.Basis); err != nil {
		return err
	}
	if o.Regrow < 0 || o.Regrow > 1<<20 {
		return fmt.Errorf("bart: option regrow is %d, want 0 to %d", o.Regrow, 1<<20)
	}
	if p.Sigma < 0 || math.IsNaN(p.Sigma) || math.IsInf(p.Sigma, 0) {
		return fmt.Errorf("bart: option sigma is %v, want it finite and > 0, or 0 to have it estimated", p.Sigma)
	}
	for _, row := range o.WatchRows {
		if row < 0 || row >= d.Rows() || o.Family == DiscreteTime {
			return fmt.Errorf("bart: row %d of %d cannot be watched in the %v family: want rows from 0, and no discrete times", row, d.Rows(), o.Family)
		}
	}
	m := o.Moves
	for _, w := range []float64{m.GrowPrune, m.Perturb, m.Change, m.Swap} {
		if !(w >= 0) || math.IsInf(w, 0) || !(m.GrowPrune > 0) {
			return fmt.Errorf("bart: moves %+v: want frequencies ≥ 0, that of GrowPrune > 0", m)
		}
	}
	return o.validateWeights(d)
}

func (o *Options) validateWeights(d *Data) error {
	if o.FeatureWeights == nil {
		return nil
	}
	if len(o.FeatureWeights) != len(d.Columns) {
		return fmt.Errorf("bart: %d feature weights for %d columns", len(o.FeatureWeights), len(d.Columns))
	}
	total := 0.0
	for j, w := range o.FeatureWeights {
		if !(w >= 0) || math.IsInf(w, 0) {
			return fmt.Errorf("bart: feature weight of column %q is %v, want it finite and ≥ 0", d.Columns[j].Name, w)
		}
		total += w
	}
	if !(total > 0) || math.IsInf(total, 0) {
		return fmt.Errorf("bart: the feature weights sum to %v, want it finite and > 0", total)
	}
	return nil
}

// weights returns the moves as the proposals use them.
func (o *Options) moveWeights() moveWeights {
	m := o.Moves
	total := m.GrowPrune + m.Perturb + m.Change + m.Swap
	w := moveWeights{proposals: o.Proposals}
	sum := 0.0
	for i, x := range []float64{m.GrowPrune, m.Perturb, m.Change, m.Swap} {
		sum += x / total
		w.running[i] = sum
	}
	return w
}
