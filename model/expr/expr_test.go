package expr

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/tensor"
)

func vec(n int) Expr { return Unconstrained("x", 0, tensor.Shape{n}) }

func TestErrors_NameTheShapes(t *testing.T) {
	m := Rows("", [][]float64{{1, 2, 3}, {4, 5, 6}})
	for _, c := range []struct {
		name string
		e    Expr
		want []string
	}{
		{"elementwise", Add(vec(3), vec(4)), []string{"add", "(3)", "(4)"}},
		{"matrix times vector", MulVec(m, vec(2)), []string{"(2, 3)", "(2)"}},
		{"matrix product", MatMul(m, m), []string{"(2, 3)"}},
		{"dot", Dot(vec(2), vec(3)), []string{"(2)", "(3)"}},
		{"element", At(vec(2), 2), []string{"element 2", "(2)"}},
		{"part", Part(vec(2), 1, 2), []string{"[1, 3)", "(2)"}},
		{"index", Elements(vec(2), []int{0, 5}), []string{"index 5", "position 1", "2 elements"}},
		{"reshape", Reshape(vec(4), tensor.Shape{3}), []string{"(4)", "(3)"}},
		{"cholesky", Cholesky(m), []string{"(2, 3)"}},
		{"data", Data("y", tensor.Shape{3}, []float64{1}), []string{"data y", "1 values", "(3)"}},
		{"ragged matrix", Rows("X", [][]float64{{1, 2}, {3}}), []string{"matrix X", "rows[1]"}},
		{"type", Of("x"), []string{"string"}},
		{"repeat", Repeat(vec(2), tensor.Shape{3}), []string{"(2)"}},
		{"solve", SolveLower(m, vec(2)), []string{"(2, 3)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.e.Err() == nil {
				t.Fatal("no error")
			}
			for _, w := range c.want {
				if !strings.Contains(c.e.Err().Error(), w) {
					t.Errorf("%q does not mention %q", c.e.Err(), w)
				}
			}
			if outer := Exp(Sum(c.e)); outer.Err() == nil {
				t.Error("the error is lost in a larger expression")
			}
		})
	}
}

func TestSum_TakesOutWhatDoesNotVary(t *testing.T) {
	x, s := vec(5), At(vec(9), 8)
	y := Of([]float64{1, 2, 3, 4, 5})
	total := Sum(Sub(Sub(Mul(-0.5, Square(x)), Log(s)), y))
	terms := Terms(total)
	if len(terms) != 3 {
		t.Fatalf("%d terms, want 3", len(terms))
	}
	for _, e := range terms {
		if e.Kind == SumAll && e.In[0] == x {
			t.Error("the scalar factor stayed inside")
		}
	}
	if kept := DropStatic(total); len(Terms(kept)) != 2 {
		t.Errorf("%d terms depend on parameters, want 2", len(Terms(kept)))
	}
	if e := Sum(Exp(y)); !e.Static() {
		t.Error("a sum of data depends on parameters")
	}
}

func TestDropStatic_KeepsWhatRejects(t *testing.T) {
	e := Add(At(vec(2), 0), Const(math.Inf(-1)))
	if got := Terms(DropStatic(e)); len(got) != 2 {
		t.Errorf("%d terms, want 2: the infinite one says that the point is impossible", len(got))
	}
}

// The elements of an array lose the same terms as their sum.
func TestDropStatic_OfArrays(t *testing.T) {
	x, y := vec(3), Of([]float64{1, 2, 3})
	if got := DropStatic(Sub(Sub(Square(x), y), 0.5)); got.Kind != Map || got.Fn != ir.Square || got.In[0] != x {
		t.Errorf("kept %v, want the square alone", got.Op)
	}
	if got := DropStatic(Add(Exp(At(x, 0)), y)); !got.IsScalar() || got.Static() {
		t.Errorf("kept a %v, want the scalar that every element has", got.Shape)
	}
	if e := Add(x, Exp(x)); DropStatic(e) != e {
		t.Error("an array without static terms is a new expression")
	}
}

func TestNeutralElementsAreDropped(t *testing.T) {
	x := vec(3)
	for name, e := range map[string]Expr{
		"0 + x": Add(0, x), "x + 0": Add(x, 0), "x − 0": Sub(x, 0), "1·x": Mul(1, x), "x·1": Mul(x, 1), "x/1": Div(x, 1), "x^1": Pow(x, 1),
	} {
		if e != x {
			t.Errorf("%s is a new expression", name)
		}
	}
	if e := Pow(x, 2); e.Fn != ir.Square {
		t.Error("x² is not a square")
	}
}

func TestPart_OfPartsAndPieces(t *testing.T) {
	a, b := vec(3), vec(4)
	c := Concat(a, b)
	if e := Part(c, 3, 4); e != b {
		t.Error("a whole piece of a concatenation is a new expression")
	}
	if e := Part(Part(b, 1, 3), 1, 2); e.In[0] != b || e.Off != 2 {
		t.Error("a part of a part does not read the whole")
	}
	if e := At(Repeat(At(a, 0), tensor.Shape{5}), 3); e.Off != 0 || !e.IsScalar() {
		t.Error("an element of a repeated scalar is not that scalar")
	}
}

func TestOf_TakesGoValues(t *testing.T) {
	for _, c := range []struct {
		value any
		want  []float64
	}{
		{2, []float64{2}},
		{float32(0.5), []float64{0.5}},
		{int64(-3), []float64{-3}},
		{true, []float64{1}},
		{[]int32{1, 2}, []float64{1, 2}},
		{[]float32{0.25}, []float64{0.25}},
		{[]bool{true, false}, []float64{1, 0}},
		{[][]int{{1, 2}, {3, 4}}, []float64{1, 3, 2, 4}},
	} {
		got, ok := Of(c.value).DataValues()
		if !ok || !slices.Equal(got, c.want) {
			t.Errorf("%#v became %v, want %v", c.value, got, c.want)
		}
	}
	y := []float64{1, 2}
	x := Of(y)
	y[0] = 7
	if got, _ := x.DataValues(); got[0] != 1 {
		t.Error("the values were not copied")
	}
}

func TestNil_IsAMistakeAndNoPanic(t *testing.T) {
	var none Expr
	a := Data("a", tensor.Shape{2}, []float64{1, 2})
	for name, x := range map[string]Expr{
		"sum": none.Add(1), "argument": Exp(nil), "concat": Concat(a, none), "itself": none,
		"index": Pick(a, nil), "groups": SumBy(a, nil, 1), "matrix": MulVec(none, a),
	} {
		if x.Err() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestScan_BodyTakesWhatItNeedsAsArguments(t *testing.T) {
	phi := Unconstrained("phi", 0, nil)
	start := []Expr{Const(0)}
	for name, body := range map[string]func(carry Expr) Expr{
		"a parameter": func(c Expr) Expr { return phi.Mul(c) },
		"an array":    func(c Expr) Expr { return c.Add(Sum([]float64{1, 2})) },
	} {
		outs, _ := Scan(3, start, nil, nil, func(carry, _, _ []Expr) (next, out []Expr) {
			x := body(carry[0])
			return []Expr{x}, []Expr{x}
		})
		if err := outs[0].Err(); err == nil || !strings.Contains(err.Error(), "scan") {
			t.Errorf("%s: got %v, want an error", name, err)
		}
	}
}
