package ir

import "testing"

func TestHoistInvariants_LeavesWhatVaries(t *testing.T) {
	none := [3]Reg{NoReg, NoReg, NoReg}
	p := &Program{
		Dim: 3, NumRegs: 7,
		Bufs: []Buf{{Name: "q", Kind: In, Len: 3}, {Name: "logdensity", Kind: Out, Len: 1}},
		Body: []Region{
			&Scalar{Body: []Instr{{Op: Load, Dst: 0, Args: none}}},
			&Loop{N: 3, Body: []Instr{
				{Op: Const, Dst: 1, Args: none, Imm: 2},
				{Op: Mul, Dst: 2, Args: [3]Reg{0, 1, NoReg}},
				{Op: Load, Dst: 3, Args: none, Stride: 1},
				{Op: Mul, Dst: 4, Args: [3]Reg{2, 3, NoReg}},
				{Op: Sum, Dst: 5, Args: [3]Reg{4, NoReg, NoReg}},
			}},
			&Scalar{Body: []Instr{{Op: Store, Dst: NoReg, Args: [3]Reg{5, NoReg, NoReg}, Buf: 1}}},
		},
	}
	hoistInvariants(p)
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	const want = `program dim=3
  in    b0 q f64[3]
  out   b1 logdensity f64[1]
body
  scalar
    %0 = load b0[0]
  scalar
    %1 = const 0x1p+01
    %2 = mul %0 %1
  loop i < 3
    %3 = load b0[0+i]
    %4 = mul %2 %3
    %5 = sum %4
  scalar
    store b1[0] %5
`
	if got := p.Format(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
