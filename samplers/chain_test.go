package samplers

import (
	"context"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stream"
)

// idleChain returns a chain that has begun and made no iteration.
func idleChain(t testing.TB, p Problem, o *Options) *chain {
	t.Helper()
	schema := &stream.Schema{Values: p.Schema().Values, Stats: statNames[:]}
	s := &session{ctx: context.Background(), problem: p, key: rng.NewKey(1), options: o, schema: schema}
	s.delivery = newDelivery(s.ctx, stream.Discard{}, writeGrace, func(error) {})
	t.Cleanup(s.delivery.close)
	c := newChain(s, 0)
	if err := c.open(); err != nil {
		t.Fatal(err)
	}
	if err := c.begin(); err != nil {
		t.Fatal(err)
	}
	return c
}

// BenchmarkChain is the whole way of a draw of ten normals: transition, row,
// frame, a sink that drops it.
func BenchmarkChain(b *testing.B) {
	p := &problem{density: normals(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)}
	o, err := Options{Chains: 1, Draws: 1 << 40, StepSize: 0.5}.complete()
	if err != nil {
		b.Fatal(err)
	}
	c := idleChain(b, p, &o)
	c.now.phase = stream.Sampling
	for b.Loop() {
		if err := c.attend(); err != nil {
			b.Fatal(err)
		}
		if err := c.iterate(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(c.now.tally.phases[stream.Sampling].Leapfrogs)/float64(b.N), "leapfrogs/op")
}
