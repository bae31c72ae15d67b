// Package ir is the meeting place of the compiler: a small typed program over
// flat float64 and int32 buffers with static sizes. Model front ends lower to
// it, backends run it, and its meaning, the order of every reduction included,
// fixes each result to the last bit.
package ir

// Reg names a register. Registers are in static single assignment form: each
// is defined once in the whole program. A register defined in a Scalar region,
// or by Sum or a Scan's Final, is a scalar, visible in everything after it; one
// defined in the body of a Loop or Scan holds one value per iteration and is
// visible in that body only.
type Reg int32

// NoReg marks the absence of a register.
const NoReg Reg = -1

// BufID and IntID index Program.Bufs and Program.Ints.
type (
	BufID int32
	IntID int32
)

// BufKind says who fills a buffer.
type BufKind uint8

// The kinds of buffers.
const (
	In      BufKind = iota // the point q, filled by the caller of each evaluation
	Data                   // bound once, by name
	Hoist                  // written by Setup when data are bound
	Lit                    // literal values, part of the program
	Temp                   // written and read within one evaluation; zero when allocated
	Out                    // results
	Setting                // set by name between evaluations, each executable its own; zero when allocated
)

var bufKindNames = [...]string{"in", "data", "hoist", "lit", "temp", "out", "setting"}

// String returns the kind's name in Format's text.
func (k BufKind) String() string { return bufKindNames[k] }

// Buf is a flat float64 buffer. Values is set for Lit only.
type Buf struct {
	Name   string
	Kind   BufKind
	Len    int
	Values []float64
}

// IntBuf is a flat buffer of indices, each in [0, Max). Values is set for
// indices that are part of the program; otherwise they are data bound by name.
type IntBuf struct {
	Name   string
	Len    int
	Max    int
	Values []int32
}

// Instr is one instruction. Fields that the Op does not name are zero.
type Instr struct {
	Op     Op
	Dst    Reg
	Args   [3]Reg
	Imm    float64 // Const
	Buf    BufID   // memory operand
	Off    int
	Stride int
	Idx    IntID // Gather, Scatter
	Vec    BufID // RowDot's vector, RowAxpy's matrix
	VecOff int
	Len    int // RowDot, RowAxpy: columns; Scatter: length of the target
}

// Region is one step of a program: *Scalar, *Loop, *Scan, *Linear, *Cholesky,
// *CholeskyGrad, *TriSolve or, in Setup, *LeastSquares.
type Region interface{ region() }

// Scalar is straight-line code on scalars.
type Scalar struct{ Body []Instr }

// Loop runs its body for i = 0 … N−1. Iterations are independent, so a backend
// may run them in any grouping; the order of reductions is fixed by Lanes.
type Loop struct {
	N    int
	Body []Instr
}

// Carry is a value handed from one iteration of a Scan to the next.
type Carry struct {
	Init  Reg // scalar: value before the first iteration
	In    Reg // in the body: value at the start of the iteration
	Out   Reg // in the body: value at its end
	Final Reg // scalar: Out of the last iteration, Init if N is 0
}

// Scan runs its body one iteration after the other, i = 0 … N−1, or N−1 … 0
// when Reverse. Its body has no reductions: a running sum is a Carry.
type Scan struct {
	N       int
	Reverse bool
	Carry   []Carry
	Body    []Instr
}

// Place is a position in a buffer.
type Place struct {
	Buf BufID
	Off int
}

// Cholesky writes to Dst the lower triangular L with L·Lᵀ = Src, N × N
// column-major, zeros above the diagonal; only the lower triangle of Src is
// read. If Src is not positive definite L holds NaN.
type Cholesky struct {
	N        int
	Src, Dst Place
}

// CholeskyGrad writes to Dst the adjoint of Cholesky's Src (lower triangle,
// zeros above) from the factor L and its adjoint Adj.
type CholeskyGrad struct {
	N           int
	L, Adj, Dst Place
}

// TriSolve writes to Dst the solution X of L·X = B, or Lᵀ·X = B when Trans,
// for lower triangular L (N × N) and B (N × M), all column-major.
type TriSolve struct {
	N, M      int
	Trans     bool
	L, B, Dst Place
}

func (*Scalar) region()       {}
func (*Loop) region()         {}
func (*Scan) region()         {}
func (*Cholesky) region()     {}
func (*CholeskyGrad) region() {}
func (*TriSolve) region()     {}

// Program is a compiled entry point. Setup depends on data alone and runs once
// when data are bound; Body runs at every evaluation. A Program is immutable
// once validated.
type Program struct {
	Dim     int // length of q
	Bufs    []Buf
	Ints    []IntBuf
	Setup   []Region
	Body    []Region
	NumRegs int
}

// Find returns the buffer of that kind and name, or -1.
func (p *Program) Find(kind BufKind, name string) BufID {
	for i := range p.Bufs {
		if p.Bufs[i].Kind == kind && p.Bufs[i].Name == name {
			return BufID(i)
		}
	}
	return -1
}
