package bart

import (
	"context"
	"fmt"
)

// Coefficients returns, for a fit whose leaves have a basis z, what f is made of at the rows of d,
//
//	f(x, z) = β₀(x) + Σ_k β_k(x) z_k,
//
// on the scale of the response and of the columns: first β₀, then a prediction for each column of
// the basis in the order of Options.Basis. o.Scale, o.Noise and o.Weights do not matter.
func (p *Posterior) Coefficients(ctx context.Context, d *Data, o PredictOptions) ([]*Prediction, error) {
	if len(p.basis) == 0 {
		return nil, fmt.Errorf("bart: coefficients of a fit without a basis: name its columns in Options.Basis")
	}
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	o.Scale, o.Noise, o.Weights = FunctionScale, false, nil
	c, err := p.encode(d)
	if err != nil {
		return nil, err
	}
	width := len(p.basis) + 1
	all := make([]*Prediction, width)
	for k := range all {
		// f is linear in the basis, so that β₀ is f at z = 0 and β_k its part along z_k.
		u := make([]float32, width)
		if k == 0 {
			u[0] = 1
			for j, b := range p.basis {
				u[j+1] = float32(-b.shift / b.scale)
			}
		} else {
			u[k] = float32(1 / p.basis[k-1].scale)
		}
		part := *c
		part.basis = make([]float32, 0, c.n*width)
		for range c.n {
			part.basis = append(part.basis, u...)
		}
		if all[k], err = p.predict(ctx, &part, o); err != nil {
			return nil, err
		}
		if k > 0 {
			all[k].move(-p.scaling.shift)
		}
	}
	return all, nil
}

// move adds a number to everything but the standard deviations.
func (p *Prediction) move(by float64) {
	for _, list := range [][][]float64{{p.Mean}, p.Quantiles, p.Draws} {
		for _, values := range list {
			for i := range values {
				values[i] += by
			}
		}
	}
}
