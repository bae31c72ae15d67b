package ir

import "testing"

func TestFlops_CountsWhatIsCarriedOut(t *testing.T) {
	none := [3]Reg{NoReg, NoReg, NoReg}
	list := []Region{
		&Scalar{Body: []Instr{{Op: Const, Dst: 0, Args: none}, {Op: Exp, Dst: 1}, {Op: Neg, Dst: 2}}},
		&Loop{N: 10, Body: []Instr{{Op: Load, Dst: 3, Args: none}, {Op: Mul, Dst: 4}, {Op: FMA, Dst: 5}, {Op: RowDot, Dst: 6, Len: 7}, {Op: Sum, Dst: 7}, {Op: SumLog, Dst: 8}}},
		&Scan{N: 5, Body: []Instr{{Op: Add, Dst: 9}}},
		&Cholesky{N: 3},
		&TriSolve{N: 3, M: 2},
	}
	if got, want := Flops(list), 20+10*(1+2+14+1+4)+5+9.0+18; got != want {
		t.Errorf("%g operations, want %g", got, want)
	}
}
