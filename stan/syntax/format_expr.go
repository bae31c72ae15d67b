package syntax

import (
	"strconv"
	"strings"
)

// ExprText prints an expression on one line, with parentheses only where the grouping needs them.
func ExprText(e Expr) string {
	switch e := e.(type) {
	case *Var:
		return e.Name
	case *IntLit:
		return e.Text
	case *RealLit:
		return e.Text
	case *StringLit:
		return `"` + e.Text + `"`
	case *Unary:
		if e.Op == OpTranspose {
			return operandText(e.X, precPostfix) + "'"
		}
		return string(e.Op) + operandText(e.X, precPrefix)
	case *Binary:
		return binaryText(e)
	case *Cond:
		return operandText(e.If, precOr) + " ? " + ExprText(e.Then) + " : " + ExprText(e.Else)
	case *Index:
		return operandText(e.X, precPostfix) + "[" + indexText(e.Args) + "]"
	case *Field:
		return fieldBase(e.X) + "." + strconv.Itoa(e.N)
	case *ArrayLit:
		return "{" + exprList(e.Elems) + "}"
	case *RowLit:
		return "[" + exprList(e.Elems) + "]"
	case *TupleLit:
		return "(" + exprList(e.Elems) + ")"
	case *Call:
		return callText(e)
	}
	return "target()"
}

// operandText prints e, in parentheses where it binds less strongly than least.
func operandText(e Expr, least int) string {
	if precedence(e) < least {
		return "(" + ExprText(e) + ")"
	}
	return ExprText(e)
}

func binaryText(e *Binary) string {
	prec := binaryPrec[e.Op]
	switch e.Op {
	case OpPow:
		return operandText(e.X, prec+1) + "^" + operandText(e.Y, prec)
	case OpEltPow: // spaces keep its point away from the digits of a number
		return operandText(e.X, prec+1) + " .^ " + operandText(e.Y, prec)
	}
	return operandText(e.X, prec) + " " + string(e.Op) + " " + operandText(e.Y, prec+1)
}

// fieldBase keeps the point of a field away from the digits of a number.
func fieldBase(e Expr) string {
	switch e.(type) {
	case *IntLit, *RealLit:
		return "(" + ExprText(e) + ")"
	}
	return operandText(e, precPostfix)
}

func callText(c *Call) string {
	if !c.Bar {
		return c.Name.Name + "(" + exprList(c.Args) + ")"
	}
	return c.Name.Name + "(" + ExprText(c.Args[0]) + " | " + exprList(c.Args[1:]) + ")"
}

func indexText(args []IndexArg) string {
	var parts []string
	for _, arg := range args {
		text := optional(arg.Lo)
		switch arg.Kind {
		case IndexFrom:
			text += ":"
		case IndexAll, IndexTo, IndexRange:
			text += ":" + optional(arg.Hi)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

func exprList(list []Expr) string {
	parts := make([]string, len(list))
	for i, e := range list {
		parts[i] = ExprText(e)
	}
	return strings.Join(parts, ", ")
}

// optional prints e, or nothing where there is none.
func optional(e Expr) string {
	if e == nil {
		return ""
	}
	return ExprText(e)
}
