package eval

import (
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/stan/data"
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
)

// TestModel_SizesBeyondMemoryAreAnError also reads a program that begins with a byte order mark.
func TestModel_SizesBeyondMemoryAreAnError(t *testing.T) {
	const text = "\ufeffdata { int N; }\ntransformed data { matrix[N, N] m = rep_matrix(0, N, N); }\n" +
		"parameters { real x; }\nmodel { x ~ normal(m[1, 1], 1); }\n"
	tree, err := syntax.Parse(syntax.NewSource("large.stan", text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := types.Check(tree)
	if err != nil {
		t.Fatal(err)
	}
	set, err := data.Read(strings.NewReader(`{"N": 2000000}`), "large.json")
	if err != nil {
		t.Fatal(err)
	}
	_, err = Model(p, set, Options{})
	if err == nil || !strings.Contains(err.Error(), "large.stan:2") || !strings.Contains(err.Error(), "too large") {
		t.Errorf("got %v, want an error with the place", err)
	}
}
