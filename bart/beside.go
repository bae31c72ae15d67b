package bart

import "fmt"

// setOutside sets what others than the trees add to f, by row and on the working scale. The trees
// stay, so that the residual, which is settled, changes.
func (c *chain) setOutside(x func(i int) float64) {
	if c.outside == nil {
		c.outside, c.working = make([]float64, len(c.target)), make([]float64, len(c.target))
		for i, z := range c.target {
			c.working[i] = float64(z)
		}
	}
	for i, z := range c.working {
		c.outside[i] = x(i)
		c.setTarget(i, z)
	}
}

// partial is what is left of a row's working response without the trees, given the settled residual.
func (c *chain) partial(i int) float64 {
	r := float64(c.mean.resid[i])
	if c.outside != nil {
		r += c.outside[i]
	}
	return r
}

// precision is that of a row's noise on the working scale.
func (c *chain) precision(i int) float64 {
	if c.mean.weights == nil {
		return 1 / c.noise2
	}
	return float64(c.mean.weights[i]) / c.noise2
}

// squares is the weighted sum of the squares of the settled residual.
func (c *chain) squares() float64 {
	sum := 0.0
	for i, r := range c.mean.resid {
		w := 1.0
		if c.mean.weights != nil {
			w = float64(c.mean.weights[i])
		}
		sum += float64(w * float64(r) * float64(r))
	}
	return sum
}

// newPart prepares trees that are a part of a larger fit.
func newPart(d *Data, o Options) (*problem, error) {
	o, err := o.asPart(d)
	if err != nil {
		return nil, err
	}
	return newProblem(d, &o), nil
}

// asPart returns the options with defaults filled in, for trees that are a part of a larger fit.
func (o Options) asPart(d *Data) (Options, error) {
	if err := d.validate(); err != nil {
		return o, err
	}
	if err := d.validateResponse(); err != nil {
		return o, err
	}
	o, err := o.complete(d)
	if err != nil {
		return o, err
	}
	if o.Family == Poisson || o.Family == DiscreteTime {
		return o, fmt.Errorf("bart: nothing can stand beside the trees of the %v family: take %v, or leave it out",
			o.Family, map[Family]Family{Poisson: NegativeBinomial, DiscreteTime: Survival}[o.Family])
	}
	return o, d.validateFamily(o.Family)
}
