package types

// Walk calls visit for e and, where visit returns true, for its parts, in the order of the text.
func Walk(e Expr, visit func(Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	switch e := e.(type) {
	case *Promote:
		Walk(e.X, visit)
	case *Unary:
		Walk(e.X, visit)
	case *Binary:
		Walk(e.X, visit)
		Walk(e.Y, visit)
	case *Cond:
		Walk(e.If, visit)
		Walk(e.Then, visit)
		Walk(e.Else, visit)
	case *Index:
		Walk(e.X, visit)
		for _, arg := range e.Args {
			Walk(arg.Lo, visit)
			Walk(arg.Hi, visit)
		}
	case *Field:
		Walk(e.X, visit)
	case *ArrayLit:
		walkAll(e.Elems, visit)
	case *RowLit:
		walkAll(e.Elems, visit)
	case *TupleLit:
		walkAll(e.Elems, visit)
	case *Call:
		walkAll(e.Args, visit)
	}
}

func walkAll(list []Expr, visit func(Expr) bool) {
	for _, e := range list {
		Walk(e, visit)
	}
}

// WalkStmts calls each for every statement of a list, those in bodies included, and Walk with visit for the expressions
// in them. Visit may be nil.
func WalkStmts(list []Stmt, each func(Stmt), visit func(Expr) bool) {
	walk := func(exprs ...Expr) {
		if visit == nil {
			return
		}
		walkAll(exprs, visit)
	}
	for _, stmt := range list {
		each(stmt)
		switch s := stmt.(type) {
		case *Decl:
			walk(s.Init)
		case *Assign:
			walk(s.Target, s.Value)
		case *Tilde:
			walk(s.Density, s.Lower, s.Upper)
		case *TargetAdd:
			walk(s.Value)
		case *For:
			walk(s.Lo, s.Hi)
			WalkStmts(s.Body, each, visit)
		case *ForEach:
			walk(s.Over)
			WalkStmts(s.Body, each, visit)
		case *While:
			walk(s.Cond)
			WalkStmts(s.Body, each, visit)
		case *If:
			walk(s.Cond)
			WalkStmts(s.Then, each, visit)
			WalkStmts(s.Else, each, visit)
		case *Return:
			walk(s.Value)
		case *Message:
			walk(s.Args...)
		case *Block:
			WalkStmts(s.Body, each, visit)
		case *CallStmt:
			walk(s.Call)
		}
	}
}
