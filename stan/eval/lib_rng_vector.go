package eval

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stan/types"
)

// vectorGenerators are the random generators of vectors, and those of categories.
func vectorGenerators() map[string]entry {
	table := map[string]entry{}
	for name, draw := range map[string]func(c *call) (*Value, error){
		"categorical_rng":              drawCategory,
		"categorical_logit_rng":        drawCategory,
		"ordered_logistic_rng":         func(c *call) (*Value, error) { return drawOrdered(c, rng.Logistic(c.ev.src, 0, 1)) },
		"ordered_probit_rng":           func(c *call) (*Value, error) { return drawOrdered(c, c.ev.src.Normal()) },
		"dirichlet_rng":                drawDirichlet,
		"multinomial_rng":              func(c *call) (*Value, error) { return drawCounts(c, c.args[0].Reals) },
		"multinomial_logit_rng":        func(c *call) (*Value, error) { return drawCounts(c, shares(c.args[0].Reals)) },
		"dirichlet_multinomial_rng":    drawDirichletMultinomial,
		"multi_normal_rng":             func(c *call) (*Value, error) { return drawNormals(c, covariance, nil) },
		"multi_normal_cholesky_rng":    func(c *call) (*Value, error) { return drawNormals(c, factor, nil) },
		"multi_normal_prec_rng":        func(c *call) (*Value, error) { return drawNormals(c, precision, nil) },
		"multi_student_t_rng":          func(c *call) (*Value, error) { return drawStudents(c, covariance) },
		"multi_student_t_cholesky_rng": func(c *call) (*Value, error) { return drawStudents(c, factor) },
		"poisson_binomial_rng":         drawPoissonBinomial,
		"bernoulli_logit_glm_rng":      drawLogitRegression,
	} {
		table[name] = entry{lanes: true, eval: func(c *call) (*Value, error) { return c.drawnInLanes(draw) }}
	}
	return table
}

// drawnInLanes draws once for each iteration that runs now.
func (c *call) drawnInLanes(draw func(c *call) (*Value, error)) (*Value, error) {
	if !c.known() || c.ev.drawings != nil {
		return nil, c.errorf("", "random numbers cannot depend on parameters here")
	}
	l := c.ev.lanes
	if l == nil {
		return draw(c)
	}
	results := make([]*Value, l.n)
	for b := range results {
		one := *c
		one.args = make([]*Value, len(c.args))
		for i, a := range c.args {
			one.args[i] = c.inLanes(a, l).lane(b)
		}
		var err error
		if results[b], err = draw(&one); err != nil {
			return nil, err
		}
		if !equalInts(results[b].Dims, results[0].Dims) {
			return nil, notTogether{c.name + " gives values of different sizes"}
		}
	}
	return stack(results, l), nil
}

// weights checks that numbers are finite, not negative and not all 0.
func (c *call) weights(x []float64) error {
	total := 0.0
	for i, p := range x {
		if !(p >= 0 && p <= math.MaxFloat64) {
			return c.errorf("", "probability %d is %v; it must not be negative", i+1, p)
		}
		total += p
	}
	if !(total > 0) {
		return c.errorf("", "the %d probabilities add to %v", len(x), total)
	}
	return nil
}

// shares returns e^x / Σ e^x.
func shares(x []float64) []float64 {
	high := extreme(math.Inf(-1), func(x, y float64) bool { return x > y })(x)
	out := each(x, func(v float64) float64 { return elem.Exp(v - high) })
	total := sumLanes(out)
	return each(out, func(v float64) float64 { return v / total })
}

func drawCategory(c *call) (*Value, error) {
	p := c.args[0].Reals
	if c.name == "categorical_logit_rng" {
		p = shares(p)
		if err := c.weights(p); err != nil {
			return nil, err
		}
	} else if err := c.simplex(c.args[0]); err != nil {
		return nil, err
	}
	return newInt(rng.Categorical(c.ev.src, p) + 1), nil
}

// drawOrdered counts the cut points below the location with a draw of the latent scale added.
func drawOrdered(c *call, noise float64) (*Value, error) {
	if err := c.increasing(c.args[1]); err != nil {
		return nil, err
	}
	category := 1
	for _, cut := range c.args[1].Reals {
		if c.args[0].Real()+noise > cut {
			category++
		}
	}
	return newInt(category), nil
}

// concentrations checks the parameter of a Dirichlet distribution.
func (c *call) concentrations(alpha []float64) error {
	for i, a := range alpha {
		if d := shape("alpha"); !d.holds(a) {
			return c.errorf("", "element %d of alpha is %v; it must be %s", i+1, a, d.want)
		}
	}
	if len(alpha) == 0 {
		return c.errorf("", "alpha has no elements")
	}
	return nil
}

func drawDirichlet(c *call) (*Value, error) {
	alpha := c.args[0].Reals
	if err := c.concentrations(alpha); err != nil {
		return nil, err
	}
	out := make([]float64, len(alpha))
	rng.Dirichlet(out, c.ev.src, alpha)
	return newVector(out), nil
}

// drawCounts draws how many of n things, the second argument, fall into each category.
func drawCounts(c *call, p []float64) (*Value, error) {
	n, err := c.size(1)
	if err != nil {
		return nil, err
	}
	if err := c.weights(p); err != nil {
		return nil, err
	}
	out := make([]int, len(p))
	rng.Multinomial(out, c.ev.src, n, p)
	return newInts(c.result, []int{len(p)}, out), nil
}

func drawDirichletMultinomial(c *call) (*Value, error) {
	p, err := drawDirichlet(c)
	if err != nil {
		return nil, err
	}
	return drawCounts(c, p.Reals)
}

// cholesky returns the lower factor of the covariance of a generator's scale matrix, argument i.
func (c *call) cholesky(i int, s scaling) ([]float64, error) {
	if err := c.square(i); err != nil {
		return nil, err
	}
	m := c.args[i]
	if s == factor {
		return m.Reals, nil
	}
	if err := c.symmetric(i); err != nil {
		return nil, err
	}
	n := m.Dims[0]
	a := m.Reals
	if s == precision {
		a = newLU(m).inverse()
	}
	l := make([]float64, n*n)
	choleskyFactor(l, a, n)
	return l, c.finite(l)
}

// drawNormals draws a vector for each location; scale, where given, multiplies the deviations of each.
func drawNormals(c *call, s scaling, scale func() float64) (*Value, error) {
	last := len(c.args) - 1
	mu := c.args[last-1]
	l, err := c.cholesky(last, s)
	if err != nil {
		return nil, err
	}
	k := mu.Dims[len(mu.Dims)-1]
	if k*k != len(l) {
		return nil, c.errorf("", "%s and %s do not fit", sizesText(mu), sizesText(c.args[last]))
	}
	for i, x := range mu.Reals {
		if x-x != 0 {
			return nil, c.errorf("", "element %d of mu is %v; it must be finite", i+1, x)
		}
	}
	out := make([]float64, mu.Size())
	zero, deviation := make([]float64, k), make([]float64, k)
	for at := 0; at < len(out); at += k {
		rng.MvNormalCholesky(deviation, c.ev.src, zero, l)
		factor := 1.0
		if scale != nil {
			factor = scale()
		}
		for i, d := range deviation {
			out[at+i] = mu.Reals[at+i] + float64(factor*d)
		}
	}
	return newReals(types.Type{Base: types.Vector, Rank: mu.Type.Rank}, mu.Dims, out), nil
}

// drawStudents divides the deviations by the root of a chi-square number over its degrees of freedom.
func drawStudents(c *call, s scaling) (*Value, error) {
	nu := c.args[0].Real()
	if !(nu > 0 && nu <= math.MaxFloat64) {
		return nil, c.errorf("", "the parameter nu is %v; it must be positive and finite", nu)
	}
	return drawNormals(c, s, func() float64 { return math.Sqrt(nu / rng.ChiSquare(c.ev.src, nu)) })
}

func drawPoissonBinomial(c *call) (*Value, error) {
	count := 0
	for i, p := range c.args[0].Reals {
		if !(p >= 0 && p <= 1) {
			return nil, c.errorf("", "probability %d is %v; it must be in [0, 1]", i+1, p)
		}
		count += rng.Bernoulli(c.ev.src, p)
	}
	return newInt(count), nil
}

func drawLogitRegression(c *call) (*Value, error) {
	product, err := c.predictor(c.args[0], c.args[2])
	if err != nil {
		return nil, err
	}
	alpha := c.args[1]
	n := max(product.Size(), alpha.Size())
	out := make([]int, n)
	for i := range out {
		eta := product.Reals[min(i, product.Size()-1)] + alpha.Reals[min(i, alpha.Size()-1)]
		if eta != eta {
			return nil, c.errorf("", "the linear predictor of element %d is NaN", i+1)
		}
		out[i] = rng.Bernoulli(c.ev.src, elem.InvLogit(eta))
	}
	return newInts(c.result, []int{n}, out), nil
}
