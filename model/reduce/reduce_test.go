package reduce_test

import (
	"math"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/graph"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/kernels/interp"
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/model/reduce"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/tensor"
)

// density is a log density ready to be evaluated.
type density struct {
	e   *interp.Executable
	dim int
}

// failer is a test of this package or a case of a property.
type failer interface {
	Helper()
	Fatal(args ...any)
}

func compile(t failer, x expr.Expr, dim int) density {
	t.Helper()
	p, in, err := graph.CompileDensity(x, dim)
	if err != nil {
		t.Fatal(err)
	}
	code, err := interp.New(p)
	if err != nil {
		t.Fatal(err)
	}
	e, err := code.BindValues(in)
	if err != nil {
		t.Fatal(err)
	}
	return density{e, dim}
}

func (d density) at(q []float64) (float64, []float64) {
	grad := make([]float64, d.dim)
	logp, err := d.e.LogDensityGrad(grad, q)
	if err != nil {
		panic(err)
	}
	return logp, grad
}

// reduced returns the reduced form of a log density and what was done.
func reduced(x expr.Expr) (expr.Expr, *reduce.Report) {
	terms, report := reduce.Terms([]model.Term{{Site: "y", LogDensity: x}})
	return terms[0].LogDensity, report
}

// points are places near the origin and far from it.
func points(dim int) [][]float64 {
	src := rng.NewKey(7).Child("points").Stream()
	var list [][]float64
	for _, scale := range []float64{0, 0.1, 1, 5} {
		q := make([]float64, dim)
		for i := range q {
			q[i] = scale * src.Normal()
		}
		list = append(list, q)
	}
	return list
}

// agree compares a density with its reduced form.
func agree(t testing.TB, x expr.Expr, dim int, at [][]float64) *reduce.Report {
	t.Helper()
	y, report := reduced(x)
	was, is := compile(t, x, dim), compile(t, y, dim)
	for i, q := range at {
		a, g := was.at(q)
		b, h := is.at(q)
		scale := math.Abs(a)
		for _, v := range g {
			scale = max(scale, math.Abs(v))
		}
		check.Close(t, b, a, check.Rel.Scaled(scale), "log density at point ", i)
		check.CloseSlice(t, h, g, check.Rel.Scaled(scale), "gradient at point ", i)
	}
	return report
}

const rows = 60

// fixture is data and parameters to write densities with.
type fixture struct {
	y, x, z, weight, count, trials, bit expr.Expr
	matrix, wide                        expr.Expr
	county, state                       *expr.Index
	a, b, c                             expr.Expr // scalars
	group, other                        expr.Expr // vectors of 5 and 3
	beta                                expr.Expr // vector of 7
	sigma, scales                       expr.Expr
	factor                              expr.Expr // data, lower triangular
	small                               expr.Expr // 3 × 3, lower triangular, of parameters
	table                               expr.Expr // data, 3 × 20
	levels                              expr.Expr // data, rows × 2 with 6 different rows
}

const fixtureDim = 4 + 5 + 3 + 7 + 5

func data(name string, n int, f func(i int) float64) expr.Expr {
	values := make([]float64, n)
	for i := range values {
		values[i] = f(i)
	}
	return expr.Data(name, tensor.Shape{n}, values)
}

func newFixture() *fixture {
	src := rng.NewKey(1).Child("fixture").Stream()
	normal := func(int) float64 { return src.Normal() }
	index := func(name string, f func(i int) int, max int) *expr.Index {
		x := &expr.Index{Name: name, Max: max}
		for i := range rows {
			x.Values = append(x.Values, int32(f(i)))
		}
		return x
	}
	param := func(name string, off, n int) expr.Expr {
		if n == 0 {
			return expr.Unconstrained(name, off, nil)
		}
		return expr.Unconstrained(name, off, tensor.Shape{n})
	}
	f := &fixture{
		y: data("y", rows, func(i int) float64 { return 3 + src.Normal() }), x: data("x", rows, normal), z: data("z", rows, normal),
		weight: data("weight", rows, func(int) float64 { return 0.5 + src.Float64() }),
		count:  data("count", rows, func(int) float64 { return float64(src.Intn(9)) }),
		trials: data("trials", rows, func(int) float64 { return float64(9 + src.Intn(3)) }),
		bit:    data("bit", rows, func(int) float64 { return float64(src.Intn(2)) }),
		county: index("county", func(i int) int { return i % 5 }, 5), state: index("state", func(i int) int { return i % 5 / 2 }, 3),
		a: param("a", 0, 0), b: param("b", 1, 0), c: param("c", 2, 0), sigma: expr.Exp(param("sigma", 3, 0)),
		group: param("group", 4, 5), other: param("other", 9, 3), beta: param("beta", 12, 7), scales: expr.Exp(param("scales", 19, 5)),
	}
	f.matrix = expr.Data("matrix", tensor.Shape{rows, 7}, data("", 7*rows, normal).Values)
	f.wide = expr.Data("wide", tensor.Shape{7, rows}, data("", 7*rows, normal).Values)
	f.factor = expr.Cholesky(expr.Add(expr.OuterProduct(f.x, f.x), expr.Rows("", identity(rows))))
	part := expr.Part(f.beta, 0, 3)
	f.small = expr.Cholesky(expr.Add(expr.OuterProduct(part, part), expr.Rows("", identity(3))))
	f.levels = expr.Data("levels", tensor.Shape{rows, 2}, data("", 2*rows, func(i int) float64 {
		if i < rows {
			return float64(i % 3)
		}
		return float64(i % 2)
	}).Values)
	f.table = expr.Data("table", tensor.Shape{3, 20}, data("", 60, normal).Values)
	return f
}

func identity(n int) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
		m[i][i] = 1
	}
	return m
}

func sumOfSquares(x expr.Expr) expr.Expr { return expr.Mul(-0.5, expr.Sum(expr.Square(x))) }

func sumOf(d dist.Distribution, x expr.Expr) expr.Expr {
	return expr.SumOver(d.LogDensity(x), x.Size())
}

// forms are ways to write likelihoods, with what is made of them.
func forms(f *fixture) map[string]struct {
	x    expr.Expr
	rule reduce.Rule
	size int
} {
	byCounty := expr.Pick(f.group, f.county)
	line := expr.Add(f.a, expr.Mul(f.b, f.x))
	residual := expr.Sub(f.y, line)
	type form = struct {
		x    expr.Expr
		rule reduce.Rule
		size int
	}
	return map[string]form{
		"mean":               {sumOf(dist.Normal(f.a, f.sigma), f.y), reduce.LeastSquares, 2},
		"known scale":        {sumOf(dist.Normal(f.a, 2), f.y), reduce.LeastSquares, 2},
		"line":               {sumOf(dist.Normal(line, f.sigma), f.y), reduce.LeastSquares, 3},
		"known scales":       {sumOf(dist.Normal(line, f.weight), f.y), reduce.LeastSquares, 3},
		"matrix":             {sumOf(dist.Normal(expr.MulVec(f.matrix, f.beta), f.sigma), f.y), reduce.LeastSquares, 8},
		"transposed matrix":  {sumOf(dist.Normal(expr.MulVecT(f.wide, f.beta), f.sigma), f.y), reduce.LeastSquares, 8},
		"matrix and line":    {sumOf(dist.Normal(expr.Add(line, expr.MulVec(f.matrix, f.beta)), f.sigma), f.y), reduce.LeastSquares, 10},
		"weighted matrix":    {sumOf(dist.Normal(expr.Add(line, expr.MulVec(f.matrix, f.beta)), f.weight), f.y), reduce.LeastSquares, 10},
		"interaction":        {sumOf(dist.Normal(expr.Mul(line, expr.Add(f.c, f.z)), f.sigma), f.y), reduce.LeastSquares, 5},
		"lognormal":          {sumOf(dist.LogNormal(line, f.sigma), expr.Exp(f.y)), reduce.LeastSquares, 3},
		"by hand":            {expr.Div(expr.Mul(-0.5, expr.Sum(expr.Square(residual))), expr.Square(f.sigma)), reduce.LeastSquares, 3},
		"as a product":       {expr.Mul(-0.5, expr.Sum(expr.Mul(residual, residual))), reduce.LeastSquares, 3},
		"quotient":           {expr.Mul(-0.5, expr.Sum(expr.Square(expr.Div(residual, f.sigma)))), reduce.LeastSquares, 3},
		"precision of rows":  {expr.Mul(-0.5, expr.Sum(expr.Mul(expr.Square(f.weight), expr.Square(residual)))), reduce.LeastSquares, 3},
		"intercepts":         {sumOf(dist.Normal(byCounty, f.sigma), f.y), reduce.LeastSquares, 6},
		"intercepts, slope":  {sumOf(dist.Normal(expr.Add(byCounty, expr.Mul(f.b, f.x)), f.sigma), f.y), reduce.LeastSquares, 7},
		"slopes":             {sumOf(dist.Normal(expr.Add(f.a, expr.Mul(byCounty, f.x)), f.sigma), f.y), reduce.LeastSquares, 7},
		"intercepts, matrix": {sumOf(dist.Normal(expr.Add(byCounty, expr.MulVec(f.matrix, f.beta)), f.sigma), f.y), reduce.LeastSquares, 13},
		"both vary":          {sumOf(dist.Normal(expr.Add(byCounty, expr.Mul(f.x, expr.Pick(f.beta, f.county))), f.sigma), f.y), reduce.LeastSquares, 11},
		"nested groups":      {sumOf(dist.Normal(expr.Add(byCounty, expr.Pick(f.other, f.state)), f.sigma), f.y), reduce.LeastSquares, 6},
		"not centred":        {sumOf(dist.Normal(expr.Add(f.a, expr.Mul(f.sigma, byCounty)), f.sigma), f.y), reduce.LeastSquares, 6},
		"scale by group":     {sumOf(dist.Normal(line, expr.Pick(f.scales, f.county)), f.y), reduce.LeastSquares, 11},
		"all by group":       {sumOf(dist.Normal(byCounty, expr.Pick(f.scales, f.county)), f.y), reduce.LeastSquares, 6},
		"precision by group": {expr.Sum(expr.Mul(expr.Pick(f.scales, f.county), expr.Square(residual))), reduce.LeastSquares, 11},
		"poisson":            {sumOf(dist.Poisson(f.sigma), f.count), reduce.LinearSums, 1},
		"linear predictor":   {expr.Sum(expr.Mul(f.bit, expr.Add(line, expr.MulVec(f.matrix, f.beta)))), reduce.LinearSums, 1},
		"poisson groups":     {sumOf(dist.PoissonLog(expr.Add(f.a, byCounty)), f.count), reduce.Groups, 5},
		"bernoulli groups":   {sumOf(dist.BernoulliLogit(byCounty), f.bit), reduce.Groups, 5},
		"binomial groups":    {sumOf(dist.Binomial(f.trials, expr.InvLogit(byCounty)), f.count), reduce.Groups, 5},
		"exposures":          {sumOf(dist.PoissonLog(expr.Add(expr.Log(f.weight), byCounty)), f.count), reduce.Groups, 5},
		"exposed rates":      {sumOf(dist.Poisson(expr.Mul(f.weight, expr.Exp(byCounty))), f.count), reduce.Groups, 5},
		"repeated, matrix":   {sumOf(dist.BernoulliLogit(expr.MulVec(expr.Div(f.levels, 10), expr.Part(f.beta, 0, 2))), f.bit), reduce.RepeatedRows, 6},
		"put together":       {sumOf(dist.Normal(expr.Concat(expr.Part(line, 0, 20), expr.Part(byCounty, 20, 40)), f.sigma), f.y), reduce.LeastSquares, 6},
		"parts":              {sumOf(dist.Normal(expr.Part(expr.Add(line, byCounty), 10, 40), f.sigma), expr.Part(f.y, 10, 40)), reduce.LeastSquares, 7},
		"parts of products":  {sumOf(dist.Normal(expr.Part(expr.MulVec(f.matrix, f.beta), 10, 40), f.sigma), expr.Part(f.y, 10, 40)), reduce.LeastSquares, 8},
		"parts, transposed":  {sumOf(dist.Normal(expr.Part(expr.MulVecT(f.wide, f.beta), 10, 40), f.sigma), expr.Part(f.y, 10, 40)), reduce.LeastSquares, 8},
		"parts of groups":    {sumOf(dist.PoissonLog(expr.Part(byCounty, 10, 40)), expr.Part(f.count, 10, 40)), reduce.Groups, 5},
		"correlated":         {sumOfSquares(expr.SolveLower(f.factor, expr.Sub(f.y, line))), reduce.LeastSquares, 3},
		"correlated, scaled": {sumOfSquares(expr.SolveLowerT(expr.Mul(f.sigma, f.factor), expr.Sub(f.y, expr.Add(line, expr.MulVec(f.matrix, f.beta))))), reduce.LeastSquares, 10},
		"vectors":            {sumOfSquares(expr.SolveLower(f.small, expr.Sub(f.table, expr.OuterProduct(expr.Part(f.other, 0, 3), expr.Repeat(1, tensor.Shape{20}))))), reduce.LeastSquares, 4},
		"vectors at zero":    {sumOfSquares(expr.SolveLowerT(f.small, f.table)), reduce.LeastSquares, 3},
		"vectors at one":     {sumOfSquares(expr.SolveLower(f.small, expr.Sub(f.a, f.table))), reduce.LeastSquares, 4},
		"repeated rows":      {sumOf(dist.BernoulliLogit(expr.Add(f.a, expr.Mul(f.b, f.count))), f.bit), reduce.RepeatedRows, 9},
		"negative binomial":  {sumOf(dist.NegBinomial(expr.Exp(f.a), f.sigma), f.count), reduce.RepeatedRows, 9},
		"laplace":            {sumOf(dist.Laplace(f.a, f.sigma), f.count), reduce.RepeatedRows, 9},
		"curve of counts":    {sumOf(dist.Normal(expr.Exp(expr.Mul(f.a, f.count)), f.sigma), f.y), reduce.LeastSquares, 10},
	}
}

func TestTerms_ReducesSumsAsPeopleWriteThem(t *testing.T) {
	f := newFixture()
	for name, form := range forms(f) {
		t.Run(name, func(t *testing.T) {
			report := agree(t, form.x, fixtureDim, points(fixtureDim))
			ok := slices.ContainsFunc(report.Steps, func(s reduce.Step) bool {
				return s.Rule == form.rule && s.Size == form.size
			})
			if !ok {
				t.Errorf("steps %v, want %s of %d rows to %d", report.Steps, form.rule, rows, form.size)
			}
		})
	}
}

func TestTerms_LeavesWhatDoesNotReduce(t *testing.T) {
	f := newFixture()
	long := expr.Unconstrained("long", 0, tensor.Shape{rows})
	line := expr.Add(f.a, expr.Mul(f.b, f.x))
	for name, x := range map[string]expr.Expr{
		"one parameter a row": sumOf(dist.Normal(long, f.weight), f.y),
		"a prior":             sumOf(dist.Normal(f.a, f.sigma), long),
		"logistic":            sumOf(dist.BernoulliLogit(line), f.bit),
		"student t":           sumOf(dist.StudentT(4, line, f.sigma), f.y),
	} {
		y, report := reduced(x)
		if y != x || len(report.Steps) > 0 {
			t.Errorf("%s: %v", name, report.Steps)
		}
	}
}

// TestTerms_RejectsTheSamePoints compares densities where a scale, a rate or a
// probability is out of its range, or a parameter is not finite.
func TestTerms_RejectsTheSamePoints(t *testing.T) {
	f := newFixture()
	s := expr.Unconstrained("s", 3, nil)
	scales := expr.Unconstrained("scales", 19, tensor.Shape{5})
	chance := expr.Unconstrained("group", 4, tensor.Shape{5})
	line := expr.Add(f.a, expr.Mul(f.b, f.x))
	for name, x := range map[string]expr.Expr{
		"normal":        sumOf(dist.Normal(line, s), f.y),
		"by group":      sumOf(dist.Normal(expr.Pick(f.group, f.county), expr.Pick(scales, f.county)), f.y),
		"lognormal":     sumOf(dist.LogNormal(line, s), expr.Exp(f.y)),
		"poisson":       sumOf(dist.Poisson(expr.Pick(chance, f.county)), f.count),
		"bernoulli":     sumOf(dist.Bernoulli(expr.Pick(chance, f.county)), f.bit),
		"binomial":      sumOf(dist.Binomial(f.trials, expr.Pick(chance, f.county)), f.count),
		"repeated rows": sumOf(dist.Laplace(f.a, s), f.count),
	} {
		y, report := reduced(x)
		if len(report.Steps) == 0 {
			t.Errorf("%s was not reduced", name)
		}
		was, is := compile(t, x, fixtureDim), compile(t, y, fixtureDim)
		for _, v := range []float64{0, -1, 1, math.Inf(1), math.Inf(-1), math.NaN(), 1e-320, 1e200} {
			for at := range fixtureDim {
				q := make([]float64, fixtureDim)
				for i := range q {
					q[i] = 0.5
				}
				q[at] = v
				a, _ := was.at(q)
				b, _ := is.at(q)
				if (a-a == 0) != (b-b == 0) && !(a < -1e200) {
					t.Errorf("%s: %g at q[%d] = %g, as written %g", name, b, at, v, a)
				}
			}
		}
	}
}
