package file

import (
	"slices"
	"strconv"
	"strings"

	"github.com/quatre-ppl/quatre/stream"
)

// fields finds the arrays in a list of CSV column names: a run of names
// "theta.1", "theta.2", … that is exactly the column-major enumeration of some
// shape becomes one field. Any other name is a scalar as it stands.
func fields(names []string) []stream.Field {
	var found []stream.Field
	for len(names) > 0 {
		n := arrayRun(names)
		if f, ok := asArray(names[:n]); ok {
			found = append(found, f)
		} else {
			for _, name := range names[:n] {
				found = append(found, stream.Field{Name: name})
			}
		}
		names = names[n:]
	}
	return found
}

// arrayRun is the number of names at the beginning that have one base and as
// many indices each.
func arrayRun(names []string) int {
	base, first := splitIndex(names[0])
	for n, name := range names {
		if other, index := splitIndex(name); other != base || len(index) != len(first) {
			return n
		}
	}
	return len(names)
}

// asArray returns the array whose elements the names enumerate; ok is false if
// they do not.
func asArray(names []string) (f stream.Field, ok bool) {
	// The last element carries the shape.
	base, shape := splitIndex(names[len(names)-1])
	if len(shape) == 0 {
		return f, false
	}
	size := 1
	for _, length := range shape {
		if length > len(names) || size > len(names) {
			return f, false // and size cannot overflow
		}
		size *= length
	}
	f = stream.Field{Name: base, Shape: shape}
	one := stream.Schema{Values: []stream.Field{f}}
	return f, size == len(names) && slices.Equal(one.CSVNames(), names)
}

// splitIndex splits "L.2.1" into "L" and 2, 1. The index is empty for a name
// that does not end with positive numbers.
func splitIndex(name string) (base string, index []int) {
	base = name
	for {
		dot := strings.LastIndexByte(base, '.')
		if dot <= 0 {
			break
		}
		i, err := strconv.Atoi(base[dot+1:])
		if err != nil || i < 1 {
			break
		}
		index = append(index, i)
		base = base[:dot]
	}
	slices.Reverse(index)
	return base, index
}
