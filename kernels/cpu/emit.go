package cpu

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/kernels"
)

// entry is the symbol of the compiled program.
const entry = "quatre_program"

// functions maps each pure operation to its C text; %[1]s … are the arguments.
var functions = map[ir.Op]string{
	ir.Neg:    "-%[1]s",
	ir.Abs:    "__builtin_fabs(%[1]s)",
	ir.Sqrt:   "__builtin_sqrt(%[1]s)",
	ir.Floor:  "__builtin_floor(%[1]s)",
	ir.Ceil:   "__builtin_ceil(%[1]s)",
	ir.Round:  "__builtin_round(%[1]s)",
	ir.Trunc:  "__builtin_trunc(%[1]s)",
	ir.Add:    "%[1]s + %[2]s",
	ir.Sub:    "%[1]s - %[2]s",
	ir.Mul:    "%[1]s * %[2]s",
	ir.Div:    "%[1]s / %[2]s",
	ir.FMA:    "__builtin_fma(%[1]s, %[2]s, %[3]s)",
	ir.Min:    "%[2]s < %[1]s ? %[2]s : %[1]s",
	ir.Max:    "%[1]s < %[2]s ? %[2]s : %[1]s",
	ir.Lt:     "%[1]s < %[2]s ? 1.0 : 0.0",
	ir.Le:     "%[1]s <= %[2]s ? 1.0 : 0.0",
	ir.Eq:     "%[1]s == %[2]s ? 1.0 : 0.0",
	ir.Select: "%[1]s != 0.0 ? %[2]s : %[3]s",

	ir.Exp: "qe_exp(%[1]s)", ir.Log: "qe_log(%[1]s)", ir.Log1p: "qe_log1p(%[1]s)", ir.Expm1: "qe_expm1(%[1]s)",
	ir.Sin: "qe_sin(%[1]s)", ir.Cos: "qe_cos(%[1]s)", ir.Tan: "qe_tan(%[1]s)",
	ir.Asin: "qe_asin(%[1]s)", ir.Acos: "qe_acos(%[1]s)", ir.Atan: "qe_atan(%[1]s)",
	ir.Sinh: "qe_sinh(%[1]s)", ir.Cosh: "qe_cosh(%[1]s)", ir.Tanh: "qe_tanh(%[1]s)",
	ir.Pow: "qe_pow(%[1]s, %[2]s)", ir.Erf: "qe_erf(%[1]s)", ir.Erfc: "qe_erfc(%[1]s)",
	ir.Lgamma: "qe_lgamma(%[1]s)", ir.Digamma: "qe_digamma(%[1]s)", ir.Trigamma: "qe_trigamma(%[1]s)",
	ir.NormCDF: "qe_normcdf(%[1]s)", ir.LogNormCDF: "qe_lognormcdf(%[1]s)", ir.NormQuantile: "qe_normquantile(%[1]s)",
	ir.GammaP: "qe_gammap(%[1]s, %[2]s)", ir.GammaQ: "qe_gammaq(%[1]s, %[2]s)", ir.GammaPDa: "qe_gammap_da(%[1]s, %[2]s)",
	ir.BetaInc:   "qe_betainc(%[1]s, %[2]s, %[3]s)",
	ir.BetaIncDa: "qe_betainc_da(%[1]s, %[2]s, %[3]s)", ir.BetaIncDb: "qe_betainc_db(%[1]s, %[2]s, %[3]s)",
}

// emitter writes the C text of one program.
type emitter struct {
	p *ir.Program
	b strings.Builder
	*usage
}

// emit returns the C text of a program, without the prelude. It fails on
// operations that this backend lacks.
func emit(p *ir.Program) (string, error) {
	e := &emitter{p: p, usage: usageOf(p)}
	e.b.WriteString(e.outlines())
	e.line("void %s(double *const *restrict b, const int *const *restrict k) {", entry)
	for i := range p.Bufs {
		kind := "double"
		switch p.Bufs[i].Kind {
		case ir.In, ir.Data, ir.Hoist, ir.Lit, ir.Setting:
			kind = "const double"
		}
		e.line("  %s *restrict const b%d = b[%d]; (void)b%d;", kind, i, i, i)
	}
	e.line("  double *restrict const scratch = b[%d]; (void)scratch;", len(p.Bufs))
	for i := range p.Ints {
		e.line("  const int *restrict const k%d = k[%d]; (void)k%d;", i, i, i)
	}
	for _, r := range p.Body {
		if err := e.region(r); err != nil {
			return "", err
		}
	}
	e.line("}")
	return e.b.String(), nil
}

func (e *emitter) line(format string, args ...any) {
	fmt.Fprintf(&e.b, format, args...)
	e.b.WriteByte('\n')
}

func (e *emitter) region(r ir.Region) error {
	switch r := r.(type) {
	case *ir.Scalar:
		return e.scalars(r.Body)
	case *ir.Loop:
		return e.loop(r)
	case *ir.Scan:
		return e.scan(r)
	case *ir.Linear:
		from, by := 0, 1
		if r.Reverse {
			from, by = r.N-1, -1
		}
		e.line("  quatre_linear(%d, %d, %d, %s, %s, %s, r%d);", r.N, from, by, place(r.Dst), place(r.Own), place(r.Weight), r.Init)
	case *ir.Cholesky:
		e.line("  quatre_cholesky(%d, %s, %s);", r.N, place(r.Src), place(r.Dst))
	case *ir.CholeskyGrad:
		e.line("  quatre_cholesky_grad(%d, %s, %s, %s);", r.N, place(r.L), place(r.Adj), place(r.Dst))
	case *ir.TriSolve:
		name := "quatre_solve_lower"
		if r.Trans {
			name += "_t"
		}
		e.line("  %s(%d, %d, %s, %s, %s);", name, r.N, r.M, place(r.L), place(r.B), place(r.Dst))
	default:
		return fmt.Errorf("cpu: %w: region %T", kernels.ErrUnsupported, r)
	}
	return nil
}

func place(p ir.Place) string { return fmt.Sprintf("b%d + %d", p.Buf, p.Off) }

func (e *emitter) scalars(body []ir.Instr) error {
	for _, in := range body {
		switch in.Op {
		case ir.Store:
			e.line("  b%d[%d] = r%d;", in.Buf, in.Off, in.Args[0])
		case ir.Load:
			e.line("  const double r%d = b%d[%d];", in.Dst, in.Buf, in.Off)
		default:
			text, err := e.scalarExpression(in)
			if err != nil {
				return err
			}
			e.line("  const double r%d = %s;", in.Dst, text)
		}
	}
	return nil
}

func reg(r ir.Reg) string { return "r" + strconv.Itoa(int(r)) }

// expression returns the C text of a constant or a pure operation.
func expression(in ir.Instr, name func(ir.Reg) string) (string, error) {
	if in.Op == ir.Const {
		return literal(in.Imm), nil
	}
	format, ok := functions[in.Op]
	if !ok {
		return "", fmt.Errorf("cpu: %w: %v", kernels.ErrUnsupported, in.Op)
	}
	args := make([]any, in.Op.Arity())
	for i := range args {
		args[i] = name(in.Args[i])
	}
	return fmt.Sprintf(format, args...), nil
}

// scalarExpression is expression in scalar code.
func (e *emitter) scalarExpression(in ir.Instr) (string, error) {
	text, err := expression(in, reg)
	if err == nil && isFunction(in.Op) {
		text = e.scalarName(in) + text[strings.IndexByte(text, '('):]
	}
	return text, err
}

func literal(v float64) string {
	switch {
	case math.IsNaN(v):
		return `__builtin_nan("")`
	case math.IsInf(v, 1):
		return "__builtin_inf()"
	case math.IsInf(v, -1):
		return "-__builtin_inf()"
	case v < 0 || v == 0 && math.Signbit(v):
		return "(" + strconv.FormatFloat(v, 'x', -1, 64) + ")"
	}
	return strconv.FormatFloat(v, 'x', -1, 64)
}

// scan writes a recurrence: one iteration after the other.
func (e *emitter) scan(r *ir.Scan) error {
	for _, c := range r.Carry {
		e.line("  double r%d = r%d;", c.Final, c.Init)
	}
	if r.Reverse {
		e.line("  for (long i = %d; i >= 0; i--) {", r.N-1)
	} else {
		e.line("  for (long i = 0; i < %d; i++) {", r.N)
	}
	for _, c := range r.Carry {
		e.line("    const double r%d = r%d;", c.In, c.Final)
	}
	for _, in := range r.Body {
		text, err := e.iteration(in, reg, "i")
		if isFunction(in.Op) {
			text, err = e.scalarExpression(in)
		}
		if err != nil {
			return err
		}
		if in.Dst == ir.NoReg {
			e.line("    %s;", text)
		} else {
			e.line("    const double r%d = %s;", in.Dst, text)
		}
	}
	for _, c := range r.Carry {
		e.line("    r%d = r%d;", c.Final, c.Out)
	}
	e.line("  }")
	return nil
}

// iteration returns the C text of an instruction at iteration index.
func (e *emitter) iteration(in ir.Instr, name func(ir.Reg) string, index string) (string, error) {
	at := func() string {
		switch in.Stride {
		case 0:
			return strconv.Itoa(in.Off)
		case 1:
			return fmt.Sprintf("%d + %s", in.Off, index)
		}
		return fmt.Sprintf("%d + %d * %s", in.Off, in.Stride, index)
	}
	switch in.Op {
	case ir.Load:
		return fmt.Sprintf("b%d[%s]", in.Buf, at()), nil
	case ir.Store:
		return fmt.Sprintf("b%d[%s] = %s", in.Buf, at(), name(in.Args[0])), nil
	case ir.Gather:
		return fmt.Sprintf("b%d[%d + k%d[%s]]", in.Buf, in.Off, in.Idx, index), nil
	}
	return expression(in, name)
}
