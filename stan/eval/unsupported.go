package eval

import (
	"fmt"
	"strings"

	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
)

// Unsupported lists what a program uses that the language has and this evaluator has not, each thing at its first place.
func Unsupported(p *types.Program) []syntax.Diagnostic {
	u := &unsupported{program: p, seen: make(map[string]bool)}
	for _, sym := range p.Data {
		u.declared(sym)
	}
	for _, f := range p.Functions {
		u.block(f.Body)
	}
	u.block(p.TransformedData)
	for _, sym := range p.Parameters {
		u.declared(sym)
	}
	u.block(p.TransformedParameters)
	u.block(p.Model)
	u.block(p.GeneratedQuantities)
	return u.list
}

type unsupported struct {
	program *types.Program
	seen    map[string]bool
	list    []syntax.Diagnostic
}

func (u *unsupported) add(at syntax.Span, what string) {
	if u.seen[what] {
		return
	}
	u.seen[what] = true
	u.list = append(u.list, u.program.Source.Diagnose(syntax.SeverityError, at, what+" not available yet", ""))
}

func (u *unsupported) block(list []types.Stmt) {
	types.WalkStmts(list, func(s types.Stmt) {
		if decl, ok := s.(*types.Decl); ok {
			u.declared(decl.Sym)
		}
	}, func(e types.Expr) bool {
		if call, ok := e.(*types.Call); ok && call.Func == nil {
			if _, known := library[call.Name]; !known && !strings.HasPrefix(call.Name, "reduce_sum") {
				u.add(call.Pos(), missingText(call.Name))
			}
		}
		if isComplex(e.Type()) {
			u.add(e.Pos(), "complex numbers are")
		}
		return true
	})
}

func (u *unsupported) declared(sym *types.Symbol) {
	switch {
	case anyComplex(sym.Type):
		u.add(sym.At, "complex numbers are")
	case sym.Type.Base == types.Tuple && sym.Type.Rank > 0:
		u.add(sym.At, "arrays of tuples are")
	case sym.Type.Base == types.Tuple && sym.Kind == types.GlobalVar && sym.Block != syntax.TransformedDataBlock:
		u.add(sym.At, fmt.Sprintf("tuples in the %s block are", sym.Block))
	}
}
