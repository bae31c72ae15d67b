package bart

import (
	"fmt"
	"slices"
)

// timeColumn is the name of the column that tells the period of the DiscreteTime family.
const timeColumn = "time"

// periods returns the ends of at most so many periods: the times of events, or their quantiles.
func (d *Data) periods(most int) ([]float64, error) {
	if slices.ContainsFunc(d.Columns, func(c Column) bool { return c.Name == timeColumn }) {
		return nil, fmt.Errorf("bart: the discrete-time family makes a column %q of its own: call that of the data otherwise", timeColumn)
	}
	var events []float64
	for i, t := range d.Y {
		if d.Censored == nil || !d.Censored[i] {
			events = append(events, t)
		}
	}
	if len(events) == 0 {
		return nil, fmt.Errorf("bart: all times are censored: nothing tells the hazard")
	}
	slices.Sort(events)
	times := slices.Compact(slices.Clone(events))
	if len(times) <= most {
		return times, nil
	}
	ends := make([]float64, 0, most)
	for k := range most {
		// The smallest event time that enough of them do not exceed, so that the last is the largest.
		ends = append(ends, events[((k+1)*len(events)-1)/most])
	}
	return slices.Compact(ends), nil
}

// period returns the number of the period in which a time lies, one too many after the last.
func period(times []float64, t float64) int {
	k, _ := slices.BinarySearch(times, t)
	return k
}

// atRisk returns a row for each period that a row of d lived to see, with a response of 1 in the
// period of its event and else 0, and where each row's periods begin. A row that is censored
// within a period is not in it.
func (d *Data) atRisk(times []float64) (rows *Data, starts []int) {
	var of []int
	var ends, y []float64
	for i, t := range d.Y {
		starts = append(starts, len(of))
		last := period(times, t)
		happened := d.Censored == nil || !d.Censored[i]
		if happened || last < len(times) && times[last] == t {
			last++ // the period itself is lived through
		}
		for k := range min(last, len(times)) {
			of, ends, y = append(of, i), append(ends, times[k]), append(y, 0)
		}
		if happened && last <= len(times) {
			y[len(y)-1] = 1
		}
	}
	rows = d.repeat(of, ends)
	rows.Y = y
	return rows, append(starts, len(of))
}

// everyPeriod returns each row of d once for each time, the times of a row one after another.
func (d *Data) everyPeriod(times []float64) *Data {
	var of []int
	var ends []float64
	for i := range d.Rows() {
		for _, t := range times {
			of, ends = append(of, i), append(ends, t)
		}
	}
	return d.repeat(of, ends)
}

// repeat returns the rows of some numbers with a column of times.
func (d *Data) repeat(of []int, times []float64) *Data {
	rows := &Data{Columns: slices.Clone(d.Columns)}
	for j := range rows.Columns {
		values := make([]float64, len(of))
		for k, i := range of {
			values[k] = d.Columns[j].Values[i]
		}
		rows.Columns[j].Values = values
	}
	rows.Columns = append(rows.Columns, Column{Name: timeColumn, Values: times})
	return rows
}

// timed returns d as the fit of a DiscreteTime family sees it, unless it has a column of times:
// each row once for each period. Of other families it is d itself.
func (p *Posterior) timed(d *Data) *Data {
	if p.times == nil || slices.ContainsFunc(d.Columns, func(c Column) bool { return c.Name == timeColumn }) {
		return d
	}
	return d.everyPeriod(p.times)
}

// Periods are the ends of the periods of a DiscreteTime fit, nil for other families.
func (p *Posterior) Periods() []float64 { return slices.Clone(p.times) }
