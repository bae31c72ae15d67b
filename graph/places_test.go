package graph

import (
	"testing"

	"github.com/quatre-ppl/quatre/graph/ir"
)

// TestAnnounce_IsWhereGorgoniaFindsNodes compares the table with what Gorgonia would
// have found, collisions of hashes included.
func TestAnnounce_IsWhereGorgoniaFindsNodes(t *testing.T) {
	b := newBuilder()
	if b.places == nil {
		t.Fatal("this version of Gorgonia has no such table")
	}
	building.Lock()
	defer building.Unlock()
	n, err := b.build(real("x", 0))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 500 {
		n = b.apply(ir.Sin, b.apply(ir.Mul, n, b.constant(float64(i)+0.25)))
	}
	for i, n := range b.g.AllNodes() {
		if n.ID() != int64(i) || b.g.Node(n.ID()) != n {
			t.Fatalf("node %d has the number %d", i, n.ID())
		}
		for _, c := range b.children(n) {
			if b.g.Node(c.ID()) != c {
				t.Fatalf("an argument of node %d is not found", i)
			}
		}
	}
}

// BenchmarkBuild makes graphs of many nodes: the time for each does not grow.
func BenchmarkBuild(b *testing.B) {
	for _, size := range []struct {
		name  string
		nodes int
	}{{"1000", 1000}, {"30000", 30000}} {
		b.Run(size.name, func(b *testing.B) {
			building.Lock()
			defer building.Unlock()
			for b.Loop() {
				g := newBuilder()
				n, err := g.build(real("x", 0))
				if err != nil {
					b.Fatal(err)
				}
				for range size.nodes {
					n = g.apply(ir.Sin, n)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*size.nodes), "ns/node")
		})
	}
}
