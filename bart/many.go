package bart

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/rng"
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
// family is Gaussian, with d.Weights if there are any. o.Progress hears σ of the first response. When ctx ends, chains stop and what there is is
// returned, if every chain has a draw.
func FitMany(ctx context.Context, d *Data, responses []Response, o Options) (*Many, error) {
	if err := validateMany(d, responses); err != nil {
		return nil, err
	}
	o, err := o.complete(d)
	if err != nil {
		return nil, err
	}
	if o.Family != Gaussian || o.VarianceTrees > 0 || len(o.Basis) > 0 || o.Regrow > 0 || o.Sink != nil {
		return nil, fmt.Errorf("bart: several responses are gaussian, with one number a leaf and response: no variance trees, basis, regrowing or sink")
	}
	problems := make([]*problem, len(responses))
	for k, r := range responses {
		one := *d
		one.Y = r.Values
		problems[k] = newProblem(&one, &o)
	}
	chains, told := make([]manyChain, o.Chains), newDelivery(&o)
	err = eachChain(&o, func(i int) error { return chains[i].run(ctx, problems, i, told) })
	if err != nil {
		return nil, err
	}
	return newMany(problems, chains, responses), nil
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

// manyChain is one chain of a fit of several responses.
type manyChain struct {
	problems []*problem
	src      *rng.Stream
	mean     *ensemble
	leaf     *manyLeaf
	omega    []float64
	sparse   *sparsity
	forests  *forests
	omegas   [][]float64
	watched  [][]float64 // by response
}

func newManyChain(problems []*problem, key rng.Key) *manyChain {
	first := problems[0]
	o := first.options
	c := &manyChain{problems: problems, src: key.Stream(), watched: make([][]float64, len(problems))}
	prior := newTreePrior(first.grid, o.Prior.Alpha, o.Prior.Beta, o.Prior.MinLeaf, o.FeatureWeights)
	resid, scale2 := make([][]float32, len(problems)), 0.0
	for k, p := range problems {
		resid[k] = slices.Clone(p.target)
		// On the working scale the responses have variance 1 and about the same range.
		scale2 += p.leafScale * p.leafScale / float64(len(problems))
	}
	c.leaf = newManyLeaf(resid, scale2)
	c.mean = newEnsemble(first.grid, first.codes, prior, o.moveWeights(), c.leaf, o.Kernel, o.Trees)
	c.mean.weights = first.weights
	if o.Sparse == On {
		c.sparse = newSparsity(prior, len(first.grid.features))
	}
	c.forests = newForests(o.Trees, len(problems))
	c.omega = make([]float64, len(problems)*len(problems))
	for k, p := range problems {
		c.omega[k*len(problems)+k] = max(1, p.noise.lambda)
	}
	return c
}

// sweep draws all unknowns once; number counts the sweeps.
func (c *manyChain) sweep(number int) {
	c.leaf.setNoise(c.omega)
	c.mean.sweep(c.src)
	if number%refreshEvery == refreshEvery-1 {
		c.refresh()
	}
	c.mean.settle()
	c.drawOmega(len(c.problems[0].target))
	if c.sparse != nil && number >= c.problems[0].options.Burn*3/10 {
		c.sparse.draw(c.mean, c.src)
	}
}

// refresh computes the residuals anew from the trees.
func (c *manyChain) refresh() {
	e := c.mean
	for k, p := range c.problems {
		copy(c.leaf.resid[k], p.target)
	}
	for j := range e.trees {
		t := &e.trees[j]
		e.model.remove(e.removal, t.values)
		for k, r := range c.leaf.resid {
			e.kernel.Settle(r, nil, t.rows, c.leaf.part(c.leaf.removal, e.removal[:len(t.values)], k))
		}
	}
	e.last = -1
}

// drawOmega draws Ω given n rows from the inverse Wishart law with ν + q − 1 + n degrees of freedom and the scale
// matrix diag(ν·lambda_k) + Σ w·r·r', as the inverse of a Wishart matrix (Bartlett 1933).
func (c *manyChain) drawOmega(n int) {
	q := len(c.problems)
	nu := c.problems[0].noise.nu
	scale := slices.Clone(c.leaf.cross)
	for k, p := range c.problems {
		scale[k*q+k] += float64(nu * p.noise.lambda)
	}
	factor := choleskyOf(scale, q)
	// Ω = F·A⁻ᵀ·A⁻¹·F' with A the lower triangle of Bartlett: A·A' is Wishart(I).
	a := make([]float64, q*q)
	for i := range q {
		freedom := nu + float64(q-1+n) - float64(i)
		a[i*q+i] = math.Sqrt(2 * rng.Gamma(c.src, freedom/2, 1))
		for j := range i {
			a[i*q+j] = c.src.Normal()
		}
	}
	// B = F·A⁻ᵀ: row by row, B·A' = F, so B_ij = (F_ij − Σ_{k<j} B_ik A_jk)/A_jj.
	b := make([]float64, q*q)
	for i := range q {
		for j := range q {
			v := factor[i*q+j]
			for k := range j {
				v -= float64(b[i*q+k] * a[j*q+k])
			}
			b[i*q+j] = v / a[j*q+j]
		}
	}
	for i := range q {
		for j := range i + 1 {
			v := 0.0
			for k := range q {
				v += float64(b[i*q+k] * b[j*q+k])
			}
			c.omega[i*q+j], c.omega[j*q+i] = v, v
		}
	}
}

// choleskyOf returns the lower factor of a positive definite matrix.
func choleskyOf(m []float64, n int) []float64 {
	f := make([]float64, n*n)
	for i := range n {
		for j := range i + 1 {
			v := m[i*n+j]
			for k := range j {
				v -= float64(f[i*n+k] * f[j*n+k])
			}
			if i == j {
				f[i*n+i] = math.Sqrt(v)
			} else {
				f[i*n+j] = v / f[j*n+j]
			}
		}
	}
	return f
}

func (c *manyChain) run(ctx context.Context, problems []*problem, number int, told *delivery) error {
	o := problems[0].options
	*c = *newManyChain(problems, rng.NewKey(o.Seed).Child("many", uint64(number)))
	for sweep := 0; sweep < o.Burn+o.Draws*o.Thin && ctx.Err() == nil; sweep++ {
		if sweep == o.Burn {
			c.mean.stats = moveStats{}
		}
		c.sweep(sweep)
		if at := sweep + 1 - o.Burn; at > 0 && at%o.Thin == 0 {
			c.keep()
		}
		told.tell(number, sweep+1, o.Burn, problems[0].scaling.scale*math.Sqrt(c.omega[0]), &c.mean.stats)
	}
	if len(c.omegas) == 0 {
		return fmt.Errorf("bart: chain %d has no draw yet: %w", number, ctx.Err())
	}
	return nil
}

// keep stores the present draw.
func (c *manyChain) keep() {
	c.forests.appendEnsemble(c.mean)
	q := len(c.problems)
	omega := slices.Clone(c.omega)
	for i := range omega {
		omega[i] *= c.problems[i/q].scaling.scale * c.problems[i%q].scaling.scale
	}
	c.omegas = append(c.omegas, omega)
	for k, p := range c.problems {
		for _, i := range p.watched {
			c.watched[k] = append(c.watched[k], p.scaling.back(float64(p.target[i])-float64(c.leaf.resid[k][i])))
		}
	}
}

// newMany makes the fit of its chains.
func newMany(problems []*problem, chains []manyChain, responses []Response) *Many {
	m, q := &Many{}, len(problems)
	for i := range chains {
		m.Omega = append(m.Omega, chains[i].omegas...)
	}
	for k, p := range problems {
		m.Names = append(m.Names, responses[k].Name)
		one := &Posterior{options: *p.options, grid: p.grid, scaling: p.scaling, watched: p.watched, rows: len(p.target)}
		for i := range chains {
			c := &chains[i]
			kept := Chain{forests: c.forests.column(k), Watched: c.watched[k]}
			kept.state.trees = kept.forests.final()
			kept.Tried, kept.Accepted = c.mean.stats.maps()
			for _, omega := range c.omegas {
				kept.Sigma = append(kept.Sigma, math.Sqrt(omega[k*q+k]))
			}
			one.Interrupted = one.Interrupted || len(kept.Sigma) < p.options.Draws
			one.chains = append(one.chains, kept)
		}
		one.options.Sink, one.options.Progress = nil, nil
		m.parts = append(m.parts, one)
	}
	return m
}

// column returns the forests of one response: the same splits, and its values.
func (f *forests) column(k int) *forests {
	one := *f
	one.width = 1
	one.values, one.valueAt = make([]float32, len(f.values)/f.width), make([]int, len(f.valueAt))
	for i := range one.values {
		one.values[i] = f.values[i*f.width+k]
	}
	for i, at := range f.valueAt {
		one.valueAt[i] = at / f.width
	}
	return &one
}

// final has the last draw alone.
func (f *forests) final() *forests {
	one, last := *f, f.draws()-1
	splits, values := f.splitAt[last], f.valueAt[last]
	one.sizes, one.splits, one.values = f.sizes[last*f.trees:], f.splits[splits:], f.values[values:]
	one.splitAt, one.valueAt = []int{0, len(one.splits)}, []int{0, len(one.values)}
	return &one
}

// Of returns the posterior of one response, which predicts, tells importance and is saved as that
// of a single one; σ is the root of its element of Ω. It cannot be extended. It is nil if there is no
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
