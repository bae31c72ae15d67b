package syntax

// Stmt is a statement or a declaration.
type Stmt interface {
	Node
	stmt()
}

// The statements. Bodies are lists: a body in braces and the same single statement without them give the same tree.
type (
	// Decl declares one or more variables of one type.
	Decl struct {
		Span
		Type  TypeExpr
		Names []Declarator
	}
	// Assign is Target = Value or, where Op is not empty, Target Op= Value. Target may be a tuple of targets.
	Assign struct {
		Span
		Target Expr
		Op     Op
		Value  Expr
	}
	// Tilde is Value ~ Dist(Args) with an optional truncation.
	Tilde struct {
		Span
		Value Expr
		Dist  Ident
		Args  []Expr
		Trunc *Truncation
	}
	// TargetAdd is target += Value, or jacobian += Value.
	TargetAdd struct {
		Span
		Jacobian bool
		Value    Expr
	}
	// For runs over Lo:Hi, or over the elements of Over where that is not nil.
	For struct {
		Span
		Var    Ident
		Lo, Hi Expr
		Over   Expr
		Body   []Stmt
	}
	// While is a loop with a condition.
	While struct {
		Span
		Cond Expr
		Body []Stmt
	}
	// If has the list Else empty where there is no else.
	If struct {
		Span
		Cond       Expr
		Then, Else []Stmt
	}
	// Break leaves a loop.
	Break struct{ Span }
	// Continue starts the next turn of a loop.
	Continue struct{ Span }
	// Return has a nil Value in a function that returns nothing.
	Return struct {
		Span
		Value Expr
	}
	// Message is print, reject or fatal_error, as Kind says.
	Message struct {
		Span
		Kind string
		Args []Expr
	}
	// Group is a list of statements in braces with a scope of its own.
	Group struct {
		Span
		Body []Stmt
	}
	// Profile is a named Group.
	Profile struct {
		Span
		Name string
		Body []Stmt
	}
	// CallStmt calls a function that returns nothing.
	CallStmt struct {
		Span
		Call *Call
	}
)

// Declarator is one name of a declaration with its optional first value.
type Declarator struct {
	Name Ident
	Init Expr
}

// Truncation is T[Lower, Upper]; either may be nil.
type Truncation struct {
	Span
	Lower, Upper Expr
}

func (*Decl) stmt()      {}
func (*Assign) stmt()    {}
func (*Tilde) stmt()     {}
func (*TargetAdd) stmt() {}
func (*For) stmt()       {}
func (*While) stmt()     {}
func (*If) stmt()        {}
func (*Break) stmt()     {}
func (*Continue) stmt()  {}
func (*Return) stmt()    {}
func (*Message) stmt()   {}
func (*Group) stmt()     {}
func (*Profile) stmt()   {}
func (*CallStmt) stmt()  {}
