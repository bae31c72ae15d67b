package eval

import (
	"math"

	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/types"
	"github.com/quatre-ppl/quatre/tensor"
)

// multivariateFunctions are the log densities of vectors and of counts by category.
func multivariateFunctions() map[string]entry {
	table := map[string]entry{}
	for name, f := range map[string]func(c *call, a []columns) (expr.Expr, error){
		"multi_normal_lpdf":          func(c *call, a []columns) (expr.Expr, error) { return multiNormal(c, a, covariance) },
		"multi_normal_cholesky_lpdf": func(c *call, a []columns) (expr.Expr, error) { return multiNormal(c, a, factor) },
		"multi_normal_prec_lpdf":     func(c *call, a []columns) (expr.Expr, error) { return multiNormal(c, a, precision) },
		"multi_student_t_lpdf":       func(c *call, a []columns) (expr.Expr, error) { return multiStudentT(c, a, covariance) },
		"multi_student_t_cholesky_lpdf": func(c *call, a []columns) (expr.Expr, error) {
			return multiStudentT(c, a, factor)
		},
		"dirichlet_lpdf":             dirichlet,
		"multinomial_lpmf":           multinomial,
		"multinomial_logit_lpmf":     multinomial,
		"dirichlet_multinomial_lpmf": dirichletMultinomial,
		"lkj_corr_cholesky_lpdf":     lkjCholesky,
		"lkj_corr_lpdf":              lkjCorr,
		"wishart_lpdf":               wishart,
		"inv_wishart_lpdf":           wishart,
	} {
		table[name] = entry{lanes: true, eval: func(c *call) (*Value, error) { return c.onColumns(f) }}
	}
	return table
}

// columns is an argument of a multivariate density: vectors of k elements side by side, n of them. Matrices that are one
// argument have their own shape in x and n = 1; scalars have k = 1.
type columns struct {
	x    expr.Expr
	k, n int
}

// onColumns computes a log density that is given for all its vectors at once. Lanes become more of them where the sum over
// lanes is wanted; else the density is computed lane by lane, if the arguments are known.
func (c *call) onColumns(f func(c *call, a []columns) (expr.Expr, error)) (*Value, error) {
	l := c.lanes()
	if l != nil && !c.total {
		return c.laneByLane(func(one *call) (*Value, error) { return one.onColumns(f) })
	}
	list := make([]columns, len(c.args))
	for i, v := range c.args {
		var err error
		if list[i], err = c.columnsOf(v, l); err != nil {
			return nil, err
		}
	}
	x, err := f(c, list)
	if err != nil {
		return nil, err
	}
	if c.unnormalised {
		x = expr.DropStatic(x)
	}
	v, err := c.value(x, realType, nil, nil)
	if err == nil && v.known() && hasNaN(v.Reals) {
		return nil, c.errorf("", "the parameters are not valid")
	}
	return v, err
}

// laneByLane calls f for each lane of known arguments.
func (c *call) laneByLane(f func(one *call) (*Value, error)) (*Value, error) {
	if !c.known() {
		return c.outOfLanes()
	}
	l := c.lanes()
	results := make([]*Value, l.n)
	for b := range results {
		one := *c
		one.args = make([]*Value, len(c.args))
		for i, a := range c.args {
			one.args[i] = c.inLanes(a, l).lane(b)
		}
		var err error
		if results[b], err = f(&one); err != nil {
			return nil, err
		}
	}
	return stack(results, l), nil
}

func (c *call) columnsOf(v *Value, l *lanes) (columns, error) {
	flat := func(v *Value) expr.Expr {
		if c.known() {
			return leaf(v.asReal().as(types.Type{Base: types.Real, Rank: 1}, []int{v.Size() * laneCount(v.Lanes)}))
		}
		return c.ev.flat(v)
	}
	if l != nil && (len(v.Dims) > 1 && v.Type.Rank > 0 || len(v.Dims) != 1 && v.Lanes != nil) {
		return columns{}, notTogether{c.name}
	}
	if v.Lanes != nil {
		v = c.ev.spread(v, l)
		at := make([]int, 0, v.Size()*l.n)
		for b := range l.n {
			for e := range v.Size() {
				at = append(at, e*l.n+b)
			}
		}
		return columns{c.ev.pick(flat(v), at), v.Size(), l.n}, nil
	}
	switch {
	case v.IsScalar():
		if c.known() {
			return columns{leaf(v), 1, 1}, nil
		}
		return columns{c.ev.flat(v), 1, 1}, nil
	case v.Type.Base == types.Matrix:
		x := flat(v)
		return columns{expr.Reshape(x, tensor.Shape(v.Dims)), v.Dims[0], 1}, nil
	case v.Type.Rank == 1 && len(v.Dims) == 2:
		return columns{flat(v), v.Dims[1], v.Dims[0]}, nil
	}
	return columns{flat(v), v.Size(), 1}, nil
}

// count returns the number of vectors of several arguments: all the same, or one that goes with all.
func (c *call) count(list ...columns) (int, error) {
	n := 1
	for _, a := range list {
		switch {
		case n == 1:
			n = a.n
		case a.n != 1 && a.n != n:
			return 0, c.errorf("", "the arguments have different sizes: %d and %d vectors", n, a.n)
		}
	}
	return n, nil
}

// matrix returns the vectors as the n columns of a matrix.
func (a columns) matrix(n int) expr.Expr {
	if a.n == n {
		return expr.Reshape(a.x, tensor.Shape{a.k, n})
	}
	return expr.OuterProduct(expr.Reshape(a.x, tensor.Shape{a.k}), filled(1, n))
}

// scaling says what the matrix of a normal distribution is.
type scaling uint8

const (
	covariance scaling = iota
	factor             // the lower Cholesky factor of the covariance
	precision          // the inverse of the covariance
)

// whitened returns W with columns whose squared lengths are the quadratic forms of the deviations y − mu, and log |det| of
// the scale for one vector; n is the number of vectors, k their length.
func (c *call) whitened(y, mu, m columns, s scaling) (w, logScale expr.Expr, n, k int, err error) {
	if n, err = c.count(y, mu); err != nil {
		return nil, nil, 0, 0, err
	}
	k = y.k
	if mu.k != k || m.x.Shape.Dims() != 2 || m.x.Shape[0] != k || m.x.Shape[1] != k {
		return nil, nil, 0, 0, c.errorf("", "vectors of %d elements, a location of %d and a matrix of shape %v do not fit", k, mu.k, m.x.Shape)
	}
	if n*k == 0 {
		return zeros(0, 0), expr.Const(0), 0, k, nil
	}
	d := expr.Sub(y.matrix(n), mu.matrix(n))
	l := m.x
	if s != factor {
		l = expr.Cholesky(l)
	}
	logScale = expr.Sum(expr.Log(expr.Diagonal(l)))
	if s == precision {
		return expr.MatMul(expr.Transpose(l), d), expr.Neg(logScale), n, k, nil
	}
	return expr.SolveLower(l, d), logScale, n, k, nil
}

const halfLog2Pi = 0.91893853320467274178

// multiNormal: for each vector −½·|w|² − log |det| − k/2·log 2π.
func multiNormal(c *call, a []columns, s scaling) (expr.Expr, error) {
	w, logScale, n, k, err := c.whitened(a[0], a[1], a[2], s)
	if err != nil || n*k == 0 {
		return expr.Const(0), err
	}
	if a[0].n == n && s != precision && !c.known() {
		c.law = normalLaw(a[0].matrix(n), a[1], a[2].x, s, n)
		c.law.unnormalised = c.unnormalised
	}
	return sumOfTerms(expr.Mul(-0.5, expr.Sum(expr.Square(w))), expr.Mul(-float64(n), logScale), -float64(n*k)*halfLog2Pi), nil
}

// normalLaw is the law of the n columns of a matrix.
func normalLaw(x expr.Expr, mean columns, m expr.Expr, s scaling, n int) *termLaw {
	mu := expr.Reshape(mean.x, tensor.Shape{mean.k})
	if mean.n > 1 {
		mu = mean.matrix(n)
	}
	family := func(p []expr.Expr) dist.Distribution { return dist.MvNormal(p[0], p[1]) }
	if s == factor {
		family = func(p []expr.Expr) dist.Distribution { return dist.MvNormalCholesky(p[0], p[1]) }
	}
	return &termLaw{family: family, x: x, params: []expr.Expr{mu, m}}
}

// multiStudentT: for each vector log Γ((ν + k)/2) − log Γ(ν/2) − k/2·log(νπ) − log |det| − (ν + k)/2·log(1 + |w|²/ν).
func multiStudentT(c *call, a []columns, s scaling) (expr.Expr, error) {
	nu := a[1].x
	w, logScale, n, k, err := c.whitened(a[0], a[2], a[3], s)
	if err != nil || n*k == 0 {
		return expr.Const(0), err
	}
	if !nu.IsScalar() {
		return nil, notTogether{c.name}
	}
	half := expr.Mul(0.5, expr.Add(nu, k))
	squares := expr.MulVecT(expr.Square(w), filled(1, k))
	perVector := sumOfTerms(expr.Lgamma(half), expr.Neg(expr.Lgamma(expr.Mul(0.5, nu))),
		expr.Mul(-0.5*float64(k), expr.Add(expr.Log(nu), logPi)), expr.Neg(logScale))
	tails := expr.Neg(expr.Mul(half, expr.Sum(expr.Log1p(expr.Div(squares, nu)))))
	return valid(expr.Add(expr.Mul(float64(n), perVector), tails), isPositive(nu)), nil
}

// paired returns two arguments with equally long vectors as lists of equal length, and how many vectors they are.
func (c *call) paired(x, y columns) (a, b expr.Expr, n int, err error) {
	if n, err = c.count(x, y); err != nil {
		return nil, nil, 0, err
	}
	if x.k != y.k {
		return nil, nil, 0, c.errorf("", "vectors of %d and of %d elements do not fit", x.k, y.k)
	}
	if n*x.k == 0 {
		return nil, nil, 0, nil
	}
	size := tensor.Shape{n * x.k}
	return expr.Reshape(x.matrix(n), size), expr.Reshape(y.matrix(n), size), n, nil
}

// dirichlet: for each vector log Γ(Σ α) − Σ log Γ(α) + Σ (α − 1)·log θ.
func dirichlet(c *call, a []columns) (expr.Expr, error) {
	theta, alpha, n, err := c.paired(a[0], a[1])
	if err != nil || n == 0 {
		return expr.Const(0), err
	}
	prior := a[1]
	totals := expr.MulVecT(prior.matrix(prior.n), filled(1, prior.k))
	normaliser := expr.Sub(expr.Sum(expr.Lgamma(totals)), expr.Sum(expr.Lgamma(prior.x)))
	if prior.n == 1 {
		normaliser = expr.Mul(float64(n), normaliser)
	}
	// Where α = 1, θ = 0 is allowed: 0·log 0 = 0.
	less1 := expr.Sub(alpha, 1)
	none := expr.Mul(expr.Equal(less1, 0), expr.Equal(theta, 0))
	kernel := expr.Mul(less1, expr.Log(expr.Where(none, 1, theta)))
	return expr.Add(expr.Sum(valid(kernel, isPositive(alpha), expr.LessEq(0, theta))), normaliser), nil
}

// multinomial: for each vector log Γ(Σ y + 1) − Σ log Γ(y + 1) + Σ y·log θ, where log θ is log_softmax of the logits.
func multinomial(c *call, a []columns) (expr.Expr, error) {
	y, theta, n, err := c.paired(a[0], a[1])
	if err != nil || n == 0 {
		return expr.Const(0), err
	}
	totals := expr.MulVecT(a[0].matrix(a[0].n), filled(1, a[0].k))
	coefficient := expr.Sub(expr.Sum(lgamma1(totals)), expr.Sum(lgamma1(a[0].x)))
	if a[0].n == 1 {
		coefficient = expr.Mul(float64(n), coefficient)
	}
	if c.name == "multinomial_logit_lpmf" {
		if a[1].n != 1 {
			return nil, notTogether{c.name}
		}
		return sumOfTerms(expr.Dot(y, theta), expr.Neg(expr.Mul(expr.Sum(totals), expr.LogSumExp(a[1].x))), coefficient), nil
	}
	none := expr.Equal(y, 0)
	return expr.Add(expr.Sum(expr.Mul(y, expr.Log(expr.Where(none, 1, theta)))), coefficient), nil
}

// dirichletMultinomial: log Γ(Σ α) + log Γ(N + 1) − log Γ(N + Σ α) + Σ [log Γ(y + α) − log Γ(α) − log Γ(y + 1)].
func dirichletMultinomial(c *call, a []columns) (expr.Expr, error) {
	y, alpha, n, err := c.paired(a[0], a[1])
	if err != nil || n == 0 {
		return expr.Const(0), err
	}
	ones := filled(1, a[0].k)
	counts, weights := expr.MulVecT(a[0].matrix(n), ones), expr.MulVecT(a[1].matrix(n), ones)
	return sumOfTerms(
		expr.Sum(expr.Sub(expr.Lgamma(weights), expr.Lgamma(expr.Add(counts, weights)))),
		expr.Sum(lgamma1(counts)), expr.Neg(expr.Sum(lgamma1(y))),
		expr.Sum(expr.Sub(expr.Lgamma(expr.Add(y, alpha)), expr.Lgamma(alpha))),
	), nil
}

// lkjCholesky: log f(L) = Σ_{j=2}^K (K − j + 2η − 2)·log L_jj + log c(η) (Lewandowski, Kurowicka and Joe 2009).
func lkjCholesky(c *call, a []columns) (expr.Expr, error) {
	if err := c.square(0); err != nil {
		return nil, err
	}
	k, eta := a[0].k, a[1].x
	if k < 2 {
		return expr.Const(0), nil
	}
	logs := expr.Part(expr.Log(expr.Diagonal(a[0].x)), 1, k-1)
	power := make([]float64, k-1)
	for i := range power {
		power[i] = float64(k - 2 - i)
	}
	shape := expr.Add(expr.Mul(2, eta), -2)
	f := sumOfTerms(expr.Dot(logs, power), expr.Mul(shape, expr.Sum(logs)), lkjConstant(eta, k))
	return valid(f, isPositive(eta)), nil
}

// lkjCorr: log f(R) = (η − 1)·log det R + log c(η).
func lkjCorr(c *call, a []columns) (expr.Expr, error) {
	if err := c.square(0); err != nil {
		return nil, err
	}
	k, eta := a[0].k, a[1].x
	if k < 2 {
		return expr.Const(0), nil
	}
	logDet := expr.Mul(2, expr.Sum(expr.Log(expr.Diagonal(expr.Cholesky(a[0].x)))))
	return valid(expr.Add(expr.Mul(expr.Sub(eta, 1), logDet), lkjConstant(eta, k)), isPositive(eta)), nil
}

// lkjConstant is the logarithm of the factor that makes the LKJ density integrate to 1:
//
//	(K − 1)·log Γ(η + (K − 1)/2) − Σ_{k=1}^{K−1} [k/2·log π + log Γ(η + (K − 1 − k)/2)].
func lkjConstant(eta expr.Expr, k int) expr.Expr {
	m := k - 1
	total := expr.Mul(float64(m), expr.Lgamma(expr.Add(eta, 0.5*float64(m))))
	for j := 1; j <= m; j++ {
		total = expr.Sub(total, expr.Add(0.5*float64(j)*logPi, expr.Lgamma(expr.Add(eta, 0.5*float64(m-j)))))
	}
	return total
}

// wishart: log f(W) = −νk/2·log 2 − log Γ_k(ν/2) + (ν − k − 1)/2·log det W − ν/2·log det S − ½·tr(S⁻¹W); the inverse one
// has −(ν + k + 1)/2 before log det W, +ν/2 before log det S and tr(S·W⁻¹).
func wishart(c *call, a []columns) (expr.Expr, error) {
	if err := c.square(0); err != nil {
		return nil, err
	}
	k, nu := a[0].k, a[1].x
	if !equalInts(a[0].x.Shape, a[2].x.Shape) {
		return nil, c.errorf("", "%s and %s do not fit", sizesText(c.args[0]), sizesText(c.args[2]))
	}
	if k == 0 {
		return expr.Const(0), nil
	}
	logDet := func(l expr.Expr) expr.Expr { return expr.Mul(2, expr.Sum(expr.Log(expr.Diagonal(l)))) }
	lw, ls := expr.Cholesky(a[0].x), expr.Cholesky(a[2].x)
	weight, sign, inner, outer := expr.Sub(nu, k+1), -0.5, lw, ls
	if c.name == "inv_wishart_lpdf" {
		weight, sign, inner, outer = expr.Neg(expr.Add(nu, k+1)), 0.5, ls, lw
	}
	// tr(S⁻¹·W) is the squared size of L_S⁻¹·L_W.
	quotient := expr.Sum(expr.Square(expr.SolveLower(outer, inner)))
	f := sumOfTerms(expr.Mul(0.5, expr.Mul(weight, logDet(lw))), expr.Mul(sign, expr.Mul(nu, logDet(ls))), expr.Mul(-0.5, quotient),
		expr.Mul(-0.5*math.Ln2*float64(k), nu), -float64(k*(k-1))/4*logPi)
	for j := range k {
		f = expr.Sub(f, expr.Lgamma(expr.Add(expr.Mul(0.5, nu), -0.5*float64(j))))
	}
	return valid(f, expr.Less(float64(k-1), nu)), nil
}
