package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/samplers"
	"github.com/quatre-ppl/quatre/stream"
	"github.com/quatre-ppl/quatre/stream/file"
)

// folder is where the results of a run go. Of a run without --out it keeps
// only the record.
type folder struct {
	dir  string    // "" without --out
	csv  *file.CSV // nil without --out
	info file.RunInfo
}

// createFolder makes the folder of the results with its files, and writes down
// that the run has begun.
func (c *sampleCmd) createFolder(l *loaded, cc string) (*folder, error) {
	f := &folder{dir: c.Out, info: c.runInfo(l, cc)}
	if c.Out == "" {
		return f, nil
	}
	if err := clearRecord(c.Out, c.Overwrite); err != nil {
		return nil, err
	}
	var err error
	f.csv, err = file.Create(file.Options{Dir: c.Out, Overwrite: c.Overwrite, Header: c.header(l, f.info.Started)})
	if errors.Is(err, file.ErrExists) {
		return nil, errExists(c.Out)
	}
	if err == nil {
		err = file.WriteRunInfo(c.Out, &f.info)
	}
	if err != nil {
		return nil, fail(inOutput, err)
	}
	return f, nil
}

func errExists(dir string) error {
	return failf(inOutput, "%s holds the results of an earlier run; choose another folder or say --overwrite", dir)
}

// clearRecord refuses a folder with a record of an earlier run, or removes the
// record: it must not stand beside other draws, not even for a moment.
func clearRecord(dir string, overwrite bool) error {
	path := filepath.Join(dir, file.RunInfoName)
	if !overwrite {
		if _, err := os.Lstat(path); err == nil {
			return errExists(dir)
		}
		return nil
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return failf(inOutput, "cannot remove the record of an earlier run: %w", err)
	}
	return nil
}

// header is the comment at the top of the CSV files.
func (c *sampleCmd) header(l *loaded, started time.Time) file.Header {
	metric := map[samplers.Metric]file.Metric{
		samplers.AutoMetric: file.MetricDiagonal, samplers.DiagMetric: file.MetricDiagonal,
		samplers.DenseMetric: file.MetricDense, samplers.UnitMetric: file.MetricUnit,
	}
	return file.Header{
		Model: l.model.Name, DataFile: c.Data, Version: quatre.Version, Started: started,
		Chains: c.Chains, NumSamples: c.Draws, NumWarmup: c.Warmup, SaveWarmup: c.SaveWarmup, Thin: c.Thin,
		Seed: *c.Seed, AdaptEngaged: c.Warmup > 0, Delta: c.TargetAccept, MaxDepth: c.MaxDepth,
		Metric: metric[c.Metric], InitRadius: c.InitRadius,
	}
}

// runInfo is the record of a run that is about to begin.
func (c *sampleCmd) runInfo(l *loaded, cc string) file.RunInfo {
	info := file.RunInfo{
		Status: file.StatusRunning, Versions: versionsWith(cc).asMap(), Command: os.Args, Seed: *c.Seed,
		Options: map[string]any{
			"chains": c.Chains, "warmup": c.Warmup, "draws": c.Draws, "thin": c.Thin, "save_warmup": c.SaveWarmup,
			"target_accept": c.TargetAccept, "max_depth": c.MaxDepth, "metric": c.Metric, "step_size": c.StepSize,
			"sampler": c.Sampler, "max_step_error": c.MaxStepError,
			"adaptation": c.Adaptation, "fixed_warmup": c.FixedWarmup, "step_jitter": c.StepJitter,
			"init": c.Init, "init_radius": c.InitRadius, "parallel": c.Parallel, "backend": c.Backend,
		},
		Model: l.model, Data: l.data, Started: time.Now(),
		Compiler: l.compilerReport(),
	}
	for chain := range c.Chains {
		info.Chains = append(info.Chains, file.ChainInfo{Chain: chain + 1, File: c.chainFile(chain)})
	}
	return info
}

func (c *sampleCmd) chainFile(chain int) string {
	if c.Out == "" {
		return ""
	}
	return file.ChainFile("chain", chain)
}

// finish writes down how the run ended, in the background: what it returns waits
// for that.
func (f *folder) finish(l *loaded, report *samplers.Report, draws int, err error) (wait func() error) {
	f.info.Status, f.info.Finished = statusOf(err), time.Now()
	if err != nil {
		f.info.Error = err.Error()
	}
	f.info.Compiler = l.compilerReport()
	if report != nil {
		for i := range report.Chains {
			describe(&f.info.Chains[i], &report.Chains[i], draws)
		}
	}
	if f.dir == "" {
		return func() error { return nil }
	}
	return inBackground(func() error { return fail(inOutput, file.WriteRunInfo(f.dir, &f.info)) })
}

// describe fills in how a chain went that was asked for so many draws.
func describe(info *file.ChainInfo, r *samplers.ChainReport, draws int) {
	info.Complete = r.Err == nil && r.Sampling.Iterations == draws
	info.Warmup, info.Draws = r.Warmup.Iterations, r.Sampling.Iterations
	info.WarmupSeconds, info.SamplingSeconds = r.Warmup.Elapsed.Seconds(), r.Sampling.Elapsed.Seconds()
	info.Directions, info.Rotations = r.Directions, r.Rotations
	if p := r.Placing; p.Latents > 0 {
		info.Latents = &file.Latents{All: p.Latents, NonCentred: p.NonCentred, Between: p.Between, Centred: p.Centred}
	}
	info.StepSize, info.Leapfrogs = stream.Number(r.StepSize), r.Sampling.Leapfrogs
	info.Divergences, info.Recovered, info.Saturated = r.Sampling.Divergences, r.Recovered, r.Sampling.Saturated
}
