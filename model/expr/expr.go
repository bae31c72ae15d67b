// Package expr is the small algebra in which models and distributions are
// written: symbolic tensors of float64 with static shapes. An expression is
// only a description; package graph turns it into a program and derives its
// gradient.
//
// Arrays are column-major (first index fastest). A scalar combines with any
// shape; otherwise elementwise operations want equal shapes. A mistake does not
// panic: it gives an expression whose Err says what was wrong, and every
// expression built from it carries that error.
package expr

import (
	"errors"
	"fmt"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/tensor"
)

// Kind is the kind of a node.
type Kind uint8

// The kinds. "flat" is the column-major list of a node's elements.
const (
	Literal    Kind = iota // Values, part of the program
	Datum                  // named or anonymous data; Values are the bound ones
	Param                  // elements [Off, Off+size) of the unconstrained vector q
	Map                    // Fn, elementwise, scalars broadcast
	Fill                   // a scalar repeated
	SumAll                 // sum of all elements
	SumLogs                // sum of the logarithms of all elements, see SumLog
	MatVec                 // In[0] (Rows × Cols) times In[1]; with Trans its transpose times In[1]
	Outer                  // In[0]·In[1]ᵀ
	Gather                 // flat[Index[i]]
	SegSum                 // out[Index[i]] += flat[i], Rows elements
	Slice                  // flat[Off : Off+size]
	Assemble               // zeros with In[k] placed at Offs[k]; pieces do not overlap
	CumSum                 // running sum, from the end when Reverse
	Chol                   // lower Cholesky factor, Rows × Rows
	CholGrad               // adjoint of Chol's argument from the factor In[0] and its adjoint In[1]
	TriSolve               // solution of L·X = B (Lᵀ·X = B when Trans), L Rows × Rows, B Rows × Cols
	ScanLoop               // see Scan
	ScanGrad               // reverse scan, see Scan
	Stop                   // its argument, treated as a constant by differentiation
	QR                     // triangular factors of data, see ReduceRows
	Setting                // numbers set by name between evaluations, see Settings
	Tangent                // In[0], with the derivatives that are given, see WithDerivatives
	Linear                 // 0, then x[i+1] = In[0][i] + In[1][i]·x[i]
	LinearGrad             // adjoint of Linear's In[0] from that of its result, In[0], and Linear's In[1]
)

// Op is what a node does, apart from its arguments.
type Op struct {
	Kind       Kind
	Fn         ir.Op
	Name       string
	Off        int
	Offs       []int
	Rows, Cols int
	Index      *Index
	Trans      bool
	Reverse    bool
	Scan       *ScanBody

	LeastSquares *LeastSquaresOp
}

// Index is a vector of 0-based positions below Max. A fixed index is part of
// the program's text; any other is data, and new values need no new compile.
type Index struct {
	Name   string
	Values []int32
	Max    int
	Fixed  bool
}

// Node is one expression. It is immutable; share it freely.
type Node struct {
	Op
	In     []*Node
	Shape  tensor.Shape
	Values []float64 // Literal, Datum
	static bool
	err    error
}

// Expr is the handle that users hold.
type Expr = *Node

// Err returns the first mistake made in building the expression.
func (n *Node) Err() error {
	if n == nil {
		return errNil
	}
	return n.err
}

var errNil = errors.New("nil expression")

// Static reports whether the expression does not depend on any parameter.
func (n *Node) Static() bool { return n.static }

// IsScalar reports whether the expression has no dimensions.
func (n *Node) IsScalar() bool { return len(n.Shape) == 0 }

// Size returns the number of elements.
func (n *Node) Size() int { return n.Shape.Size() }

// Error returns an expression that carries err.
func Error(err error) Expr { return &Node{err: err} }

func errorf(format string, args ...any) Expr { return Error(fmt.Errorf(format, args...)) }

func build(op Op, shape tensor.Shape, in ...*Node) Expr {
	static := true
	for _, a := range in {
		if a.err != nil {
			return a
		}
		static = static && a.static
	}
	return &Node{Op: op, In: in, Shape: shape, static: static}
}

func firstErr(args ...Expr) Expr {
	for _, a := range args {
		switch {
		case a == nil:
			return Error(errNil)
		case a.err != nil:
			return a
		}
	}
	return nil
}

// Const returns a scalar constant that is part of the program.
func Const(v float64) Expr {
	return &Node{Op: Op{Kind: Literal}, Values: []float64{v}, static: true}
}

// Data returns data of the given shape, column-major. The values are bound at
// run time: another vector of the same length needs no new compile. An empty
// name is allowed.
func Data(name string, shape tensor.Shape, values []float64) Expr {
	if len(values) != shape.Size() {
		return errorf("data%s has %d values, its shape %v wants %d", after(name), len(values), shape, shape.Size())
	}
	return &Node{Op: Op{Kind: Datum, Name: name}, Shape: shape, Values: values, static: true}
}

// Unconstrained returns elements [off, off+size) of the vector q in which
// samplers move, as an array of the given shape.
func Unconstrained(name string, off int, shape tensor.Shape) Expr {
	return &Node{Op: Op{Kind: Param, Name: name, Off: off}, Shape: shape}
}

// Settings returns a vector of n numbers that are neither parameters nor data:
// each executable of the compiled program has its own, zero until they are set
// by this name. A name stands for one vector in a program.
func Settings(name string, n int) Expr {
	return &Node{Op: Op{Kind: Setting, Name: name}, Shape: tensor.Shape{n}}
}

// Of converts a Go value to an expression. An Expr is returned as it is. A bool
// (1 or 0), a whole number or a float becomes a constant, a slice of them
// anonymous data, and a slice of rows a matrix of data; the values are copied.
func Of(v any) Expr {
	switch v := v.(type) {
	case nil:
		return Error(errNil)
	case Expr:
		if v == nil {
			return Error(errNil)
		}
		return v
	case []float64:
		return Data("", tensor.Shape{len(v)}, ir.CloneFloats(v))
	case [][]float64:
		return Rows("", v)
	case [][]int:
		rows := make([][]float64, len(v))
		for i, r := range v {
			rows[i] = floats(r)
		}
		return Rows("", rows)
	}
	if f, ok := number(v); ok {
		return Const(f)
	}
	if f, ok := numbers(v); ok {
		return Data("", tensor.Shape{len(f)}, f)
	}
	return errorf("cannot use a value of type %T in an expression; use a number, a slice of numbers or of rows, or an expression", v)
}

// Rows returns a data matrix given by its rows.
func Rows(name string, rows [][]float64) Expr {
	if len(rows) == 0 {
		return Data(name, tensor.Shape{0, 0}, nil)
	}
	cols := len(rows[0])
	flat := ir.NewFloats(len(rows) * cols)
	for i, r := range rows {
		if len(r) != cols {
			return errorf("matrix%s: rows[%d] has %d elements, rows[0] has %d", after(name), i, len(r), cols)
		}
		for j, x := range r {
			flat[i+j*len(rows)] = x
		}
	}
	return Data(name, tensor.Shape{len(rows), cols}, flat)
}

// after returns a name with the space before it, for error texts.
func after(name string) string {
	if name == "" {
		return ""
	}
	return " " + name
}

// ConstValue returns the value of a scalar constant.
func (n *Node) ConstValue() (float64, bool) {
	if n.Kind == Literal && n.err == nil && len(n.Values) == 1 && n.IsScalar() {
		return n.Values[0], true
	}
	return 0, false
}

// DataValues returns the elements of an expression whose values are known when
// the model is built: a constant or data leaf.
func (n *Node) DataValues() ([]float64, bool) {
	if n.err == nil && (n.Kind == Literal || n.Kind == Datum) {
		return n.Values, true
	}
	return nil, false
}
