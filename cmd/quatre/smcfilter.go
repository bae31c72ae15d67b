package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"os"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/picture"
	"github.com/quatre-ppl/quatre/smc/resample"
)

// smcFilterCmd follows states with known parameters.
type smcFilterCmd struct {
	smcModelFlags `embed:""`

	Param      []string        `placeholder:"NAME=VALUE" sep:"none" help:"A parameter of the model; all are needed."`
	Particles  int             `default:"10000" help:"Particles."`
	Resampling resample.Scheme `default:"systematic" help:"systematic, stratified, multinomial, residual, ssp or killing."`
	Threshold  float64         `default:"0.5" help:"Resample below this share of effective particles; 1 always."`
	Workers    int             `default:"1" help:"Goroutines; results do not depend on it."`
	SVG        string          `name:"svg" placeholder:"FILE" help:"Draw the filtered state and the observations."`
}

// Run implements the command.
func (c *smcFilterCmd) Run() error {
	m := c.smcModel()
	theta, err := m.point(c.Param)
	if err != nil {
		return err
	}
	model, err := m.build(theta)
	if err != nil {
		return fail(usage, err)
	}
	if err := folderOf(c.SVG); err != nil {
		return err
	}
	source, err := c.openSource(context.Background(), false, m)
	if err != nil {
		return err
	}
	defer source.close()
	data, err := source.all()
	if err != nil {
		return err
	}
	f, err := smc.NewFilter(smc.Bootstrap(model, data), rng.NewKey(announce(&c.Seed)), smc.Options{
		Particles: c.Particles, Resampling: c.Resampling, Threshold: c.Threshold, Workers: c.Workers,
	})
	if err != nil {
		return fail(usage, err)
	}
	w := bufio.NewWriter(os.Stdout)
	panels, err := c.follow(w, f, m, data)
	if flushErr := w.Flush(); err == nil && flushErr != nil {
		err = failf(inOutput, "cannot write to stdout: %w", flushErr)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "log evidence %.4f\n", f.LogEvidence())
	return writePicture(c.SVG, panels)
}

// follow runs the filter and writes a line a step.
func (c *smcFilterCmd) follow(w *bufio.Writer, f *smc.Filter, m *smcModel, data []smc.Obs) ([]picture.Panel, error) {
	fmt.Fprint(w, "time,y")
	for _, name := range m.states {
		fmt.Fprintf(w, ",%s,%s_q05,%s_q95", name, name, name)
	}
	fmt.Fprintln(w, ",ess,log_evidence")
	n := len(data)
	times, ys, low, mid, high := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	var band [2]float64
	for f.Step() {
		t := f.Steps() - 1
		times[t], ys[t] = data[t].Time, data[t].Y[0]
		numbers := []float64{ys[t]}
		for d := range m.states {
			f.Quantiles(band[:], d, []float64{0.05, 0.95})
			numbers = append(numbers, f.Mean(d), band[0], band[1])
			if d == m.shown {
				mid[t], low[t], high[t] = f.Mean(d), band[0], band[1]
			}
		}
		if err := row(w, fmt.Sprintf("%g", times[t]), append(numbers, f.ESS(), f.LogEvidence())...); err != nil {
			return nil, err
		}
	}
	if err := f.Err(); err != nil {
		var collapse *smc.CollapseError
		if errors.As(err, &collapse) {
			return nil, fail(inSampling, err)
		}
		return nil, fail(inData, err)
	}
	return []picture.Panel{
		{Title: m.shownName + ": mean and 90 % band", X: times, Bands: []picture.Band{{Low: low, High: high}}, Lines: []picture.Line{{Y: mid}}},
		{Title: "observations", X: times, Points: ys},
	}, nil
}

var nan = math.NaN()
