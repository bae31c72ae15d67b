package calendar

import (
	"fmt"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
)

// BenchmarkHold is the hold model: the first event is taken and scheduled again
// an increment later. Increments come from a table, so that the calendar
// dominates.
func BenchmarkHold(b *testing.B) {
	src := rng.NewKey(1).Stream()
	table := make([]float64, 1<<12)
	for _, law := range []struct {
		name string
		draw func() float64
	}{
		{"exponential", src.Exponential},
		{"lognormal", func() float64 { return rng.LogNormal(src, 0, 2) }},
		{"integer", func() float64 { return float64(1 + src.Intn(4)) }},
	} {
		for i := range table {
			table[i] = law.draw()
		}
		for _, n := range []int{2, 16, 100, 1000, 65536, 1000000} {
			b.Run(fmt.Sprintf("%s/%d", law.name, n), func(b *testing.B) {
				var c Calendar
				for i := range n {
					c.Schedule(table[i&0xfff]*float64(i%977)/488, 0, uint64(i), 0)
				}
				hold := func(k int) {
					e, _ := c.Pop(math.Inf(1))
					c.Schedule(e.Time+table[uint(k)*40503>>3&0xfff], 0, e.Address, 0)
				}
				for k := range 3 * n {
					hold(k)
				}
				b.ReportAllocs()
				b.ResetTimer()
				for k := range b.N {
					hold(k)
				}
			})
		}
	}
}
