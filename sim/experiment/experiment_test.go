package experiment_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/experiment"
	"github.com/quatre-ppl/quatre/sim/flow"
	"github.com/quatre-ppl/quatre/sim/input"
	"github.com/quatre-ppl/quatre/stream"
)

func exponential(mean float64) sim.Law { return input.Must(input.Exponential(mean)) }

// queue returns a model of an M/M/c queue.
func queue(interarrival, service float64, servers int) experiment.Model {
	return func(s *sim.Simulation, _ int) error {
		server := s.Resource("server", servers)
		arrivals, services := s.Source("arrivals", exponential(interarrival)), s.Source("services", exponential(service))
		flow.New(s, "customers").Arrive(arrivals).Seize(server).Hold(flow.Draw(services)).Release(server).Depart()
		return nil
	}
}

func run(t testing.TB, m experiment.Model, seed uint64, o experiment.Options) *experiment.Result {
	t.Helper()
	r, err := experiment.Run(context.Background(), m, rng.NewKey(seed), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRun_DoesNotDependOnTheNumberOfWorkers(t *testing.T) {
	var want *experiment.Result
	for _, workers := range []int{1, 2, 7} {
		r := run(t, queue(18, 16, 1), 1, experiment.Options{
			Replications: 10, Workers: workers, Until: sim.Until{Time: 5000},
			Precision: &experiment.Precision{Outcome: "server.wait", Relative: 0.15, Most: 200},
		})
		if want == nil {
			want = r
			if i := r.Interval("server.wait"); len(r.Values) <= 10 || i.Relative() > 0.15/1.15 {
				t.Errorf("%d replications reach %v", len(r.Values), i)
			}
		}
		for i := range want.Values {
			if !slices.Equal(r.Names, want.Names) || !slices.EqualFunc(r.Values[i], want.Values[i], func(a, b float64) bool {
				return math.Float64bits(a) == math.Float64bits(b)
			}) {
				t.Fatalf("%d workers: replication %d differs", workers, i)
			}
		}
	}
}

// TestIntervals_CoverTheKnownMean counts how often 95 % intervals from 20
// replications of M/M/1 with load 0.5 cover the mean number in the system, 1:
// 93 to 97 % of 400. The warm-up of 100 leaves a bias below 1e-4 of it. At a true
// coverage of 95 % that fails by chance with probability 0.07; the seed is fixed.
func TestIntervals_CoverTheKnownMean(t *testing.T) {
	if testing.Short() {
		t.Skip("8000 replications")
	}
	covered := 0
	for i := range 400 {
		r := run(t, queue(2, 1, 1), uint64(1000+i), experiment.Options{Replications: 20, WarmUp: 100, Until: sim.Until{Time: 1600}})
		if r.Interval("customers.number").Covers(1) {
			covered++
		}
	}
	if covered < 372 || covered > 388 {
		t.Errorf("%d of 400 intervals cover the mean, want 372 to 388", covered)
	}
}

func TestRun_FailedReplicationsAreReportedAndOthersGoOn(t *testing.T) {
	m := func(s *sim.Simulation, i int) error {
		if i == 3 {
			return errors.New("no model")
		}
		f := flow.New(s, "f")
		f.Arrive(s.Source("a", exponential(1)), flow.Limit(5)).
			If(func(*sim.Context, flow.Token) bool {
				if i == 5 {
					panic("oh")
				}
				return true
			}, "out").Label("out").Depart()
		return nil
	}
	r := run(t, m, 1, experiment.Options{Replications: 8, Until: sim.Until{Time: 100}})
	if len(r.Values) != 6 || len(r.Failures) != 2 || r.Failures[0].Replication != 3 || r.Failures[1].Replication != 5 {
		t.Fatalf("%d values, failures %v", len(r.Values), r.Failures)
	}
	var f *sim.Fault
	if !errors.As(r.Failures[1].Err, &f) || f.Entity != "f 1" {
		t.Errorf("%v", r.Failures[1].Err)
	}
	var table bytes.Buffer
	if err := r.WriteTable(&table); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"f.arrived", "replication 5 failed", "panic: oh", "6 replications"} {
		if !strings.Contains(table.String(), part) {
			t.Errorf("the table does not say %q:\n%s", part, &table)
		}
	}
}

func TestCompare_CommonRandomNumbersNarrowTheDifference(t *testing.T) {
	o := experiment.Options{Replications: 40, Until: sim.Until{Time: 3000}}
	c, err := experiment.Compare(context.Background(), queue(10, 8, 1), queue(10, 7.5, 1), rng.NewKey(2), o)
	if err != nil {
		t.Fatal(err)
	}
	d, ok := c.Difference("server.wait")
	other := run(t, queue(10, 7.5, 1), 99, o).Interval("server.wait")
	independent := math.Hypot(c.A.Interval("server.wait").Half, other.Half)
	if !ok || d.Low() < 0 || d.Half > independent/2 {
		t.Errorf("difference %v, with independent numbers ± %v", d, independent)
	}
	if i := slices.Index(c.Names, "server.wait"); c.Correlations[i] < 0.8 {
		t.Errorf("correlation %v", c.Correlations[i])
	}
}

func TestAntithetic_PairsAreNegativelyCorrelated(t *testing.T) {
	o := experiment.Options{Replications: 200, Until: sim.Until{Time: 500}}
	plain := run(t, queue(10, 5, 1), 3, o).Interval("customers.arrived")
	o.Antithetic = true
	paired := run(t, queue(10, 5, 1), 3, o).Interval("customers.arrived")
	if paired.N != 100 || paired.Half > 0.75*plain.Half {
		t.Errorf("antithetic %v (n = %d), plain %v", paired, paired.N, plain)
	}
}

func TestSelection_FindsTheBest(t *testing.T) {
	var models []experiment.Model
	for _, service := range []float64{8, 7, 6, 7.5} {
		models = append(models, queue(10, service, 1))
	}
	o := experiment.Options{Until: sim.Until{Time: 5000}}
	goal := experiment.Goal{Outcome: "customers.number", Indifference: 0.3, Most: 2000}
	for _, c := range []struct {
		name string
		find func(context.Context, []experiment.Model, rng.Key, experiment.Options, experiment.Goal) (*experiment.Selection, error)
		most int
	}{{"KN", experiment.SelectBest, 2000}, {"OCBA", experiment.OCBA, 200}} {
		goal.Most = c.most
		got, err := c.find(context.Background(), models, rng.NewKey(4), o, goal)
		if err != nil {
			t.Fatal(err)
		}
		if got.Best != 2 || len(got.Used) != 4 {
			t.Errorf("%s: %+v", c.name, got)
		}
		if c.name == "OCBA" && got.Used[2]+got.Used[1] < got.Used[0] {
			t.Errorf("the budget went to the worst: %v", got.Used)
		}
	}
}

// TestSelectBest_KeepsItsConfidence repeats a selection among normal outcomes
// whose best is better by the indifference: right at least 95 % of the time, up
// to 4 standard errors of 200 trials.
func TestSelectBest_KeepsItsConfidence(t *testing.T) {
	normal := func(mean float64, name string) experiment.Model {
		return func(s *sim.Simulation, _ int) error {
			x := s.Source(name, input.Must(input.Normal(mean, 1)))
			out := s.Tally("x")
			e := s.Add("e", sim.Func(func(c *sim.Context, _ sim.Event) error { c.Record(out, c.Draw(x)); return nil }))
			s.Schedule(1, e, 0, 0)
			return nil
		}
	}
	models := []experiment.Model{normal(0, "a"), normal(0.5, "b"), normal(0, "c")}
	right := 0
	for i := range 200 {
		got, err := experiment.SelectBest(context.Background(), models, rng.NewKey(uint64(i)), experiment.Options{Workers: 1},
			experiment.Goal{Outcome: "x", Largest: true, Indifference: 0.5})
		if err != nil {
			t.Fatal(err)
		}
		if got.Best == 1 {
			right++
		}
	}
	if float64(right) < 200*0.95-4*math.Sqrt(200*0.95*0.05) {
		t.Errorf("right %d times of 200, want 190 or more", right)
	}
}

func TestDesigns(t *testing.T) {
	points, err := experiment.Factorial(2, 3)
	if err != nil || fmt.Sprint(points) != "[[0 0] [1 0] [0 1] [1 1] [0 2] [1 2]]" {
		t.Errorf("%v %v", points, err)
	}
	cube, err := experiment.LatinHypercube(rng.NewKey(1), 50, 3)
	if err != nil {
		t.Fatal(err)
	}
	for d := range 3 {
		seen := map[int]bool{}
		for _, p := range cube {
			seen[int(p[d]*50)] = true
		}
		if len(seen) != 50 {
			t.Errorf("dimension %d has points in %d of 50 slices", d, len(seen))
		}
	}
	if _, err := experiment.Factorial(2, 0); err == nil {
		t.Error("a factor without levels")
	}
}

// TestRow_SpreadsReplicationsOverTheDraws looks for draws that are taken twice
// before all are, and for gaps among the first twenty.
func TestRow_SpreadsReplicationsOverTheDraws(t *testing.T) {
	for _, n := range []int{1, 2, 3, 10, 997, 1000, 4096} {
		seen := map[int]bool{}
		for i := range n {
			seen[experiment.Row(i+3*n, n)] = true
		}
		if len(seen) != n || experiment.Row(5, n) != experiment.Row(5+n, n) {
			t.Errorf("%d of %d draws were taken", len(seen), n)
		}
	}
	var first []int
	for i := range 20 {
		first = append(first, experiment.Row(i, 4000))
	}
	slices.Sort(first)
	for i := range first[1:] {
		if first[i+1]-first[i] > 500 {
			t.Errorf("none of the first 20 replications takes a draw between %d and %d", first[i], first[i+1])
		}
	}
}

func TestRun_ParametersComeFromTheReplication(t *testing.T) {
	draws := []float64{1, 2, 4}
	m := func(s *sim.Simulation, i int) error { return queue(draws[i%3], 0.1, 1)(s, i) }
	sink := &rows{}
	r := run(t, m, 1, experiment.Options{Replications: 3, Until: sim.Until{Time: 1e4}, Sink: sink})
	x := r.Column("customers.arrived")
	for i, mean := range draws {
		if math.Abs(x[i]*mean/1e4-1) > 0.05 {
			t.Errorf("replication %d: %v arrivals with mean interval %v", i, x[i], mean)
		}
	}
	if sink.n != 3 {
		t.Errorf("%d rows at the sink, want 3", sink.n)
	}
}

type rows struct{ n int }

func (r *rows) Write(_ context.Context, f *stream.Frame) error {
	r.n += f.Rows
	return f.Validate()
}
func (*rows) Close() error { return nil }

func TestRun_UnstableQueuesAreWarnedAbout(t *testing.T) {
	r := run(t, queue(1, 1.25, 1), 1, experiment.Options{Replications: 2, Until: sim.Until{Time: 5000}})
	if len(r.Warnings) == 0 || !strings.Contains(r.Warnings[0], `"server"`) || !strings.Contains(r.Warnings[0], "1.2") {
		t.Errorf("warnings %q", r.Warnings)
	}
	if r := run(t, queue(1, 0.8, 1), 1, experiment.Options{Replications: 5, Until: sim.Until{Time: 5000}}); len(r.Warnings) > 0 {
		t.Errorf("warnings %q of a stable queue", r.Warnings)
	}
}

// TestRun_ResourcesThatAreKeptAreWarnedAbout has the first token wait for others in
// a batch while it holds what they need.
func TestRun_ResourcesThatAreKeptAreWarnedAbout(t *testing.T) {
	kept := func(s *sim.Simulation, _ int) error {
		desk := s.Resource("desk", 1)
		flow.New(s, "f").Arrive(s.Source("a", exponential(1))).Seize(desk).Batch(2).Unbatch().Release(desk).Depart()
		return nil
	}
	for _, warmUp := range []float64{0, 100} {
		r := run(t, kept, 1, experiment.Options{Replications: 2, WarmUp: warmUp, Until: sim.Until{Time: 1000}})
		if len(r.Warnings) == 0 || !strings.Contains(r.Warnings[0], `resource "desk" was granted only`) {
			t.Errorf("warm-up %v: warnings %q", warmUp, r.Warnings)
		}
	}
}

// BenchmarkReplications is 1000 replications of the barbershop with horizon
// 10 000 for each b.N.
func BenchmarkReplications(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		run(b, queue(18, 16, 1), 1, experiment.Options{Replications: 1000, Until: sim.Until{Time: 10000}})
	}
}
