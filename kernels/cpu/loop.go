package cpu

import (
	"fmt"

	"github.com/quatre-ppl/quatre/graph/ir"
)

// A loop becomes blocks of ir.Lanes iterations. Within a block each stretch of
// instructions without a matrix row or a scatter is one inner loop over the
// lanes, which the C compiler turns into vector code of any width; values that
// cross from one stretch to another live in small arrays. Reductions keep one
// partial sum per lane, so the vector width changes nothing.

// stretch is a run of instructions that share one loop over the lanes, or a
// single instruction that brings its own loops.
type stretch struct {
	body []ir.Instr
	own  bool
}

func stretches(body []ir.Instr) []stretch {
	var list []stretch
	for _, in := range body {
		own := in.Op == ir.RowDot || in.Op == ir.RowAxpy || in.Op == ir.Scatter
		if n := len(list); own || n == 0 || list[n-1].own {
			list = append(list, stretch{own: own})
		}
		last := &list[len(list)-1]
		last.body = append(last.body, in)
	}
	return list
}

// crossing returns the lane registers that are read in another stretch than
// the one that computes them, and all lane registers.
func crossing(list []stretch) (cross, lane map[ir.Reg]bool) {
	home := make(map[ir.Reg]int)
	cross, lane = make(map[ir.Reg]bool), make(map[ir.Reg]bool)
	for i, s := range list {
		for _, in := range s.body {
			for k := range in.Op.Arity() {
				a := in.Args[k]
				if h, ok := home[a]; ok && (h != i || s.own) {
					cross[a] = true
				}
			}
			if in.Dst == ir.NoReg || in.Op == ir.Sum {
				continue
			}
			home[in.Dst] = i
			lane[in.Dst] = true
			if s.own {
				cross[in.Dst] = true
			}
		}
	}
	return cross, lane
}

func (e *emitter) loop(r *ir.Loop) error {
	list := stretches(r.Body)
	cross, lane := crossing(list)
	w := &loopWriter{e: e, n: r.N, cross: cross, lane: lane}
	for _, in := range r.Body {
		if in.Op == ir.Sum {
			e.line("  double r%d;", in.Dst)
		}
	}
	e.line("  {")
	for i, in := range r.Body {
		switch in.Op {
		case ir.Sum:
			e.line("    double s%d[%d] = {0};", in.Dst, ir.Lanes)
		case ir.RowAxpy:
			e.line("    double a%d[%d][%d] = {{0}};", i, max(1, in.Len), ir.Lanes)
		case ir.Scatter:
			e.line("    for (long j = 0; j < %d; j++) b%d[%d + j] = 0;", in.Len, in.Buf, in.Off)
		}
	}
	w.number(r.Body)
	if r.N >= ir.Lanes {
		e.line("    for (long i0 = 0; i0 + %d <= %d; i0 += %d) {", ir.Lanes, r.N, ir.Lanes)
		if err := w.block(list, ir.Lanes); err != nil {
			return err
		}
		e.line("    }")
	}
	if rest := r.N % ir.Lanes; rest > 0 {
		e.line("    {")
		e.line("      const long i0 = %d;", r.N-rest)
		if err := w.block(list, rest); err != nil {
			return err
		}
		e.line("    }")
	}
	for i, in := range r.Body {
		switch in.Op {
		case ir.Sum:
			e.line("    r%d = quatre_tree(s%d);", in.Dst, in.Dst)
		case ir.RowAxpy:
			e.line("    for (long j = 0; j < %d; j++) b%d[%d + j] = quatre_tree(a%d[j]);", in.Len, in.Buf, in.Off, i)
		}
	}
	e.line("  }")
	return nil
}

// loopWriter writes blocks of one loop.
type loopWriter struct {
	e           *emitter
	n           int
	cross, lane map[ir.Reg]bool
	axpys       []int // accumulator numbers of the body's RowAxpy, in order
	next        int
}

func (w *loopWriter) number(body []ir.Instr) {
	for i, in := range body {
		if in.Op == ir.RowAxpy {
			w.axpys = append(w.axpys, i)
		}
	}
}

// name is the C text of a register within a lane.
func (w *loopWriter) name(r ir.Reg) string {
	if w.cross[r] {
		return fmt.Sprintf("r%d[l]", r)
	}
	return reg(r)
}

func (w *loopWriter) block(list []stretch, width int) error {
	w.next = 0
	for _, s := range list {
		for _, in := range s.body {
			if in.Dst != ir.NoReg && w.cross[in.Dst] {
				w.e.line("      double r%d[%d];", in.Dst, ir.Lanes)
			}
		}
	}
	for _, s := range list {
		if s.own {
			w.matrix(s.body[0], width)
			continue
		}
		if err := w.lanes(s.body, width); err != nil {
			return err
		}
	}
	return nil
}

func (w *loopWriter) lanes(body []ir.Instr, width int) error {
	e := w.e
	if width == ir.Lanes {
		e.line("      _Pragma(\"omp simd\")")
	}
	e.line("      for (int l = 0; l < %d; l++) {", width)
	e.line("        const long i = i0 + l; (void)i;")
	for _, in := range body {
		if in.Op == ir.Sum {
			e.line("        s%d[l] += %s;", in.Dst, w.name(in.Args[0]))
			continue
		}
		text, err := e.iteration(in, w.name, "i")
		if err != nil {
			return err
		}
		switch {
		case in.Dst == ir.NoReg:
			e.line("        %s;", text)
		case w.cross[in.Dst]:
			e.line("        r%d[l] = %s;", in.Dst, text)
		default:
			e.line("        const double r%d = %s;", in.Dst, text)
		}
	}
	e.line("      }")
	return nil
}

// matrix writes an instruction with loops of its own.
func (w *loopWriter) matrix(in ir.Instr, width int) {
	e := w.e
	simd := ""
	if width == ir.Lanes {
		simd = "_Pragma(\"omp simd\") "
	}
	switch in.Op {
	case ir.RowDot:
		e.line("      for (int l = 0; l < %d; l++) r%d[l] = 0;", width, in.Dst)
		e.line("      for (long j = 0; j < %d; j++) {", in.Len)
		e.line("        const double x = b%d[%d + j];", in.Vec, in.VecOff)
		e.line("        %sfor (int l = 0; l < %d; l++) r%d[l] = __builtin_fma(b%d[%d + j * %d + i0 + l], x, r%d[l]);",
			simd, width, in.Dst, in.Buf, in.Off, w.n, in.Dst)
		e.line("      }")
	case ir.RowAxpy:
		acc := w.axpys[w.next]
		w.next++
		arg := w.name(in.Args[0])
		e.line("      for (long j = 0; j < %d; j++) {", in.Len)
		e.line("        %sfor (int l = 0; l < %d; l++) a%d[j][l] = __builtin_fma(b%d[%d + j * %d + i0 + l], %s, a%d[j][l]);",
			simd, width, acc, in.Vec, in.VecOff, w.n, arg, acc)
		e.line("      }")
	case ir.Scatter:
		e.line("      for (int l = 0; l < %d; l++) b%d[%d + k%d[i0 + l]] += %s;", width, in.Buf, in.Off, in.Idx, w.name(in.Args[0]))
	}
}
