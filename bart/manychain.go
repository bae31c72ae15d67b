package bart

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/rng"
)

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
	number   int
	start    int // sweeps of a fit that is extended
	sweeps   int
}

func newManyChain(problems []*problem, number int, key rng.Key) *manyChain {
	first := problems[0]
	o := first.options
	c := &manyChain{problems: problems, number: number, src: key.Stream(), watched: make([][]float64, len(problems))}
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

// sweep draws all unknowns once.
func (c *manyChain) sweep() {
	c.leaf.setNoise(c.omega)
	c.mean.sweep(c.src)
	if c.sweeps%refreshEvery == refreshEvery-1 {
		c.refresh()
	}
	c.mean.settle()
	c.drawOmega(len(c.problems[0].target))
	if c.sparse != nil && c.sweeps >= c.problems[0].options.Burn*3/10 {
		c.sparse.draw(c.mean, c.src)
	}
	c.sweeps++
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

// run makes all sweeps, keeps the draws, and tells about them.
func (c *manyChain) run(ctx context.Context, told *delivery) error {
	first := c.problems[0]
	o := first.options
	burn := o.Burn
	if c.start > 0 {
		burn = c.start
	}
	for c.sweeps < burn+o.Draws*o.Thin && ctx.Err() == nil {
		if c.sweeps == burn {
			c.mean.stats = moveStats{}
		}
		c.sweep()
		if at := c.sweeps - burn; at > 0 && at%o.Thin == 0 {
			c.keep()
			if err := c.tell(ctx, told); err != nil {
				return err
			}
		}
		told.tell(c.number, c.sweeps, burn, first.scaling.scale*math.Sqrt(c.omega[0]), &c.mean.stats)
	}
	if len(c.omegas) == 0 {
		return fmt.Errorf("bart: chain %d has no draw yet: %w", c.number, ctx.Err())
	}
	return nil
}

// tell writes the last draw to the sink: Ω, and f at the watched rows, response after response.
func (c *manyChain) tell(ctx context.Context, told *delivery) error {
	if told.sink == nil {
		return nil
	}
	told.mu.Lock()
	defer told.mu.Unlock()
	last := len(c.omegas) - 1
	told.values = append(told.values[:0], c.omegas[last]...)
	for _, f := range c.watched {
		told.values = append(told.values, f[last*told.watching:]...)
	}
	return told.write(ctx, c.number, last, c.mean)
}

// keep stores the present draw.
func (c *manyChain) keep() {
	c.forests.appendEnsemble(c.mean)
	c.omegas = append(c.omegas, c.onScale(c.omega, func(v, scale float64) float64 { return v * scale }))
	for k, p := range c.problems {
		for _, i := range p.watched {
			c.watched[k] = append(c.watched[k], p.scaling.back(float64(p.target[i])-float64(c.leaf.resid[k][i])))
		}
	}
}

// goOn puts the chain where an earlier fit stopped, with what that has kept.
func (c *manyChain) goOn(m *Many) error {
	var kept, last []*forests
	draws := 0
	for k, one := range m.parts {
		before := &one.chains[c.number]
		kept, last = append(kept, before.forests), append(last, before.state.trees)
		c.watched[k], draws = slices.Clone(before.Watched), len(before.Sigma)
	}
	c.forests = interleave(kept)
	interleave(last).restore(c.mean, 0)
	c.refresh()
	s := &m.parts[0].chains[c.number].state
	if err := c.src.UnmarshalBinary(s.stream); err != nil {
		return fmt.Errorf("bart: %w", err)
	}
	if c.sparse != nil && s.theta > 0 {
		c.sparse.restore(c.mean.prior, s.theta, s.logS)
	}
	c.sweeps, c.start = s.sweeps, s.sweeps
	from := 0
	for i := range c.number {
		from += len(m.parts[0].chains[i].Sigma)
	}
	c.omegas = slices.Clone(m.Omega[from : from+draws])
	c.omega = c.onScale(c.omegas[draws-1], func(v, scale float64) float64 { return v / scale })
	return nil
}

// onScale returns Ω with each element changed by the product of the scales of its two responses.
func (c *manyChain) onScale(omega []float64, change func(v, scale float64) float64) []float64 {
	q, out := len(c.problems), slices.Clone(omega)
	for i := range out {
		out[i] = change(out[i], c.problems[i/q].scaling.scale*c.problems[i%q].scaling.scale)
	}
	return out
}

// snapshot describes the chain as it is, with the trees' values for one response; what all responses
// share stands with the first.
func (c *manyChain) snapshot(response int) state {
	all := newForests(len(c.mean.trees), len(c.problems))
	all.appendEnsemble(c.mean)
	s := state{trees: all.column(response)}
	if response > 0 {
		return s
	}
	s.stream, _ = c.src.MarshalBinary() // its error is always nil
	s.sweeps = c.sweeps
	if c.sparse != nil {
		s.theta, s.logS = c.sparse.theta, slices.Clone(c.sparse.logS)
	}
	return s
}

// newMany makes the fit of its chains.
func newMany(problems []*problem, chains []*manyChain, names []string) *Many {
	m, q := &Many{Names: names}, len(problems)
	for i := range chains {
		m.Omega = append(m.Omega, chains[i].omegas...)
	}
	for k, p := range problems {
		one := &Posterior{part: true, response: names[k], options: *p.options, grid: p.grid, scaling: p.scaling, watched: p.watched, rows: len(p.target)}
		for i := range chains {
			c := chains[i]
			kept := Chain{forests: c.forests.column(k), Watched: c.watched[k]}
			kept.state = c.snapshot(k)
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

// interleave is the reverse of column, for the forests of all responses.
func interleave(parts []*forests) *forests {
	q, all := len(parts), parts[0].clone()
	all.width, all.values = q, make([]float32, q*len(parts[0].values))
	for k, one := range parts {
		for i, v := range one.values {
			all.values[i*q+k] = v
		}
	}
	for i := range all.valueAt {
		all.valueAt[i] *= q
	}
	return all
}
