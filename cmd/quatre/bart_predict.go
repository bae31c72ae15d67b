package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/quatre-ppl/quatre/bart"
)

// bartPredictCmd predicts rows.
type bartPredictCmd struct {
	Dir  string `arg:"" name:"DIR" help:"Folder of a fit."`
	Rows string `arg:"" name:"NEW" help:"The rows to predict, CSV or Parquet."`
	Out  string `short:"o" placeholder:"FILE" help:"Write to a file instead of stdout."`

	Quantiles []float64 `default:"0.05,0.5,0.95" help:"Probabilities of the quantiles."`
	Noise     bool      `help:"Quantiles of new observations instead of those of the function."`
	Function  bool      `help:"Predict f itself instead of the response it stands for (a probability, a mean count, a median time)."`
	Draws     bool      `help:"Write all draws, one column each, instead of their summary."`
	Exposure  string    `placeholder:"COLUMN" help:"For counts: what their means are in proportion to (1)."`
	Seed      uint64    `default:"1" help:"Decides the random numbers of --noise."`
	Parallel  int       `placeholder:"N" help:"Processors to use (all)."`
}

// Run implements the command.
func (c *bartPredictCmd) Run() error {
	post, err := loadFit(c.Dir)
	if err != nil {
		return err
	}
	d, err := matchedRows(post, c.Rows, c.Exposure)
	if err != nil {
		return err
	}
	if len(post.Periods()) > 0 {
		return failf(usage, "a discrete-time fit predicts survival: use quatre bart survival")
	}
	ctx, stop := interruptible(func() {})
	defer stop()
	o := bart.PredictOptions{Quantiles: c.Quantiles, Noise: c.Noise, Draws: c.Draws, Seed: c.Seed, Workers: c.Parallel}
	if c.Function {
		o.Scale = bart.FunctionScale
	}
	pred, err := post.Predict(ctx, d, o)
	if err != nil {
		return fail(inData, err)
	}
	write := func(w io.Writer) error { return writePrediction(w, pred) }
	if c.Out != "" {
		return replaceFile(c.Out, write)
	}
	return result(write)
}

// writePrediction writes a row for each that was predicted.
func writePrediction(w io.Writer, p *bart.Prediction) error {
	out := csv.NewWriter(w)
	names := []string{"mean", "sd"}
	columns := [][]float64{p.Mean, p.SD}
	if p.Draws != nil {
		names, columns = nil, p.Draws
		for k := range p.Draws {
			names = append(names, fmt.Sprintf("draw%d", k+1))
		}
	} else {
		for k, q := range p.Probabilities {
			names, columns = append(names, "q"+strconv.FormatFloat(100*q, 'g', 6, 64)), append(columns, p.Quantiles[k])
		}
	}
	if err := out.Write(names); err != nil {
		return err
	}
	record := make([]string, len(columns))
	for i := range p.Mean {
		for j, column := range columns {
			record[j] = strconv.FormatFloat(column[i], 'g', 8, 64)
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
