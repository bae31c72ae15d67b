package transform

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/quatre-ppl/quatre/graph"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/kernels/interp"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/tensor"
)

type instance struct {
	title string
	t     Transform
	shape tensor.Shape
	// free are the elements of x that determine the others; nil where they are the first ones.
	free []int
}

var mixedLow = []float64{-1, math.Inf(-1), 2, math.Inf(-1), 0.5}
var mixedHigh = []float64{3, 1e3, infinity, infinity, 0.75}

var instances = []instance{
	{"identity of a scalar", Identity(), nil, nil},
	{"identity of a matrix", Identity(), tensor.Shape{2, 3}, nil},
	{"lower", Lower(-1.5), nil, nil},
	{"lower of nothing", Lower(0), tensor.Shape{0}, nil},
	{"lower of one", Lower(0), tensor.Shape{1}, nil},
	{"lower of a matrix", Lower(2), tensor.Shape{2, 2}, nil},
	{"lower by element", Lower([]float64{-1, 0, 4}), tensor.Shape{3}, nil},
	{"lower by element, some infinite", Lower(mixedLow), tensor.Shape{5}, nil},
	{"lower at minus infinity", Lower(math.Inf(-1)), tensor.Shape{2}, nil},
	{"upper", Upper(7), tensor.Shape{2}, nil},
	{"upper by element, some infinite", Upper(mixedHigh), tensor.Shape{5}, nil},
	{"interval", Interval(0, 1), nil, nil},
	{"interval of two", Interval(-3, 1e4), tensor.Shape{2}, nil},
	{"interval by element", Interval(mixedLow, mixedHigh), tensor.Shape{5}, nil},
	{"interval with one infinite end", Interval(mixedLow, 1e4), tensor.Shape{5}, nil},
	{"interval, half line", Interval(1, infinity), tensor.Shape{2}, nil},
	{"interval, line", Interval(math.Inf(-1), infinity), tensor.Shape{2}, nil},
	{"offset and multiplier", OffsetMultiplier(3, 0.25), tensor.Shape{3}, nil},
	{"offset and multiplier by element", OffsetMultiplier([]float64{1, 2}, []float64{3, 4}), tensor.Shape{2}, nil},
	{"ordered", Ordered(), tensor.Shape{4}, nil},
	{"ordered of nothing", Ordered(), tensor.Shape{0}, nil},
	{"ordered of one", Ordered(), tensor.Shape{1}, nil},
	{"ordered of two", Ordered(), tensor.Shape{2}, nil},
	{"positive ordered", PositiveOrdered(), tensor.Shape{4}, nil},
	{"positive ordered of nothing", PositiveOrdered(), tensor.Shape{0}, nil},
	{"positive ordered of one", PositiveOrdered(), tensor.Shape{1}, nil},
	{"positive ordered of two", PositiveOrdered(), tensor.Shape{2}, nil},
	{"simplex of one", Simplex(), tensor.Shape{1}, nil},
	{"simplex of two", Simplex(), tensor.Shape{2}, nil},
	{"simplex of three", Simplex(), tensor.Shape{3}, nil},
	{"simplex of six", Simplex(), tensor.Shape{6}, nil},
	{"Cholesky factor of a correlation of one", CholeskyCorr(), tensor.Shape{1, 1}, nil},
	{"Cholesky factor of a correlation of two", CholeskyCorr(), tensor.Shape{2, 2}, []int{1}},
	{"Cholesky factor of a correlation of four", CholeskyCorr(), tensor.Shape{4, 4}, []int{1, 2, 3, 6, 7, 11}},
	{"correlations of one", CorrMatrix(), tensor.Shape{1, 1}, nil},
	{"correlations of two", CorrMatrix(), tensor.Shape{2, 2}, []int{1}},
	{"correlations of four", CorrMatrix(), tensor.Shape{4, 4}, []int{1, 2, 3, 6, 7, 11}},
	{"Cholesky factor of a covariance of one", CholeskyCov(), tensor.Shape{1, 1}, nil},
	{"Cholesky factor of a covariance of three", CholeskyCov(), tensor.Shape{3, 3}, []int{0, 1, 2, 4, 5, 8}},
	{"Cholesky factor with more rows", CholeskyCov(), tensor.Shape{4, 2}, []int{0, 1, 2, 3, 5, 6, 7}},
	{"covariances of one", CovMatrix(), tensor.Shape{1, 1}, nil},
	{"covariances of three", CovMatrix(), tensor.Shape{3, 3}, []int{0, 1, 2, 4, 5, 8}},
	{"rows that are simplexes", RowStochastic(), tensor.Shape{2, 3}, []int{0, 1, 2, 3}},
	{"rows of one", RowStochastic(), tensor.Shape{2, 1}, nil},
	{"columns that are simplexes", ColumnStochastic(), tensor.Shape{3, 2}, []int{0, 1, 3, 4}},
	{"no columns", ColumnStochastic(), tensor.Shape{3, 0}, nil},
}

// compiled evaluates a transform: x, then log |J|, then the inverse of x.
type compiled struct {
	n, free    int
	chosen     []int
	values     *interp.Executable
	logJ       *interp.Executable
	out, slope []float64
}

func compile(t *testing.T, c instance) *compiled {
	t.Helper()
	free, err := c.t.Unconstrained(c.shape)
	if err != nil {
		t.Fatal(err)
	}
	u := expr.Unconstrained("u", 0, tensor.Shape{free})
	if len(c.shape) == 0 {
		u = expr.Unconstrained("u", 0, nil)
	}
	x, logJ := c.t.Constrain(u, c.shape)
	if x.Err() != nil {
		t.Fatal(x.Err())
	}
	if !x.Shape.Equal(c.shape) || !logJ.IsScalar() {
		t.Fatalf("shapes %v and %v, want %v and a scalar", x.Shape, logJ.Shape, c.shape)
	}
	back := c.t.Unconstrain(x)
	if back.Err() == nil && !back.Shape.Equal(u.Shape) {
		t.Fatalf("unconstrained shape %v, want %v", back.Shape, u.Shape)
	}
	p, in, err := graph.CompileValues([]expr.Expr{x, logJ, back}, free)
	if err != nil {
		t.Fatal(err)
	}
	k := &compiled{n: c.shape.Size(), free: free, chosen: c.free, values: bind(t, p, in)}
	if p, in, err = graph.CompileDensity(logJ, free); err != nil {
		t.Fatal(err)
	}
	k.logJ = bind(t, p, in)
	k.out, k.slope = make([]float64, k.n+1+free), make([]float64, free)
	return k
}

func (k *compiled) at(u []float64) (x []float64, logJ float64, back []float64) {
	k.values.Values(k.out, u)
	return k.out[:k.n], k.out[k.n], k.out[k.n+1:]
}

// determinant returns log |det dx/du| of the elements of x that determine the
// others, by Richardson differences.
func (k *compiled) determinant(u []float64) float64 {
	if k.free == 0 {
		return 0
	}
	j := mat.NewDense(k.free, k.free, nil)
	row := make([]float64, k.free)
	for i := range k.free {
		at := i
		if k.chosen != nil {
			at = k.chosen[i]
		}
		check.Richardson(row, u, func(v []float64) float64 {
			x, _, _ := k.at(v)
			return x[at]
		})
		j.SetRow(i, row)
	}
	logDet, _ := mat.LogDet(j)
	return logDet
}

func TestConstrain_JacobianIsTheDeterminant(t *testing.T) {
	for _, c := range instances {
		t.Run(c.title, func(t *testing.T) {
			k := compile(t, c)
			src := rng.NewKey(11).Child(c.title).Stream()
			u, grad := make([]float64, k.free), make([]float64, k.free)
			for range 5 {
				for i := range u {
					u[i] = src.Normal()
				}
				_, logJ, _ := k.at(u)
				check.Close(t, logJ, k.determinant(u), check.FD, "log determinant at", u)
				if _, err := k.logJ.LogDensityGrad(grad, u); err != nil {
					t.Fatal(err)
				}
				check.Gradient(t, grad, u, func(v []float64) float64 {
					value, _ := k.logJ.LogDensityGrad(k.slope, v)
					return value
				}, check.FD, "gradient at", u)
			}
		})
	}
}

func TestUnconstrain_InvertsConstrain(t *testing.T) {
	for _, c := range instances {
		t.Run(c.title, func(t *testing.T) {
			k := compile(t, c)
			src := rng.NewKey(12).Child(c.title).Stream()
			u := make([]float64, k.free)
			for range 5 {
				for i := range u {
					u[i] = 2 * src.Normal()
				}
				_, _, back := k.at(u)
				check.CloseSlice(t, back, u, check.Rel.Scaled(1), "at", u)
			}
		})
	}
}

// In the tails x keeps its distance from the bound, as far as float64 can
// express it, and so the way back is exact.
func TestConstrain_FarTails(t *testing.T) {
	scalar := func(tr Transform) instance { return instance{"", tr, nil, nil} }
	vector := func(tr Transform, n int) instance { return instance{"", tr, tensor.Shape{n}, nil} }
	cases := []struct {
		instance
		u, x []float64
		logJ float64
	}{
		{scalar(Lower(0)), []float64{-700}, []float64{math.Exp(-700)}, -700},
		{scalar(Lower(0)), []float64{700}, []float64{math.Exp(700)}, 700},
		{scalar(Upper(0)), []float64{-700}, []float64{-math.Exp(-700)}, -700},
		{scalar(Interval(0, 1)), []float64{-700}, []float64{math.Exp(-700)}, -700},
		{scalar(Interval(0, 4)), []float64{-700}, []float64{4 * math.Exp(-700)}, -700 + math.Log(4)},
		{vector(Ordered(), 2), []float64{0, -700}, []float64{0, math.Exp(-700)}, -700},
		{vector(Ordered(), 2), []float64{-700, 700}, []float64{-700, math.Exp(700)}, 700},
		{vector(PositiveOrdered(), 2), []float64{-700, 700}, []float64{math.Exp(-700), math.Exp(700)}, 0},
		{vector(Simplex(), 2), []float64{450}, []float64{1, math.Exp(-450 * math.Sqrt2)}, 0.5*math.Ln2 - 450*math.Sqrt2},
		{vector(Simplex(), 2), []float64{-450}, []float64{math.Exp(-450 * math.Sqrt2), 1}, 0.5*math.Ln2 - 450*math.Sqrt2},
	}
	for _, c := range cases {
		k := compile(t, c.instance)
		x, logJ, back := k.at(c.u)
		check.CloseSlice(t, x, c.x, check.Rel, c.t.Name(), "at", c.u)
		check.Close(t, logJ, c.logJ, check.Rel.Scaled(1), c.t.Name(), "at", c.u)
		check.CloseSlice(t, back, c.u, check.Rel, c.t.Name(), "and back at", c.u)
	}
	// Beyond 1 − 2⁻⁵⁴ float64 has only 1 itself; the Jacobian goes on.
	for _, u := range []float64{-745, -40, 40, 700} {
		k := compile(t, scalar(Interval(-2, 3)))
		x, logJ, _ := k.at([]float64{u})
		if x[0] < -2 || x[0] > 3 {
			t.Errorf("interval at %v: %v outside the bounds", u, x[0])
		}
		check.Close(t, logJ, math.Log(5)-math.Abs(u), check.Rel, "interval at", u)
		slope := make([]float64, 1)
		if _, err := k.logJ.LogDensityGrad(slope, []float64{u}); err != nil {
			t.Fatal(err)
		}
		check.Close(t, slope[0], -math.Copysign(1, u), check.Rel, "slope at", u)
	}
}

// Bounds that are parameters themselves take part in the gradient.
func TestConstrain_BoundsMayBeParameters(t *testing.T) {
	scalar := func(i int) expr.Expr { return expr.Unconstrained("q", i, nil) }
	a, b := scalar(0), expr.Add(scalar(0), expr.Exp(scalar(1)))
	u := expr.Unconstrained("u", 2, tensor.Shape{3})
	for _, tr := range []Transform{Lower(a), Upper(b), Interval(a, b), OffsetMultiplier(a, expr.Exp(b))} {
		x, logJ := tr.Constrain(u, tensor.Shape{3})
		density := expr.Sub(logJ, expr.Sum(expr.Square(x)))
		p, in, err := graph.CompileDensity(density, 5)
		if err != nil {
			t.Fatal(err)
		}
		e := bind(t, p, in)
		q := []float64{0.3, -0.2, 1.1, -0.4, 0.7}
		grad, scratch := make([]float64, 5), make([]float64, 5)
		if _, err := e.LogDensityGrad(grad, q); err != nil {
			t.Fatal(err)
		}
		check.Gradient(t, grad, q, func(v []float64) float64 {
			value, _ := e.LogDensityGrad(scratch, v)
			return value
		}, check.FD, tr.Name())
	}
	// Bounds that cross give no finite Jacobian.
	_, logJ := Interval(scalar(0), scalar(1)).Constrain(scalar(2), nil)
	p, in, err := graph.CompileValues([]expr.Expr{logJ}, 3)
	if err != nil {
		t.Fatal(err)
	}
	dst := make([]float64, 1)
	for _, q := range [][]float64{{1, 1, 0}, {2, 1, 0}} {
		if bind(t, p, in).Values(dst, q); dst[0] > -math.MaxFloat64 {
			t.Errorf("bounds %v and %v: log Jacobian %v", q[0], q[1], dst[0])
		}
	}
}

func TestUnconstrained_SaysWhatIsWrong(t *testing.T) {
	nan := math.NaN()
	cases := []struct {
		t     Transform
		shape tensor.Shape
		want  string
	}{
		{Lower(infinity), nil, "transform lower: the lower bound is +Inf"},
		{Upper(nan), nil, "transform upper: the upper bound is NaN"},
		{Upper("x"), nil, "transform upper: upper bound: cannot use a value of type string"},
		{Interval(1, 1), nil, "transform interval: the lower bound 1 is not below the upper bound 1"},
		{Interval([]float64{0, 5}, 4), tensor.Shape{2}, "the lower bound 5 is not below the upper bound 4"},
		{Lower([]float64{0, 5}), tensor.Shape{3}, "lower bound of shape (2) for a parameter of shape (3)"},
		{Lower([]float64{0, 5}), nil, "lower bound of shape (2) for a parameter of shape ()"},
		{OffsetMultiplier(0, 0), nil, "transform offset_multiplier: the multiplier is 0"},
		{OffsetMultiplier(infinity, 1), nil, "the offset is +Inf"},
		{OffsetMultiplier(0, []float64{1, 2}), nil, "multiplier of shape (2) for a parameter of shape ()"},
		{Ordered(), nil, "transform ordered: shape (); it works on one vector at a time"},
		{PositiveOrdered(), tensor.Shape{2, 2}, "transform positive_ordered: shape (2, 2)"},
		{Simplex(), tensor.Shape{0}, "transform simplex: a vector of 0 elements; it needs at least 1"},
		{CholeskyCorr(), tensor.Shape{2, 3}, "transform cholesky_factor_corr: shape (2, 3); it works on one square matrix at a time"},
		{CorrMatrix(), tensor.Shape{0, 0}, "transform corr_matrix: a matrix of 0 rows"},
		{CovMatrix(), tensor.Shape{3}, "transform cov_matrix: shape (3)"},
		{CholeskyCov(), tensor.Shape{2, 3}, "as many rows at least as columns"},
		{CholeskyCov(), nil, "transform cholesky_factor_cov: shape ()"},
		{UnitVector(), tensor.Shape{0}, "transform unit_vector: a vector of 0 elements"},
		{SumToZero(), tensor.Shape{0}, "transform sum_to_zero: a vector of 0 elements"},
		{SumToZero(), tensor.Shape{2, 0}, "transform sum_to_zero: a matrix of shape (2, 0)"},
		{RowStochastic(), tensor.Shape{2, 0}, "transform row_stochastic_matrix: a matrix of shape (2, 0)"},
		{ColumnStochastic(), tensor.Shape{2}, "transform column_stochastic_matrix: shape (2)"},
	}
	for _, c := range cases {
		_, err := c.t.Unconstrained(c.shape)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
		x, logJ := c.t.Constrain(expr.Unconstrained("u", 0, c.shape), c.shape)
		if x.Err() == nil || logJ.Err() == nil {
			t.Errorf("%s of %v: Constrain carries no error", c.t.Name(), c.shape)
		}
		if c.t.Unconstrain(expr.Unconstrained("x", 0, c.shape)).Err() == nil {
			t.Errorf("%s of %v: Unconstrain carries no error", c.t.Name(), c.shape)
		}
	}
}
