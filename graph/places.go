package graph

import (
	"reflect"

	G "gorgonia.org/gorgonia"
)

// Gorgonia looks for each new node from the beginning of all nodes when the node's
// first edge is made, and notes the place that it finds in a table. As nodes are
// numbered in order and never removed here, the place is the number, so the table can
// be written before: building then takes time in proportion to the nodes and not to
// their square. In a version of Gorgonia without that table nothing is written.

// places returns that table, nil if there is none.
func places(g *G.ExprGraph) map[int64]int {
	f := reflect.ValueOf(g).Elem().FieldByName("byID")
	if !f.IsValid() || f.Type() != reflect.TypeFor[map[int64]int]() {
		return nil
	}
	return *(*map[int64]int)(f.Addr().UnsafePointer())
}

// announce writes the place of the node that is made next.
func (b *builder) announce() {
	if b.places != nil {
		next := len(b.g.AllNodes())
		b.places[int64(next)] = next
	}
}
