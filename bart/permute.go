package bart

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/tensor"
)

// Permuted tells what is lost when a column is shuffled.
type Permuted struct {
	// Column is its name.
	Column string
	// Loss is the mean over repeats of how much the root mean square error of the predicted
	// response rises, and SD its standard deviation.
	Loss, SD float64
}

// PermutationImportance shuffles each column of d, repeats times, and compares the errors
// of the posterior mean with those before (Breiman 2001, section 10). Use rows that the
// fit has not seen. Times of the Survival family are compared as logarithms, censored
// ones left out.
func (p *Posterior) PermutationImportance(ctx context.Context, d *Data, repeats int, seed uint64) ([]Permuted, error) {
	s := shuffles{post: p, names: p.Names(), predict: func(d *Data, _ string, _ []int, o PredictOptions) (*Prediction, error) { return p.Predict(ctx, d, o) }}
	return s.losses(d, repeats, seed)
}

// PermutationImportance is Posterior.PermutationImportance of f and the effects together. A slope that has the values
// of a column is shuffled with it; the last entry, of the name "groups", is what is lost when rows change their groups.
func (g *Grouped) PermutationImportance(ctx context.Context, d *Data, groups Groups, repeats int, seed uint64) ([]Permuted, error) {
	slopes := map[string][]int{} // by column
	for _, c := range d.Columns {
		for k, u := range groups.Slopes {
			if slices.Equal(u, c.Values) {
				slopes[c.Name] = append(slopes[c.Name], k)
			}
		}
	}
	s := shuffles{post: g.Trees, names: g.Trees.Names(), beside: "groups", predict: func(d *Data, name string, order []int, o PredictOptions) (*Prediction, error) {
		own := groups
		if name == "" && len(groups.Of) == len(order) {
			own.Of = inOrder(groups.Of, order)
		}
		own.Slopes = slices.Clone(groups.Slopes)
		for _, k := range slopes[name] {
			own.Slopes[k] = inOrder(groups.Slopes[k], order)
		}
		return g.Predict(ctx, d, own, o)
	}}
	return s.losses(d, repeats, seed)
}

// PermutationImportance is Posterior.PermutationImportance of the outcomes under the treatment that rows have; the last
// entry, of the name "treatment", is what is lost when that is shuffled. Propensities follow the shuffled columns.
func (c *Causal) PermutationImportance(ctx context.Context, d *Data, treatment []float64, repeats int, seed uint64) ([]Permuted, error) {
	s := shuffles{post: c.Prognostic, beside: "treatment", predict: func(d *Data, name string, order []int, o PredictOptions) (*Prediction, error) {
		z := treatment
		if name == "" && len(z) == len(order) {
			z = inOrder(z, order)
		}
		return c.Outcomes(ctx, d, z, o)
	}}
	for _, k := range d.Columns {
		s.names = append(s.names, k.Name)
	}
	return s.losses(d, repeats, seed)
}

// shuffles compares predictions for rows as they are with those for rows whose values of a column, or of what
// stands beside the columns, are in another order. predict gets the data with the column in that order, its name, or
// none for what stands beside, and the order, nil for rows as they are.
type shuffles struct {
	post    *Posterior
	names   []string
	beside  string // what that is called; empty if there is nothing
	predict func(d *Data, name string, order []int, o PredictOptions) (*Prediction, error)
}

// inOrder returns the values in an order, those of nil as they are.
func inOrder[T any](values []T, order []int) []T {
	if order == nil {
		return values
	}
	out := make([]T, len(order))
	for i, k := range order {
		out[i] = values[k]
	}
	return out
}

func (s *shuffles) losses(d *Data, repeats int, seed uint64) ([]Permuted, error) {
	if repeats < 1 {
		return nil, fmt.Errorf("bart: %d repeats: want at least 1", repeats)
	}
	if err := d.validateResponse(); err != nil {
		return nil, err
	}
	if err := d.validateFamily(s.post.options.Family); err != nil {
		return nil, err
	}
	if s.post.times != nil {
		d, _ = d.atRisk(s.post.times)
	}
	before, err := s.loss(d, "", nil)
	if err != nil {
		return nil, err
	}
	names := s.names
	if s.beside != "" {
		names = append(slices.Clone(names), s.beside)
	}
	all := make([]Permuted, len(names))
	order := make([]int, d.Rows())
	for f, name := range names {
		column := name
		if f == len(s.names) {
			column = ""
		}
		losses := make([]float64, repeats)
		for r := range losses {
			for i := range order {
				order[i] = i
			}
			src := rng.NewKey(seed).Child("permute", uint64(f), uint64(r)).Stream()
			rng.Shuffle(src, len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
			shuffled := *d
			shuffled.Columns = slices.Clone(d.Columns)
			if at := slices.IndexFunc(d.Columns, func(c Column) bool { return c.Name == column }); at >= 0 && column != "" {
				shuffled.Columns[at].Values = inOrder(d.Columns[at].Values, order)
			}
			after, err := s.loss(&shuffled, column, order)
			if err != nil {
				return nil, err
			}
			losses[r] = after - before
		}
		all[f] = Permuted{name, tensor.Mean(losses), math.Sqrt(tensor.Variance(losses))}
	}
	return all, nil
}

// loss is the root mean square error of the posterior mean.
func (s *shuffles) loss(d *Data, name string, order []int) (float64, error) {
	times := s.post.options.Family == Survival
	o := PredictOptions{Quantiles: []float64{}}
	if times {
		o.Scale = FunctionScale
	}
	pred, err := s.predict(d, name, order, o)
	if err != nil {
		return 0, err
	}
	sum, count := 0.0, 0.0
	for i, y := range d.Y {
		if d.Censored != nil && d.Censored[i] {
			continue
		}
		if times {
			y = elem.Log(y)
		}
		sum += float64((y - pred.Mean[i]) * (y - pred.Mean[i]))
		count++
	}
	return math.Sqrt(sum / count), nil
}
