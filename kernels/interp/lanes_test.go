package interp

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/rng"
)

// numbers returns n numbers with extremes among them.
func numbers(label string, n int) []float64 {
	src := rng.NewKey(5).Child(label).Stream()
	x := make([]float64, n)
	for i := range x {
		x[i] = src.Normal() * math.Exp(40*src.Normal())
	}
	for i, v := range []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 5e-324, math.MaxFloat64} {
		if k := 3*i + 1; k < n {
			x[k] = v
		}
	}
	return x
}

func sameBits(t *testing.T, what string, got, want []float64) {
	t.Helper()
	for i := range want {
		if math.Float64bits(got[i]) != math.Float64bits(want[i]) && !(got[i] != got[i] && want[i] != want[i]) {
			t.Fatalf("%s: element %d of %d is %x, want %x", what, i, len(want), got[i], want[i])
		}
	}
}

// The vector loops must have the bits of the loops in Go at every length, and
// leave what is behind their elements.
func TestVectors_SameBitsAsGo(t *testing.T) {
	for n := range 70 {
		x, y := numbers("x", n), numbers("y", n)
		for _, op := range []ir.Op{ir.Add, ir.Sub, ir.Mul, ir.Div} {
			got := make([]float64, n+1)
			got[n] = 7
			arithmetic(op, got[:n], x, y)
			want := make([]float64, n, n+1)
			for i := range want {
				want[i] = ir.Apply(op, x[i], y[i], 0)
			}
			sameBits(t, op.String(), got, append(want, 7))
		}
		var acc, plain [ir.Lanes]float64
		addLanes(&acc, x)
		for i, v := range x {
			plain[i%ir.Lanes] += v
		}
		sameBits(t, "sum", acc[:], plain[:])
	}
}

func TestMatrixRows_SameBitsAsGo(t *testing.T) {
	const total, start = 83, 8
	for _, cols := range []int{0, 1, 3} {
		for _, n := range []int{0, 1, 3, 4, 8, 15, 16, 17, 31, 36, 67} {
			matrix, vector, x := numbers("matrix", total*cols), numbers("vector", cols), numbers("x", n)
			m := &machine{bufs: [][]float64{matrix, vector}, acc: make([][ir.Lanes]float64, cols)}
			got, want := make([]float64, n), make([]float64, n)
			m.rowDot(&laneInstr{Instr: ir.Instr{Buf: 0, Vec: 1, Len: cols}}, got, start, total)
			m.rowAxpy(&laneInstr{Instr: ir.Instr{Vec: 0, Len: cols}}, x, start, total)
			lanes := make([][ir.Lanes]float64, cols)
			for j, v := range vector {
				for i := range want {
					a := matrix[j*total+start+i]
					want[i] = math.FMA(a, v, want[i])
					lanes[j][i%ir.Lanes] = math.FMA(a, x[i], lanes[j][i%ir.Lanes])
				}
			}
			sameBits(t, "rowdot", got, want)
			for j := range lanes {
				sameBits(t, "rowaxpy", m.acc[j][:], lanes[j][:])
			}
		}
	}
}
