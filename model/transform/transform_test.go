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
}

var mixedLow = []float64{-1, math.Inf(-1), 2, math.Inf(-1), 0.5}
var mixedHigh = []float64{3, 1e3, infinity, infinity, 0.75}

var instances = []instance{
	{"identity of a scalar", Identity(), nil},
	{"identity of a matrix", Identity(), tensor.Shape{2, 3}},
	{"lower", Lower(-1.5), nil},
	{"lower of nothing", Lower(0), tensor.Shape{0}},
	{"lower of one", Lower(0), tensor.Shape{1}},
	{"lower of a matrix", Lower(2), tensor.Shape{2, 2}},
	{"lower by element", Lower([]float64{-1, 0, 4}), tensor.Shape{3}},
	{"lower by element, some infinite", Lower(mixedLow), tensor.Shape{5}},
	{"lower at minus infinity", Lower(math.Inf(-1)), tensor.Shape{2}},
	{"upper", Upper(7), tensor.Shape{2}},
	{"upper by element, some infinite", Upper(mixedHigh), tensor.Shape{5}},
	{"interval", Interval(0, 1), nil},
	{"interval of two", Interval(-3, 1e4), tensor.Shape{2}},
	{"interval by element", Interval(mixedLow, mixedHigh), tensor.Shape{5}},
	{"interval with one infinite end", Interval(mixedLow, 1e4), tensor.Shape{5}},
	{"interval, half line", Interval(1, infinity), tensor.Shape{2}},
	{"interval, line", Interval(math.Inf(-1), infinity), tensor.Shape{2}},
	{"offset and multiplier", OffsetMultiplier(3, 0.25), tensor.Shape{3}},
	{"offset and multiplier by element", OffsetMultiplier([]float64{1, 2}, []float64{3, 4}), tensor.Shape{2}},
	{"ordered", Ordered(), tensor.Shape{4}},
	{"ordered of nothing", Ordered(), tensor.Shape{0}},
	{"ordered of one", Ordered(), tensor.Shape{1}},
	{"ordered of two", Ordered(), tensor.Shape{2}},
	{"positive ordered", PositiveOrdered(), tensor.Shape{4}},
	{"positive ordered of nothing", PositiveOrdered(), tensor.Shape{0}},
	{"positive ordered of one", PositiveOrdered(), tensor.Shape{1}},
	{"positive ordered of two", PositiveOrdered(), tensor.Shape{2}},
	{"simplex of one", Simplex(), tensor.Shape{1}},
	{"simplex of two", Simplex(), tensor.Shape{2}},
	{"simplex of three", Simplex(), tensor.Shape{3}},
	{"simplex of six", Simplex(), tensor.Shape{6}},
}

// compiled evaluates a transform: x, then log |J|, then the inverse of x.
type compiled struct {
	n, free    int
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
	k := &compiled{n: c.shape.Size(), free: free, values: bind(t, p, in)}
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

// determinant returns log |det dx/du| of the first len(u) elements of x by
// Richardson differences.
func (k *compiled) determinant(u []float64) float64 {
	if k.free == 0 {
		return 0
	}
	j := mat.NewDense(k.free, k.free, nil)
	row := make([]float64, k.free)
	for i := range k.free {
		check.Richardson(row, u, func(v []float64) float64 {
			x, _, _ := k.at(v)
			return x[i]
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
	scalar := func(tr Transform) instance { return instance{"", tr, nil} }
	vector := func(tr Transform, n int) instance { return instance{"", tr, tensor.Shape{n}} }
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
