package ir

import (
	"math"
	"slices"
)

// Pass is one named transformation of a program in place.
type Pass struct {
	Name     string
	Run      func(*Program)
	Required bool // a backend cannot run the program without it
}

// Passes returns the passes in the order in which they run after lowering.
func Passes() []Pass {
	return []Pass{
		{"expand-macros", expandMacros, true},
		{"fold-constants", foldConstants, false},
		{"hoist-invariants", hoistInvariants, false},
		{"common-subexpressions", commonSubexpressions, false},
		{"dead-code", deadCode, false},
	}
}

// Effect tells what a pass did to the number of instructions in a program's
// text.
type Effect struct {
	Pass          string
	Before, After int
	Skipped       bool
}

// RunPasses runs all passes but those that are named in without and not
// required, and tells what each did.
func RunPasses(p *Program, without []string) []Effect {
	var list []Effect
	for _, pass := range Passes() {
		e := Effect{Pass: pass.Name, Before: instructions(p)}
		if e.Skipped = !pass.Required && slices.Contains(without, pass.Name); !e.Skipped {
			pass.Run(p)
		}
		e.After = instructions(p)
		list = append(list, e)
	}
	return list
}

// instructions counts those of Setup and Body.
func instructions(p *Program) int {
	n := 0
	eachBody(p, func(body *[]Instr, _ bool) { n += len(*body) })
	return n
}

// eachBody calls f with a pointer to every instruction list of the program, in
// order; scalar tells whether its registers are scalars.
func eachBody(p *Program, f func(body *[]Instr, scalar bool)) {
	eachBodyIn(p.Setup, f)
	eachBodyIn(p.Body, f)
}

func eachBodyIn(list []Region, f func(body *[]Instr, scalar bool)) {
	for _, r := range list {
		switch r := r.(type) {
		case *Scalar:
			f(&r.Body, true)
		case *Loop:
			f(&r.Body, false)
		case *Scan:
			f(&r.Body, false)
		}
	}
}

func (p *Program) newReg() Reg {
	r := Reg(p.NumRegs)
	p.NumRegs++
	return r
}

// expandMacros rewrites every macro operation into pure ones, so that its
// parts can be shared and backends stay small.
func expandMacros(p *Program) {
	eachBody(p, func(body *[]Instr, _ bool) {
		out := make([]Instr, 0, len(*body))
		for _, in := range *body {
			if in.Op.IsMacro() {
				out = expand(p, out, in)
			} else {
				out = append(out, in)
			}
		}
		*body = out
	})
}

func expand(p *Program, out []Instr, in Instr) []Instr {
	emit := func(dst Reg, op Op, args ...Reg) Reg {
		if dst == NoReg {
			dst = p.newReg()
		}
		i := Instr{Op: op, Dst: dst, Args: [3]Reg{NoReg, NoReg, NoReg}}
		copy(i.Args[:], args)
		out = append(out, i)
		return dst
	}
	constant := func(v float64) Reg {
		r := p.newReg()
		out = append(out, Instr{Op: Const, Dst: r, Args: [3]Reg{NoReg, NoReg, NoReg}, Imm: v})
		return r
	}
	a := in.Args[0]
	switch in.Op {
	case Square:
		emit(in.Dst, Mul, a, a)
	case Inv:
		emit(in.Dst, Div, constant(1), a)
	case InvLogit: // e = e^−|a|: (a < 0 ? e : 1) / (1 + e) never overflows
		one := constant(1)
		e := emit(NoReg, Exp, emit(NoReg, Neg, emit(NoReg, Abs, a)))
		num := emit(NoReg, Select, emit(NoReg, Lt, a, constant(0)), e, one)
		emit(in.Dst, Div, num, emit(NoReg, Add, one, e))
	case Log1pExp: // max(a, 0) + log1p(e^−|a|)
		e := emit(NoReg, Exp, emit(NoReg, Neg, emit(NoReg, Abs, a)))
		emit(in.Dst, Add, emit(NoReg, Max, a, constant(0)), emit(NoReg, Log1p, e))
	case Hypot: // the larger one, m, where m² is near the end of the range
		b := in.Args[1]
		m := emit(NoReg, Max, a, b)
		root := emit(NoReg, Sqrt, emit(NoReg, Add, emit(NoReg, Mul, a, a), emit(NoReg, Mul, b, b)))
		below := emit(NoReg, Select, emit(NoReg, Lt, m, constant(1e150)), root, m)
		emit(in.Dst, Select, emit(NoReg, Lt, constant(1e-150), m), below, m)
	default:
		panic("ir: no expansion of " + in.Op.String())
	}
	return out
}

// foldConstants evaluates operations on constants.
func foldConstants(p *Program) {
	known := make(map[Reg]float64)
	eachBody(p, func(body *[]Instr, _ bool) {
		for i := range *body {
			in := &(*body)[i]
			if in.Op == Const {
				known[in.Dst] = in.Imm
				continue
			}
			if !in.Op.IsPure() {
				continue
			}
			var v [3]float64
			ok := true
			for k := range in.Op.Arity() {
				x, have := known[in.Args[k]]
				ok = ok && have
				v[k] = x
			}
			if ok {
				value := Apply(in.Op, v[0], v[1], v[2])
				*in = Instr{Op: Const, Dst: in.Dst, Args: [3]Reg{NoReg, NoReg, NoReg}, Imm: value}
				known[in.Dst] = value
			}
		}
	})
}

// commonSubexpressions merges equal pure operations, constants and loads.
// Scalars are shared across Setup or across Body, lane values within one body. A
// load is shared only from buffers that no instruction writes in between: q,
// data, literals and, inside one body, any buffer that this body does not
// store to.
func commonSubexpressions(p *Program) {
	for _, list := range [2][]Region{p.Setup, p.Body} {
		shareWithin(p, list)
	}
}

func shareWithin(p *Program, list []Region) {
	rename := make(map[Reg]Reg)
	scalars := make(map[instrKey]Reg)
	eachBodyIn(list, func(body *[]Instr, scalar bool) {
		seen := scalars
		if !scalar {
			seen = make(map[instrKey]Reg)
		}
		stored := storedBufs(*body)
		out := (*body)[:0]
		for _, in := range *body {
			for k := range in.Op.Arity() {
				if r, ok := rename[in.Args[k]]; ok {
					in.Args[k] = r
				}
			}
			if !shareable(p, in, scalar, stored) {
				out = append(out, in)
				continue
			}
			k := keyOf(in)
			if r, ok := seen[k]; ok {
				rename[in.Dst] = r
				continue
			}
			seen[k] = in.Dst
			out = append(out, in)
		}
		*body = out
	})
	renameCarries(list, rename)
}

func renameCarries(list []Region, rename map[Reg]Reg) {
	replace := func(reg *Reg) {
		if to, ok := rename[*reg]; ok {
			*reg = to
		}
	}
	for _, r := range list {
		switch r := r.(type) {
		case *Scan:
			for k := range r.Carry {
				replace(&r.Carry[k].Init)
				replace(&r.Carry[k].Out)
			}
		case *Linear:
			replace(&r.Init)
		}
	}
}

func storedBufs(body []Instr) map[BufID]bool {
	stored := make(map[BufID]bool)
	for _, in := range body {
		if in.Op == Store || in.Op == Scatter || in.Op == RowAxpy {
			stored[in.Buf] = true
		}
	}
	return stored
}

func shareable(p *Program, in Instr, scalar bool, stored map[BufID]bool) bool {
	switch in.Op {
	case Const:
		return true
	case Load, Gather, RowDot:
		if stored[in.Buf] || (in.Op == RowDot && stored[in.Vec]) {
			return false
		}
		if !scalar {
			return true
		}
		kind := p.Bufs[in.Buf].Kind
		return kind == In || kind == Data || kind == Hoist || kind == Lit || kind == Setting
	}
	return in.Op.IsPure()
}

// deadCode removes operations whose result nothing uses and regions that are
// left empty.
func deadCode(p *Program) {
	used := make([]bool, p.NumRegs)
	mark := func(body []Instr) {
		for i := len(body) - 1; i >= 0; i-- {
			in := body[i]
			if ops[in.Op].class != effect && !used[in.Dst] {
				continue
			}
			if in.Op.IsSum() && !used[in.Dst] {
				continue
			}
			for k := range in.Op.Arity() {
				used[in.Args[k]] = true
			}
		}
	}
	for _, list := range [2]*[]Region{&p.Body, &p.Setup} {
		for i := len(*list) - 1; i >= 0; i-- {
			switch r := (*list)[i].(type) {
			case *Scalar:
				mark(r.Body)
			case *Loop:
				mark(r.Body)
			case *Scan:
				for _, c := range r.Carry {
					used[c.Init], used[c.Out], used[c.In] = true, true, true
				}
				mark(r.Body)
			case *Linear:
				used[r.Init] = true
			}
		}
	}
	eachBody(p, func(body *[]Instr, _ bool) {
		out := (*body)[:0]
		for _, in := range *body {
			removable := ops[in.Op].class != effect || in.Op.IsSum()
			if !removable || used[in.Dst] {
				out = append(out, in)
			}
		}
		*body = out
	})
	p.Setup, p.Body = nonEmpty(p.Setup), nonEmpty(p.Body)
}

func nonEmpty(list []Region) []Region {
	out := list[:0]
	for _, r := range list {
		switch r := r.(type) {
		case *Scalar:
			if len(r.Body) == 0 {
				continue
			}
		case *Loop:
			if len(r.Body) == 0 {
				continue
			}
		}
		out = append(out, r)
	}
	return out
}

// instrKey identifies what an instruction without effects computes.
type instrKey struct {
	in  Instr
	imm uint64
}

func keyOf(in Instr) instrKey {
	k := instrKey{in: in, imm: math.Float64bits(in.Imm)}
	k.in.Dst, k.in.Imm = NoReg, 0
	return k
}
