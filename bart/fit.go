package bart

import (
	"context"
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/tensor"
)

// Posterior is a fit: draws of the function from its posterior. It is not changed once
// made and may be used by several goroutines.
type Posterior struct {
	options Options
	grid    *grid
	basis   []basisColumn
	times   []float64 // the ends of the periods of DiscreteTime
	scaling scaling
	chains  []Chain
	watched []int
	rows    int // of the data of the fit
	// part tells that the chains go on in a larger fit only.
	part bool
	// response is the name of the response, if the fit has several.
	response string
	// Interrupted tells that the fit was cut short: chains have fewer draws than asked for.
	Interrupted bool
}

// Fit draws from the posterior of the function that gave d.Y. Chains run at the same
// time; the draws of a chain depend on the seed and its number only.
//
// When ctx ends, every chain stops after its present sweep and Fit returns what
// there is, with Interrupted set: the chains that have draws, or the error of ctx if there are
// none.
// A failing sink ends the fit with its error.
func Fit(ctx context.Context, d *Data, o Options) (*Posterior, error) {
	if err := d.validate(); err != nil {
		return nil, err
	}
	if err := d.validateResponse(); err != nil {
		return nil, err
	}
	o, err := o.complete(d)
	if err != nil {
		return nil, err
	}
	if err := d.validateFamily(o.Family); err != nil {
		return nil, err
	}
	var times []float64
	if o.Family == DiscreteTime {
		if times, err = d.periods(o.Periods); err != nil {
			return nil, err
		}
		d, _ = d.atRisk(times)
		o.Watch = min(o.Watch, d.Rows())
	}
	p := newProblem(d, &o)
	chains, err := p.runChains(ctx, rng.NewKey(o.Seed).Child("bart"))
	if err != nil {
		return nil, err
	}
	post, err := p.posterior(ctx, chains)
	if err != nil {
		return nil, err
	}
	post.times = times
	return post, nil
}

// posterior makes a fit of the chains that have draws.
func (p *problem) posterior(ctx context.Context, chains []Chain) (*Posterior, error) {
	post := &Posterior{options: *p.options, grid: p.grid, basis: p.basis, scaling: p.scaling, watched: p.watched, rows: len(p.target)}
	for i := range chains {
		post.Interrupted = post.Interrupted || len(chains[i].Sigma) < p.options.Draws
		if len(chains[i].Sigma) > 0 {
			post.chains = append(post.chains, chains[i])
		}
	}
	if len(post.chains) == 0 {
		return nil, fmt.Errorf("bart: no chain has a draw yet: %w", ctx.Err())
	}
	post.options.Chains = len(post.chains)
	post.options.Sink, post.options.Progress = nil, nil
	return post, nil
}

// newProblem prepares what the chains share.
func newProblem(d *Data, o *Options) *problem {
	p := &problem{options: o}
	p.grid = newGrid(d, o.Cuts, o.Exact)
	p.codes = p.grid.encode(d)
	p.basis, _ = newBasis(d, o.Basis)        // complete has looked at them
	p.codes.basis, _ = basisRows(p.basis, d) // and at their values
	p.setResponse(d)
	if d.Weights != nil {
		p.weights = make([]float32, len(d.Weights))
		for i, w := range d.Weights {
			p.weights[i] = float32(w)
		}
	}
	p.calibrate(d)
	p.watched = make([]int, o.Watch)
	for i := range p.watched {
		p.watched[i] = i * len(d.Y) / o.Watch
	}
	copy(p.watched, o.WatchRows)
	return p
}

// calibrate sets the priors of the leaves and of σ.
func (p *problem) calibrate(d *Data) {
	o := p.options
	estimate := o.Prior.Sigma / p.scaling.scale
	if estimate == 0 {
		estimate = residualSD(d, p.target)
	}
	estimate = coarse(max(estimate, 1e-6))
	reach, latent := latentReach[o.Family]
	if !latent {
		reach = spread(p.target) / 2
	}
	k := orDefault(o.Prior.K, defaultK(len(d.Y), reach/estimate))
	p.leafScale = reach / (k * math.Sqrt(float64(o.Trees)))
	p.noise = newVariancePrior(o.Prior.Nu, o.Prior.Q, estimate)
}

// setResponse puts the response on the working scale, or finds the middle of f where the
// response is latent.
func (p *problem) setResponse(d *Data) {
	y := d.Y
	switch p.options.Family {
	case Survival:
		y = make([]float64, len(d.Y))
		for i, t := range d.Y {
			y[i] = elem.Log(t)
		}
		p.censored = d.Censored
		fallthrough
	case Gaussian:
		p.scaling = newScaling(y, d.Weights)
		p.target = p.scaling.work(y)
		if p.censored != nil {
			p.response = make([]float64, len(y))
			for i, z := range p.target {
				p.response[i] = float64(z)
			}
		}
		return
	}
	p.response, p.target = y, make([]float32, len(y))
	n, mean, variance := float64(len(y)), tensor.Mean(y), 0.0
	for _, v := range y {
		variance += float64((v-mean)*(v-mean)) / n
	}
	share := min(max(mean, 0.5/n), 1-0.5/n)
	p.scaling = scaling{0, 1}
	switch p.options.Family {
	case Probit, DiscreteTime:
		p.scaling.shift = elem.NormQuantile(share)
	case Logistic:
		p.scaling.shift = elem.Log(share / (1 - share))
	case NegativeBinomial:
		p.dispersion0 = 10.0
		if variance > mean {
			p.dispersion0 = min(mean*mean/(variance-mean), 100)
		}
		p.dispersion0 = max(p.dispersion0, 0.1)
		p.setExposure(d)
		p.scaling.shift -= elem.Log(p.dispersion0)
	case Poisson:
		p.setExposure(d)
		middle := elem.Exp(p.scaling.shift)
		for i := range p.target {
			p.target[i] = float32(middle * elem.Exp(p.offsetOf(i)))
		}
	}
}

// setExposure sets the offsets of counts and the middle of f, the log of the mean count per exposure.
func (p *problem) setExposure(d *Data) {
	sum, exposure := 0.0, float64(len(d.Y))
	for _, y := range d.Y {
		sum += y
	}
	if d.Exposure != nil {
		p.offset, exposure = make([]float64, len(d.Y)), 0
		for i, e := range d.Exposure {
			p.offset[i] = elem.Log(e)
			exposure += e
		}
	}
	p.scaling.shift = elem.Log(max(sum, 0.5) / exposure)
}

// runChains runs all chains, at most Workers at a time.
func (p *problem) runChains(ctx context.Context, key rng.Key) ([]Chain, error) {
	d, chains := newDelivery(p.options), make([]Chain, p.options.Chains)
	err := eachChain(ctx, p.options, func(ctx context.Context, i int) (err error) {
		chains[i], err = p.runChain(ctx, i, key, d)
		return err
	})
	return chains, err
}

// eachChain calls run for every chain, at most o.Workers at a time. An error of one ends the others.
func eachChain(ctx context.Context, o *Options, run func(ctx context.Context, chain int) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	failures := make([]error, o.Chains)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(o.Workers, o.Chains) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < o.Chains; i = int(next.Add(1)) - 1 {
				if failures[i] = run(ctx, i); failures[i] != nil {
					cancel()
				}
			}
		})
	}
	workers.Wait()
	return firstOf(failures)
}

// runChain runs one chain; a panic in it is an error of the fit.
func (p *problem) runChain(ctx context.Context, number int, key rng.Key, d *delivery) (kept Chain, err error) {
	var c *chain
	defer catch(&err, number, func() int {
		if c == nil {
			return -1
		}
		return c.sweeps
	})
	c = newChain(p, number, key)
	if p.previous != nil {
		before := &p.previous[number]
		c.kept = before.clone()
		if err := c.goOn(&before.state); err != nil {
			return c.kept, err
		}
		c.start = c.sweeps
	}
	err = c.run(ctx, d)
	c.kept.state = c.snapshot()
	return c.kept, err
}

// Chains are the chains of the fit.
func (p *Posterior) Chains() []Chain { return p.chains }

// Draws is the number of draws of all chains together.
func (p *Posterior) Draws() int {
	total := 0
	for i := range p.chains {
		total += len(p.chains[i].Sigma)
	}
	return total
}

// Names are the names of the columns.
func (p *Posterior) Names() []string {
	names := make([]string, len(p.grid.features))
	for j := range names {
		names[j] = p.grid.features[j].name
	}
	return names
}

// Columns are the columns of the fit, without values.
func (p *Posterior) Columns() []Column {
	columns := make([]Column, len(p.grid.features))
	for j := range columns {
		f := &p.grid.features[j]
		columns[j] = Column{Name: f.name, Kind: f.kind, Levels: f.names}
	}
	return columns
}

// Family is the law of the response that was fitted.
func (p *Posterior) Family() Family { return p.options.Family }
