package graph

import (
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// TestBuilder_SurvivesHashCollisions looks for two constants whose 32-bit
// hashes are equal. Gorgonia would take the same function of either for one
// node, since it compares operations and ignores their arguments.
func TestBuilder_SurvivesHashCollisions(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a large graph")
	}
	b := newBuilder()
	byHash := make(map[uint32]*G.Node)
	for i := range 500_000 {
		n := b.constant(float64(i))
		other, ok := byHash[n.Hashcode()]
		if !ok {
			byHash[n.Hashcode()] = n
			continue
		}
		x := b.node(expr.Op{Kind: expr.Map, Fn: ir.Exp}, nil, scalar, n)
		y := b.node(expr.Op{Kind: expr.Map, Fn: ir.Exp}, nil, scalar, other)
		if x == y || b.children(x)[0] == b.children(y)[0] {
			t.Errorf("functions of constant %d and of an earlier one with the same hash are one node", i)
		}
		if b.collisions == 0 {
			t.Error("the collision was not noticed")
		}
		return
	}
	t.Error("no hash collided: the test shows nothing")
}

func TestBuilder_SharesEqualNodes(t *testing.T) {
	b := newBuilder()
	x := vector("x", 0, 3)
	y, err := b.build(expr.Exp(x))
	if err != nil {
		t.Fatal(err)
	}
	z, err := b.build(expr.Exp(x))
	if err != nil {
		t.Fatal(err)
	}
	if y != z {
		t.Error("two equal expressions are two nodes")
	}
}

func TestBuilder_RefusesTwoDataOfOneName(t *testing.T) {
	a := expr.Data("y", tensor.Shape{2}, []float64{1, 2})
	c := expr.Data("y", tensor.Shape{2}, []float64{3, 4})
	_, _, err := CompileDensity(expr.Sum(expr.Add(a, c)), 1)
	if err == nil || !strings.Contains(err.Error(), `"y"`) {
		t.Errorf("got %v, want an error that names y", err)
	}
}

func TestCompile_HoistsWhatDependsOnDataAlone(t *testing.T) {
	y := expr.Data("y", tensor.Shape{5}, []float64{1, 2, 3, 4, 5})
	mu := real("mu", 0)
	density := expr.Sub(expr.Mul(mu, expr.Sum(expr.Exp(y))), expr.Sum(expr.Log(y)))
	p, _, err := CompileDensity(density, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range p.Body {
		if _, ok := r.(*ir.Loop); ok {
			t.Errorf("the body has a loop:\n%s", p.Format())
		}
	}
	if len(p.Setup) == 0 {
		t.Errorf("no setup:\n%s", p.Format())
	}
}

func TestCompile_DataValuesAreNotPartOfTheProgram(t *testing.T) {
	make := func(v float64) string {
		y := expr.Data("y", tensor.Shape{3}, []float64{v, v, v})
		idx := expr.Elements(vector("a", 0, 2), []int{int(v), 0, 1})
		p, _, err := CompileDensity(expr.Dot(y, idx), 2)
		if err != nil {
			t.Fatal(err)
		}
		return p.Hash()
	}
	if make(0) != make(1) {
		t.Error("the hash depends on data values")
	}
}
