package main

import (
	"fmt"
	"io"
	"os"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim/experiment"
	"github.com/quatre-ppl/quatre/sim/picture"
	"github.com/quatre-ppl/quatre/sim/stat"
)

// simWarmupCmd looks for the end of the warm-up.
type simWarmupCmd struct {
	Model     string `arg:"" help:"The model: a file that ends with .yaml, .yml or .json."`
	simFlags  `embed:""`
	Outcome   string `required:"" help:"The outcome to follow over time, such as customers.number."`
	Stretches int    `default:"200" help:"Number of equal stretches of time in which it is measured."`
	Window    int    `default:"10" help:"Stretches to each side over which the picture averages."`
	Out       string `type:"path" placeholder:"FILE.svg" help:"Picture of the mean over replications, as it is and smoothed."`
}

// Run executes `quatre sim warmup`.
func (c *simWarmupCmd) Run() error {
	models, err := c.read([]string{c.Model})
	if err != nil {
		return err
	}
	c.Warmup = 0 // it is what is looked for
	o, err := c.options(models[0])
	if err != nil {
		return err
	}
	if c.Stretches < 20 || c.Window < 0 || 2*c.Window >= c.Stretches {
		return failf(usage, "--stretches is at least 20, --window is not negative and less than half of it")
	}
	ctx, stop := interruptible(func() { fmt.Fprintln(os.Stderr, "quatre: interrupted") })
	defer stop()
	rows, err := experiment.Series(ctx, models[0].Build, rng.NewKey(c.Seed), o, c.Outcome, c.Stretches)
	if err != nil {
		return simulated(err)
	}
	mean := stat.Welch(rows, 0)
	truncate, ok := stat.MSER5(mean)
	length := o.Until.Time / float64(c.Stretches)
	if c.Out != "" {
		if err := c.draw(mean, stat.Welch(rows, c.Window), length, truncate, ok); err != nil {
			return fail(inOutput, err)
		}
	}
	return result(func(w io.Writer) error {
		if !ok {
			_, err := fmt.Fprintf(w, "%s has not settled by %v, or moves too slowly to tell: simulate longer, or take more --reps\n", c.Outcome, o.Until.Time)
			return err
		}
		_, err := fmt.Fprintf(w, "%s: warm-up until %.6g, mean %.6g after it and %.6g with it (MSER-5 on the mean of %d replications)\n",
			c.Outcome, float64(truncate)*length, stat.Mean(mean[truncate:]), stat.Mean(mean), len(rows))
		return err
	})
}

// draw writes the picture.
func (c *simWarmupCmd) draw(mean, smooth []float64, length float64, truncate int, ok bool) error {
	f, err := os.Create(c.Out)
	if err != nil {
		return err
	}
	defer f.Close()
	end := -1.0
	if ok {
		end = float64(truncate) * length
	}
	if err := picture.WarmUp(f, c.Outcome, length, mean, smooth, end); err != nil {
		return err
	}
	return f.Close()
}
