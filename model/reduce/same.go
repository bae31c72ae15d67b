package reduce

import (
	"fmt"
	"slices"

	"github.com/quatre-ppl/quatre/model/expr"
)

// sameData reports whether two expressions of data are equal by the way they
// are computed; nil is 1.
func sameData(a, b expr.Expr) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil || a.Kind != b.Kind || len(a.In) != len(b.In) || a.Size() != b.Size() || a.IsScalar() != b.IsScalar() {
		return false
	}
	switch a.Kind {
	case expr.Datum:
		return a.Name == b.Name && first(a.Values) == first(b.Values)
	case expr.Literal:
		return slices.Equal(a.Values, b.Values)
	case expr.Map:
		if a.Fn != b.Fn {
			return false
		}
	case expr.Gather:
		if !sameIndex(a.Index, b.Index) {
			return false
		}
	case expr.Slice:
		if a.Off != b.Off {
			return false
		}
	case expr.Fill:
	default:
		return false
	}
	for i := range a.In {
		if !sameData(a.In[i], b.In[i]) {
			return false
		}
	}
	return true
}

// first returns where a slice begins.
func first(x []float64) *float64 {
	if len(x) == 0 {
		return nil
	}
	return &x[0]
}

func pointer[T any](p *T) string { return fmt.Sprintf("%p", p) }
