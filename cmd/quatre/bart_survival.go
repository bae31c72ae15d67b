package main

import (
	"encoding/csv"
	"io"
	"strconv"

	"github.com/quatre-ppl/quatre/bart"
)

// bartSurvivalCmd predicts survival.
type bartSurvivalCmd struct {
	Dir  string `arg:"" name:"DIR" help:"Folder of a fit of the survival or discrete-time family."`
	Rows string `arg:"" name:"NEW" help:"The rows to predict, CSV or Parquet."`
	Out  string `short:"o" placeholder:"FILE" help:"Write to a file instead of stdout."`

	Times     []float64 `placeholder:"TIME,…" help:"Times to live beyond (the ends of the periods of a discrete-time fit)."`
	Quantiles []float64 `default:"0.05,0.5,0.95" help:"Probabilities of the quantiles."`
	Parallel  int       `placeholder:"N" help:"Processors to use (all)."`
}

// Run implements the command.
func (c *bartSurvivalCmd) Run() error {
	fit, err := loadFit(c.Dir)
	if err != nil {
		return err
	}
	if fit.plain == nil {
		return failf(usage, "survival is for fits of one response without groups or treatments; quatre bart predict gives median times")
	}
	post := fit.plain
	if c.Times == nil {
		if c.Times = post.Periods(); c.Times == nil {
			return failf(usage, "say the times: --times 1,2,5")
		}
	}
	rows, err := fit.match(c.Rows, "", false)
	if err != nil {
		return err
	}
	ctx, stop := interruptible(func() {})
	defer stop()
	all, err := post.Survive(ctx, rows.d, c.Times, bart.PredictOptions{Quantiles: c.Quantiles, Workers: c.Parallel})
	if err != nil {
		return fail(inData, err)
	}
	return writeTo(c.Out, func(w io.Writer) error { return writeSurvival(w, c.Times, all) })
}

// writeSurvival writes a line for each row and time.
func writeSurvival(w io.Writer, times []float64, all []*bart.Prediction) error {
	out := csv.NewWriter(w)
	names := []string{"row", "time", "mean", "sd"}
	for _, q := range all[0].Probabilities {
		names = append(names, "q"+strconv.FormatFloat(100*q, 'g', 6, 64))
	}
	if err := out.Write(names); err != nil {
		return err
	}
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', 8, 64) }
	for i := range all[0].Mean {
		for j, t := range times {
			record := []string{strconv.Itoa(i + 1), number(t), number(all[j].Mean[i]), number(all[j].SD[i])}
			for _, q := range all[j].Quantiles {
				record = append(record, number(q[i]))
			}
			if err := out.Write(record); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}
