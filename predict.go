package quatre

import (
	"math"
	"slices"

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

// predictionParams returns the numbers of the parameters of all predictions.
func (p *Posterior) predictionParams() int {
	n := 0
	for _, one := range p.predictions {
		for _, size := range one.params {
			n += size
		}
	}
	return n
}

// predict writes the predictions to dst, from the values of their parameters.
func (p *Posterior) predict(dst, values []float64, src *rng.Stream) {
	for _, one := range p.predictions {
		params := make([][]float64, len(one.params))
		for k, size := range one.params {
			params[k], values = values[:size], values[size:]
		}
		one.draw(dst[:one.size], src, params)
		dst = dst[one.size:]
	}
}

// draw fills dst. What cannot be drawn, since a parameter is NaN or out of its
// range, is NaN: a prediction that fails must not end the chain.
func (one prediction) draw(dst []float64, src *rng.Stream, params [][]float64) {
	if whole, ok := one.from.(dist.VectorRander); ok {
		ok := guarded(func() { whole.RandVector(dst, src, params) })
		if !ok || slices.ContainsFunc(dst, math.IsNaN) {
			fill(dst, math.NaN())
		}
		return
	}
	single := one.from.(dist.Rander)
	at := make([]float64, len(params))
	for i := range dst {
		for k, p := range params {
			at[k] = p[i%len(p)] // one number for all, or one for each
		}
		dst[i] = math.NaN()
		if !slices.ContainsFunc(at, math.IsNaN) {
			guarded(func() { dst[i] = single.Rand(src, at) })
		}
	}
}

// guarded runs a sampler, which panics if a parameter is out of its range, and
// reports whether it came to its end.
func guarded(draw func()) (ok bool) {
	defer func() { ok = recover() == nil }()
	draw()
	return true
}

func fill(dst []float64, x float64) {
	for i := range dst {
		dst[i] = x
	}
}
