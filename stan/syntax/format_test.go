package syntax

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// sameTree compares two trees; places are left out.
func sameTree(a, b any) bool {
	return sameValue(reflect.ValueOf(a), reflect.ValueOf(b))
}

func sameValue(a, b reflect.Value) bool {
	if a.IsValid() != b.IsValid() || a.IsValid() && a.Type() != b.Type() {
		return false
	}
	if !a.IsValid() || a.Type() == reflect.TypeFor[Span]() || a.Type() == reflect.TypeFor[*Source]() {
		return true
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		return a.IsNil() == b.IsNil() && (a.IsNil() || sameValue(a.Elem(), b.Elem()))
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !sameValue(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		for i := range a.NumField() {
			if !sameValue(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	}
	return a.Equal(b)
}

// programs returns the test programs that are correct.
func programs(t testing.TB) map[string]string {
	files, err := filepath.Glob("../testdata/valid/*.stan")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test programs: %v", err)
	}
	out := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(file)] = string(text)
	}
	return out
}

// checkRoundTrip fails where printing a program and reading it again changes it.
func checkRoundTrip(t *testing.T, name, text string) {
	t.Helper()
	first, err := Parse(NewSource(name, text))
	if err != nil {
		return
	}
	printed := Format(first)
	second, err := Parse(NewSource(name, printed))
	if err != nil {
		t.Fatalf("%s: printed program cannot be read: %v\n%s", name, err, printed)
	}
	if !sameTree(first, second) {
		t.Fatalf("%s: printed program has another tree\n%s", name, printed)
	}
	if again := Format(second); again != printed {
		t.Fatalf("%s: printing is not stable\n%s\n%s", name, printed, again)
	}
}

func TestFormat_RoundTrip(t *testing.T) {
	for name, text := range programs(t) {
		if _, err := Parse(NewSource(name, text)); err != nil {
			t.Errorf("%v", err)
		}
		checkRoundTrip(t, name, text)
	}
}

// What the printer must put in parentheses, and what not.
func TestFormat_Parentheses(t *testing.T) {
	for _, text := range []string{
		"(a + b) * c", "a + b * c", "(a^b)^c", "a^b^c", "(-a)^b", "-a^b", "a - (b - c)", "a - b - c", "2^(-1)",
		"(a ? b : c) ? d : e", "a ? b : c ? d : e", "(a + b)'", "(a + b)[1]", "(a + b).1", "a'[1]", "(-a)[1]", "(1).1", "1 .^ 2", "1. .^ 2",
		"f(a | )", "f(a | b, c)", "a[:, 1:, :2, 1:2]", "{a, b}[1]", "(a, b).2", "--a", "!(a == b)",
	} {
		program, err := Parse(NewSource("m.stan", "model { x = "+text+"; }"))
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if got := ExprText(program.Blocks[ModelBlock].Stmts[0].(*Assign).Value); got != text {
			t.Errorf("%s is printed as %s", text, got)
		}
	}
}

// Layout, comments and needless parentheses do not change what a program is.
func TestHash_IgnoresLayout(t *testing.T) {
	a, err := Parse(NewSource("a.stan", "model { // one\n target += (1 + (2 * 3)); if (1) { target += 2; } }"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Parse(NewSource("b.stan", "model\n{\n target += 1+2*3;\n\nif (1) target += 2; ; }"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse(NewSource("c.stan", "model { target += 1 + 2 * 3; if (1) target += 3; }"))
	if err != nil {
		t.Fatal(err)
	}
	if Hash(a) != Hash(b) {
		t.Errorf("layout changes the hash:\n%s\n%s", Format(a), Format(b))
	}
	if Hash(a) == Hash(c) {
		t.Error("different programs have one hash")
	}
}

// Programs that would make a careless parser use up its stack.
func TestParse_Depth(t *testing.T) {
	const n = 20_000
	for _, text := range []string{
		strings.Repeat("(", n), strings.Repeat("[", n), strings.Repeat("-", n), strings.Repeat("a^", n), strings.Repeat("a?", n),
		strings.Repeat("a+", n), "a" + strings.Repeat("'", n), "a" + strings.Repeat("[1]", n), strings.Repeat("f(", n),
	} {
		if _, err := Parse(NewSource("m.stan", "model { x = "+text+"; }")); err == nil {
			t.Errorf("%.10s… is accepted", text)
		}
	}
	for _, text := range []string{strings.Repeat("{", n), strings.Repeat("if (a) ", n), strings.Repeat("for (i in 1:2) {", n)} {
		if _, err := Parse(NewSource("m.stan", "model { "+text+" }")); err == nil {
			t.Errorf("%.10s… is accepted", text)
		}
	}
}
