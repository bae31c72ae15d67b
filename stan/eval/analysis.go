package eval

import (
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
)

// loopInfo is what the text of a loop's body says about variables from outside of it.
type loopInfo struct {
	// assigned are the variables that the body assigns to, in the order of the text.
	assigned []*types.Symbol
	// whole are those of them that some statement assigns to as a whole, and that are read or assigned otherwise; added
	// are those that the body only adds to.
	whole, added map[*types.Symbol]bool
	// leaves tells that the body may end the loop or the function.
	leaves bool
}

// infoOf analyses a loop's body, once for each loop.
func (ev *evaluator) infoOf(key types.Stmt, body []types.Stmt) *loopInfo {
	if info, ok := ev.loops[key]; ok {
		return info
	}
	info := analyse(body)
	ev.loops[key] = info
	return info
}

func analyse(body []types.Stmt) *loopInfo {
	a := &analysis{
		local: make(map[*types.Symbol]bool), reads: make(map[*types.Symbol]int),
		plain: make(map[*types.Symbol]bool), whole: make(map[*types.Symbol]bool),
	}
	types.WalkStmts(body, a.statement, func(e types.Expr) bool {
		if v, ok := e.(*types.Var); ok {
			a.reads[v.Sym]++
		}
		return true
	})
	info := &loopInfo{whole: make(map[*types.Symbol]bool), added: make(map[*types.Symbol]bool), leaves: leaves(body, true)}
	seen := make(map[*types.Symbol]bool)
	for _, sym := range a.assigned {
		if seen[sym] || a.local[sym] {
			continue
		}
		seen[sym] = true
		info.assigned = append(info.assigned, sym)
		switch {
		case !a.plain[sym] && a.reads[sym] == 0:
			info.added[sym] = true
		case a.whole[sym]:
			info.whole[sym] = true
		}
	}
	return info
}

// analysis counts how variables are used. Reads are counted for all names in expressions; those that are no reads are
// taken off again.
type analysis struct {
	local    map[*types.Symbol]bool
	assigned []*types.Symbol
	reads    map[*types.Symbol]int
	// plain are variables with an assignment that does not add.
	plain, whole map[*types.Symbol]bool
}

func (a *analysis) statement(s types.Stmt) {
	switch s := s.(type) {
	case *types.Decl:
		a.local[s.Sym] = true
	case *types.For:
		a.local[s.Var] = true
	case *types.ForEach:
		a.local[s.Var] = true
	case *types.Assign:
		a.target(s, s.Target)
	}
}

func (a *analysis) target(s *types.Assign, target types.Expr) {
	switch t := target.(type) {
	case *types.TupleLit:
		for _, e := range t.Elems {
			a.target(s, e)
		}
	case *types.Field:
		a.target(s, t.X)
	case *types.Var:
		a.reads[t.Sym]--
		a.whole[t.Sym] = true
		a.add(s, t.Sym)
	case *types.Index:
		if sym := rootOf(t); sym != nil {
			a.reads[sym]--
			a.add(s, sym)
			return
		}
		root, _ := unfold(t)
		a.target(s, root)
	}
}

func (a *analysis) add(s *types.Assign, sym *types.Symbol) {
	a.assigned = append(a.assigned, sym)
	if sum, ok := s.Value.(*types.Binary); ok && s.Compound && (sum.Op == syntax.OpAdd || sum.Op == syntax.OpSub) && rootOf(s.Target) == sym {
		a.reads[sym]-- // the old content in x = x + y
		return
	}
	a.plain[sym] = true
}

// leaves reports whether statements may break off the loop around them or return.
func leaves(list []types.Stmt, own bool) bool {
	found := false
	for _, s := range list {
		switch s := s.(type) {
		case *types.Break:
			found = found || own
		case *types.Return:
			found = true
		case *types.If:
			found = found || leaves(s.Then, own) || leaves(s.Else, own)
		case *types.Block:
			found = found || leaves(s.Body, own)
		case *types.For:
			found = found || leaves(s.Body, false)
		case *types.ForEach:
			found = found || leaves(s.Body, false)
		case *types.While:
			found = found || leaves(s.Body, false)
		}
	}
	return found
}
