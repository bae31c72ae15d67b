package bart

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stream"
	"github.com/quatre-ppl/quatre/tensor"
)

// Groups are the random effects of a grouped fit.
type Groups struct {
	// Of has the number of each row's group, from 0 to Count − 1.
	Of    []int
	Count int
	// Slopes are columns whose coefficients vary by group, beside the intercept: [column][row].
	Slopes [][]float64
}

// Grouped is a fit with the function f(x) + b_g + Σ_k c_{g,k} u_k instead of f(x), with normal effects by
// group, b_g ~ N(0, ω_0²) and c_{g,k} ~ N(0, ω_k²), their standard deviations with half-Cauchy
// priors of the scale of y, or of 1 where the response is latent or its logarithm is modelled.
type Grouped struct {
	// Trees is the posterior of f.
	Trees *Posterior
	// Effects has, by draw in the order of Trees, the effects of the groups: intercept and slopes of
	// the first group, then of the next. Scales has ω.
	Effects, Scales [][]float64
	terms           int
}

// validate reports the first thing wrong with the groups of a fit.
func (g *Groups) validate(rows int) error {
	if err := g.validateRows(rows, 0); err != nil {
		return err
	}
	if len(g.Of) == 0 || g.Count < 1 || g.Count > math.MaxInt32 {
		return fmt.Errorf("bart: %d groups: want at least one", g.Count)
	}
	return nil
}

// validateRows reports the first row whose group is below the least, or above the last one, or whose
// slopes are no numbers.
func (g *Groups) validateRows(rows, least int) error {
	if len(g.Of) != rows {
		return fmt.Errorf("bart: groups of %d rows, the data have %d", len(g.Of), rows)
	}
	for i, k := range g.Of {
		if k < least || k >= g.Count {
			return fmt.Errorf("bart: row %d is in group %d of %d", i+1, k, g.Count)
		}
	}
	for k, u := range g.Slopes {
		if len(u) != rows {
			return fmt.Errorf("bart: slope column %d has %d rows, the data have %d", k+1, len(u), rows)
		}
		for i, v := range u {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("bart: slope column %d, row %d: %v, want a finite number", k+1, i+1, v)
			}
		}
	}
	return nil
}

// FitGrouped draws from the posterior of trees and random effects of groups together. It takes every
// family but Poisson and DiscreteTime. The draws of o.Sink are of σ and of f with the effects. When
// ctx ends, chains stop and what there is is returned, if some chain has a draw.
func FitGrouped(ctx context.Context, d *Data, g Groups, o Options) (*Grouped, error) {
	p, err := newPart(d, o)
	if err != nil {
		return nil, err
	}
	if err := g.validate(d.Rows()); err != nil {
		return nil, err
	}
	all := p.addEffects(&g)
	chains, err := p.runChains(ctx, rng.NewKey(o.Seed).Child("grouped"))
	if err != nil {
		return nil, err
	}
	trees, err := p.posterior(ctx, chains)
	if err != nil {
		return nil, err
	}
	trees.part = true
	return newGrouped(trees, all, &g), nil
}

// Extend returns a fit with more draws of every chain, which go on where they stopped; d and groups must be
// those of the fit. It is otherwise as Posterior.Extend.
func (g *Grouped) Extend(ctx context.Context, d *Data, groups Groups, more int, sink stream.Sink, progress func(Progress)) (*Grouped, error) {
	p, err := g.Trees.extension(d, more, sink, progress)
	if err != nil {
		return nil, err
	}
	if err := groups.validate(d.Rows()); err != nil {
		return nil, err
	}
	if len(groups.Slopes) != g.terms-1 || groups.Count*g.terms != len(g.Effects[0]) {
		return nil, fmt.Errorf("bart: extending a fit of %d groups with %d slopes by %d groups with %d", len(g.Effects[0])/g.terms, g.terms-1, groups.Count, len(groups.Slopes))
	}
	all, from := p.addEffects(&groups), 0
	for i := range g.Trees.chains {
		to := from + len(g.Trees.chains[i].Sigma)
		all[i].keptValues, all[i].keptScales = slices.Clone(g.Effects[from:to]), slices.Clone(g.Scales[from:to])
		from = to
	}
	chains, err := p.runChains(ctx, rng.NewKey(g.Trees.options.Seed).Child("grouped"))
	if err != nil {
		return nil, err
	}
	return newGrouped(g.Trees.extended(chains, more), all, &groups), nil
}

func newGrouped(trees *Posterior, all []effects, g *Groups) *Grouped {
	out := &Grouped{Trees: trees, terms: 1 + len(g.Slopes)}
	for i := range all {
		out.Effects, out.Scales = append(out.Effects, all[i].keptValues...), append(out.Scales, all[i].keptScales...)
	}
	return out
}

// effects are what a chain of a grouped fit has beside its trees, on the working scale.
type effects struct {
	groups                 *Groups
	values                 []float64
	scales                 []float64 // ω²
	precision, sum         []float64 // scratch, by group
	keptValues, keptScales [][]float64
}

// addEffects has every chain of the problem draw effects, and returns where they will be.
func (p *problem) addEffects(g *Groups) []effects {
	all := make([]effects, p.options.Chains)
	p.beside = func(chain int) beside {
		e := &all[chain]
		terms := 1 + len(g.Slopes)
		e.groups = g
		e.values, e.scales = make([]float64, g.Count*terms), make([]float64, terms)
		e.precision, e.sum = make([]float64, g.Count), make([]float64, g.Count)
		for k := range e.scales {
			e.scales[k] = 0.1
		}
		return e
	}
	return all
}

// term is what multiplies effect k in row i.
func (g *Groups) term(k, i int) float64 {
	if k == 0 {
		return 1
	}
	return g.Slopes[k-1][i]
}

// of is the sum of the effects in row i.
func (e *effects) of(i int) float64 {
	terms, sum := len(e.scales), 0.0
	for k := range terms {
		sum += float64(e.values[e.groups.Of[i]*terms+k] * e.groups.term(k, i))
	}
	return sum
}

// draw draws the effects, one term after another, given what the trees leave, and then their
// scales by the mixture form of the half-Cauchy (Makalic and Schmidt 2016).
func (e *effects) draw(c *chain) {
	terms := len(e.scales)
	for k := range terms {
		clear(e.precision)
		clear(e.sum)
		for i, g := range e.groups.Of {
			u, w := e.groups.term(k, i), c.precision(i)
			others := e.of(i) - float64(e.values[g*terms+k]*u)
			e.precision[g] += float64(w * u * u)
			e.sum[g] += float64(w * u * (c.partial(i) - others))
		}
		squares := 0.0
		for g, own := range e.precision {
			total := own + 1/e.scales[k]
			b := e.sum[g]/total + c.src.Normal()/math.Sqrt(total)
			e.values[g*terms+k] = b
			squares += float64(b * b)
		}
		auxiliary := (1/e.scales[k] + 1) / rng.Gamma(c.src, 1, 1)
		e.scales[k] = (float64(squares/2) + 1/auxiliary) / rng.Gamma(c.src, float64(e.groups.Count+1)/2, 1)
	}
	c.setOutside(e.of)
}

func (e *effects) keep(c *chain) {
	values, roots := slices.Clone(e.values), slices.Clone(e.scales)
	for i := range values {
		values[i] *= c.scaling.scale
	}
	for k := range roots {
		roots[k] = math.Sqrt(roots[k]) * c.scaling.scale
	}
	e.keptValues, e.keptScales = append(e.keptValues, values), append(e.keptScales, roots)
}

func (e *effects) goOn(c *chain) error {
	last := len(e.keptValues) - 1
	for i, v := range e.keptValues[last] {
		e.values[i] = v / c.scaling.scale
	}
	for k, root := range e.keptScales[last] {
		e.scales[k] = root / c.scaling.scale * (root / c.scaling.scale)
	}
	c.setOutside(e.of)
	return nil
}

// Predict evaluates f plus the effects of the rows' groups; a group of −1 is one that the fit
// has not seen and adds a draw of its effects. The options mean what they mean for Posterior.Predict.
func (g *Grouped) Predict(ctx context.Context, d *Data, groups Groups, o PredictOptions) (*Prediction, error) {
	if len(groups.Slopes) != g.terms-1 {
		return nil, fmt.Errorf("bart: groups with %d slopes: the fit has %d", len(groups.Slopes), g.terms-1)
	}
	groups.Count = len(g.Effects[0]) / g.terms
	if err := groups.validateRows(d.Rows(), -1); err != nil {
		return nil, err
	}
	o.more = g.adder(groups, o.Seed)
	return g.Trees.Predict(ctx, d, o)
}

// adder returns what adds the effects of a row's group to draws of f.
func (g *Grouped) adder(groups Groups, seed uint64) func(row int, f []float64) {
	fresh := rng.NewKey(seed).Child("new groups")
	return func(row int, f []float64) {
		group := groups.Of[row]
		var src *rng.Stream
		if group < 0 {
			src = fresh.Child("row", uint64(row)).Stream()
		}
		for k := range f {
			for term := range g.terms {
				u := groups.term(term, row)
				if group < 0 {
					f[k] += float64(u * g.Scales[k][term] * src.Normal())
				} else {
					f[k] += float64(u * g.Effects[k][group*g.terms+term])
				}
			}
		}
	}
}

// GroupEffect is what the posterior says about an effect of a group.
type GroupEffect struct {
	// Mean and SD are the mean and the standard deviation, Low and High the 5 % and 95 % quantiles.
	Mean, SD, Low, High float64
}

// Summary describes the effects of a term, 0 for the intercept and then the slopes, by group, and the
// standard deviation ω of its effects.
func (g *Grouped) Summary(term int) (byGroup []GroupEffect, scale GroupEffect) {
	if term < 0 || term >= g.terms {
		panic(fmt.Sprintf("bart: term %d of %d", term, g.terms))
	}
	byGroup = make([]GroupEffect, len(g.Effects[0])/g.terms)
	for k := range byGroup {
		byGroup[k] = describeDraws(g.Effects, k*g.terms+term)
	}
	return byGroup, describeDraws(g.Scales, term)
}

// describeDraws describes number at of each draw.
func describeDraws(draws [][]float64, at int) GroupEffect {
	column := make([]float64, len(draws))
	for k, draw := range draws {
		column[k] = draw[at]
	}
	e := GroupEffect{Mean: tensor.Mean(column), SD: deviation(column)}
	slices.Sort(column)
	e.Low, e.High = tensor.Quantile(column, 0.05), tensor.Quantile(column, 0.95)
	return e
}
