package ir

import "fmt"

// Validate checks that p is well formed: every register is defined once and
// before its use, in a scope that the use can see; every access of every
// iteration lies inside its buffer; only writable buffers are written; no
// macro is left; Setup reads neither q nor what Body writes. A nil result
// means that a backend may run p without further checks, given data of the
// declared lengths and indices below their bounds.
func (p *Program) Validate() error {
	v := validator{p: p, scalar: make([]bool, p.NumRegs), defined: make([]bool, p.NumRegs)}
	for i := range p.Bufs {
		b := &p.Bufs[i]
		if b.Len < 0 || (b.Kind == Lit) != (b.Values != nil) || (b.Values != nil && len(b.Values) != b.Len) {
			return fmt.Errorf("ir: buffer %d (%s): kind, length and values do not fit", i, b.Name)
		}
		if b.Kind == In && b.Len != p.Dim {
			return fmt.Errorf("ir: input %s has length %d, want the dimension %d", b.Name, b.Len, p.Dim)
		}
	}
	for i := range p.Ints {
		b := &p.Ints[i]
		if b.Values != nil && len(b.Values) != b.Len {
			return fmt.Errorf("ir: index %s: length and values do not fit", b.Name)
		}
		for _, x := range b.Values {
			if x < 0 || int(x) >= b.Max {
				return fmt.Errorf("ir: index %s: %d outside [0, %d)", b.Name, x, b.Max)
			}
		}
	}
	v.setup = true
	if err := v.regions(p.Setup); err != nil {
		return err
	}
	v.setup = false
	clear(v.scalar) // Setup's registers do not outlive it
	return v.regions(p.Body)
}

type validator struct {
	p       *Program
	setup   bool
	scalar  []bool // registers visible as scalars
	defined []bool // registers defined anywhere so far
}

func (v *validator) regions(list []Region) error {
	for i, r := range list {
		if err := v.region(r); err != nil {
			return fmt.Errorf("ir: region %d: %w", i, err)
		}
	}
	return nil
}

func (v *validator) region(r Region) error {
	switch r := r.(type) {
	case *Scalar:
		return v.body(r.Body, 1, scalarBody)
	case *Loop:
		return v.body(r.Body, r.N, loopBody)
	case *Scan:
		return v.scan(r)
	case *Linear:
		if r.N < 0 {
			return fmt.Errorf("negative trip count %d", r.N)
		}
		if err := v.use(r.Init, nil); err != nil {
			return err
		}
		return v.places(r.N, []Place{r.Own, r.Weight}, r.Dst)
	case *Cholesky:
		return v.places(r.N*r.N, []Place{r.Src}, r.Dst)
	case *CholeskyGrad:
		return v.places(r.N*r.N, []Place{r.L, r.Adj}, r.Dst)
	case *TriSolve:
		if err := v.access(r.L, r.N*r.N, false); err != nil {
			return err
		}
		return v.places(r.N*r.M, []Place{r.B}, r.Dst)
	case *LeastSquares:
		return r.check(v)
	}
	return fmt.Errorf("unknown region %T", r)
}

func (v *validator) places(n int, src []Place, dst Place) error {
	for _, s := range src {
		if err := v.access(s, n, false); err != nil {
			return err
		}
		if s.Buf == dst.Buf {
			return fmt.Errorf("b%d is both source and destination", dst.Buf)
		}
	}
	return v.access(dst, n, true)
}

type bodyKind uint8

const (
	scalarBody bodyKind = iota
	loopBody
	scanBody
)

func (v *validator) scan(r *Scan) error {
	for _, c := range r.Carry {
		if err := v.use(c.Init, nil); err != nil {
			return err
		}
	}
	lane := make(map[Reg]bool)
	for _, c := range r.Carry {
		if err := v.define(c.In); err != nil {
			return err
		}
		lane[c.In] = true
	}
	if err := v.instrs(r.Body, r.N, scanBody, lane); err != nil {
		return err
	}
	for _, c := range r.Carry {
		if err := v.use(c.Out, lane); err != nil {
			return err
		}
		if err := v.define(c.Final); err != nil {
			return err
		}
		v.scalar[c.Final] = true
	}
	return nil
}

func (v *validator) body(body []Instr, n int, kind bodyKind) error {
	if n < 0 {
		return fmt.Errorf("negative trip count %d", n)
	}
	return v.instrs(body, n, kind, make(map[Reg]bool))
}

func (v *validator) instrs(body []Instr, n int, kind bodyKind, lane map[Reg]bool) error {
	var sums []Reg
	for i, in := range body {
		if err := v.instr(in, n, kind, lane); err != nil {
			return fmt.Errorf("instruction %d (%s): %w", i, in.Op, err)
		}
		switch {
		case in.Dst == NoReg:
		case in.Op.IsSum():
			sums = append(sums, in.Dst)
		case kind == scalarBody:
			v.scalar[in.Dst] = true
		default:
			lane[in.Dst] = true
		}
	}
	for _, r := range sums {
		v.scalar[r] = true
	}
	return nil
}

func (v *validator) instr(in Instr, n int, kind bodyKind, lane map[Reg]bool) error {
	if in.Op == Invalid || in.Op >= opCount || in.Op.IsMacro() {
		return fmt.Errorf("not an operation of a finished program")
	}
	switch in.Op {
	case Gather, RowDot:
		if kind == scalarBody {
			return fmt.Errorf("needs an index")
		}
	case Sum, SumLog, RowAxpy, Scatter:
		if kind != loopBody {
			return fmt.Errorf("reductions belong to loops")
		}
	}
	if err := v.memory(in, n, kind); err != nil {
		return err
	}
	for k := range in.Op.Arity() {
		if err := v.use(in.Args[k], lane); err != nil {
			return err
		}
	}
	if (in.Dst == NoReg) != (ops[in.Op].class == effect && !in.Op.IsSum()) {
		return fmt.Errorf("destination %d does not fit the operation", in.Dst)
	}
	if in.Dst != NoReg {
		return v.define(in.Dst)
	}
	return nil
}

func (v *validator) memory(in Instr, n int, kind bodyKind) error {
	last := 0
	if kind != scalarBody && n > 0 {
		last = (n - 1) * in.Stride
	}
	lo, hi := in.Off+min(0, last), in.Off+max(0, last)
	switch in.Op {
	case Load:
		if n == 0 {
			return nil
		}
		return v.access(Place{in.Buf, lo}, hi-lo+1, false)
	case Store:
		if n == 0 {
			return nil
		}
		return v.access(Place{in.Buf, lo}, hi-lo+1, true)
	case Gather, Scatter:
		if int(in.Idx) < 0 || int(in.Idx) >= len(v.p.Ints) || v.p.Ints[in.Idx].Len != n {
			return fmt.Errorf("index k%d does not have %d elements", in.Idx, n)
		}
		limit := v.p.Ints[in.Idx].Max
		if in.Op == Scatter && in.Len < limit {
			return fmt.Errorf("index k%d may exceed the target's %d elements", in.Idx, in.Len)
		}
		return v.access(Place{in.Buf, in.Off}, max(limit, in.Len), in.Op == Scatter)
	case RowDot:
		if err := v.access(Place{in.Buf, in.Off}, n*in.Len, false); err != nil {
			return err
		}
		return v.access(Place{in.Vec, in.VecOff}, in.Len, false)
	case RowAxpy:
		if err := v.access(Place{in.Vec, in.VecOff}, n*in.Len, false); err != nil {
			return err
		}
		return v.access(Place{in.Buf, in.Off}, in.Len, true)
	}
	return nil
}

func (v *validator) access(at Place, n int, write bool) error {
	if int(at.Buf) < 0 || int(at.Buf) >= len(v.p.Bufs) {
		return fmt.Errorf("no buffer b%d", at.Buf)
	}
	b := &v.p.Bufs[at.Buf]
	if at.Off < 0 || n < 0 || at.Off+n > b.Len {
		return fmt.Errorf("%s[%d, %d) outside its %d elements", b.Name, at.Off, at.Off+n, b.Len)
	}
	switch {
	case write && v.setup && b.Kind != Hoist && b.Kind != Temp:
		return fmt.Errorf("setup writes %s buffer %s", b.Kind, b.Name)
	case write && !v.setup && b.Kind != Temp && b.Kind != Out:
		return fmt.Errorf("body writes %s buffer %s", b.Kind, b.Name)
	case !write && v.setup && (b.Kind == In || b.Kind == Out):
		return fmt.Errorf("setup reads %s buffer %s", b.Kind, b.Name)
	}
	return nil
}

func (v *validator) use(r Reg, lane map[Reg]bool) error {
	if int(r) < 0 || int(r) >= len(v.scalar) {
		return fmt.Errorf("no register %%%d", r)
	}
	if !v.scalar[r] && !lane[r] {
		return fmt.Errorf("register %%%d is not defined here", r)
	}
	return nil
}

func (v *validator) define(r Reg) error {
	if int(r) < 0 || int(r) >= len(v.defined) {
		return fmt.Errorf("no register %%%d", r)
	}
	if v.defined[r] {
		return fmt.Errorf("register %%%d defined twice", r)
	}
	v.defined[r] = true
	return nil
}
