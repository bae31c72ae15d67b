package ir

import (
	"math"
	"testing"
)

func TestRunLinear_IsTheRecurrence(t *testing.T) {
	for _, n := range []int{0, 1, 3, 4, 5, 8, 103} {
		for _, reverse := range []bool{false, true} {
			own, weight, x := make([]float64, n), make([]float64, n), make([]float64, n)
			for i := range n {
				own[i], weight[i] = math.Sin(float64(i)), 1.2*math.Cos(float64(3*i))
			}
			const init = 0.7
			RunLinear(&Linear{N: n, Reverse: reverse}, x, own, weight, init)
			want := init
			for k := range n {
				i := k
				if reverse {
					i = n - 1 - k
				}
				want = own[i] + weight[i]*want
				if math.Abs(x[i]-want) > 1e-12*(1+math.Abs(want)) {
					t.Fatalf("%d steps, reverse %v: x[%d] = %g, want %g", n, reverse, i, x[i], want)
				}
			}
		}
	}
}

func TestValidate_LinearKnowsItsOperands(t *testing.T) {
	p := func(change func(*Program, *Linear)) error {
		l := &Linear{N: 5, Init: 0, Own: Place{Buf: 1}, Weight: Place{Buf: 1, Off: 2}, Dst: Place{Buf: 2, Off: 1}}
		p := &Program{NumRegs: 1, Bufs: []Buf{
			{Name: "q", Kind: In}, {Name: "d", Kind: Data, Len: 7}, {Name: "x", Kind: Out, Len: 6},
		}, Body: []Region{
			&Scalar{Body: []Instr{{Op: Const, Dst: 0, Args: [3]Reg{NoReg, NoReg, NoReg}}}}, l,
		}}
		change(p, l)
		return p.Validate()
	}
	if err := p(func(*Program, *Linear) {}); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Program, *Linear){
		"start undefined": func(p *Program, _ *Linear) { p.Body = p.Body[1:] },
		"own too short":   func(_ *Program, l *Linear) { l.Own.Off = 3 },
		"result too long": func(_ *Program, l *Linear) { l.Dst.Off = 2 },
		"writes data":     func(_ *Program, l *Linear) { l.Dst = Place{Buf: 1} },
		"negative length": func(_ *Program, l *Linear) { l.N = -1 },
	} {
		if p(change) == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
