package syntax

// Expr is an expression. Parentheses leave no node: the tree says how things are grouped.
type Expr interface {
	Node
	expr()
}

// The expressions.
type (
	// Var is a name used as a value.
	Var struct{ Ident }
	// IntLit is a whole number.
	IntLit struct {
		Span
		Text  string
		Value int
	}
	// RealLit is a real number, or the imaginary one with that factor.
	RealLit struct {
		Span
		Text  string
		Value float64
		Imag  bool
	}
	// StringLit is a text; only messages have one.
	StringLit struct {
		Span
		Text string
	}
	// Unary is a prefix operator or the transpose.
	Unary struct {
		Span
		Op Op
		X  Expr
	}
	// Binary is an infix operator.
	Binary struct {
		Span
		Op   Op
		X, Y Expr
	}
	// Cond is If ? Then : Else.
	Cond struct {
		Span
		If, Then, Else Expr
	}
	// Index is X[Args].
	Index struct {
		Span
		X    Expr
		Args []IndexArg
	}
	// Field is X.N, the N-th part of a tuple counted from 1.
	Field struct {
		Span
		X Expr
		N int
	}
	// ArrayLit is {Elems}.
	ArrayLit struct {
		Span
		Elems []Expr
	}
	// RowLit is [Elems]: a row vector or, of rows, a matrix.
	RowLit struct {
		Span
		Elems []Expr
	}
	// TupleLit is (Elems) with at least two elements.
	TupleLit struct {
		Span
		Elems []Expr
	}
	// Call applies a function. Bar is set where a bar follows the first argument.
	Call struct {
		Span
		Name Ident
		Args []Expr
		Bar  bool
	}
	// TargetValue is target(), the log density so far.
	TargetValue struct{ Span }
)

// IndexKind is the form of one index.
type IndexKind uint8

// The forms of an index: i, everything, lo:, :hi and lo:hi.
const (
	IndexSingle IndexKind = iota
	IndexAll
	IndexFrom
	IndexTo
	IndexRange
)

// IndexArg is one index. A single index is in Lo; Lo and Hi are nil where the form has none.
type IndexArg struct {
	Span
	Kind   IndexKind
	Lo, Hi Expr
}

func (*Var) expr()         {}
func (*IntLit) expr()      {}
func (*RealLit) expr()     {}
func (*StringLit) expr()   {}
func (*Unary) expr()       {}
func (*Binary) expr()      {}
func (*Cond) expr()        {}
func (*Index) expr()       {}
func (*Field) expr()       {}
func (*ArrayLit) expr()    {}
func (*RowLit) expr()      {}
func (*TupleLit) expr()    {}
func (*Call) expr()        {}
func (*TargetValue) expr() {}
