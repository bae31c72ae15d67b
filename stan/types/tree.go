package types

import "github.com/quatre-ppl/quatre/stan/syntax"

// Program is a checked program. Statements and expressions carry types, and names are resolved to Symbols.
type Program struct {
	Source *syntax.Source
	// Syntax is the tree that the program was checked from.
	Syntax *syntax.Program
	// Functions are the functions that the program defines.
	Functions []*Function
	// Data and Parameters are the variables of these blocks in order of declaration.
	Data, Parameters []*Symbol
	// TransformedData, TransformedParameters, Model and GeneratedQuantities are the statements of these blocks; a
	// declaration of a variable is a Decl among them.
	TransformedData, TransformedParameters, Model, GeneratedQuantities []Stmt
	// Slots is one more than the largest slot of a symbol outside of functions.
	Slots int
	// Warnings are remarks on a program that is correct.
	Warnings []syntax.Diagnostic
}

// Globals returns the variables that a block declares at its outermost level, in order: those that a draw reports, for
// the blocks that report any.
func (p *Program) Globals(block syntax.BlockKind) []*Symbol {
	var symbols []*Symbol
	var stmts []Stmt
	switch block {
	case syntax.DataBlock:
		return p.Data
	case syntax.ParametersBlock:
		return p.Parameters
	case syntax.TransformedDataBlock:
		stmts = p.TransformedData
	case syntax.TransformedParametersBlock:
		stmts = p.TransformedParameters
	case syntax.ModelBlock:
		stmts = p.Model
	case syntax.GeneratedQuantitiesBlock:
		stmts = p.GeneratedQuantities
	}
	for _, stmt := range stmts {
		if decl, ok := stmt.(*Decl); ok {
			symbols = append(symbols, decl.Sym)
		}
	}
	return symbols
}

// SymbolKind says what a name stands for and so who may assign to it.
type SymbolKind uint8

const (
	// GlobalVar is declared at the outermost level of a block other than model.
	GlobalVar SymbolKind = iota
	// LocalVar is declared in the model block, in a function or in braces.
	LocalVar
	// LoopVar is the variable of a for loop.
	LoopVar
	// ParamVar is a parameter of a function.
	ParamVar
)

// Symbol is a variable.
type Symbol struct {
	Name string
	Kind SymbolKind
	Type Type
	// Decl is how it is declared: sizes and constraint; nil for loop variables and parameters of functions.
	Decl *VarType
	// Block is where it is declared; FunctionsBlock inside of functions.
	Block syntax.BlockKind
	// DataOnly is set where the language treats the value as data, which is never differentiated: data, transformed data,
	// ints, a function's parameter marked data, and everything in generated quantities.
	DataOnly bool
	// Slot numbers the symbols of the program, or those of a function, from 0.
	Slot int
	// At is where it is declared.
	At syntax.Span

	used bool
}

// VarType is the type of a declared variable with its sizes.
type VarType struct {
	// Type is the type without sizes.
	Type Type
	// Array are the sizes of the array dimensions, outermost first; len(Array) is Type.Rank.
	Array []Expr
	// Sizes are the sizes of the base: one for vectors, rows and columns for matrices. Types with one size for both, such
	// as corr_matrix[K], have it here once.
	Sizes []Expr
	// Constraint names the set that values lie in.
	Constraint Constraint
	// Lower, Upper, Offset and Multiplier are the values in angle brackets, nil where absent.
	Lower, Upper, Offset, Multiplier Expr
	// Elems are the parts of a tuple.
	Elems []*VarType
}

// Constraint is the set that a declared variable lies in, as the word of its type says; None for plain types, whose
// bounds may still restrict them.
type Constraint uint8

// The constraints.
const (
	None Constraint = iota
	Ordered
	PositiveOrdered
	Simplex
	UnitVector
	SumToZero
	CholeskyCorr
	CholeskyCov
	CorrMatrix
	CovMatrix
	ColumnStochastic
	RowStochastic
)

// Function is a function that the program defines.
type Function struct {
	Name   string
	Result Type
	Params []*Symbol
	Body   []Stmt
	// Slots is how many symbols its parameters and its body have.
	Slots int
	// At is its header.
	At syntax.Span

	def *syntax.FuncDef
}
