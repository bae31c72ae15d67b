package bart

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stream"
)

// maxResponses is the largest number of responses that may share trees.
const maxResponses = 64

// Response is one of several responses of the same rows.
type Response struct {
	// Name is its name in messages; Values has one number a row.
	Name   string
	Values []float64
}

// Many is a fit of several responses whose functions share their trees: a leaf holds a value for
// each, so that what one response tells about where to split helps the others,
//
//	y_i = f(x_i) + ε_i,   ε_i ~ N(0, Ω/w_i),
//
// with y, f and ε vectors. Ω has the inverse Wishart prior whose diagonal elements have, each by
// itself, the prior of σ² of a fit of one response.
type Many struct {
	// Names are those of the responses.
	Names []string
	// Omega has Ω by draw, in the order of the draws of predictions, row by row.
	Omega [][]float64
	parts []*Posterior // a view of the same forests for each response
}

// FitMany draws from the posterior of trees that several responses share. d.Y is not used. The
// family is Gaussian, with d.Weights if there are any. The draws of o.Sink are of Ω and of f at watched rows, response after
// response; o.Progress hears σ of the first response. When ctx ends, chains stop and what there is is
// returned, if every chain has a draw.
func FitMany(ctx context.Context, d *Data, responses []Response, o Options) (*Many, error) {
	if err := validateMany(d, responses); err != nil {
		return nil, err
	}
	o, err := o.complete(d)
	if err != nil {
		return nil, err
	}
	if o.Family != Gaussian || o.VarianceTrees > 0 || len(o.Basis) > 0 || o.Regrow > 0 {
		return nil, fmt.Errorf("bart: several responses are gaussian, with one number a leaf and response: no variance trees, basis or regrowing")
	}
	names := make([]string, len(responses))
	for k, r := range responses {
		names[k] = r.Name
	}
	return fitMany(ctx, manyProblems(d, responses, &o), names, nil)
}

// manyProblems prepares what the chains share, by response.
func manyProblems(d *Data, responses []Response, o *Options) []*problem {
	problems := make([]*problem, len(responses))
	for k, r := range responses {
		one := *d
		one.Y = r.Values
		problems[k] = newProblem(&one, o)
	}
	return problems
}

// fitMany runs the chains, which go on with those of an earlier fit unless it is nil.
func fitMany(ctx context.Context, problems []*problem, names []string, earlier *Many) (*Many, error) {
	o := problems[0].options
	chains, told := make([]*manyChain, o.Chains), newDelivery(o)
	told.schema = &stream.Schema{Stats: statNames, Values: []stream.Field{
		{Name: "omega", Shape: []int{len(names), len(names)}}, {Name: "f", Shape: []int{o.Watch, len(names)}}}}
	err := eachChain(ctx, o, func(ctx context.Context, i int) (err error) {
		defer catch(&err, i, func() int {
			if chains[i] == nil {
				return -1
			}
			return chains[i].sweeps
		})
		chains[i] = newManyChain(problems, i, rng.NewKey(o.Seed).Child("many", uint64(i)))
		if earlier != nil {
			if err := chains[i].goOn(earlier); err != nil {
				return err
			}
		}
		return chains[i].run(ctx, told)
	})
	if err != nil {
		return nil, err
	}
	return newMany(problems, chains, names), nil
}

// Extend returns a fit with more draws of every chain, which go on where they stopped; d and responses must
// be those of the fit. It is otherwise as Posterior.Extend.
func (m *Many) Extend(ctx context.Context, d *Data, responses []Response, more int, sink stream.Sink, progress func(Progress)) (*Many, error) {
	if err := validateMany(d, responses); err != nil {
		return nil, err
	}
	if len(responses) != len(m.parts) {
		return nil, fmt.Errorf("bart: extending a fit of %d responses with %d", len(m.parts), len(responses))
	}
	var problems []*problem
	for k, one := range m.parts {
		first := *one // the first has what all share
		first.chains = m.parts[0].chains
		each := *d
		each.Y = responses[k].Values
		p, err := first.extension(&each, more, sink, progress)
		if err != nil {
			return nil, fmt.Errorf("response %q: %w", responses[k].Name, err)
		}
		problems = append(problems, p)
	}
	all, err := fitMany(ctx, problems, m.Names, m)
	if err != nil {
		return nil, err
	}
	for k, one := range all.parts {
		all.parts[k] = m.parts[k].extended(one.chains, more)
	}
	return all, nil
}

// validateMany reports the first thing wrong with the data and the responses.
func validateMany(d *Data, responses []Response) error {
	if err := d.validate(); err != nil {
		return err
	}
	if len(responses) < 1 || len(responses) > maxResponses {
		return fmt.Errorf("bart: %d responses, want 1 to %d", len(responses), maxResponses)
	}
	seen := map[string]bool{}
	for _, r := range responses {
		if seen[r.Name] {
			return fmt.Errorf("bart: two responses are called %q", r.Name)
		}
		seen[r.Name] = true
		one := *d
		one.Y = r.Values
		if err := one.validateResponse(); err != nil {
			return fmt.Errorf("response %q: %w", r.Name, err)
		}
		if err := one.validateFamily(Gaussian); err != nil {
			return err
		}
	}
	return nil
}

// Of returns the posterior of one response, which predicts, tells importance and is saved as that
// of a single one; σ is the root of its element of Ω. To go on with it, extend the whole. It is nil if there is no
// response of that name.
func (m *Many) Of(name string) *Posterior {
	if k := slices.Index(m.Names, name); k >= 0 {
		return m.parts[k]
	}
	return nil
}

// Correlation returns the posterior mean of the correlation of the noise of two responses, by
// their places in Names.
func (m *Many) Correlation(j, k int) float64 {
	q, sum := len(m.Names), 0.0
	for _, omega := range m.Omega {
		sum += omega[j*q+k] / math.Sqrt(float64(omega[j*q+j]*omega[k*q+k])) / float64(len(m.Omega))
	}
	return sum
}
