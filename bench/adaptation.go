package bench

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/stream"
)

// MostMeanError is the deviation of a mean, in standard errors, that makes a
// single run of the comparison of settings a bad one. It is above MostError since
// hundreds of runs are looked at.
const MostMeanError = 4.5

// AdaptationPlan says what is compared by effective draws per gradient.
type AdaptationPlan struct {
	Entries []Entry
	Configs []Config
	Seeds   int // seeds 1 to Seeds
	Chains  int
	Warmup  int
	Draws   int
	Workers int           // runs at a time
	Limit   time.Duration // for one run
	// Progress is told when a posterior is done; it may be nil.
	Progress func(AdaptationRow)
}

// Adaptation is the outcome: gradients are counted and not seconds, so it can be
// had on a machine that does other things.
type Adaptation struct {
	About   About           `json:"about"`
	Seeds   int             `json:"seeds"`
	Chains  int             `json:"chains"`
	Warmup  int             `json:"warmup"`
	Draws   int             `json:"draws"`
	Configs []ConfigName    `json:"configs"`
	Rows    []AdaptationRow `json:"rows"`
}

// ConfigName is what a result keeps of a Config.
type ConfigName struct {
	Name string `json:"name"`
	What string `json:"what"`
}

// AdaptationRow is the outcome for one posterior.
type AdaptationRow struct {
	Posterior string        `json:"posterior"`
	Sets      []string      `json:"sets"`
	Skipped   string        `json:"skipped,omitempty"` // why there are no numbers
	Dim       int           `json:"dim"`               // on the unconstrained scale
	Cells     []SettingCell `json:"cells"`             // one per Config
}

// SettingCell is the outcome for one posterior and one setting.
type SettingCell struct {
	// ESSPerKilo is the median over the seeds of the smallest bulk effective
	// sample size per 1000 gradients, those of warmup included; Low and High are
	// the quartiles, TailPerKilo the same for the tail.
	ESSPerKilo  stream.Number `json:"ess_per_kilo"`
	Low         stream.Number `json:"low"`
	High        stream.Number `json:"high"`
	TailPerKilo stream.Number `json:"tail_per_kilo"`
	// ESSPerSecond is by the clock of the run, which other work disturbs.
	ESSPerSecond stream.Number `json:"ess_per_second"`
	// Divergences is the mean number per 1000 draws.
	Divergences stream.Number `json:"divergences"`
	// Bad counts runs with fewer than LeastESS effective draws, or a mean off by
	// more than MostMeanError standard errors, or no draws in time.
	Bad  int          `json:"bad"`
	Runs []SettingRun `json:"runs"`
}

// SettingRun is one run of one setting.
type SettingRun struct {
	Seed            uint64  `json:"seed"`
	Score           Score   `json:"score"`
	WarmupGradients int64   `json:"warmup_gradients"`
	Gradients       int64   `json:"gradients"` // all
	Divergences     int     `json:"divergences"`
	Seconds         float64 `json:"seconds"`
	Failed          string  `json:"failed,omitempty"`
}

// bad tells whether the run is not to be relied on.
func (r *SettingRun) bad() bool {
	return r.Failed != "" || float64(r.Score.MinBulk) < LeastESS || float64(r.Score.MeanError) > MostMeanError
}

// RunAdaptation carries the plan out. Each run is a chain runner of its own; all
// runs of a posterior share one compilation.
func RunAdaptation(ctx context.Context, l *List, p AdaptationPlan) (*Adaptation, error) {
	a := &Adaptation{About: NewAbout(ctx, l.Root), Seeds: p.Seeds, Chains: p.Chains, Warmup: p.Warmup, Draws: p.Draws}
	for _, c := range p.Configs {
		a.Configs = append(a.Configs, ConfigName{c.Name, c.What})
	}
	for i := range p.Entries {
		row := p.posterior(ctx, l, &p.Entries[i])
		if err := ctx.Err(); err != nil {
			return a, err
		}
		a.Rows = append(a.Rows, row)
		if p.Progress != nil {
			p.Progress(row)
		}
	}
	return a, nil
}

// posterior measures all settings on one posterior.
func (p *AdaptationPlan) posterior(ctx context.Context, l *List, e *Entry) AdaptationRow {
	row := AdaptationRow{Posterior: e.Name, Sets: e.Sets}
	s, err := newSubject(ctx, l, e, quatre.Auto)
	if err != nil {
		row.Skipped = err.Error()
		return row
	}
	defer s.posterior.Close()
	row.Dim = s.posterior.Dim()
	row.Cells = make([]SettingCell, len(p.Configs))
	type job struct{ config, seed int }
	jobs := make(chan job)
	var workers sync.WaitGroup
	for range max(p.Workers, 1) {
		workers.Go(func() {
			for j := range jobs {
				row.Cells[j.config].Runs[j.seed] = p.run(ctx, s, p.Configs[j.config], uint64(j.seed)+1)
			}
		})
	}
	for i := range row.Cells {
		row.Cells[i].Runs = make([]SettingRun, p.Seeds)
	}
	for seed := range p.Seeds {
		for config := range p.Configs {
			jobs <- job{config, seed}
		}
	}
	close(jobs)
	workers.Wait()
	for i := range row.Cells {
		row.Cells[i].summarise(p.Chains * p.Draws)
	}
	return row
}

// subject is a posterior of the list, ready to be sampled.
type subject struct {
	posterior *quatre.Posterior
	names     []string
	known     Reference
}

func newSubject(ctx context.Context, l *List, e *Entry, backend quatre.BackendName) (*subject, error) {
	program, data, reference, err := l.files(e)
	if err != nil {
		return nil, err
	}
	s := &subject{}
	if reference != "" {
		if s.known, err = ReadReference(reference); err != nil {
			return nil, err
		}
	}
	if s.posterior, err = open(ctx, program, data, backend); err != nil {
		return nil, err
	}
	s.names = ParameterNames(s.posterior.Model())
	return s, nil
}

// run makes one run.
func (p *AdaptationPlan) run(ctx context.Context, s *subject, c Config, seed uint64) SettingRun {
	out := SettingRun{Seed: seed}
	if p.Limit > 0 {
		limited, cancel := context.WithTimeout(ctx, p.Limit)
		defer cancel()
		ctx = limited
	}
	o := quatre.Options{Seed: seed, Sampler: quatre.DefaultSampler()}
	o.Sampler.Chains, o.Sampler.Warmup, o.Sampler.Draws, o.Sampler.Parallel = p.Chains, p.Warmup, p.Draws, 1
	c.Set(&o)
	began := time.Now()
	fit, err := quatre.SampleProblem(ctx, s.posterior, o)
	out.Seconds = time.Since(began).Seconds()
	if err == nil && fit.Report.Interrupted {
		err = fmt.Errorf("not done in %v", p.Limit)
	}
	if err != nil {
		out.Failed = err.Error()
		return out
	}
	for i := range fit.Report.Chains {
		c := &fit.Report.Chains[i]
		out.WarmupGradients += c.Warmup.Leapfrogs
		out.Gradients += c.Warmup.Leapfrogs + c.Sampling.Leapfrogs
		out.Divergences += c.Sampling.Divergences
	}
	table, err := TableOf(fit.Draws, s.names)
	if err != nil {
		out.Failed = err.Error()
		return out
	}
	out.Score = NewScore(table, s.known)
	return out
}

// summarise fills in what is said of the runs together. A run that failed counts
// as one without effective draws.
func (c *SettingCell) summarise(draws int) {
	var bulk, tail, seconds []float64
	divergences, counted := 0, 0
	for i := range c.Runs {
		r := &c.Runs[i]
		if r.bad() {
			c.Bad++
		}
		if r.Failed != "" {
			bulk, tail, seconds = append(bulk, 0), append(tail, 0), append(seconds, 0)
			continue
		}
		kilo := float64(r.Gradients) / 1000
		bulk, tail = append(bulk, float64(r.Score.MinBulk)/kilo), append(tail, float64(r.Score.MinTail)/kilo)
		seconds = append(seconds, float64(r.Score.MinBulk)/r.Seconds)
		divergences, counted = divergences+r.Divergences, counted+draws
	}
	c.Low, c.ESSPerKilo, c.High = quartiles(bulk)
	_, c.TailPerKilo, _ = quartiles(tail)
	_, c.ESSPerSecond, _ = quartiles(seconds)
	c.Divergences = stream.Number(math.NaN())
	if counted > 0 {
		c.Divergences = stream.Number(1000 * float64(divergences) / float64(counted))
	}
}
