package bench

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/stream"
)

// Task is what a worker is started for.
type Task struct {
	Program, Data string // files
	Peer          string // name of the peers' program of the same posterior
	Chains        int
	Warmup, Draws int // per chain
	Cores         int // chains at a time
}

// order tells a worker to make a run and where to leave the draws.
type order struct {
	Seed  uint64 `json:"seed"`
	Draws string `json:"draws"`
}

// message is what a worker says. Event is "drawn" as soon as the draws are in
// memory, "done" when they are in the file as float64, little-endian, in the
// order [chain][draw][name], or "missing" if the worker cannot do its task.
type message struct {
	Event  string `json:"event"`
	Reason string `json:"reason,omitempty"`

	Names           []string          `json:"names,omitempty"`
	Unconstrained   bool              `json:"unconstrained,omitempty"` // the draws are positions, in Stan's order
	Seconds         float64           `json:"seconds,omitempty"`       // warmup and draws, everything compiled
	Gradients       int64             `json:"gradients,omitempty"`     // 0 if not known
	WarmupGradients int64             `json:"warmup_gradients,omitempty"`
	Divergences     int               `json:"divergences,omitempty"` // after warmup
	PeakKiB         int64             `json:"peak_kib,omitempty"`    // resident memory of the process so far
	Versions        map[string]string `json:"versions,omitempty"`
}

// Serve is the worker of Quatre with a setting: it obeys the orders of in, one a
// line, and answers on out. The first run starts while the native code is being
// compiled, as any run of a user does; later ones have it from their start.
func Serve(ctx context.Context, in io.Reader, out io.Writer, t Task, c Config) error {
	m, err := Read(t.Program, t.Data)
	if err != nil {
		return err
	}
	p, err := quatre.Compile(ctx, m, quatre.CompileOptions{})
	if err != nil {
		return err
	}
	defer p.Close()
	answers := json.NewEncoder(out)
	for lines := bufio.NewScanner(in); lines.Scan(); {
		var o order
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			return fmt.Errorf("bench: an order that cannot be read: %w", err)
		}
		began := time.Now()
		fit, err := t.sample(ctx, p, c, o.Seed)
		if err != nil {
			return err
		}
		done := message{Event: "done", Seconds: time.Since(began).Seconds()}
		if err := answers.Encode(message{Event: "drawn"}); err != nil {
			return err
		}
		if err := done.leave(fit, o.Draws); err != nil {
			return err
		}
		if err := answers.Encode(done); err != nil {
			return err
		}
		if err := p.WaitNative(ctx); err != nil {
			return err
		}
	}
	return nil
}

// sample makes a run of the task.
func (t *Task) sample(ctx context.Context, p *quatre.Posterior, c Config, seed uint64) (*quatre.Fit, error) {
	o := quatre.Options{Seed: seed, Sampler: quatre.DefaultSampler()}
	o.Sampler.Chains, o.Sampler.Warmup, o.Sampler.Draws = t.Chains, t.Warmup, t.Draws
	o.Sampler.Parallel = max(1, min(t.Chains, t.Cores))
	c.Set(&o)
	fit, err := quatre.SampleProblem(ctx, p, o)
	if err == nil && fit.Report.Interrupted {
		err = context.Cause(ctx)
	}
	return fit, err
}

// leave writes the draws to the file and fills in what is said of them.
func (m *message) leave(fit *quatre.Fit, path string) error {
	for i := range fit.Report.Chains {
		c := &fit.Report.Chains[i]
		m.WarmupGradients += c.Warmup.Leapfrogs
		m.Gradients += c.Warmup.Leapfrogs + c.Sampling.Leapfrogs
		m.Divergences += c.Sampling.Divergences
	}
	m.Names = fit.Draws.Schema.ColumnNames()
	m.Versions = map[string]string{"quatre": quatre.Version}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer f.Close()
	if err := writeDraws(f, fit.Draws); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	m.PeakKiB = peakKiB("self")
	return f.Close()
}

func writeDraws(w io.Writer, d *stream.Draws) error {
	buffered := bufio.NewWriterSize(w, 1<<16)
	var word [8]byte
	for chain := range d.Chains() {
		for row := range d.Len(chain) {
			values, _ := d.Row(chain, row)
			for _, x := range values {
				binary.LittleEndian.PutUint64(word[:], math.Float64bits(x))
				buffered.Write(word[:]) // Flush returns the error
			}
		}
	}
	return buffered.Flush()
}

// readDraws reads what a worker left of a run with so many chains and draws.
func readDraws(path string, chains, draws int, names []string) (*stream.Draws, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	width := len(names)
	if want := 8 * chains * draws * width; len(text) != want {
		return nil, fmt.Errorf("bench: a file of draws has %d bytes, not %d", len(text), want)
	}
	schema := &stream.Schema{}
	for _, name := range names {
		schema.Values = append(schema.Values, stream.Field{Name: name})
	}
	all := make([]float64, chains*draws*width)
	for i := range all {
		all[i] = math.Float64frombits(binary.LittleEndian.Uint64(text[8*i:]))
	}
	d := &stream.Draws{}
	for chain := range chains {
		part := all[chain*draws*width : (chain+1)*draws*width]
		if err := d.Append(&stream.Frame{Schema: schema, Chain: chain, Phase: stream.Sampling, Rows: draws, Values: part}); err != nil {
			return nil, err
		}
	}
	return d, nil
}
