package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
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
	Levels    bool      `help:"Predict the probabilities of the levels of an ordinal response."`
	Sigma     bool      `help:"Predict the standard deviation of the noise."`
	Exposure  string    `placeholder:"COLUMN" help:"For counts: what their means are in proportion to (1)."`
	Seed      uint64    `default:"1" help:"Decides the random numbers of --noise."`
	Parallel  int       `placeholder:"N" help:"Processors to use (all)."`
}

// Run implements the command.
func (c *bartPredictCmd) Run() error {
	fit, err := loadFit(c.Dir)
	if err != nil {
		return err
	}
	if len(fit.trees().Periods()) > 0 {
		return failf(usage, "a discrete-time fit predicts survival: use quatre bart survival")
	}
	rows, err := fit.match(c.Rows, c.Exposure, true)
	if err != nil {
		return err
	}
	if fit.roles.Exposure != "" && c.Exposure == "" && !c.Function {
		fmt.Fprintf(os.Stderr, "note: these are counts for an exposure of 1; --exposure %s takes that of the rows\n", fit.roles.Exposure)
	}
	ctx, stop := interruptible(func() {})
	defer stop()
	names, columns, err := c.table(ctx, fit, rows)
	if err != nil {
		return fail(inData, err)
	}
	return writeTo(c.Out, func(w io.Writer) error { return writeColumns(w, names, columns) })
}

// writeTo writes to a file, or to stdout without a name.
func writeTo(path string, write func(w io.Writer) error) error {
	if path != "" {
		return replaceFile(path, write)
	}
	return result(write)
}

// table returns what is predicted, column by column.
func (c *bartPredictCmd) table(ctx context.Context, fit *treeFit, rows *treeRows) (names []string, columns [][]float64, err error) {
	o := bart.PredictOptions{Quantiles: c.Quantiles, Noise: c.Noise, Draws: c.Draws, Seed: c.Seed, Workers: c.Parallel}
	if c.Function {
		o.Scale = bart.FunctionScale
	}
	var pred *bart.Prediction
	switch {
	case c.Levels:
		return levelTable(ctx, fit, rows)
	case c.Sigma && fit.many == nil:
		d := rows.d
		if fit.causal != nil {
			if d, err = fit.causal.WithPropensity(ctx, d); err != nil {
				return nil, nil, err
			}
		}
		pred, err = fit.trees().PredictSigma(ctx, d, c.Quantiles)
	case fit.grouped != nil:
		pred, err = fit.grouped.Predict(ctx, rows.d, rows.groups, o)
	case fit.causal != nil:
		pred, err = fit.causal.Outcomes(ctx, rows.d, rows.treatment, o)
	case fit.many != nil:
		for _, name := range fit.many.Names {
			if c.Sigma {
				pred, err = fit.many.Of(name).PredictSigma(ctx, rows.d, c.Quantiles)
			} else {
				pred, err = fit.many.Of(name).Predict(ctx, rows.d, o)
			}
			if err != nil {
				return nil, nil, err
			}
			titles, values := predictionTable(pred)
			for k := range titles {
				names, columns = append(names, name+"."+titles[k]), append(columns, values[k])
			}
		}
		return names, columns, nil
	default:
		pred, err = fit.plain.Predict(ctx, rows.d, o)
	}
	if err != nil {
		return nil, nil, err
	}
	names, columns = predictionTable(pred)
	return names, columns, nil
}

// levelTable returns the probabilities of the levels of an ordinal response.
func levelTable(ctx context.Context, fit *treeFit, rows *treeRows) (names []string, columns [][]float64, err error) {
	if fit.plain == nil {
		return nil, nil, failf(usage, "--levels is for ordinal fits without groups or treatments")
	}
	if columns, err = fit.plain.LevelProbabilities(ctx, rows.d); err != nil {
		return nil, nil, err
	}
	for k := range columns {
		name := strconv.Itoa(k)
		if k < len(fit.roles.Levels) {
			name = fit.roles.Levels[k]
		}
		names = append(names, name)
	}
	return names, columns, nil
}

// predictionTable returns a prediction column by column: the draws if it has them, else the summary.
func predictionTable(p *bart.Prediction) (names []string, columns [][]float64) {
	if p.Draws != nil {
		for k := range p.Draws {
			names = append(names, fmt.Sprintf("draw%d", k+1))
		}
		return names, p.Draws
	}
	names, columns = []string{"mean", "sd"}, [][]float64{p.Mean, p.SD}
	for k, q := range p.Probabilities {
		names, columns = append(names, quantileName(q)), append(columns, p.Quantiles[k])
	}
	return names, columns
}

// quantileName is the title of the column of a quantile.
func quantileName(q float64) string { return "q" + strconv.FormatFloat(100*q, 'g', 6, 64) }

// writeColumns writes a line for each row.
func writeColumns(w io.Writer, names []string, columns [][]float64) error {
	out := csv.NewWriter(w)
	if err := out.Write(names); err != nil {
		return err
	}
	record := make([]string, len(columns))
	for i := range columns[0] {
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
