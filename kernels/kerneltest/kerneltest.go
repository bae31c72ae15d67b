// Package kerneltest is the conformance suite of backends: every operation and
// every kind of region must return the bits of the interpreter, at ordinary and
// at extreme points, for lengths below, at and above the number of lanes.
package kerneltest

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/kernels"
	"github.com/quatre-ppl/quatre/kernels/interp"
	"github.com/quatre-ppl/quatre/rng"
)

// Points is the number of points at which programs are compared.
const Points = 100

// Special are the inputs that go wrong first.
var Special = []float64{
	0, math.Copysign(0, -1), 1, -1, 0.5, -0.5, 2, 3, 1e-300, -1e-300, 5e-324, 1e300, -1e300, math.MaxFloat64,
	math.Inf(1), math.Inf(-1), math.NaN(), 709.7, 710, -708.5, -745.2, -746, 1e-8, -1e-8, 1 - 1e-16, 1e15, -37.6, 38.5,
	0x1p52, 0x1p53 + 2, 2.5, -2.5, 1e5,
}

// Suite runs every case on the backend.
func Suite(t *testing.T, b kernels.Backend) {
	for _, c := range Cases() {
		t.Run(c.Name, func(t *testing.T) { Compare(t, b, c.Program, c.Inputs, Points) })
	}
	t.Run("settings", func(t *testing.T) { Settings(t, b) })
}

// Case is one program with its data.
type Case struct {
	Name    string
	Program *ir.Program
	Inputs  *ir.Inputs
}

// Compare runs a program on the backend and on the interpreter at random and
// extreme points and fails on the first bit that differs; any NaN equals any
// NaN.
func Compare(t *testing.T, b kernels.Backend, p *ir.Program, in *ir.Inputs, points int) {
	t.Helper()
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	want := bind(t, interp.Backend{}, p, in)
	got := bind(t, b, p, in)
	defer got.Close()
	src := rng.NewKey(1).Child("kerneltest").Stream()
	q := make([]float64, p.Dim)
	grad, wantGrad := make([]float64, p.Dim), make([]float64, p.Dim)
	for point := range points {
		Point(q, point, src)
		v, err := got.LogDensityGrad(grad, q)
		w, err2 := want.LogDensityGrad(wantGrad, q)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if !SameBits(v, w) {
			t.Fatalf("point %d: log density %x, the interpreter has %x, at q = %v", point, v, w, head(q))
		}
		for i := range grad {
			if !SameBits(grad[i], wantGrad[i]) {
				t.Fatalf("point %d: gradient element %d is %x, the interpreter has %x, at q = %v …", point, i, grad[i], wantGrad[i], head(q))
			}
		}
	}
}

func head(q []float64) []float64 { return q[:min(len(q), 12)] }

func bind(t *testing.T, b kernels.Backend, p *ir.Program, in *ir.Inputs) kernels.Executable {
	t.Helper()
	code, err := b.Compile(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	e, err := code.Bind(in)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Point fills q: mostly near zero, every third point over many orders of
// magnitude, every third with special values strewn in.
func Point(q []float64, point int, src *rng.Stream) {
	for i := range q {
		x := src.Normal()
		switch point % 3 {
		case 1:
			x *= math.Exp(8 * src.Normal())
		case 2:
			if src.Float64() < 0.3 {
				x = Special[src.Intn(len(Special))]
			}
		}
		q[i] = x
	}
}

// SameBits reports whether two results are the same, all NaNs being one.
func SameBits(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || math.IsNaN(a) && math.IsNaN(b)
}

// lengths are trip counts around the number of lanes and a block.
var lengths = []int{0, 1, 7, 8, 9, 100, 129}

// Cases returns the programs: every operation in scalar and in loop form, every
// kind of region and memory access.
func Cases() []Case {
	var list []Case
	list = append(list, Case{"operations on scalars", scalarProgram(), ir.NewInputs()})
	for _, n := range lengths {
		list = append(list, Case{fmt.Sprintf("operations in loops of %d", n), loopProgram(n), ir.NewInputs()})
		list = append(list, rowCase(n, 5), indexCase(n))
		list = append(list, Case{fmt.Sprintf("quotients of %d", n), quotientProgram(n), ir.NewInputs()})
		list = append(list, Case{fmt.Sprintf("scan of %d", n), scanProgram(n, false), ir.NewInputs()})
		list = append(list, Case{fmt.Sprintf("reverse scan of %d", n), scanProgram(n, true), ir.NewInputs()})
		list = append(list, Case{fmt.Sprintf("recurrence of %d", n), linearProgram(n, false), ir.NewInputs()})
		list = append(list, Case{fmt.Sprintf("reverse recurrence of %d", n), linearProgram(n, true), ir.NewInputs()})
	}
	for _, n := range []int{1, 2, 5, 11} {
		list = append(list, Case{fmt.Sprintf("cholesky %d", n), choleskyProgram(n), ir.NewInputs()})
		for _, trans := range []bool{false, true} {
			list = append(list, Case{fmt.Sprintf("trisolve %d %v", n, trans), triSolveProgram(n, trans), ir.NewInputs()})
		}
	}
	return list
}
