package bart

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
)

// friedman returns n rows of p uniform columns with y from Friedman's first
// function and noise of sd 1, and the function's values.
func friedman(n, p int, seed uint64) (d *Data, f []float64) {
	src := rng.NewKey(seed).Stream()
	x := make([]float64, n*p)
	for i := range x {
		x[i] = src.Float64()
	}
	columns, err := FromMatrix(x, p, nil)
	if err != nil {
		panic(err)
	}
	d = &Data{Columns: columns, Y: make([]float64, n)}
	f = make([]float64, n)
	for i := range f {
		r := x[i*p:]
		f[i] = 10*math.Sin(math.Pi*r[0]*r[1]) + 20*(r[2]-0.5)*(r[2]-0.5) + 10*r[3] + 5*r[4]
		d.Y[i] = f[i] + src.Normal()
	}
	return d, f
}

// mixed returns n rows of a numeric column with missing values, an ordered and an
// unordered one, a constant, and a copy of the first column.
func mixed(n int, seed uint64) *Data {
	src := rng.NewKey(seed).Stream()
	d := &Data{Y: make([]float64, n), Columns: []Column{
		{Name: "size", Values: make([]float64, n)},
		{Name: "grade", Kind: Ordered, Values: make([]float64, n)},
		{Name: "town", Kind: Unordered, Values: make([]float64, n), Levels: []string{"a", "b", "c", "d"}},
		{Name: "constant", Values: make([]float64, n)},
		{Name: "copy", Values: make([]float64, n)},
	}}
	for i := range n {
		size, grade, town := math.Floor(4*src.Float64()), float64(src.Intn(3)), float64(src.Intn(4))
		d.Y[i] = size + grade + 2*math.Mod(town, 2) + src.Normal()
		if src.Float64() < 0.2 {
			size = math.NaN()
		}
		for j, x := range []float64{size, grade, town, 7, size} {
			d.Columns[j].Values[i] = x
		}
	}
	return d
}

// sloped returns a column of n different numbers.
func sloped(n int) Column {
	c := Column{Name: "slope", Values: make([]float64, n)}
	for i := range c.Values {
		c.Values[i] = math.Cos(float64(7 * i))
	}
	return c
}

// effort is how many draws a statistical test makes: with -short, else, and with QUATRE_SBC=1, which sees errors
// of half the size.
func effort(short, normal, long int) int {
	switch {
	case os.Getenv("QUATRE_SBC") != "":
		return long
	case testing.Short():
		return short
	}
	return normal
}

// allMoves tries every kind of proposal.
var allMoves = Moves{GrowPrune: 1, Perturb: 1, Change: 1, Swap: 1}

// testChain returns a chain on the working scale of y itself.
func testChain(d *Data, o Options, seed uint64) *chain {
	o, err := o.complete(d)
	if err != nil {
		panic(err)
	}
	p := &problem{options: &o, grid: newGrid(d, o.Cuts, o.Exact), scaling: scaling{0, 1}, leafScale: 1}
	p.codes = p.grid.encode(d)
	p.basis, _ = newBasis(d, o.Basis)
	p.codes.basis, _ = basisRows(p.basis, d)
	p.target = p.scaling.work(d.Y)
	p.response = d.Y
	if d.Weights != nil {
		p.weights = make([]float32, len(d.Weights))
		for i, w := range d.Weights {
			p.weights[i] = float32(w)
		}
	}
	p.noise = variancePrior{nu: 3, lambda: 1}
	return newChain(p, 0, rng.NewKey(seed))
}

// describe writes the tree so that two of them are the same exactly if they split
// the same way.
func describe(t *tree, g *grid, a int32) string {
	n := &t.nodes[a]
	if n.feature < 0 {
		return "."
	}
	return fmt.Sprintf("(%s %s %s)", ruleText(&n.rule, &g.features[n.feature]), describe(t, g, n.left), describe(t, g, n.right))
}

func ruleText(r *rule, f *feature) string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s", f.name)
	if f.kind == Unordered {
		fmt.Fprintf(&s, "{%x}", r.set)
		return s.String()
	}
	fmt.Fprintf(&s, "<%d", r.cut)
	if f.missing && r.missingLeft {
		s.WriteString("?")
	}
	return s.String()
}

func mustFit(t testing.TB, d *Data, o Options) *Posterior {
	t.Helper()
	post, err := Fit(t.Context(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	return post
}
