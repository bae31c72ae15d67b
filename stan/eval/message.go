package eval

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
)

// Rejection is the error of reject() or fatal_error() in a program.
type Rejection struct {
	// Place is where the program says so.
	Place syntax.Diagnostic
	// Text is what the program says.
	Text string
}

// Error renders the place and what the program says.
func (r *Rejection) Error() string { return r.Place.String() }

// message runs print, reject and fatal_error.
func (ev *evaluator) message(s *types.Message) error {
	switch {
	case ev.attempt != nil:
		return notTogether{s.Kind}
	case ev.drawings != nil:
		return ev.errorf(s.Pos(), "", "%s is for single draws", s.Kind)
	}
	var b strings.Builder
	for _, arg := range s.Args {
		if text, ok := arg.(*types.TextConst); ok {
			b.WriteString(text.Text)
			continue
		}
		v, err := ev.eval(arg)
		if err != nil {
			return err
		}
		b.WriteString(valueText(v))
	}
	switch {
	case s.Kind == "print":
		if ev.print != nil {
			fmt.Fprintln(ev.print, b.String())
		}
		return nil
	case len(ev.guards) > 0:
		holds := ev.guard(0)
		x := expr.Sum(expr.Where(ev.flat(holds), negativeInfinity, 0))
		return ev.addTotal(s.Pos(), func() string { return ev.siteText(s.Kind+"("+b.String()+")", s.Pos()) }, x, nil)
	}
	d := ev.source.Diagnose(syntax.SeverityError, s.Pos(), "rejected by the program: "+b.String(), "")
	return &Rejection{Place: d, Text: b.String()}
}

// valueText writes a value as print shows it.
func valueText(v *Value) string {
	switch {
	case v.Parts != nil:
		parts := make([]string, len(v.Parts))
		for i, p := range v.Parts {
			parts[i] = valueText(p)
		}
		return "(" + strings.Join(parts, ",") + ")"
	case v.IsSym():
		return "<depends on parameters>"
	}
	return elementsText(v, v.Type, v.Dims, 0)
}

// elementsText writes the part of a value that begins at a position of its list.
func elementsText(v *Value, t types.Type, dims []int, from int) string {
	if len(dims) == 0 {
		if v.Type.IsInt() {
			return strconv.Itoa(v.Ints[from])
		}
		return strconv.FormatFloat(v.Reals[from], 'g', 6, 64)
	}
	parts := make([]string, dims[0])
	for i := range parts {
		switch {
		case t.Rank == 0 && isMatrix(t):
			row := make([]string, dims[1])
			for j := range row {
				row[j] = elementsText(v, t, nil, from+i+j*dims[0])
			}
			parts[i] = "[" + strings.Join(row, ",") + "]"
		case t.Rank > 0:
			parts[i] = elementsText(v, t.Elem(), dims[1:], from+i*product(dims[1:]))
		default:
			parts[i] = elementsText(v, t, nil, from+i)
		}
	}
	return "[" + strings.Join(parts, ",") + "]"
}
