package syntax

import (
	"fmt"
	"strings"
	"testing"
)

// grouped prints an expression with all parentheses, so that a test can see how it was grouped.
func grouped(e Expr) string {
	list := func(elems []Expr) string {
		parts := make([]string, len(elems))
		for i, elem := range elems {
			parts[i] = grouped(elem)
		}
		return strings.Join(parts, ",")
	}
	switch e := e.(type) {
	case *Unary:
		if e.Op == OpTranspose {
			return "(" + grouped(e.X) + "')"
		}
		return "(" + string(e.Op) + grouped(e.X) + ")"
	case *Binary:
		return "(" + grouped(e.X) + string(e.Op) + grouped(e.Y) + ")"
	case *Cond:
		return "(" + grouped(e.If) + "?" + grouped(e.Then) + ":" + grouped(e.Else) + ")"
	case *Index:
		return "(" + grouped(e.X) + "[" + indexText(e.Args) + "])"
	case *Field:
		return fmt.Sprintf("(%s.%d)", grouped(e.X), e.N)
	case *Call:
		return e.Name.Name + "(" + list(e.Args) + ")"
	case *RowLit:
		return "[" + list(e.Elems) + "]"
	case *ArrayLit:
		return "{" + list(e.Elems) + "}"
	case *TupleLit:
		return "<" + list(e.Elems) + ">"
	}
	return ExprText(e)
}

func TestParse_Precedence(t *testing.T) {
	cases := []struct{ text, want string }{
		{"a ? b : c ? d : e", "(a?b:(c?d:e))"},
		{"a ? b ? c : d : e", "(a?(b?c:d):e)"},
		{"a || b ? c : d", "((a||b)?c:d)"},
		{"a || b && c", "(a||(b&&c))"},
		{"a && b == c", "(a&&(b==c))"},
		{"a == b < c", "(a==(b<c))"},
		{"a < b + c", "(a<(b+c))"},
		{"a + b * c", "(a+(b*c))"},
		{"a * b \\ c", "(a*(b\\c))"},
		{"a * b %/% c", "(a*(b%/%c))"},
		{"a / b .* c % d ./ e", "((((a/b).*c)%d)./e)"},
		{"-a * b", "((-a)*b)"},
		{"-a \\ b", "((-a)\\b)"},
		{"-a ^ b", "(-(a^b))"},
		{"!a == b", "((!a)==b)"},
		{"- - !a", "(-(-(!a)))"},
		{"a ^ b ^ c", "(a^(b^c))"},
		{"a .^ b ^ c", "(a.^(b^c))"},
		{"a ^ -b ^ c", "(a^(-(b^c)))"},
		{"a ^ -b * c", "((a^(-b))*c)"},
		{"a ^ b'", "(a^(b'))"},
		{"-a'", "(-(a'))"},
		{"a' * b'", "((a')*(b'))"},
		{"a''", "((a')')"},
		{"a'[1]", "((a')[1])"},
		{"a[1]'", "((a[1])')"},
		{"-a[1] ^ b[2]", "(-((a[1])^(b[2])))"},
		{"a - b - c", "((a-b)-c)"},
		{"a - (b - c)", "(a-(b-c))"},
		{"a / b / c", "((a/b)/c)"},
		{"a < b < c", "((a<b)<c)"},
		{"a == b != c", "((a==b)!=c)"},
		{"a || b || c", "((a||b)||c)"},
		{"a - -b", "(a-(-b))"},
		{"(a + b) * c", "((a+b)*c)"},
		{"a[b ? c : d]", "(a[b ? c : d])"},
		{"a[b : c + 1, , :]", "(a[b:c + 1, :, :])"},
		{"a[]", "(a[:])"},
		{"x.1.2", "((x.1).2)"},
		{"x[1].2'", "(((x[1]).2)')"},
		{"f(a, b)(c)", ""},
		{"f(a | b, c)[1]", "(f(a,b,c)[1])"},
		{"(a, (b, c)).2", "(<a,<b,c>>.2)"},
		{"[a, b] * {c}[1]", "([a,b]*({c}[1]))"},
		{"1./x", "(1./x)"},
		{"1 ./ x", "(1./x)"},
		{"2 .^ x", "(2.^x)"},
		{"-2i + 1", "((-2i)+1)"},
		{"a < -b", "(a<(-b))"},
		{"target() + 1", "(target()+1)"},
	}
	for _, c := range cases {
		program, err := Parse(NewSource("m.stan", "model { x = "+c.text+"; }"))
		if c.want == "" {
			if err == nil {
				t.Errorf("%s: accepted", c.text)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := grouped(program.Blocks[ModelBlock].Stmts[0].(*Assign).Value); got != c.want {
			t.Errorf("%s: grouped as %s, want %s", c.text, got, c.want)
		}
	}
}

// A point right behind digits is part of the number, before an operator with a point of its own.
func TestLex_PointBelongsToNumber(t *testing.T) {
	tokens, errs := Lex(NewSource("m.stan", "1./2 1 ./ 2 x.1 .5 1.5e3i"))
	if errs != nil {
		t.Fatal(errs)
	}
	var got []string
	for _, token := range tokens {
		got = append(got, fmt.Sprintf("%d:%s", token.Kind, token.Text))
	}
	want := fmt.Sprintf("%[1]d:1. %[2]d:/ %[3]d:2 %[3]d:1 %[2]d:./ %[3]d:2 %[4]d:x %[5]d:.1 %[5]d:.5 %[6]d:1.5e3i 0:",
		RealNumber, Punct, IntNumber, Name, DotNumber, ImagNumber)
	if strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
