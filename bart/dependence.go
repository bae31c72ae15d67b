package bart

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/tensor"
)

// DependenceOptions are the choices of PartialDependence; zeros stand for the defaults.
type DependenceOptions struct {
	// Values are those that the column is set to. Default: all levels, or all values of the rows if these are at
	// most 20, or else 20 between the 5 % and the 95 % quantile of its cuts.
	Values []float64
	// Rows is the largest number of rows that are averaged over, evenly taken. Default 200.
	Rows int
	// Individual keeps the curves of the rows.
	Individual bool
	// Scale and Workers are as in PredictOptions.
	Scale   Scale
	Workers int
}

// Dependence is how the average prediction changes with one column.
type Dependence struct {
	// Column is the column's name, Levels its levels' names or nil.
	Column string
	Levels []string
	// Values are those the column was set to; Mean is the posterior mean of the average
	// over rows, Low and High its 5 % and 95 % quantiles.
	Values, Mean, Low, High []float64
	// Individual has a curve of posterior means for each row, [row][value].
	Individual [][]float64
}

// PartialDependence sets a column of d to each of some values in turn and averages
// the predictions over the rows (Friedman 2001, section 8.2).
func (p *Posterior) PartialDependence(ctx context.Context, d *Data, column string, o DependenceOptions) (*Dependence, error) {
	d = p.timed(d)
	at := slices.IndexFunc(d.Columns, func(c Column) bool { return c.Name == column })
	number := slices.Index(p.Names(), column)
	if at < 0 || number < 0 {
		return nil, fmt.Errorf("bart: no column %q to depend on; the fit has %q", column, p.Names())
	}
	fill(&o.Rows, 200)
	f := &p.grid.features[number]
	out := &Dependence{Column: column, Levels: f.names, Values: o.Values}
	if out.Values == nil {
		out.Values = f.typical(d.Columns[at].Values)
	}
	rows := d.subset(o.Rows)
	if o.Individual {
		out.Individual = matrix(rows.Rows(), len(out.Values))
	}
	chosen := &rows.Columns[at]
	chosen.Levels = f.names
	for v, value := range out.Values {
		for i := range chosen.Values {
			chosen.Values[i] = value
		}
		pred, err := p.Predict(ctx, rows, PredictOptions{Scale: o.Scale, Draws: true, Quantiles: []float64{}, Workers: o.Workers})
		if err != nil {
			return nil, err
		}
		averages := make([]float64, len(pred.Draws))
		for k, draw := range pred.Draws {
			averages[k] = tensor.Mean(draw)
		}
		out.Mean = append(out.Mean, tensor.Mean(averages))
		slices.Sort(averages)
		out.Low = append(out.Low, tensor.Quantile(averages, 0.05))
		out.High = append(out.High, tensor.Quantile(averages, 0.95))
		for i := range out.Individual {
			out.Individual[i][v] = pred.Mean[i]
		}
	}
	return out, nil
}

// typicalValues is the largest number of values over which a column of numbers is looked at.
const typicalValues = 20

// typical returns values over which a column is looked at, that has these values in the rows.
func (f *feature) typical(of []float64) []float64 {
	if f.kind == Unordered {
		levels := f.levels
		if f.missing {
			levels--
		}
		values := make([]float64, levels)
		for i := range values {
			values[i] = float64(i)
		}
		return values
	}
	if few := fewValues(of); len(few) > 0 {
		return few
	}
	if len(f.cuts) == 0 {
		return []float64{0}
	}
	if f.kind == Ordered {
		values := []float64{math.Floor(f.cuts[0])}
		for _, c := range f.cuts {
			values = append(values, math.Floor(c)+1)
		}
		return values
	}
	low, high := tensor.Quantile(f.cuts, 0.05), tensor.Quantile(f.cuts, 0.95)
	values := make([]float64, typicalValues)
	for i := range values {
		values[i] = low + float64((high-low)*(float64(i)/(typicalValues-1)))
	}
	return values
}

// fewValues returns the different numbers of a column in their order, nil if there are many.
func fewValues(of []float64) []float64 {
	var few []float64
	for _, v := range of {
		if at, found := slices.BinarySearch(few, v); !found && !math.IsNaN(v) && !math.IsInf(v, 0) {
			if len(few) == typicalValues {
				return nil
			}
			few = slices.Insert(few, at, v)
		}
	}
	return few
}

// subset returns copies of at most count rows, evenly taken.
func (d *Data) subset(count int) *Data {
	n := d.Rows()
	count = min(count, n)
	s := &Data{Columns: slices.Clone(d.Columns)}
	for j := range s.Columns {
		values := make([]float64, count)
		for i := range values {
			values[i] = d.Columns[j].Values[i*n/count]
		}
		s.Columns[j].Values = values
	}
	return s
}
