package types

import "github.com/quatre-ppl/quatre/stan/syntax"

// Expr is an expression with a type.
type Expr interface {
	// Type is the type of the value.
	Type() Type
	// DataOnly tells that the language treats the value as data; see Symbol.
	DataOnly() bool
	// Pos is the place in the source.
	Pos() syntax.Span
}

// node is what all expressions have.
type node struct {
	syntax.Span
	typ  Type
	data bool
}

// Type implements Expr.
func (n *node) Type() Type { return n.typ }

// DataOnly implements Expr.
func (n *node) DataOnly() bool { return n.data }

// The expressions. Where the language promotes a value (int to real, real to complex), the tree has a Promote; so the
// operands of an operator and the arguments of a call have exactly the types that the operation takes.
type (
	// Const is a number. Exactly one of the fields is meant, by the Type: Int, Real, or the imaginary part in Real.
	Const struct {
		node
		Int  int
		Real float64
	}
	// TextConst is a text in a message.
	TextConst struct {
		node
		Text string
	}
	// Var is the value of a variable.
	Var struct {
		node
		Sym *Symbol
	}
	// FuncRef is a function of the program handed to a library function. Unnormalised is set for a name in _lupdf or
	// _lupmf, which means the function in _lpdf or _lpmf.
	FuncRef struct {
		node
		Func         *Function
		Unnormalised bool
	}
	// Promote converts X to the node's type.
	Promote struct {
		node
		X Expr
	}
	// Unary is a prefix operator or the transpose.
	Unary struct {
		node
		Op syntax.Op
		X  Expr
	}
	// Binary is an infix operator.
	Binary struct {
		node
		Op   syntax.Op
		X, Y Expr
	}
	// Cond is If ? Then : Else; both values have the node's type.
	Cond struct {
		node
		If, Then, Else Expr
	}
	// Index is X[Args].
	Index struct {
		node
		X    Expr
		Args []IndexArg
	}
	// Field is part N of a tuple, counted from 0.
	Field struct {
		node
		X Expr
		N int
	}
	// ArrayLit is an array of Elems, which have the element's type.
	ArrayLit struct {
		node
		Elems []Expr
	}
	// RowLit is a row vector of scalars or a matrix of row vectors, as the node's type says.
	RowLit struct {
		node
		Elems []Expr
	}
	// TupleLit is a tuple.
	TupleLit struct {
		node
		Elems []Expr
	}
	// Call applies a function of the library, or Func of the program where that is not nil. Name is the function's name;
	// densities lose their u (normal_lupdf is normal_lpdf with Unnormalised set). Log densities from ~ are Unnormalised too.
	Call struct {
		node
		Name         string
		Func         *Function
		Args         []Expr
		Unnormalised bool
	}
	// TargetValue is target().
	TargetValue struct{ node }
)

// IndexArg is one index with the form of syntax.IndexArg. A single index is in Lo; it may be an array of ints.
type IndexArg struct {
	Kind   syntax.IndexKind
	Lo, Hi Expr
}

// Multi tells whether the index picks several elements, so that it keeps a dimension.
func (a IndexArg) Multi() bool {
	return a.Kind != syntax.IndexSingle || a.Lo.Type().Rank > 0
}
