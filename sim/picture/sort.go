package picture

import (
	"cmp"
	"slices"
)

// sortBars puts bars in an order that depends on nothing but them.
func sortBars(all []bar) {
	slices.SortFunc(all, func(a, b bar) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.row, b.row), cmp.Compare(a.number, b.number), cmp.Compare(a.entity, b.entity))
	})
}
