package ir

import (
	"slices"
	"strings"
	"testing"
)

// small returns e^q[0] + e^q[0] with repeats that the passes should remove.
func small() *Program {
	none := [3]Reg{NoReg, NoReg, NoReg}
	return &Program{
		Dim:     1,
		NumRegs: 8,
		Bufs: []Buf{
			{Name: "q", Kind: In, Len: 1},
			{Name: "logdensity", Kind: Out, Len: 1},
		},
		Body: []Region{&Scalar{Body: []Instr{
			{Op: Load, Dst: 0, Args: none},
			{Op: Exp, Dst: 1, Args: [3]Reg{0, NoReg, NoReg}},
			{Op: Load, Dst: 2, Args: none},
			{Op: Exp, Dst: 3, Args: [3]Reg{2, NoReg, NoReg}},
			{Op: Const, Dst: 4, Args: none, Imm: 2},
			{Op: Square, Dst: 5, Args: [3]Reg{4, NoReg, NoReg}},
			{Op: Mul, Dst: 6, Args: [3]Reg{3, 5, NoReg}},
			{Op: Add, Dst: 7, Args: [3]Reg{1, 6, NoReg}},
			{Op: Store, Dst: NoReg, Args: [3]Reg{7, NoReg, NoReg}, Buf: 1},
		}}},
	}
}

const smallAfter = `program dim=1
  in    b0 q f64[1]
  out   b1 logdensity f64[1]
body
  scalar
    %0 = load b0[0]
    %1 = exp %0
    %5 = const 0x1p+02
    %6 = mul %1 %5
    %7 = add %1 %6
    store b1[0] %7
`

func TestPasses_ShareFoldAndRemove(t *testing.T) {
	p := small()
	for _, pass := range Passes() {
		pass.Run(p)
	}
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	if got := p.Format(); got != smallAfter {
		t.Errorf("got\n%swant\n%s", got, smallAfter)
	}
}

func TestHash_DependsOnTextAlone(t *testing.T) {
	a, b := small(), small()
	if a.Hash() != b.Hash() {
		t.Error("equal programs have different hashes")
	}
	b.Body[0].(*Scalar).Body[4].Imm = 3
	if a.Hash() == b.Hash() {
		t.Error("different programs have the same hash")
	}
}

func TestValidate_RefusesBrokenPrograms(t *testing.T) {
	none := [3]Reg{NoReg, NoReg, NoReg}
	for _, c := range []struct {
		name, want string
		change     func(p *Program)
	}{
		{"macro", "not an operation", func(p *Program) { p.Body[0].(*Scalar).Body[5].Op = Square }},
		{"undefined register", "not defined", func(p *Program) { p.Body[0].(*Scalar).Body[1].Args[0] = 7 }},
		{"defined twice", "defined twice", func(p *Program) { p.Body[0].(*Scalar).Body[1].Dst = 0 }},
		{"out of bounds", "outside", func(p *Program) { p.Body[0].(*Scalar).Body[0].Off = 1 }},
		{"write to q", "writes in buffer", func(p *Program) { p.Body[0].(*Scalar).Body[8].Buf = 0 }},
		{"reduction in scalar code", "belong to loops", func(p *Program) {
			p.Body[0].(*Scalar).Body[1] = Instr{Op: Sum, Dst: 1, Args: [3]Reg{0, NoReg, NoReg}}
		}},
		{"setup reads q", "setup reads", func(p *Program) {
			p.Setup = []Region{&Scalar{Body: []Instr{{Op: Load, Dst: 0, Args: none}}}}
			p.Body = nil
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := small()
			expandMacros(p)
			c.change(p)
			err := p.Validate()
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestInputs_Check(t *testing.T) {
	p := &Program{Bufs: []Buf{{Name: "y", Kind: Data, Len: 2}}, Ints: []IntBuf{{Name: "k", Len: 1, Max: 2}}}
	in := NewInputs()
	for _, step := range []struct {
		change func()
		want   string
	}{
		{func() {}, "data y is missing"},
		{func() { in.Floats["y"] = []float64{1} }, "has 1 values"},
		{func() { in.Floats["y"] = []float64{1, 2} }, "index k is missing"},
		{func() { in.Ints["k"] = []int32{2} }, "outside [0, 2)"},
	} {
		step.change()
		if err := in.Check(p); err == nil || !strings.Contains(err.Error(), step.want) {
			t.Errorf("got %v, want %q", err, step.want)
		}
	}
	in.Ints["k"] = []int32{1}
	if err := in.Check(p); err != nil {
		t.Error(err)
	}
}

func TestUses_ListsWhatABodyTouches(t *testing.T) {
	p := &Program{
		Bufs: []Buf{{Name: "q"}, {Name: "x"}, {Name: "w"}, {Name: "y"}, {Name: "z"}, {Name: "unused"}},
		Ints: []IntBuf{{Name: "k"}, {Name: "unused"}, {Name: "g"}},
		Body: []Region{
			&Loop{Body: []Instr{{Op: Gather, Buf: 0, Idx: 0}, {Op: RowDot, Buf: 1, Vec: 2}, {Op: Add}}},
			&TriSolve{L: Place{Buf: 3}, B: Place{Buf: 3}, Dst: Place{Buf: 4}},
			&LeastSquares{Y: Column{At: Place{Buf: 4}}, Idx: 2, Dst: Place{Buf: 4}},
		},
	}
	bufs, ints := p.Uses(p.Body)
	if !slices.Equal(bufs, []bool{true, true, true, true, true, false}) || !slices.Equal(ints, []bool{true, false, true}) {
		t.Error(bufs, ints)
	}
}
