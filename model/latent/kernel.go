package latent

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// kernel writes the map of some latents, element by element:
//
//	h = sqrt(a² + b²σ²)   r = 1/h   w = a²r²   β = bσr   κ = b r
//	t = κ(C − μ)   v = βt   u = r(z + bβ(C − μ)) = r z + v   x = μ + σu
//
// with a, b the roots of A and B. By z, μ and σ the derivatives are
//
//	of log h: 0, 0, κβ
//	of u:     r, −κβ, κ(w t − βu) = (w v − β²u)/σ
type kernel struct {
	a, b, c      expr.Expr
	z, mu, sigma expr.Expr
	h, r, w      expr.Expr
	kappa, beta  expr.Expr
	kappaBeta    expr.Expr
	inverse      expr.Expr // 1/σ where that saves work, otherwise nil
	signed       bool      // σ may be negative; all of the map holds for that
}

func newKernel(a, b, c expr.Expr) *kernel { return &kernel{a: a, b: b, c: c} }

// fewRows is the number of latents below which κ is computed for each of them
// and not 1/σ once.
const fewRows = 16

// scale computes what depends on σ alone.
func (k *kernel) scale(n int) {
	scaled := expr.Mul(k.b, k.sigma)
	k.h = expr.Hypot(k.a, scaled)
	if k.signed {
		k.h = expr.Hypot(k.a, expr.Abs(scaled))
	}
	k.r = expr.Inv(k.h)
	k.w = expr.Square(expr.Mul(k.a, k.r))
	// σ must not be taken out of β: its square may overflow. All derivatives that
	// are needed are written below.
	k.beta = expr.Constant(expr.Mul(scaled, k.r))
	if k.sigma.IsScalar() && n >= fewRows && !k.signed {
		k.inverse = expr.Inv(k.sigma)
		k.kappaBeta = expr.Mul(k.inverse, expr.Square(k.beta))
		return
	}
	k.kappa = expr.Mul(k.b, k.r)
	k.kappaBeta = expr.Mul(k.kappa, k.beta)
}

// height returns Σ log h.
func (k *kernel) height(n int) expr.Expr {
	by := k.kappaBeta
	if k.sigma.IsScalar() {
		by = expr.SumOver(by, n)
	}
	return expr.WithDerivatives(expr.SumLog(full(k.h, n)), expr.Derivative{Of: k.sigma, By: by})
}

// standard returns u.
func (k *kernel) standard() expr.Expr {
	d := expr.Mul(k.b, expr.Sub(k.c, k.mu))
	e := expr.Mul(k.beta, d)
	u := expr.Mul(k.r, expr.Add(k.z, e))
	var bySigma expr.Expr
	if k.inverse != nil {
		v := expr.Mul(k.r, e)
		bySigma = expr.Mul(k.inverse, expr.Sub(expr.Mul(k.w, v), expr.Mul(expr.Square(k.beta), u)))
	} else {
		t := expr.Mul(k.r, d)
		bySigma = expr.Mul(k.kappa, expr.Sub(expr.Mul(k.w, t), expr.Mul(k.beta, u)))
	}
	return expr.WithDerivatives(u,
		expr.Derivative{Of: k.z, By: k.r},
		expr.Derivative{Of: k.mu, By: expr.Neg(k.kappaBeta)},
		expr.Derivative{Of: k.sigma, By: bySigma})
}

// value returns x, given u.
func (k *kernel) value(u expr.Expr) expr.Expr { return expr.Add(k.mu, expr.Mul(k.sigma, u)) }

// own returns x as a sum of what its location, C and z do; k.mu stands for the
// location. By z, μ and σ the derivatives are σr, w and w r(z + 2bβ(C − μ)).
func (k *kernel) own() expr.Expr {
	slope := expr.Mul(k.sigma, k.r)
	x := expr.Add(expr.Mul(expr.Square(k.beta), k.c), expr.Mul(slope, k.z))
	if m, ok := k.mu.ConstValue(); !ok || m != 0 {
		x = expr.Add(expr.Mul(k.w, k.mu), x)
	}
	e := expr.Mul(k.beta, expr.Mul(k.b, expr.Sub(k.c, k.mu)))
	bySigma := expr.Mul(expr.Mul(k.w, k.r), expr.Add(k.z, expr.Mul(2, e)))
	return expr.WithDerivatives(x,
		expr.Derivative{Of: k.z, By: slope},
		expr.Derivative{Of: k.mu, By: k.w},
		expr.Derivative{Of: k.sigma, By: bySigma})
}

// chain returns x where μ = drift + Σ slope·(x so many places before), k.mu being
// the drift, and makes k.mu the location; slopes has one for each lag of b.
func (k *kernel) chain(b *block, slopes []expr.Expr) expr.Expr {
	n := len(b.coords)
	weights := make([]expr.Expr, len(slopes))
	for i, slope := range slopes {
		if b.lags[i].gaps() {
			slope = expr.Mul(slope, b.lags[i].mask())
			slopes[i] = slope
		}
		weights[i] = expr.WithDerivatives(expr.Mul(k.w, slope),
			expr.Derivative{Of: slope, By: k.w},
			expr.Derivative{Of: k.sigma, By: expr.Mul(expr.Mul(-2, expr.Mul(k.w, k.kappaBeta)), slope)})
	}
	if b.simple() {
		x := expr.Recurrence(full(k.own(), n), full(weights[0], n))
		k.mu = expr.Add(k.mu, expr.Mul(slopes[0], expr.Part(x, 0, n)))
		return expr.Part(x, 1, n)
	}
	x := k.recur(b, weights)
	for i, l := range b.lags {
		before := expr.Concat(expr.Repeat(0, tensor.Shape{l.distance}), expr.Part(x, 0, n-l.distance))
		k.mu = expr.Add(k.mu, expr.Mul(slopes[i], before))
	}
	return x
}

// recur returns x with x[t] = own[t] + Σ weight[t]·x[t − distance], elements before
// the first being 0.
func (k *kernel) recur(b *block, weights []expr.Expr) expr.Expr {
	n, far := len(b.coords), b.lags[len(b.lags)-1].distance
	start := make([]expr.Expr, far)
	for i := range start {
		start[i] = expr.Const(0)
	}
	steps := []expr.Expr{full(k.own(), n)}
	for _, w := range weights {
		steps = append(steps, full(w, n))
	}
	outs, _ := expr.Scan(n, start, steps, nil, func(carry, step, _ []expr.Expr) (next, out []expr.Expr) {
		x := step[0]
		for i, l := range b.lags {
			x = expr.Add(x, expr.Mul(step[1+i], carry[l.distance-1]))
		}
		return append([]expr.Expr{x}, carry[:far-1]...), []expr.Expr{x}
	})
	return outs[0]
}
