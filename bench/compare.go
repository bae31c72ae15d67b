package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stream"
)

// ComparePlan says what is compared by effective draws per second.
type ComparePlan struct {
	Entries   []Entry
	Systems   []string
	Seeds     int // seeds 1 to Seeds
	HardSeeds int // on posteriors that are marked as hard
	Chains    int
	Warmup    int
	Draws     int
	Cores     int           // chains at a time
	Limit     time.Duration // for one run, compilation included
	// Progress is told when a posterior is done; it may be nil.
	Progress func(*CompareRow)
}

// Comparison is the outcome.
type Comparison struct {
	About     About        `json:"about"`
	Systems   []string     `json:"systems"`
	Seeds     int          `json:"seeds"`
	HardSeeds int          `json:"hard_seeds"`
	Chains    int          `json:"chains"`
	Warmup    int          `json:"warmup"`
	Draws     int          `json:"draws"`
	Cores     int          `json:"cores"`
	Rows      []CompareRow `json:"rows"`
}

// CompareRow is the outcome for one posterior.
type CompareRow struct {
	Posterior string       `json:"posterior"`
	Sets      []string     `json:"sets"`
	Skipped   string       `json:"skipped,omitempty"` // why there are no numbers
	Dim       int          `json:"dim"`
	Seeds     int          `json:"seeds"`
	Cells     []SystemCell `json:"cells"` // one per system
}

// SystemRun is one warm run of a system.
type SystemRun struct {
	Seed            uint64  `json:"seed"`
	Seconds         float64 `json:"seconds"`
	Gradients       int64   `json:"gradients"` // all; 0 if not known
	WarmupGradients int64   `json:"warmup_gradients"`
	Divergences     int     `json:"divergences"`
	Score           Score   `json:"score"`
	Failed          string  `json:"failed,omitempty"`
}

// RunCompare carries the plan out: for each posterior all systems run as
// processes side by side, one at a time, seed by seed, so that what disturbs the
// machine disturbs all of them.
func RunCompare(ctx context.Context, b *Bench, p ComparePlan) (*Comparison, error) {
	if err := b.CheckPinning(ctx); err != nil {
		return nil, err
	}
	c := &Comparison{
		About: NewAbout(ctx, b.List.Root), Systems: p.Systems, Seeds: p.Seeds, HardSeeds: p.HardSeeds,
		Chains: p.Chains, Warmup: p.Warmup, Draws: p.Draws, Cores: p.Cores,
	}
	if b.CPUs != "" {
		c.About.Pinned = "processes held to processors " + b.CPUs
	}
	for i := range p.Entries {
		row, err := p.posterior(ctx, b, &p.Entries[i], c.About.Versions)
		if err != nil {
			return c, err
		}
		c.Rows = append(c.Rows, *row)
		if p.Progress != nil {
			p.Progress(row)
		}
	}
	return c, nil
}

// contender is a system at work on a posterior.
type contender struct {
	cell   *SystemCell
	worker *worker // nil once it can do no more
	pool   []*stream.Draws
}

// posterior compares the systems on one posterior. An error ends the whole
// comparison; what befalls a system is in its cell.
func (p *ComparePlan) posterior(ctx context.Context, b *Bench, e *Entry, versions map[string]string) (*CompareRow, error) {
	row := &CompareRow{Posterior: e.Name, Sets: e.Sets, Seeds: p.Seeds, Cells: make([]SystemCell, len(p.Systems))}
	if e.Hard {
		row.Seeds = p.HardSeeds
	}
	s, err := newJudge(ctx, b.List, e)
	if err != nil {
		row.Skipped = err.Error()
		return row, nil
	}
	defer s.posterior.Close()
	row.Dim = s.posterior.Dim()
	dir, err := os.MkdirTemp("", "quatre-bench-")
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	defer os.RemoveAll(dir)
	program, data, _, err := b.List.files(e)
	if err != nil {
		return nil, err
	}
	task := Task{Program: program, Data: data, Peer: e.Peer, Chains: p.Chains, Warmup: p.Warmup, Draws: p.Draws, Cores: p.Cores}
	contenders := make([]contender, len(p.Systems))
	defer func() {
		for i := range contenders {
			contenders[i].retire()
		}
	}()
	for i, system := range p.Systems {
		c := &contenders[i]
		c.cell = &row.Cells[i]
		*c.cell = blankCell(system)
		c.cold(ctx, b, task, filepath.Join(dir, fmt.Sprint(i)), p.Limit, versions)
	}
	for seed := range row.Seeds {
		for i := range contenders { // another one begins with each seed
			contenders[(i+seed)%len(contenders)].warm(ctx, s, p, uint64(seed)+1)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	for i := range contenders {
		contenders[i].cell.summarise(s, contenders[i].pool, p)
	}
	return row, ctx.Err()
}

// cold starts the system's process with empty caches and times it to the last
// draw of a first run.
func (c *contender) cold(ctx context.Context, b *Bench, t Task, dir string, limit time.Duration, versions map[string]string) {
	w, err := b.start(c.cell.System, t, dir)
	if err == nil {
		c.worker = w
		var first message
		var drawn time.Time
		if first, drawn, err = w.run(ctx, 1, limit); err == nil {
			c.cell.Cold = stream.Number(drawn.Sub(w.began).Seconds())
			for name, version := range first.Versions {
				versions[name] = version
			}
			return
		}
	}
	if missing := (errMissing{}); errors.As(err, &missing) {
		c.cell.Missing = missing.reason
	} else {
		c.cell.Failed = err.Error()
	}
	c.retire()
}

// warm makes a run with everything compiled.
func (c *contender) warm(ctx context.Context, s *judge, p *ComparePlan, seed uint64) {
	if c.worker == nil {
		return
	}
	m, _, err := c.worker.run(ctx, seed, p.Limit)
	if err != nil {
		c.cell.Runs = append(c.cell.Runs, SystemRun{Seed: seed, Failed: err.Error()})
		c.cell.Failed = err.Error()
		c.retire() // a process that is late or gone can do no more
		return
	}
	run := SystemRun{Seed: seed, Seconds: m.Seconds, Gradients: m.Gradients, WarmupGradients: m.WarmupGradients, Divergences: m.Divergences}
	c.cell.PeakMiB = stream.Number(float64(m.PeakKiB) / 1024)
	draws, err := s.read(c.worker.draws, p, &m)
	if err == nil {
		run.Score, err = s.score(draws)
	}
	if err != nil {
		run.Failed, c.cell.Failed = err.Error(), err.Error()
	} else {
		c.pool = append(c.pool, draws)
	}
	c.cell.Runs = append(c.cell.Runs, run)
}

func (c *contender) retire() {
	if c.worker != nil {
		c.worker.stop()
		c.worker = nil
	}
}

// judge knows what is measured of a posterior's draws, whoever made them.
type judge struct{ *subject }

func newJudge(ctx context.Context, l *List, e *Entry) (*judge, error) {
	s, err := newSubject(ctx, l, e, quatre.Interpreter)
	if err != nil {
		return nil, err
	}
	return &judge{s}, nil
}

// read returns the draws that a worker left, on the model's own scale.
func (j *judge) read(path string, p *ComparePlan, m *message) (*stream.Draws, error) {
	d, err := readDraws(path, p.Chains, p.Draws, m.Names)
	if err != nil || !m.Unconstrained {
		return d, err
	}
	return j.constrain(d)
}

// constrain returns the draws at positions on the unconstrained scale.
func (j *judge) constrain(d *stream.Draws) (*stream.Draws, error) {
	problem, err := j.posterior.Chain(0)
	if err != nil {
		return nil, err
	}
	defer problem.Close()
	if d.Schema.Width() != problem.Dim() {
		return nil, fmt.Errorf("bench: draws of %d coordinates, not %d", d.Schema.Width(), problem.Dim())
	}
	schema := &stream.Schema{Values: j.posterior.Schema().Values}
	out, src := &stream.Draws{}, rng.NewKey(0).Stream()
	for chain := range d.Chains() {
		values := make([]float64, d.Len(chain)*schema.Width())
		for row := range d.Len(chain) {
			q, _ := d.Row(chain, row)
			if err := problem.Draw(values[row*schema.Width():(row+1)*schema.Width()], q, src); err != nil {
				return nil, err
			}
		}
		if err := out.Append(&stream.Frame{Schema: schema, Chain: chain, Phase: stream.Sampling, Rows: d.Len(chain), Values: values}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// score scores the draws of one run.
func (j *judge) score(d *stream.Draws) (Score, error) {
	t, err := TableOf(d, j.names)
	if err != nil {
		return Score{}, err
	}
	return NewScore(t, j.known), nil
}

// pooled scores the draws of all runs together, as the chains of one.
func (j *judge) pooled(all []*stream.Draws) (Score, error) {
	var tables []*Table
	for _, d := range all {
		t, err := TableOf(d, j.names)
		if err != nil {
			return Score{}, err
		}
		tables = append(tables, t)
	}
	return NewScore(&Table{j.names, func(i int) (chains [][]float64) {
		for _, t := range tables {
			chains = slices.Concat(chains, t.Column(i))
		}
		return chains
	}}, j.known), nil
}

func nan() stream.Number { return stream.Number(math.NaN()) }
