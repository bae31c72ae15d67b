package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/quatre-ppl/quatre/bart"
)

// bartEffectCmd gives effects of a treatment.
type bartEffectCmd struct {
	Dir  string `arg:"" name:"DIR" help:"Folder of a fit with --treatment."`
	Rows string `arg:"" name:"NEW" help:"The rows, CSV or Parquet."`
	Out  string `short:"o" placeholder:"FILE" help:"Write to a file instead of stdout."`

	Quantiles []float64 `default:"0.05,0.5,0.95" help:"Probabilities of the quantiles."`
	Function  bool      `help:"The effect on f itself instead of on the response it stands for (a probability, a mean count, a median time)."`
	Draws     bool      `help:"Write all draws, one column each, instead of their summary."`
	Average   bool      `help:"Only the average over the rows, with a 90 % interval."`
	Parallel  int       `placeholder:"N" help:"Processors to use (all)."`
}

// Run implements the command.
func (c *bartEffectCmd) Run() error {
	fit, err := loadFit(c.Dir)
	if err != nil {
		return err
	}
	if fit.causal == nil {
		return failf(usage, "the fit has no treatment: fit with --treatment COLUMN")
	}
	rows, err := fit.match(c.Rows, "", false)
	if err != nil {
		return err
	}
	ctx, stop := interruptible(func() {})
	defer stop()
	if c.Average {
		mean, low, high, err := fit.causal.AverageEffect(ctx, rows.d)
		if err != nil {
			return fail(inData, err)
		}
		return writeTo(c.Out, func(w io.Writer) error {
			return writeColumns(w, []string{"mean", "q5", "q95"}, [][]float64{{mean}, {low}, {high}})
		})
	}
	o := bart.PredictOptions{Quantiles: c.Quantiles, Draws: c.Draws, Workers: c.Parallel}
	if c.Function {
		o.Scale = bart.FunctionScale
	}
	pred, err := fit.causal.Effects(ctx, rows.d, o)
	if err != nil {
		return fail(inData, err)
	}
	names, columns := predictionTable(pred)
	return writeTo(c.Out, func(w io.Writer) error { return writeColumns(w, names, columns) })
}

// bartGroupsCmd lists the effects of groups.
type bartGroupsCmd struct {
	Dir string `arg:"" name:"DIR" help:"Folder of a fit with --group."`
	Out string `short:"o" placeholder:"FILE" help:"Write to a file instead of stdout."`
}

// Run implements the command.
func (c *bartGroupsCmd) Run() error {
	fit, err := loadFit(c.Dir)
	if err != nil {
		return err
	}
	if fit.grouped == nil {
		return failf(usage, "the fit has no groups: fit with --group COLUMN")
	}
	return writeTo(c.Out, func(w io.Writer) error {
		out := csv.NewWriter(w)
		if err := out.Write([]string{fit.roles.Group, "term", "mean", "sd", "q5", "q95"}); err != nil {
			return err
		}
		for term, name := range append([]string{"intercept"}, fit.roles.Slopes...) {
			effects, _ := fit.grouped.Summary(term)
			for k, e := range effects {
				record := []string{fit.groupName(k), name}
				for _, x := range []float64{e.Mean, e.SD, e.Low, e.High} {
					record = append(record, strconv.FormatFloat(x, 'g', 8, 64))
				}
				if err := out.Write(record); err != nil {
					return err
				}
			}
		}
		out.Flush()
		return out.Error()
	})
}

// groupName is the name of a group, or its number.
func (f *treeFit) groupName(k int) string {
	if k < len(f.roles.Groups) {
		return f.roles.Groups[k]
	}
	return fmt.Sprint(k)
}
