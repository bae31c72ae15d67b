// Package vec applies elementary functions to whole slices. Every result has
// the bits of the function of the same name in package elem; processors with
// the needed vector instructions get them several times faster.
package vec

import (
	"fmt"

	"github.com/quatre-ppl/quatre/elem"
)

// Exp writes exp(x[i]) to dst[i]. dst and x have the same length and may be the
// same slice.
func Exp(dst, x []float64) {
	checkLengths("Exp", len(dst), len(x))
	for i := 0; i < len(x); i++ {
		i += expGroups(dst[i:], x[i:])
		// What is left has no vector form: the rest of a slice, or a group
		// with an argument near the ends of the range.
		for end := min(len(x), i+8); i < end; i++ {
			dst[i] = elem.Exp(x[i])
		}
		i--
	}
}

// Log writes log(x[i]) to dst[i]. dst and x have the same length and may be the
// same slice.
func Log(dst, x []float64) {
	checkLengths("Log", len(dst), len(x))
	for i := 0; i < len(x); i++ {
		i += logGroups(dst[i:], x[i:])
		for end := min(len(x), i+8); i < end; i++ {
			dst[i] = elem.Log(x[i])
		}
		i--
	}
}

func checkLengths(name string, dst, x int) {
	if dst != x {
		panic(fmt.Sprintf("vec: %s of %d numbers into %d, want the same number", name, x, dst))
	}
}
