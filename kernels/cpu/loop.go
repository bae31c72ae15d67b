package cpu

import (
	"fmt"
	"strings"

	"github.com/quatre-ppl/quatre/graph/ir"
)

// A loop becomes blocks of whole groups of ir.Lanes iterations. Within a block
// each stretch of instructions is an inner loop over the lanes, which the C
// compiler turns into vector code of any width; values that cross from one
// stretch to another live in small arrays. Reductions keep one partial sum per
// lane, so the vector width changes nothing.
//
// The last group may reach behind the last row. Its spare lanes compute
// something, from the room behind buffers, and are left out of reductions and
// stores.
//
// Light loops have blocks of one group and no calls. Loops with rows of
// matrices or with functions that are too large to be repeated have blocks of
// blockGroups groups, which spread the cost of a call and of the accumulators
// of a matrix over more rows.
const blockGroups = 4

const blockLanes = blockGroups * ir.Lanes

// stretch is a run of instructions that share one loop over the lanes, or a
// single instruction that brings its own loops.
type stretch struct {
	body []ir.Instr
	own  bool
}

// loopWriter writes one loop.
type loopWriter struct {
	e      *emitter
	n      int
	body   []ir.Instr
	rest   int  // rows of a broken last group, 0 if it is whole
	wide   bool // blocks of several groups
	cross  map[ir.Reg]bool
	lits   map[ir.Reg]string // constants
	accs   map[ir.Instr]int  // place in scratch memory of accumulators
	spread int               // arrays of spread scalars so far
}

func (e *emitter) loop(r *ir.Loop) error {
	w := &loopWriter{e: e, n: r.N, rest: r.N % ir.Lanes, lits: make(map[ir.Reg]string), accs: make(map[ir.Instr]int)}
	for _, in := range r.Body {
		if in.Op == ir.Const {
			w.lits[in.Dst] = literal(in.Imm)
			continue
		}
		w.wide = w.wide || in.Op == ir.RowDot || w.accumulates(in) || e.outlined(in, r.N)
		w.body = append(w.body, in)
	}
	w.open()
	var err error
	switch {
	case w.wide:
		err = w.wideBlocks()
	case w.divided():
		err = w.dividedBlocks()
	default:
		err = w.lightBlocks()
	}
	w.close()
	return err
}

// open declares the loop's results and accumulators.
func (w *loopWriter) open() {
	e := w.e
	for _, in := range w.body {
		if in.Op.IsSum() {
			e.line("  double r%d;", in.Dst)
		}
	}
	e.line("  {")
	scratch := 0
	for _, in := range w.body {
		switch in.Op {
		case ir.Sum:
			e.line("    double s%d[%d] = {0};", in.Dst, ir.Lanes)
		case ir.SumLog:
			e.line("    double s%d[%d] = {1, 1, 1, 1, 1, 1, 1, 1};", in.Dst, ir.Lanes)
			e.line("    long e%d[%d] = {0};", in.Dst, ir.Lanes)
		case ir.RowAxpy, ir.Scatter:
			if w.accumulates(in) {
				w.accs[in] = scratch
				scratch += ir.Lanes * in.Len
			} else {
				e.line("    for (long j = 0; j < %d; j++) b%d[%d + j] = 0;", in.Len, in.Buf, in.Off)
			}
		}
	}
	if scratch > 0 {
		e.line("    for (long j = 0; j < %d; j++) scratch[j] = 0;", scratch)
	}
}

// accumulates tells whether an instruction has accumulators in scratch memory,
// ir.Lanes for each of its results.
func accumulates(in ir.Instr, n int) bool {
	return in.Op == ir.RowAxpy || in.Op == ir.Scatter && ir.ScatterInLanes(n, in.Len)
}

func (w *loopWriter) accumulates(in ir.Instr) bool { return accumulates(in, w.n) }

// scratchOf returns how many numbers of scratch memory, for accumulators, the
// program needs: one loop's at a time.
func scratchOf(p *ir.Program) int {
	most := 0
	for _, r := range p.Body {
		l, ok := r.(*ir.Loop)
		if !ok {
			continue
		}
		n := 0
		for _, in := range l.Body {
			if accumulates(in, l.N) {
				n += ir.Lanes * in.Len
			}
		}
		most = max(most, n)
	}
	return most
}

// close adds the lanes of the reductions.
func (w *loopWriter) close() {
	e := w.e
	for _, in := range w.body {
		switch in.Op {
		case ir.Sum:
			e.line("    r%d = quatre_tree(s%d);", in.Dst, in.Dst)
		case ir.SumLog:
			e.line("    const double k%[1]de = (double)(quatre_count(e%[1]d) - %[2]d);", in.Dst, ir.ExponentBias*w.n)
			e.line("    r%[1]d = __builtin_fma(k%[1]de, %[2]s, __builtin_fma(k%[1]de, %[3]s, qe_log(quatre_product(s%[1]d))));",
				in.Dst, literal(ir.Ln2Head), literal(ir.Ln2Rest))
		case ir.RowAxpy, ir.Scatter:
			if w.accumulates(in) {
				e.line("    for (long j = 0; j < %d; j++) b%d[%d + j] = quatre_tree(scratch + %d + %d * j);",
					in.Len, in.Buf, in.Off, w.accs[in], ir.Lanes)
			}
		}
	}
	e.line("  }")
}

// stretches cuts the body at the instructions that own tells apart.
func stretches(body []ir.Instr, own func(ir.Instr) bool) []stretch {
	var list []stretch
	for _, in := range body {
		own := own(in)
		if n := len(list); own || n == 0 || list[n-1].own {
			list = append(list, stretch{own: own})
		}
		last := &list[len(list)-1]
		last.body = append(last.body, in)
	}
	return list
}

// crossing returns the lane registers that are read in another stretch than
// the one that computes them.
func crossing(list []stretch) map[ir.Reg]bool {
	home := make(map[ir.Reg]int)
	cross := make(map[ir.Reg]bool)
	for i, s := range list {
		for _, in := range s.body {
			for k := range in.Op.Arity() {
				a := in.Args[k]
				if h, ok := home[a]; ok && (h != i || s.own) {
					cross[a] = true
				}
			}
			if in.Dst == ir.NoReg || in.Op.IsSum() {
				continue
			}
			home[in.Dst] = i
			if s.own {
				cross[in.Dst] = true
			}
		}
	}
	return cross
}

// name is the C text of a register within lane l of group g.
func (w *loopWriter) name(r ir.Reg) string {
	switch text, ok := w.lits[r]; {
	case ok:
		return text
	case w.cross[r] && w.wide:
		return fmt.Sprintf("r%d[g + l]", r)
	case w.cross[r]:
		return fmt.Sprintf("r%d[l]", r)
	}
	return reg(r)
}

// lanes writes a stretch as a loop over the lanes of one group.
func (w *loopWriter) lanes(body []ir.Instr, indent string) error {
	e := w.e
	e.line("%s_Pragma(\"omp simd\")", indent)
	e.line("%sfor (int l = 0; l < %d; l++) {", indent, ir.Lanes)
	first := "i0"
	if w.wide {
		first = "i0 + g"
	}
	e.line("%s  const long i = %s + l; (void)i;", indent, first)
	for _, in := range body {
		text, err := w.instruction(in)
		if err != nil {
			return err
		}
		e.line("%s  %s", indent, text)
	}
	e.line("%s}", indent)
	return nil
}

func (w *loopWriter) instruction(in ir.Instr) (string, error) {
	if in.Op == ir.SumLog {
		return sumLog(in, w.name(in.Args[0])), nil
	}
	if in.Op == ir.Sum {
		return fmt.Sprintf("s%d[l] += %s;", in.Dst, w.name(in.Args[0])), nil
	}
	index := "i"
	if in.Op == ir.Load && in.Stride != 0 && in.Stride != 1 && w.rest > 0 {
		index = fmt.Sprintf("(i < %d ? i : 0)", w.n) // there is room for strides of one only
	}
	text, err := w.e.iteration(in, w.name, index)
	if isFunction(in.Op) && err == nil {
		text = "qe_" + w.e.function(in) + text[strings.IndexByte(text, '('):]
	}
	switch {
	case err != nil:
		return "", err
	case in.Dst == ir.NoReg:
		return text + ";", nil
	case w.cross[in.Dst]:
		return fmt.Sprintf("%s = %s;", w.name(in.Dst), text), nil
	}
	return fmt.Sprintf("const double r%d = %s;", in.Dst, text), nil
}

// declare writes the arrays of crossing values.
func (w *loopWriter) declare(list []stretch, n int, indent string) {
	var names []string
	for _, s := range list {
		for _, in := range s.body {
			if in.Dst != ir.NoReg && w.cross[in.Dst] {
				names = append(names, fmt.Sprintf("r%d[%d]", in.Dst, n))
			}
		}
	}
	if len(names) > 0 {
		w.e.line("%sdouble %s;", indent, strings.Join(names, ", "))
	}
}

// sumLog is the C text of a SumLog's step at lane l: see ir.LogProduct.
func sumLog(in ir.Instr, arg string) string {
	return fmt.Sprintf("quatre_log_step(&s%[1]d[l], &e%[1]d[l], %[2]s);", in.Dst, arg)
}
