package quatre

import (
	"math"

	"github.com/quatre-ppl/quatre/kernels/interp"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stream"
)

// prediction is a quantity that is drawn from a distribution whose parameters
// are computed from each draw.
type prediction struct {
	from   dist.Distribution
	size   int   // elements of the quantity
	params []int // sizes of the parameters
}

// predicted adds the predictions of the model to the schema and returns the
// parameters of their distributions, which are computed behind the outputs.
func (p *Posterior) predicted() []expr.Expr {
	var list []expr.Expr
	for _, want := range p.model.Predictions {
		p.schema.Values = append(p.schema.Values, stream.Field{Name: want.Name, Shape: want.Shape})
		one := prediction{from: want.From, size: want.Shape.Size()}
		for _, x := range want.From.Params() {
			one.params = append(one.params, x.Size())
			list = append(list, x)
		}
		p.predictions = append(p.predictions, one)
	}
	return list
}

// predictor draws the predictions of one chain.
type predictor struct {
	p      *Posterior
	values []float64 // outputs, then the parameters of all predictions
}

func newPredictor(p *Posterior) *predictor {
	n := p.outputValues
	for _, one := range p.predictions {
		for _, size := range one.params {
			n += size
		}
	}
	return &predictor{p, make([]float64, n)}
}

// draw writes the outputs and predictions at q to dst.
func (r *predictor) draw(dst, q []float64, compute *interp.Executable, src *rng.Stream) {
	compute.Values(r.values, q)
	n := r.p.outputValues
	copy(dst, r.values[:n])
	dst, values := dst[n:], r.values[n:]
	for _, one := range r.p.predictions {
		params := make([][]float64, len(one.params))
		for k, size := range one.params {
			params[k], values = values[:size], values[size:]
		}
		one.draw(dst[:one.size], src, params)
		dst = dst[one.size:]
	}
}

// draw fills dst, with NaN where a parameter is NaN.
func (one prediction) draw(dst []float64, src *rng.Stream, params [][]float64) {
	if whole, ok := one.from.(dist.VectorRander); ok {
		whole.RandVector(dst, src, params)
		return
	}
	single := one.from.(dist.Rander)
	at := make([]float64, len(params))
	for i := range dst {
		known := true
		for k, p := range params {
			at[k] = p[i%len(p)] // one number for all, or one for each
			known = known && !math.IsNaN(at[k])
		}
		dst[i] = math.NaN()
		if known {
			dst[i] = single.Rand(src, at)
		}
	}
}
