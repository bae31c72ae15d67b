package experiment

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"

	"github.com/quatre-ppl/quatre/sim/stat"
	"github.com/quatre-ppl/quatre/stream"
)

// Column returns the values of an outcome, one for each replication in which
// there is one; nil if there is no such outcome.
func (r *Result) Column(name string) []float64 {
	j := slices.Index(r.Names, name)
	if j < 0 {
		return nil
	}
	var x []float64
	for i := range r.Values {
		if v := r.Values[i][j]; !math.IsNaN(v) {
			x = append(x, v)
		}
	}
	return x
}

// independent returns the values of an outcome that are independent: all, or
// the means of antithetic pairs both of which are there.
func (r *Result) independent(name string) []float64 {
	if !r.Paired {
		return r.Column(name)
	}
	j := slices.Index(r.Names, name)
	if j < 0 {
		return nil
	}
	var x []float64
	for i := 0; i+1 < len(r.Values); i++ {
		a, b := r.Replications[i], r.Replications[i+1]
		if v := (r.Values[i][j] + r.Values[i+1][j]) / 2; a%2 == 0 && b == a+1 && !math.IsNaN(v) {
			x = append(x, v)
		}
	}
	return x
}

// Interval returns Student's interval for the expected value of an outcome over
// replications. It is NaN for an outcome that was never observed.
func (r *Result) Interval(name string) stat.Interval {
	return stat.TInterval(r.independent(name), r.Level)
}

// WriteTable writes the outcomes with their intervals.
func (r *Result) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "outcome\tmean\t±\tsd\tmin\tmax\tn\t\n")
	for _, name := range r.Names {
		x := r.Column(name)
		if len(x) == 0 {
			fmt.Fprintf(t, "%s\t-\t\t\t\t\t0\t\n", name)
			continue
		}
		i := r.Interval(name)
		sd := 0.0
		if len(x) > 1 {
			sd = stat.StandardDeviation(x)
		}
		half := "-"
		if !math.IsInf(i.Half, 1) {
			half = fmt.Sprintf("%.3g", i.Half)
		}
		fmt.Fprintf(t, "%s\t%.6g\t%s\t%.3g\t%.5g\t%.5g\t%d\t\n", name, i.Mean, half, sd, slices.Min(x), slices.Max(x), len(x))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	what := "replications"
	if r.Batches {
		what = "batches of one run"
	}
	_, err := fmt.Fprintf(w, "%d %s, %d events; ± is half the %g %% interval of the mean\n", len(r.Values), what, r.Events, 100*r.Level)
	for _, f := range r.Failures {
		if err == nil {
			_, err = fmt.Fprintf(w, "replication %d failed: %v\n", f.Replication, f.Err)
		}
	}
	for _, note := range r.Warnings {
		if err == nil {
			_, err = fmt.Fprintf(w, "warning: %s\n", note)
		}
	}
	return err
}

// send writes a row of outcomes for each replication to a sink.
func (r *Result) send(ctx context.Context, sink stream.Sink) error {
	if sink == nil {
		return nil
	}
	schema := &stream.Schema{}
	for _, name := range r.Names {
		schema.Values = append(schema.Values, stream.Field{Name: name})
	}
	for i, row := range r.Values {
		f := &stream.Frame{Schema: schema, Phase: stream.Sampling, First: i, Rows: 1, Values: row}
		if err := sink.Write(ctx, f); err != nil {
			return fmt.Errorf("experiment: writing replication %d: %w", r.Replications[i], err)
		}
	}
	return nil
}
