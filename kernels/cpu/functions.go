package cpu

import (
	"fmt"
	"sort"
	"strings"

	"github.com/quatre-ppl/quatre/graph/ir"
)

// Elementary functions are long, in text and in latency. Loops call a copy that
// works on arrays of lanes: a short loop of its own keeps more lanes in flight
// than the function in the middle of a long body would, and compiles once. In
// small loops, where the call would weigh more, and in scalar code a function
// that occurs once or twice is written in place.

// inlineLimit is the number of copies of a function's text up to which it is
// written in place, inlineRows the longest loop in which that is done.
const (
	inlineLimit = 2
	inlineRows  = 2 * ir.Lanes
)

// vectors are the functions that become vector code in a loop over lanes.
var vectors = map[string]bool{
	"exp": true, "log": true, "log1p": true, "log1p_unit": true, "expm1": true, "asin": true, "acos": true, "atan": true,
	"sinh": true, "cosh": true, "tanh": true, "pow": true, "erf": true, "erfc": true,
	"normcdf": true, "lognormcdf": true, "normquantile": true,
}

// large are the functions that have forms without branches, one for arguments
// from smallFrom to largeFrom and one for those up to largeTo.
var large = map[string]bool{"lgamma": true, "digamma": true, "trigamma": true}

const (
	smallFrom = "0x1p-60"
	largeFrom = "8"
	largeTo   = "0x1p1000"
)

// isFunction tells elementary and special functions from arithmetic.
func isFunction(op ir.Op) bool { return op >= ir.Exp && op <= ir.BetaIncDb }

// usage counts how often the text of each function would stand in the program
// if it were written wherever it is used.
type usage struct {
	loops, scalars map[string]int
	arity          map[string]int
	unit           map[ir.Reg]bool // values known to be in [0, 1], or NaN
}

func usageOf(p *ir.Program) *usage {
	u := &usage{make(map[string]int), make(map[string]int), make(map[string]int), unitValues(p)}
	count := func(body []ir.Instr, into map[string]int, n int) {
		for _, in := range body {
			if isFunction(in.Op) {
				into[u.function(in)] += n
				u.arity[u.function(in)] = in.Op.Arity()
			}
		}
	}
	for _, r := range p.Body {
		switch r := r.(type) {
		case *ir.Scalar:
			count(r.Body, u.scalars, 1)
		case *ir.Scan:
			count(r.Body, u.scalars, 1)
		case *ir.Loop:
			parts := (r.N + ir.Lanes - 1) / ir.Lanes // 1 or 2 copies of a short loop's body
			count(r.Body, u.loops, min(parts, inlineLimit))
		}
	}
	return u
}

// unitValues finds the values e^−|x|, of which the logistic and other stable
// forms take log(1 + ·).
func unitValues(p *ir.Program) map[ir.Reg]bool {
	abs, negative, unit := make(map[ir.Reg]bool), make(map[ir.Reg]bool), make(map[ir.Reg]bool)
	visit := func(body []ir.Instr) {
		for _, in := range body {
			switch in.Op {
			case ir.Abs:
				abs[in.Dst] = true
			case ir.Neg:
				negative[in.Dst] = abs[in.Args[0]]
			case ir.Exp:
				unit[in.Dst] = negative[in.Args[0]]
			}
		}
	}
	for _, r := range p.Body {
		switch r := r.(type) {
		case *ir.Scalar:
			visit(r.Body)
		case *ir.Loop:
			visit(r.Body)
		case *ir.Scan:
			visit(r.Body)
		}
	}
	return unit
}

// function returns the name of an instruction's function in the prelude,
// without its prefix.
func (u *usage) function(in ir.Instr) string {
	if in.Op == ir.Log1p && u.unit[in.Args[0]] {
		return "log1p_unit"
	}
	name, _, _ := strings.Cut(functions[in.Op], "(")
	return strings.TrimPrefix(name, "qe_")
}

// outlined tells whether a loop of n rows calls a function on arrays.
func (u *usage) outlined(in ir.Instr, n int) bool {
	if !isFunction(in.Op) {
		return false
	}
	name := u.function(in)
	return !vectors[name] || n > inlineRows || u.loops[name] > inlineLimit
}

// scalarName returns the C name of a function in scalar code.
func (u *usage) scalarName(in ir.Instr) string {
	name := u.function(in)
	if u.scalars[name] > inlineLimit {
		return "one_" + name
	}
	return "qe_" + aloneName(name)
}

// alone are the functions that have a form of their own for scalar code.
var alone = map[string]bool{"exp": true}

func aloneName(function string) string {
	if alone[function] {
		return function + "_alone"
	}
	return function
}

// countOf is the number of elements that a function on arrays is asked for:
// whole groups where that is vector code.
func countOf(function string) string {
	if vectors[function] {
		return "lanes"
	}
	return "rows"
}

// outlines returns the C text of the functions that the program may call.
func (u *usage) outlines() string {
	var names []string
	for name := range u.arity {
		names = append(names, name)
	}
	sort.Strings(names)
	var b strings.Builder
	for _, name := range names {
		var args, arrays, elements []string
		for k := range u.arity[name] {
			x := string(rune('x' + k))
			args = append(args, x)
			arrays = append(arrays, "const double *restrict "+x)
			elements = append(elements, x+"[i]")
		}
		if u.scalars[name] > inlineLimit {
			fmt.Fprintf(&b, "static __attribute__((noinline)) double one_%s(double %s) { return qe_%s(%s); }\n",
				name, strings.Join(args, ", double "), aloneName(name), strings.Join(args, ", "))
		}
		if u.loops[name] > 0 {
			fmt.Fprintf(&b, "static __attribute__((noinline)) void each_%s(long n, double *restrict r, %s) {\n", name, strings.Join(arrays, ", "))
			format := "  for (long i = 0; i < n; i++) r[i] = qe_%[3]s(%[4]s);\n}\n"
			switch {
			case large[name]:
				fmt.Fprintf(&b, largeLoop, ir.Lanes, smallFrom, largeFrom, largeTo, name)
				continue
			case vectors[name]:
				format = "  for (long g = 0; g < n; g += %[1]d) {\n    %[2]s\n    for (long i = g; i < g + %[1]d; i++) r[i] = qe_%[3]s(%[4]s);\n  }\n}\n"
			}
			fmt.Fprintf(&b, format, ir.Lanes, "_Pragma(\"omp simd\")", name, strings.Join(elements, ", "))
		}
	}
	return b.String()
}

// largeLoop is the body of a function on arrays that has forms without branches:
// groups with any arguments of a form are computed as vectors, what belongs to none
// one by one.
const largeLoop = `  long g = 0;
  for (; g + %[1]d <= n; g += %[1]d) {
    int small = 0, large = 0, other = 0;
    for (long i = g; i < g + %[1]d; i++) {
      const int s = (x[i] >= %[2]s) & (x[i] < %[3]s), l = (x[i] >= %[3]s) & (x[i] <= %[4]s);
      small |= s;
      large |= l;
      other |= !(s | l);
    }
    if (large) {
      _Pragma("omp simd")
      for (long i = g; i < g + %[1]d; i++) r[i] = qe_%[5]s_large(x[i]);
    }
    if (small) {
      _Pragma("omp simd")
      for (long i = g; i < g + %[1]d; i++) {
        const double y = qe_%[5]s_small(x[i]);
        r[i] = x[i] < %[3]s ? y : r[i];
      }
    }
    if (other)
      for (long i = g; i < g + %[1]d; i++)
        if (!((x[i] >= %[2]s) & (x[i] <= %[4]s))) r[i] = qe_%[5]s(x[i]);
  }
  for (; g < n; g++) r[g] = qe_%[5]s(x[g]);
}
`
