package syntax

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Format prints a program in one fixed layout. Reading the result gives the same tree, places apart; comments, blank
// lines and parentheses that change nothing are gone.
func Format(program *Program) string {
	f := &formatter{}
	if program.Functions != nil {
		f.line("functions {")
		f.indent++
		for _, def := range program.Functions {
			f.funcDef(def)
		}
		f.indent--
		f.line("}")
	}
	for _, block := range program.Blocks {
		if block != nil {
			f.line(block.Kind.String() + " {")
			f.body(block.Stmts)
			f.line("}")
		}
	}
	return f.out.String()
}

// Hash identifies what a program says: the SHA-256 of its Format in hexadecimal. Layout and comments do not matter.
func Hash(program *Program) string {
	sum := sha256.Sum256([]byte(Format(program)))
	return hex.EncodeToString(sum[:])
}

// formatter collects the lines of a program.
type formatter struct {
	out    strings.Builder
	indent int
}

func (f *formatter) line(text string) {
	f.out.WriteString(strings.Repeat("  ", f.indent))
	f.out.WriteString(text)
	f.out.WriteByte('\n')
}

func (f *formatter) body(stmts []Stmt) {
	f.indent++
	for _, stmt := range stmts {
		f.stmt(stmt)
	}
	f.indent--
}

// group prints header { body } and leaves the closing line to the caller, who may go on in it.
func (f *formatter) group(header string, stmts []Stmt) {
	f.line(strings.TrimLeft(header+" {", " "))
	f.body(stmts)
}

func (f *formatter) funcDef(def *FuncDef) {
	var params []string
	for _, param := range def.Params {
		text := typeText(param.Type, true) + " " + param.Name.Name
		if param.Data {
			text = "data " + text
		}
		params = append(params, text)
	}
	header := typeText(def.Return, true) + " " + def.Name.Name + "(" + strings.Join(params, ", ") + ")"
	if def.Forward {
		f.line(header + ";")
		return
	}
	f.group(header, def.Body)
	f.line("}")
}

// typeText prints a type, without sizes where unsized is set.
func typeText(t TypeExpr, unsized bool) string {
	var b strings.Builder
	switch {
	case t.Rank > 0 && unsized:
		b.WriteString("array[" + strings.Repeat(",", t.Rank-1) + "] ")
	case t.Rank > 0:
		b.WriteString("array[" + exprList(t.Array) + "] ")
	}
	b.WriteString(t.Base)
	if t.Base == "tuple" {
		var elems []string
		for _, elem := range t.Elems {
			elems = append(elems, typeText(elem, unsized))
		}
		b.WriteString("(" + strings.Join(elems, ", ") + ")")
	}
	if t.Bounds != nil {
		b.WriteString("<" + boundsText(t.Bounds) + ">")
	}
	if len(t.Sizes) > 0 {
		b.WriteString("[" + exprList(t.Sizes) + "]")
	}
	return b.String()
}

func boundsText(bounds *Bounds) string {
	var parts []string
	add := func(word string, value Expr) {
		if value != nil {
			parts = append(parts, word+"="+operandText(value, precAdd))
		}
	}
	add("lower", bounds.Lower)
	add("upper", bounds.Upper)
	add("offset", bounds.Offset)
	add("multiplier", bounds.Multiplier)
	return strings.Join(parts, ", ")
}

func (f *formatter) stmt(stmt Stmt) {
	switch s := stmt.(type) {
	case *Decl:
		var names []string
		for _, d := range s.Names {
			text := d.Name.Name
			if d.Init != nil {
				text += " = " + ExprText(d.Init)
			}
			names = append(names, text)
		}
		f.line(typeText(s.Type, false) + " " + strings.Join(names, ", ") + ";")
	case *Assign:
		f.line(ExprText(s.Target) + " " + string(s.Op) + "= " + ExprText(s.Value) + ";")
	case *Tilde:
		text := ExprText(s.Value) + " ~ " + s.Dist.Name + "(" + exprList(s.Args) + ")"
		if s.Trunc != nil {
			text += " T[" + optional(s.Trunc.Lower) + ", " + optional(s.Trunc.Upper) + "]"
		}
		f.line(text + ";")
	case *TargetAdd:
		word := "target"
		if s.Jacobian {
			word = "jacobian"
		}
		f.line(word + " += " + ExprText(s.Value) + ";")
	case *Break:
		f.line("break;")
	case *Continue:
		f.line("continue;")
	case *Return:
		f.line(strings.TrimRight("return "+optional(s.Value), " ") + ";")
	case *Message:
		f.line(s.Kind + "(" + exprList(s.Args) + ");")
	case *CallStmt:
		f.line(ExprText(s.Call) + ";")
	default:
		f.compound(stmt)
	}
}

// compound prints the statements that have a body.
func (f *formatter) compound(stmt Stmt) {
	switch s := stmt.(type) {
	case *For:
		over := optional(s.Over)
		if s.Over == nil {
			over = ExprText(s.Lo) + ":" + ExprText(s.Hi)
		}
		f.group("for ("+s.Var.Name+" in "+over+")", s.Body)
	case *While:
		f.group("while ("+ExprText(s.Cond)+")", s.Body)
	case *Group:
		f.group("", s.Body)
	case *Profile:
		f.group("profile(\""+s.Name+"\")", s.Body)
	case *If:
		f.ifElse("if (", s)
	}
	f.line("}")
}

// ifElse prints a chain of conditions up to its last closing brace.
func (f *formatter) ifElse(open string, s *If) {
	f.group(open+ExprText(s.Cond)+")", s.Then)
	if len(s.Else) == 0 {
		return
	}
	if next, ok := s.Else[0].(*If); ok && len(s.Else) == 1 {
		f.ifElse("} else if (", next)
		return
	}
	f.group("} else", s.Else)
}
