package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim/parallel"
)

// phold is the usual benchmark: each event draws an increment and sends one
// event, with probability remote to another process. trail keeps a digest of
// what each process saw.
type phold struct {
	processes               int
	remote, lookahead, mean float64
	trail                   []uint64 // nil to leave it out
	fail                    float64  // time from which on process 3 fails
}

func (p *phold) Handle(c *parallel.Context, _ parallel.Event) error {
	src, self := c.Source(), c.Process()
	if p.trail != nil {
		p.trail[self] = (p.trail[self] ^ math.Float64bits(c.Now())) * 0x9E3779B97F4A7C15
	}
	if p.fail > 0 && self == 3 && c.Now() >= p.fail {
		return errors.New("broken")
	}
	to := self
	if src.Float64() < p.remote {
		if to = uint32(src.Intn(p.processes - 1)); to >= self {
			to++
		}
	}
	c.Send(p.lookahead+p.mean*src.Exponential(), to, 0, 0)
	return nil
}

func start(t testing.TB, p *phold, each, partitions int) *parallel.Simulation {
	t.Helper()
	s, err := parallel.New(rng.NewKey(1), p, p.processes, partitions, p.lookahead)
	if err != nil {
		t.Fatal(err)
	}
	for i := range uint32(p.processes) {
		for range each {
			s.Start(p.lookahead+p.mean*s.Stream(i).Exponential(), i, 0, 0)
		}
	}
	return s
}

func TestPHOLD_SameBitsForAnyNumberOfPartitions(t *testing.T) {
	var want []uint64
	for _, partitions := range []int{1, 2, 3, 8} {
		p := &phold{processes: 50, remote: 0.25, lookahead: 0.1, mean: 0.9, trail: make([]uint64, 50)}
		s := start(t, p, 4, partitions)
		for _, until := range []float64{3, 3.05, 60} {
			if err := s.Run(context.Background(), until); err != nil {
				t.Fatal(err)
			}
		}
		p.trail = append(p.trail, s.Events())
		if want == nil {
			want = p.trail
		}
		if fmt.Sprint(p.trail) != fmt.Sprint(want) {
			t.Errorf("%d partitions: %v, want %v", partitions, p.trail, want)
		}
	}
}

// TestPHOLD_ExecutesTheExpectedNumberOfEvents compares with the renewal
// processes that the tokens are; 4 standard deviations fail by chance with
// probability 6e-5.
func TestPHOLD_ExecutesTheExpectedNumberOfEvents(t *testing.T) {
	if testing.Short() {
		t.Skip("three million events")
	}
	for _, c := range []struct {
		name                 string
		processes, each      int
		lookahead, mean, end float64
		expected, sd         float64
	}{
		{"A", 100, 16, 0, 1, 1000, 1600000, 1264.911064067},
		{"B", 100, 1, 0.1, 0.9, 16000, 1599990.5, 1138.416947273},
	} {
		p := &phold{processes: c.processes, remote: 0.25, lookahead: c.lookahead, mean: c.mean}
		s := start(t, p, c.each, 1)
		if err := s.Run(context.Background(), c.end); err != nil {
			t.Fatal(err)
		}
		if z := (float64(s.Events()) - c.expected) / c.sd; math.Abs(z) > 4 {
			t.Errorf("family %s: %d events, want %v (z = %v)", c.name, s.Events(), c.expected, z)
		}
	}
}

func TestFaults_AreTheSameForAnyNumberOfPartitions(t *testing.T) {
	want := ""
	for _, partitions := range []int{1, 4} {
		s := start(t, &phold{processes: 20, remote: 0.5, lookahead: 0.1, mean: 1, fail: 7}, 2, partitions)
		err := s.Run(context.Background(), 100)
		var f *parallel.Fault
		if !errors.As(err, &f) || f.Process != 3 || f.Time < 7 {
			t.Fatalf("%v", err)
		}
		if want == "" {
			want = err.Error()
		}
		if err.Error() != want {
			t.Errorf("%v, want %v", err, want)
		}
		if again := s.Run(context.Background(), 200); again != err {
			t.Errorf("a broken simulation goes on: %v", again)
		}
	}
	s := start(t, &phold{processes: 20, remote: 1, lookahead: 0.5, mean: 1}, 1, 1)
	bad, err := parallel.New(rng.NewKey(1), early{}, 2, 2, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	bad.Start(1, 0, 0, 0)
	if err := bad.Run(context.Background(), 10); err == nil {
		t.Error("an event before the lookahead was accepted")
	}
	if _, err := parallel.New(rng.NewKey(1), early{}, 2, 2, 0); err == nil {
		t.Error("two partitions without a lookahead were accepted")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Run(ctx, 10); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

type early struct{}

func (early) Handle(c *parallel.Context, _ parallel.Event) error { c.Send(0.1, 1, 0, 0); return nil }

// BenchmarkPHOLD counts executed events; the population is each for every
// process, set-up is not timed.
func BenchmarkPHOLD(b *testing.B) {
	for _, c := range []struct{ processes, partitions int }{{1024, 1}, {65536, 1}, {1000000, 1}, {65536, 2}} {
		b.Run(fmt.Sprintf("lps=%d/partitions=%d", c.processes, c.partitions), func(b *testing.B) {
			p := &phold{processes: c.processes, remote: 0.25, lookahead: 0.1, mean: 0.9}
			s := start(b, p, 1, c.partitions)
			until := 2.0
			if err := s.Run(context.Background(), until); err != nil {
				b.Fatal(err)
			}
			before := s.Events()
			b.ResetTimer()
			for s.Events()-before < uint64(b.N) {
				until += max(1e-3, float64(uint64(b.N)-(s.Events()-before))/float64(c.processes))
				if err := s.Run(context.Background(), until); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(s.Events()-before)/b.Elapsed().Seconds()/1e6, "Mevents/s")
		})
	}
}
