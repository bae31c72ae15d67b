package reduce_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/quatre-ppl/quatre/graph"
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/kernels/interp"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// factors evaluates an expression of data.
func factors(t failer, x expr.Expr) []float64 {
	t.Helper()
	p, in, err := graph.CompileValues([]expr.Expr{expr.Add(x, expr.Unconstrained("", 0, nil))}, 1)
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
	out := make([]float64, x.Size())
	e.Values(out, []float64{0})
	return out
}

// squares adds up the squares of the factors at coefficients b[j][k] of group j.
func squares(s ir.LeastSquaresShape, f []float64, b [][]float64) (total float64, groups []float64) {
	groups = make([]float64, s.J)
	for j := range s.J {
		for r := range s.Head {
			z := -f[s.T(r)+j]
			for c := r; c < s.K; c++ {
				origin := 0.0
				if c < s.Head {
					origin = f[s.Origin(c)+j]
				} else {
					origin = f[s.TailOrigin()+c-s.Head]
				}
				z += f[s.R(r, c)+j] * (b[j][c] - origin)
			}
			groups[j] += z * z
		}
		if s.Separate {
			groups[j] += f[s.Rho()+j] * f[s.Rho()+j]
		}
		total += groups[j]
	}
	if s.Separate {
		return total, groups
	}
	for r := range s.Tail() {
		z := -f[s.TailT()+r]
		for c := r; c < s.Tail(); c++ {
			z += f[s.TailR(c)+r] * (b[0][s.Head+c] - f[s.TailOrigin()+c])
		}
		total += z * z
	}
	return total + f[s.Rho()]*f[s.Rho()], groups
}

func TestReduceRows_KeepsSumsOfSquares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, k, j := rapid.IntRange(0, 200).Draw(t, "rows"), rapid.IntRange(0, 6).Draw(t, "columns"), rapid.IntRange(1, 5).Draw(t, "groups")
		head := rapid.IntRange(0, k).Draw(t, "head")
		separate := head == k && rapid.Bool().Draw(t, "separate")
		number := rapid.Map(rapid.IntRange(-50, 50), func(i int) float64 { return float64(i) / 8 })
		column := func() []float64 { return rapid.SliceOfN(number, n, n).Draw(t, "column") }
		var x []expr.Columns
		cols := make([][]float64, k)
		for c := range cols {
			cols[c] = column()
			if c > 0 && rapid.IntRange(0, 4).Draw(t, "again") == 0 {
				cols[c] = cols[c-1]
			}
			x = append(x, expr.Columns{X: expr.Data("", tensor.Shape{n}, cols[c])})
		}
		y := column()
		var idx *expr.Index
		group := make([]int32, n)
		if j > 1 {
			for i := range group {
				group[i] = int32(rapid.IntRange(0, j-1).Draw(t, "group"))
			}
			idx = &expr.Index{Values: group, Max: j}
		}
		node, s := expr.ReduceRows(n, x, expr.Data("", tensor.Shape{n}, y), idx, head, separate)
		if err := node.Err(); err != nil {
			t.Fatal(err)
		}
		b := make([][]float64, j)
		for g := range b {
			b[g] = rapid.SliceOfN(number, k, k).Draw(t, "b")
			copy(b[g][head:], b[0][head:])
		}
		want, size := make([]float64, j), 0.0
		total := 0.0
		for i := range n {
			z := y[i]
			for c := range k {
				z -= cols[c][i] * b[group[i]][c]
				size += math.Abs(cols[c][i] * b[group[i]][c])
			}
			want[group[i]] += z * z
			total += z * z
		}
		got, groups := squares(s, factors(t, node), b)
		class := check.Rel.Scaled(max(1, size))
		check.Close(t, got, total, class)
		if separate {
			check.CloseSlice(t, groups, want, class)
		}
	})
}

func TestReduceRows_TakesMatricesEitherWay(t *testing.T) {
	y := expr.Data("", tensor.Shape{4}, []float64{1, 2, 3, 5})
	columns := []float64{1, 2, 3, 4, 1, 0, 1, 7}
	rows := []float64{1, 1, 2, 0, 3, 1, 4, 7}
	one := expr.Columns{X: expr.Const(1)}
	a, _ := expr.ReduceRows(4, []expr.Columns{one, {X: expr.Data("", tensor.Shape{4, 2}, columns)}}, y, nil, 0, false)
	b, _ := expr.ReduceRows(4, []expr.Columns{one, {X: expr.Data("", tensor.Shape{2, 4}, rows), Trans: true}}, y, nil, 0, false)
	check.CloseSlice(t, factors(t, b), factors(t, a), check.Exact)
}

func TestReduceRows_SaysWhatIsWrong(t *testing.T) {
	y, param := expr.Of([]float64{1, 2, 3}), expr.Unconstrained("p", 0, tensor.Shape{3})
	two := &expr.Index{Values: []int32{0, 1}, Max: 2}
	for name, c := range map[string]struct {
		x        []expr.Columns
		y        expr.Expr
		idx      *expr.Index
		head     int
		separate bool
	}{
		"a parameter":      {x: []expr.Columns{{X: param}}, y: y},
		"a short column":   {x: []expr.Columns{{X: expr.Of([]float64{1, 2})}}, y: y},
		"a matrix as y":    {y: expr.Of([][]float64{{1}, {2}})},
		"a short index":    {y: y, idx: two},
		"too many by head": {y: y, head: 1},
		"a common one":     {x: []expr.Columns{{X: y}}, y: y, separate: true},
		"no expression":    {y: nil},
	} {
		if x, _ := expr.ReduceRows(3, c.x, c.y, c.idx, c.head, c.separate); x.Err() == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

// TestReduceRows_HandsOnWhatIsNotFinite wants no finite density of data that are
// not finite.
func TestReduceRows_HandsOnWhatIsNotFinite(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for _, inY := range []bool{false, true} {
			x, y := []float64{1, 2, 3, 4, 5}, []float64{1, 3, 2, 5, 4}
			if inY {
				y[2] = bad
			} else {
				x[2] = bad
			}
			node, s := expr.ReduceRows(5, []expr.Columns{{X: expr.Const(1)}, {X: expr.Of(x)}}, expr.Of(y), nil, 0, false)
			if got, _ := squares(s, factors(t, node), [][]float64{{0.5, 0.25}}); !math.IsNaN(got) && !math.IsInf(got, 0) {
				t.Errorf("%g among the data gives %g", bad, got)
			}
		}
	}
}
