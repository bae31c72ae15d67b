package types

import "github.com/quatre-ppl/quatre/stan/syntax"

// Stmt is a checked statement.
type Stmt interface {
	// Pos is the place in the source.
	Pos() syntax.Span
	stmt()
}

// The statements.
type (
	// Decl brings a variable to life, with a first value of its type or nil.
	Decl struct {
		syntax.Span
		Sym  *Symbol
		Init Expr
	}
	// Assign is Target = Value; both have the same type. Target is a Var, an Index or a Field of a target, or a TupleLit of
	// targets. x += y comes as x = x + y with Compound set.
	Assign struct {
		syntax.Span
		Target   Expr
		Value    Expr
		Compound bool
	}
	// Tilde is Value ~ Dist(…): Density is the call of the log density whose first argument is the value. Truncation has
	// Lower or Upper, real numbers, or neither.
	Tilde struct {
		syntax.Span
		Dist         string
		Density      *Call
		Lower, Upper Expr
	}
	// TargetAdd adds the sum of Value to the log density; Jacobian marks jacobian +=.
	TargetAdd struct {
		syntax.Span
		Jacobian bool
		Value    Expr
	}
	// For runs Var over Lo:Hi.
	For struct {
		syntax.Span
		Var    *Symbol
		Lo, Hi Expr
		Body   []Stmt
	}
	// ForEach runs Var over the elements of Over: of an array, a vector, or a matrix column by column.
	ForEach struct {
		syntax.Span
		Var  *Symbol
		Over Expr
		Body []Stmt
	}
	// While repeats Body as long as Cond is not zero.
	While struct {
		syntax.Span
		Cond Expr
		Body []Stmt
	}
	// If runs Then where Cond is not zero, else Else.
	If struct {
		syntax.Span
		Cond       Expr
		Then, Else []Stmt
	}
	// Break leaves the innermost loop.
	Break struct{ syntax.Span }
	// Continue starts the next turn of the innermost loop.
	Continue struct{ syntax.Span }
	// Return leaves a function with Value, nil where there is none.
	Return struct {
		syntax.Span
		Value Expr
	}
	// Message is print, reject or fatal_error with texts (TextConst) and values.
	Message struct {
		syntax.Span
		Kind string
		Args []Expr
	}
	// Block is statements in braces; Profile is its name where it has one.
	Block struct {
		syntax.Span
		Profile string
		Body    []Stmt
	}
	// CallStmt calls a function that returns nothing.
	CallStmt struct {
		syntax.Span
		Call *Call
	}
)

func (*Decl) stmt()      {}
func (*Assign) stmt()    {}
func (*Tilde) stmt()     {}
func (*TargetAdd) stmt() {}
func (*For) stmt()       {}
func (*ForEach) stmt()   {}
func (*While) stmt()     {}
func (*If) stmt()        {}
func (*Break) stmt()     {}
func (*Continue) stmt()  {}
func (*Return) stmt()    {}
func (*Message) stmt()   {}
func (*Block) stmt()     {}
func (*CallStmt) stmt()  {}
