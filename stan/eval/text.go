package eval

import (
	"strconv"
	"strings"

	"github.com/quatre-ppl/quatre/stan/types"
)

// sizesText writes the type of a value with its sizes as a declaration does: array[2] vector[3].
func sizesText(v *Value) string { return typeText(v.Type, v.Dims) }

func typeText(t types.Type, dims []int) string {
	join := func(list []int) string {
		parts := make([]string, len(list))
		for i, d := range list {
			parts[i] = strconv.Itoa(d)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	base := t
	base.Rank = 0
	text := base.String()
	if t.Base != types.Tuple && len(dims) > t.Rank {
		text += join(dims[t.Rank:])
	}
	if t.Rank > 0 {
		text = "array" + join(dims[:t.Rank]) + " " + text
	}
	return text
}
