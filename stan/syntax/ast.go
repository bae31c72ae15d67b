package syntax

// Node is a piece of syntax with a place in the text.
type Node interface{ Pos() Span }

// BlockKind names a block of a program, in the order in which blocks run.
type BlockKind uint8

// The blocks of a program.
const (
	FunctionsBlock BlockKind = iota
	DataBlock
	TransformedDataBlock
	ParametersBlock
	TransformedParametersBlock
	ModelBlock
	GeneratedQuantitiesBlock
)

// BlockKinds lists all blocks in the order in which a program has them.
var BlockKinds = []BlockKind{
	FunctionsBlock, DataBlock, TransformedDataBlock, ParametersBlock,
	TransformedParametersBlock, ModelBlock, GeneratedQuantitiesBlock,
}

// String returns the words that open the block.
func (k BlockKind) String() string {
	return [...]string{
		"functions", "data", "transformed data", "parameters",
		"transformed parameters", "model", "generated quantities",
	}[k]
}

// Program is the syntax tree of a whole program. A block that the program does not have is nil.
type Program struct {
	Source    *Source
	Functions []*FuncDef
	Blocks    [GeneratedQuantitiesBlock + 1]*Block
}

// Block is one of the blocks that hold statements; declarations are statements.
type Block struct {
	Span
	Kind  BlockKind
	Stmts []Stmt
}

// FuncDef defines a function or, where Forward is set, only announces it.
type FuncDef struct {
	Span
	Return  TypeExpr
	Name    Ident
	Params  []Param
	Body    []Stmt
	Forward bool
}

// Param is a parameter of a function; Data marks one that takes only data.
type Param struct {
	Span
	Data bool
	Type TypeExpr
	Name Ident
}

// Ident is a name at a place.
type Ident struct {
	Span
	Name string
}

// TypeExpr is a written type. Base is the word of the type ("void" only as a function's result).
//
// The type of a declaration has sizes: Array holds those of array[…], Sizes those of the base, Bounds what stands in
// angle brackets. The type of a parameter has none: Rank counts the dimensions of array[,].
type TypeExpr struct {
	Span
	Base   string
	Rank   int
	Array  []Expr
	Sizes  []Expr
	Bounds *Bounds
	Elems  []TypeExpr
}

// Bounds is what stands in angle brackets in a declaration; absent parts are nil.
type Bounds struct {
	Span
	Lower, Upper, Offset, Multiplier Expr
}
