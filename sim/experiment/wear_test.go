package experiment_test

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/experiment"
	"github.com/quatre-ppl/quatre/sim/flow"
)

// TestWear_MeanWaits compares a queue whose server fails only while it works, and
// then goes on where it was, with M/G/1 for times of completion C (Avi-Itzhak and
// Naor 1963): for services S, failures at rate ξ and repairs R,
// E C = E S (1 + ξ E R), E C² = E S² (1 + ξ E R)² + E S ξ E R². Three comparisons
// of 100 replications at |t| < 5 fail by chance with probability 1e-5.
func TestWear_MeanWaits(t *testing.T) {
	const lam, xi, repair = 0.5, 0.1, 2.0
	c1, c2 := 1+xi*repair, 2*(1+xi*repair)*(1+xi*repair)+xi*2*repair*repair
	wait := lam * c2 / (2 * (1 - lam*c1))
	model := func(s *sim.Simulation, _ int) error {
		server := s.Resource("server", 1)
		s.Preemptible(server)
		s.WearByTime(server, s.Source("life", exponential(1/xi)), s.Source("repair", exponential(repair)), 0)
		flow.New(s, "customers").Arrive(s.Source("arrivals", exponential(1/lam))).
			Seize(server).Hold(flow.Draw(s.Source("services", exponential(1)))).Release(server).Depart()
		return nil
	}
	r := run(t, model, 7, experiment.Options{Replications: 100, WarmUp: 300, Until: sim.Until{Time: 4000}})
	for name, want := range map[string]float64{"server.wait": wait, "customers.time": wait + c1, "customers.number": lam * (wait + c1)} {
		i := r.Interval(name)
		if z := (i.Mean - want) / (i.Half / 1.984); !(math.Abs(z) < 5) {
			t.Errorf("%s is %v, want %v (t = %.2f)", name, i, want, z)
		}
	}
}
