package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/cmd/quatre/terminal"
	"github.com/quatre-ppl/quatre/diag"
	"github.com/quatre-ppl/quatre/samplers"
	"github.com/quatre-ppl/quatre/stream"
)

// sampling is a run, from its first draw to its summary.
type sampling struct {
	cmd      *sampleCmd
	loaded   *loaded
	settings *samplers.Options
	folder   *folder
	events   *events // nil unless wanted
	console  *console
	memory   *stream.Memory // nil without a summary
}

// run samples and reports. cancel ends ctx.
func (s *sampling) run(ctx context.Context, cancel func()) error {
	l := s.loaded
	s.console.note("%s: %s on the unconstrained scale, seed %d", l.model.Name, plural(l.posterior.Dim(), "parameter"), *s.cmd.Seed)
	if s.events != nil {
		s.events.start(&s.folder.info, l.posterior.Dim(), s.cmd.Out)
	}
	report, err := quatre.Run(ctx, l.posterior, quatre.Options{
		Seed: *s.cmd.Seed, Sampler: s.settings, Sinks: s.sinks(cancel),
	})
	err = s.verdict(report, err)
	written := s.folder.finish(l, report, s.cmd.Draws, err) // the disk takes its time
	diagnostics := s.diagnose(report)
	if recordErr := written(); err == nil {
		err = recordErr
	}
	return errors.Join(s.tell(report, diagnostics, err), err)
}

// sinks returns where the draws and the progress go.
func (s *sampling) sinks(cancel func()) []stream.Sink {
	var list []stream.Sink
	if s.folder.csv != nil {
		list = append(list, &guard{s.folder.csv, cancel})
	}
	if !s.cmd.NoSummary {
		s.memory = stream.NewMemory()
		list = append(list, drawsOnly{s.memory})
	}
	switch {
	case s.events != nil:
		list = append(list, s.events)
	case !s.cmd.Quiet:
		list = append(list, s.console.open(s.cmd.plan()))
	}
	return list
}

// drawsOnly keeps warmup out of a sink.
type drawsOnly struct{ stream.Sink }

// Write implements stream.Sink.
func (d drawsOnly) Write(ctx context.Context, f *stream.Frame) error {
	if f.Phase == stream.Warmup {
		return nil
	}
	return d.Sink.Write(ctx, f)
}

// verdict returns what is to be said of a run that ended with the error, nil if
// it went well.
func (s *sampling) verdict(report *samplers.Report, err error) error {
	var sinkErr *stream.SinkError
	switch {
	case errors.As(err, &sinkErr):
		return fail(inOutput, sinkErr.Err)
	case report == nil:
		return fail(usage, err)
	}
	if failed := report.Failed(); len(failed) > 0 {
		return s.chainsFailed(failed, len(report.Chains))
	}
	if err != nil {
		return fail(internal, err)
	}
	if err := s.loaded.improper(flatInAll(report)); err != nil {
		return err
	}
	if report.Interrupted {
		kept := 0
		for i := range report.Chains {
			kept += report.Chains[i].Draws
		}
		return failf(interrupted, "interrupted: %d of %d draws were kept", kept, s.cmd.rows())
	}
	return nil
}

// rows is the number of rows that the run was asked for.
func (c *sampleCmd) rows() int { return c.Chains * ((c.Draws + c.Thin - 1) / c.Thin) }

// flatInAll returns the coordinates along which no chain met a gradient.
func flatInAll(report *samplers.Report) []int {
	flat := slices.Clone(report.Chains[0].Flat)
	for i := range report.Chains {
		flat = slices.DeleteFunc(flat, func(k int) bool { return !slices.Contains(report.Chains[i].Flat, k) })
	}
	return flat
}

// chainsFailed returns the error of a run in which chains failed, in the words
// of the first one.
func (s *sampling) chainsFailed(failed []samplers.ChainReport, total int) error {
	first := failed[0]
	place := ""
	var start *samplers.StartError
	if errors.As(first.Err, &start) && start.Coordinate >= 0 {
		place = fmt.Sprintf(" (coordinate %d is one of %s)", start.Coordinate, s.loaded.parameterOf(start.Coordinate).Name)
	}
	who := fmt.Sprintf("%d of %d chains failed, first chain %d", len(failed), total, first.Chain+1)
	switch {
	case total == 1:
		who = "the chain failed"
	case len(failed) == total:
		who = fmt.Sprintf("all %d chains failed, the first one because", total)
	}
	return failf(inSampling, "%s: %w%s", who, first.Err, place)
}

// diagnose returns the diagnostics of the draws, nil if none are wanted.
func (s *sampling) diagnose(report *samplers.Report) *diag.Report {
	if report == nil || s.memory == nil || s.memory.Sampling.Schema == nil {
		return nil
	}
	facts := diag.Facts{MaxDepth: s.cmd.MaxDepth, Stats: reportedStats}
	for i := range report.Chains {
		facts.Recovered += report.Chains[i].Recovered
	}
	return diag.Diagnose(&s.memory.Sampling, facts)
}

// tell prints what came out of the run.
func (s *sampling) tell(report *samplers.Report, diagnostics *diag.Report, err error) error {
	if report == nil {
		return nil
	}
	if s.events != nil {
		s.events.chains(s.folder.info.Chains)
	}
	s.tellLatents(report)
	s.tellPaths(report)
	if s.cmd.Out != "" {
		s.console.note("results are in %s", s.cmd.Out)
	}
	if diagnostics == nil {
		return nil
	}
	s.tellFaults(report)
	if s.events != nil {
		s.events.summary(diagnostics)
		return nil
	}
	heading := fmt.Sprintf("%s: %s, seed %d, %s", s.loaded.model.Name, shape(diagnostics), *s.cmd.Seed, terminal.Duration(report.Elapsed))
	if err != nil {
		heading += " (not complete)"
	}
	shown := s.shown(diagnostics.Summaries)
	return result(func(w io.Writer) error { return writeReport(w, heading, diagnostics, shown) })
}

// tellLatents tells in which coordinates latents were sampled, by the first chain
// that chose: chains agree but for borderline cases.
func (s *sampling) tellLatents(report *samplers.Report) {
	for i := range report.Chains {
		p := &report.Chains[i].Placing
		if p.Latents == 0 {
			continue
		}
		s.console.note("%s sampled in coordinates fitted to the data: %d non-centred, %d between, %d centred; the draws are those of the model as written",
			plural(p.Latents, "latent"), p.NonCentred, p.Between, p.Centred)
		return
	}
}

// tellPaths tells of chains for which Pathfinder found no starting point.
func (s *sampling) tellPaths(report *samplers.Report) {
	for i := range report.Chains {
		if p := report.Chains[i].Path; p != nil && p.Err != nil {
			s.console.note("chain %d started where its path began: %v", i+1, p.Err)
		}
	}
}

// mostRows bounds the table that follows a run whose draws can be summarised
// again from their folder.
const mostRows = 100

// shown returns the summaries that are printed.
func (s *sampling) shown(all []diag.Summary) []diag.Summary {
	if s.cmd.Out == "" || len(all) <= mostRows {
		return all
	}
	s.console.note("the table has %d of %d quantities: quatre summary %s prints them all", mostRows, len(all), s.cmd.Out)
	return all[:mostRows]
}

// tellFaults tells what was lost to faults.
func (s *sampling) tellFaults(report *samplers.Report) {
	for i := range report.Chains {
		c := &report.Chains[i]
		if c.Restarts > 0 {
			s.console.note("chain %d went back to its last checkpoint after a fault; its draws are what they would have been", c.Chain+1)
		}
		if c.FirstFault != nil {
			s.console.note("chain %d: the first of its faults was: %v", c.Chain+1, c.FirstFault)
		}
	}
}
