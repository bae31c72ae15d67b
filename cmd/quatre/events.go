package main

import (
	"encoding/json"
	"io"
	"sync"

	"github.com/quatre-ppl/quatre/cmd/quatre/terminal"
	"github.com/quatre-ppl/quatre/diag"
	"github.com/quatre-ppl/quatre/stream"
	"github.com/quatre-ppl/quatre/stream/file"
)

// events writes what happens in a run as lines of JSON, each an object with the
// entry "event". Of progress it writes what passes a milestone.
type events struct {
	stream.Discard
	milestones *terminal.Milestones

	mu      sync.Mutex
	encoder *json.Encoder
	err     error // the first failure of writing
}

func newEvents(w io.Writer, plan terminal.Plan) *events {
	return &events{encoder: json.NewEncoder(w), milestones: terminal.NewMilestones(plan)}
}

func (e *events) write(event any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.encoder.Encode(event); err != nil && e.err == nil {
		e.err = err
	}
}

// start tells what is to be sampled.
func (e *events) start(info *file.RunInfo, dim int, out string) {
	e.write(struct {
		Event   string            `json:"event"`
		Model   file.Source       `json:"model"`
		Data    file.Source       `json:"data"`
		Dim     int               `json:"dim"`
		Seed    uint64            `json:"seed"`
		Options map[string]any    `json:"options"`
		Out     string            `json:"out,omitempty"`
		Version map[string]string `json:"versions"`
	}{"start", info.Model, info.Data, dim, info.Seed, info.Options, out, info.Versions})
}

// Progress implements stream.ProgressSink.
func (e *events) Progress(p stream.Progress) {
	if !e.milestones.Pass(p) {
		return
	}
	e.write(struct {
		Event       string        `json:"event"`
		Chain       int           `json:"chain"` // from 1
		Phase       string        `json:"phase"`
		Done        int           `json:"done"`
		Total       int           `json:"total"`
		StepSize    stream.Number `json:"step_size"`
		Divergences int           `json:"divergences"`
		Recovered   int           `json:"recovered"`
		Leapfrogs   int64         `json:"leapfrogs"`
		Seconds     float64       `json:"seconds"`
	}{
		"progress", p.Chain + 1, p.Phase.String(), p.Done, p.Total, stream.Number(p.StepSize),
		p.Divergences, p.Recovered, p.Leapfrogs, p.Elapsed.Seconds(),
	})
}

// summary tells the diagnostics of the run.
func (e *events) summary(r *diag.Report) {
	warnings := r.Warnings()
	if warnings == nil {
		warnings = []diag.Warning{}
	}
	e.write(struct {
		Event string `json:"event"`
		*diag.Report
		Warnings []diag.Warning `json:"warnings"`
	}{"summary", r, warnings})
}

// chains tells how each chain went.
func (e *events) chains(list []file.ChainInfo) {
	e.write(struct {
		Event  string           `json:"event"`
		Chains []file.ChainInfo `json:"chains"`
	}{"chains", list})
}

// end tells how the command ends, and returns its error.
func (e *events) end(err error) error {
	last := struct {
		Event  string      `json:"event"`
		Status file.Status `json:"status"`
		Exit   int         `json:"exit"`
		Error  string      `json:"error,omitempty"`
	}{"end", statusOf(err), exitCode(err), ""}
	if err != nil {
		last.Error = err.Error()
	}
	e.write(last)
	if err == nil && e.err != nil {
		return failf(inOutput, "cannot write to stdout: %w", e.err)
	}
	return err
}

// statusOf returns the status of a run that ended with the error.
func statusOf(err error) file.Status {
	switch {
	case err == nil:
		return file.StatusComplete
	case exitCode(err) == int(interrupted):
		return file.StatusInterrupted
	}
	return file.StatusFailed
}
